"""Checks everything that Parley needs, side by side and each within a time limit."""

import asyncio
import difflib
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from dotenv import dotenv_values

from bots import model_checkup, tools_checkup
from bots.commands.database import sentence
from bots.findings import Finding, Grade
from core import logs, settings
from core.settings import Settings
from storage import database, migrate
from storage.words import Platform

PATIENCE_S = 20.0
MODEL_PATIENCE_S = 60.0
# A server has ten seconds to open, and some to be closed again.
TOOLS_PATIENCE_S = 30.0

Check = Callable[[], Awaitable[list[Finding]]]

FORESTALLING = {
    "database": ("DATABASE_URL",),
    "slack": ("SLACK_API_URL",),
    "discord": ("DISCORD_",),
    "model": ("OPENAI_", "PARLEY_ENDPOINTS", "PARLEY_OPENAI_KIND"),
    "tools": ("PARLEY_MCP",),
}


async def examine(
    loaded: Settings, platforms: frozenset[Platform], problems: Sequence[str], tell: Callable[[Finding], None]
) -> None:
    """Tell every finding about the database, these platforms, the model and servers of tools, in this order.

    What a problem of the settings forestalls is not checked: a default must never be taken for what was meant.
    """
    tasks = [
        asyncio.create_task(within(patience_s, subject, check))
        for subject, check, patience_s in _checks(loaded, platforms)
        if not any(problem.startswith(FORESTALLING[subject]) for problem in problems)
    ]
    try:
        for task in tasks:
            for finding in await task:
                tell(finding)
    finally:
        for task in tasks:
            task.cancel()


def _checks(loaded: Settings, platforms: frozenset[Platform]) -> list[tuple[str, Check, float]]:
    return [
        ("database", lambda: _database(loaded), PATIENCE_S),
        *((platform.value, _checkup(platform, loaded), PATIENCE_S) for platform in sorted(platforms)),
        ("model", lambda: model_checkup.checkup(loaded), MODEL_PATIENCE_S),
        *([("tools", lambda: tools_checkup.checkup(loaded), TOOLS_PATIENCE_S)] if loaded.mcp else []),
    ]


async def within(patience_s: float, subject: str, check: Check) -> list[Finding]:
    """What a check finds; that it takes too long or breaks is a finding, too."""
    try:
        return await asyncio.wait_for(check(), patience_s)
    except TimeoutError:
        return [Finding(Grade.FAIL, subject, f"no answer within {patience_s:.0f} s: check its address and the network")]
    except Exception as error:
        return [Finding(Grade.FAIL, subject, logs.masked(f"the check itself broke: {type(error).__name__}: {error}"))]


def of_settings(loaded: Settings, problems: Iterable[str]) -> list[Finding]:
    """Every problem of the settings, names that are likely misspelt, and what is set."""
    findings = [Finding(Grade.FAIL, "settings", problem) for problem in problems]
    findings += [Finding(Grade.WARN, "settings", advice) for advice in misspelt({*os.environ, *_written()})]
    given = [variable for name, variable in settings.variables().items() if name in loaded.model_fields_set]
    if not any(finding.grade is Grade.FAIL for finding in findings):
        findings.append(Finding(Grade.OK, "settings", f"set: {', '.join(given) or 'nothing'}; the rest as it comes"))
    return findings


def _written() -> Iterable[str]:
    """The names in the `.env` file, as far as it is a text."""
    try:
        return dotenv_values(".env")
    except UnicodeDecodeError:
        return ()


def misspelt(names: Iterable[str]) -> list[str]:
    """Advice on names that begin as a setting of Parley's does and are none."""
    variables = list(settings.variables().values())
    advice = []
    for name in sorted(name for name in names if name.startswith("PARLEY_") and name not in variables):
        near = difflib.get_close_matches(name, variables, n=1)
        advice.append(
            f"{name} is no setting" + (f": is {near[0]} meant?" if near else "; docs/settings.md has them all")
        )
    return advice


async def _database(loaded: Settings) -> list[Finding]:
    return [await asyncio.to_thread(_database_finding, loaded.database_url)]


def _database_finding(url: str) -> Finding:
    kept_in_file = not database.is_postgresql(url)
    path = Path(str(database.address(url).database))
    if kept_in_file and not path.exists():
        return _missing_database(path)
    try:
        engine = database.engine_for(url)
        before, after = migrate.upgrade(engine)
        engine.dispose()
    except Exception as error:
        return Finding(Grade.FAIL, "database", sentence(url, error))
    upgraded = "" if before == after else f", upgraded just now from {before or 'nothing'}"
    name = path if kept_in_file else database.without_password(url)
    size = f"; {path.stat().st_size / 1_000_000:.1f} MB" if kept_in_file else ""
    return Finding(Grade.OK, "database", f"{name} opens and can be written; revision {after}{upgraded}{size}")


def _missing_database(path: Path) -> Finding:
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        text = f"{path} is not there and cannot be made in {folder}: check DATABASE_URL and who may write there"
        return Finding(Grade.FAIL, "database", text)
    return Finding(Grade.OK, "database", f"{path} is not there yet; the first start makes it")


def _checkup(platform: Platform, loaded: Settings) -> Check:
    """The platform's own checks. Imported only for a platform that is checked: each library takes its time to load."""
    if platform is Platform.SLACK:
        from bots.slack import checkup as slack

        return lambda: slack.checkup(loaded)
    from bots.discord import checkup as discord

    return lambda: discord.checkup(loaded)
