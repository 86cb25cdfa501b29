"""An estimate of how many tokens a text takes, without any vocabulary.

Words of Latin script take about a token for four bytes. Digits, punctuation and emoji are much denser, so they are
counted at a token for two bytes; the estimate errs on the high side for most other scripts.
"""

import re

DENSE = re.compile(r"[0-9!-/:-@\[-`{-~\n]")
BEYOND_PLANE_ZERO = re.compile("[\U00010000-\U0010ffff]")
PER_MESSAGE = 4
# A picture of the size that Parley sends: platform.openai.com/docs/guides/images-vision
PER_IMAGE = 1_600
RESERVE = 1.15


def estimate(text: str) -> int:
    """About how many tokens the text takes, with a reserve of 15 %."""
    dense = len(DENSE.findall(text))
    emoji = len(BEYOND_PLANE_ZERO.findall(text))
    plain = len(text.encode("utf-8", "replace")) - dense - 4 * emoji
    return int((plain / 4 + dense / 2 + emoji * 2) * RESERVE) + 1
