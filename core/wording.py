"""Makes text that came from outside fit to be stored and sent on."""

import re

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: object) -> str:
    """The text without NUL and with lone surrogates replaced; empty when there is none."""
    if not isinstance(text, str):
        return ""
    return UNSTORABLE.sub(lambda found: "" if found[0] == "\x00" else "\N{REPLACEMENT CHARACTER}", text)
