"""A long text in Slack's forms: an input takes 3,000 characters, so the text is cut into several, and joined again.

docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
"""

from collections.abc import Sequence

INPUT_LIMIT = 3_000
# A cut falls on a line's end when there is one this near; 7 inputs then hold every text of 20,000 characters.
NEAR = 100
MOST = 7


def cut(text: str) -> tuple[list[str], str]:
    """The passages of a text, and how each but the last is joined to the next: `n` by a line break, `-` by nothing."""
    passages, joints = [], ""
    while len(text) > INPUT_LIMIT:
        line_end = text.rfind("\n", INPUT_LIMIT - NEAR, INPUT_LIMIT)
        at = line_end if line_end >= 0 else INPUT_LIMIT
        passages.append(text[:at])
        joints += "n" if line_end >= 0 else "-"
        text = text[at + 1 :] if line_end >= 0 else text[at:]
    return [*passages, text], joints


def joined(passages: Sequence[str], joints: str) -> str:
    """The whole text again; what was written into further inputs goes on in a new line."""
    text = ""
    for number, passage in enumerate(passages):
        if number and passage:
            text += "" if joints[number - 1 : number] == "-" else "\n"
        text += passage
    return text
