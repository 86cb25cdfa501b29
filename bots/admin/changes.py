"""A change as the audit log shows it: what of it is other than before."""

import json
from dataclasses import dataclass

from storage.tables import Change


@dataclass(frozen=True, slots=True)
class Difference:
    """One value by its name; of one that was not there, or is not any more, an empty text."""

    name: str
    before: str
    after: str


def of(change: Change) -> list[Difference]:
    before, after = json.loads(change.before), json.loads(change.after)
    names = dict.fromkeys([*before, *after])
    shown = (Difference(name.replace("_", " "), _shown(before.get(name)), _shown(after.get(name))) for name in names)
    return [one for one in shown if one.before != one.after]


def _shown(value: object) -> str:
    if value is None or value in ("", [], {}):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
