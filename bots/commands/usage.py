"""`parley usage`: what was used in a workspace, for people and for programs."""

import asyncio
from pathlib import Path

import click

from bots.commands import shown
from bots.commands.failures import Refused
from bots.commands.workspace import desk, workspace_option
from core import usage
from core.people import WorkspaceRef
from core.usage import Report
from storage.usage import Facet

EPILOG = """\b
Examples:
  parley usage                                  this month, by day
  parley usage --by person --since 2026-11
  parley usage --by model --since 2026-10-01 --until 2026-10-31 --csv
  parley usage --by channel --chart usage.png
"""


@click.command("usage", epilog=EPILOG)
@click.option("--since", metavar="DAY", default="", help="The first day, as 2026-11-22, or a month as 2026-11.")
@click.option("--until", metavar="DAY", default="", help="The last day; today if left out.")
@click.option(
    "--by",
    "facet",
    type=click.Choice([facet.value for facet in Facet]),
    default=Facet.DAY.value,
    show_default=True,
    help="By what it is divided up.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print a table with commas, for spreadsheets.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), help="Write a picture of it to this file.")
@workspace_option
def command(
    since: str,
    until: str,
    facet: str,
    as_csv: bool,
    as_json: bool,
    chart: Path | None,
    workspace: WorkspaceRef | None,
) -> None:
    """Show what was used, and what it cost.

    Days are those of the workspace's time zone. Costs are in dollars, of the answers whose price is known.
    """
    if as_csv and as_json:
        raise click.UsageError("Choose one of --csv and --json.")

    async def work() -> None:
        async with desk(workspace) as found:
            report = await found.usage.whole(found.by, Facet(facet), since, until)
        if chart is not None:
            await _draw(report, chart)
        if as_csv:
            click.echo(usage.as_csv(report), nl=False)
        elif as_json:
            click.echo(shown.as_json(_plain(report)))
        elif chart is None:
            click.echo(usage.told(report))

    asyncio.run(work())


def _plain(report: Report) -> dict[str, object]:
    return {
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "by": report.facet.value,
        "used": usage.as_rows(report),
    }


async def _draw(report: Report, path: Path) -> None:
    from core import charts

    picture = await charts.picture(report)
    try:
        await asyncio.to_thread(path.write_bytes, picture)
    except OSError as error:
        raise Refused(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    click.echo(f"The chart is in {path}.", err=True)
