"""How commands print what they found: for people in lines, for programs as JSON."""

import json
from collections.abc import Iterable
from typing import Any

import click

from core.comparison import differences
from storage.personas import Assigned, state_of
from storage.tables import Change

NO_CHANGES = "Nothing has been changed yet."


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def tell(said: str, as_json_: bool) -> None:
    """Print what was done."""
    click.echo(as_json({"said": said}) if as_json_ else said)


def persona(one: Assigned) -> dict[str, Any]:
    """A persona with everything that is set of it."""
    return state_of(one.persona) | {
        "channels": list(one.channels),
        "changed_at": one.persona.changed_at.isoformat(),
    }


def change(one: Change) -> dict[str, Any]:
    """A change with everything that was before and after it."""
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "actor": {"id": one.actor_id, "name": one.actor_name},
        "deed": one.deed,
        "subject": one.subject,
        "before": json.loads(one.before),
        "after": json.loads(one.after),
    }


def changes(found: Iterable[Change]) -> str:
    """The changes, a line each."""
    return "\n".join(map(_line, found)) or NO_CHANGES


def _line(one: Change) -> str:
    before, after = json.loads(one.before), json.loads(one.after)
    what = ", ".join(differences(before, after)) if before and after else ""
    who = one.actor_name or one.actor_id
    return f"{one.id}  {one.at:%Y-%m-%d %H:%M} UTC  {who}  {one.deed}  {one.subject}  {what}".rstrip()
