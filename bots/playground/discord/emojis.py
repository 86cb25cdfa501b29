"""Emoji of Unicode, and what they are told from other text by."""

import unicodedata

KEYCAP, AS_EMOJI = "\N{COMBINING ENCLOSING KEYCAP}", "\N{VARIATION SELECTOR-16}"
AMONG_LETTERS_AND_SIGNS = "\u2139\u203c\u2049\u3030"
LONGEST = 32


def is_unicode(name: str) -> bool:
    """Whether a text is an emoji of Unicode, with or without the mark that asks for its coloured form."""
    if not name or len(name) > LONGEST or name.isascii():
        return False
    if any(mark in name for mark in (KEYCAP, AS_EMOJI, *AMONG_LETTERS_AND_SIGNS)):
        return True
    return not any(char.isalnum() for char in name) and any(
        unicodedata.category(char) in ("So", "Sm", "Sk") for char in name
    )
