"""`parley erase`: forgets a person."""

import asyncio

import click

from bots.commands import shown
from bots.commands.workspace import desk, json_option, workspace_option
from core.people import WorkspaceRef
from core.privacy import Receipt

EPILOG = """\b
Examples:
  parley erase U012AB3CD
  parley erase 419230000000000001 --workspace discord:4567 --yes
"""


@click.command("erase", epilog=EPILOG)
@click.argument("person", metavar="PERSON")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@workspace_option
@json_option
def command(person: str, yes: bool, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Forget a person: what they said, what was answered to it, and their name.

    PERSON is the platform's own id. On Slack it is erased in one workspace, on Discord in every server, as the id is
    the same everywhere. It cannot be undone, but for what is in backups.
    """
    if not yes:
        click.confirm(f"Erase everything that is kept of {person}? This cannot be undone.", abort=True, err=True)

    async def work() -> None:
        async with desk(workspace) as found:
            receipt = await found.privacy.erase(found.by, person.strip())
        click.echo(shown.as_json(_plain(receipt)) if as_json else _told(receipt))

    asyncio.run(work())


def _told(receipt: Receipt) -> str:
    files = "" if receipt.scrubbed else "\nSomebody else had the database open, so its log is emptied a little later."
    return f"Erased: {receipt}{files}"


def _plain(receipt: Receipt) -> dict[str, object]:
    return {
        "at": receipt.at.isoformat(),
        "workspaces": receipt.workspaces,
        "erased": dict(receipt.counts),
        "scrubbed": receipt.scrubbed,
    }
