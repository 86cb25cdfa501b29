"""How many tokens a text takes: an estimate without any vocabulary, and what servers have said about earlier ones.

With a vocabulary at hand, `core/vocabularies.py` counts them.

Words of Latin script take about a token for four bytes. Digits, punctuation and emoji are much denser, so they are
counted at a token for two bytes; what is no word at all, such as base64, at two for three. The estimate errs on the
high side for most other scripts.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from core.newest import Newest

Count = Callable[[str], int]

DENSE = b"0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n"
# The first bytes of what is beyond plane zero in UTF-8, four bytes each: emoji, most of them.
FOUR_BYTES = b"\xf0\xf1\xf2\xf3\xf4"
# No language has such words: addresses, keys, base64.
LONGEST_WORD = 40
PER_MESSAGE = 4
# A picture of the size that Parley sends: platform.openai.com/docs/guides/images-vision
PER_IMAGE = 1_600
RESERVE = 1.15


def estimate(text: str) -> int:
    """About how many tokens the text takes, with a reserve of 15 %."""
    data = text.encode("utf-8", "replace")
    dense = len(data) - len(data.translate(None, DENSE))
    emoji = len(data) - len(data.translate(None, FOUR_BYTES))
    plain = len(data) - dense - 4 * emoji
    strange = sum(len(word) for word in text.split() if len(word) > LONGEST_WORD and word.isascii())
    return int((plain / 4 + dense / 2 + emoji * 2 + strange * 5 / 12) * RESERVE) + 1


# A request of fewer tokens tells more of what stands around its messages than of the messages.
LEAST_TOLD = 500
# A server that counts much less has cut the prompt, or counts something else.
LEAST_RATIO, MOST_RATIO = 0.4, 4.0
RISE, FALL = 0.5, 0.1
# What comes next may be denser than what came before.
CARE = 1.1
LESS = 2 / 3
MORE, A_LITTLE_MORE = 1.1, 1.02
LEAST = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of one model: how many tokens it makes of one that is counted here, on average; and how many
    counted ones a prompt may have at most, once it has refused a longer one."""

    ratio: float = 1.0
    most: int | None = None

    def budget(self, prompt_tokens: int) -> int:
        """So many tokens, as they are counted here, fit into a prompt of `prompt_tokens` real ones."""
        if self.ratio != 1.0:
            prompt_tokens = int(prompt_tokens / (self.ratio * CARE))
        return prompt_tokens if self.most is None else min(prompt_tokens, self.most)

    def without(self, refused: int, fits: int | None = None) -> "Measured":
        """With a third less than what was too long, and no more than `fits`: real tokens, if a server has said them."""
        most = max(int(min(refused, self.most or refused) * LESS), LEAST)
        return replace(self, most=most if fits is None else min(most, int(fits / (self.ratio * CARE))))


class Gauge:
    """What is known of each model in this process; what was used longest ago is forgotten first."""

    def __init__(self, most_models: int = 2_000) -> None:
        self._kept: Newest[Hashable, Measured] = Newest(most_models)

    def of(self, model: Hashable) -> Measured:
        return self._kept.get(model, Measured())

    def took(self, model: Hashable, estimated: int, counted: int | None) -> None:
        """A server has counted a prompt. A ratio that rises is followed soon, one that falls slowly."""
        known = self.of(model)
        if known.most is not None:
            known = replace(known, most=int(known.most * (MORE if estimated >= known.most * LESS else A_LITTLE_MORE)))
        ratio = (counted or 0) / max(estimated, 1)
        if estimated >= LEAST_TOLD and LEAST_RATIO <= ratio <= MOST_RATIO:
            weight = RISE if ratio > known.ratio else FALL
            known = replace(known, ratio=known.ratio + weight * (ratio - known.ratio))
        self._kept[model] = known

    def refused(self, model: Hashable, estimated: int, fits: int | None = None) -> None:
        """A server has refused a prompt as too long, and taken a shorter one: later ones are to be shorter, too."""
        self._kept[model] = self.of(model).without(estimated, fits)
