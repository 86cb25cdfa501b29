"""Changes as people read them, a line each: when, by whom, what, and the number to restore by."""

import json
import re
from collections.abc import Iterable

from storage.tables import Change

SHOWN = 60
NUMBERED = re.compile(r"(.*\S)\s+(?:no\.?\s*|#)?([0-9]{1,15})", re.IGNORECASE | re.DOTALL)


def told(changes: Iterable[Change], *, with_subject: bool = False) -> str:
    return "\n".join(_line(change, with_subject=with_subject) for change in changes)


def name_and_number(text: str) -> tuple[str, int | None]:
    """What was typed in front of a number, and the number if there is one."""
    found = NUMBERED.fullmatch(text.strip())
    return (found[1], int(found[2])) if found else (text.strip(), None)


def _line(change: Change, *, with_subject: bool) -> str:
    subject = f" {change.subject}" if with_subject and change.subject else ""
    news = "; ".join(_differences(json.loads(change.before), json.loads(change.after)))
    line = (
        f"• {change.id}: {change.at:%Y-%m-%d %H:%M} UTC, {change.actor_name or change.actor_id}, {change.deed}{subject}"
    )
    return f"{line} ({news})" if news else line


def _differences(before: dict[str, object], after: dict[str, object]) -> Iterable[str]:
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield f"{name}: {_short(after.get(name))}"


def _short(value: object) -> str:
    text = " ".join(str(value if value not in (None, "", []) else "nothing").split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
