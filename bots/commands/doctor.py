"""`parley doctor`: every check, a line each."""

import asyncio

import click

from bots import doctor
from bots.commands.serve import chosen
from bots.findings import Finding, Grade
from core import logs, settings
from core.settings.problems import serving_problems
from storage.words import Platform

EPILOG = """\b
Examples:
  parley doctor                  everything that is set up
  parley doctor slack            Slack, with the settings, the database and the model

Exit codes: 0 when nothing failed, 1 otherwise. No secret is printed.
"""
COLOURS = {Grade.OK: "green", Grade.WARN: "yellow", Grade.FAIL: "red"}


@click.command("doctor", epilog=EPILOG)
@click.argument("platforms", nargs=-1, type=click.Choice([platform.value for platform in Platform]))
@click.pass_context
def command(context: click.Context, platforms: tuple[str, ...]) -> None:
    """Check the settings, the database, the platforms, the model and the MCP servers.

    Each check is one line: ok, warn or FAIL, what was found, and for a fault what to do about it. The model is asked
    one tiny question.
    """
    named = frozenset(platforms)
    loaded, problems = settings.read()
    logs.set_up(loaded)
    problems += serving_problems(loaded, named)
    findings: list[Finding] = []

    def tell(finding: Finding) -> None:
        findings.append(finding)
        show(finding)

    for finding in doctor.of_settings(loaded, problems):
        tell(finding)
    asyncio.run(doctor.examine(loaded, chosen(loaded, named), problems, tell))
    failed = sum(finding.grade is Grade.FAIL for finding in findings)
    click.echo(f"{failed} of {len(findings)} checks failed." if failed else "Nothing failed.")
    context.exit(1 if failed else 0)


def show(finding: Finding) -> None:
    grade, rest = finding.line[:5], finding.line[5:]
    click.echo(click.style(grade, fg=COLOURS[finding.grade]) + rest)
