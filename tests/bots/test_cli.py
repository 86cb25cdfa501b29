import asyncio
import importlib.metadata
import sqlite3
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from time import monotonic

import pytest

import storage
from tests.bots.command_line import PARLEY, CommandLine

MIGRATIONS = Path(storage.__path__[0]) / "migrations" / "versions"
HEAVY = ("slack_sdk", "discord", "openai", "sqlalchemy", "pydantic", "aiohttp")


async def test_help_names_every_command_and_comes_at_once(alone: CommandLine) -> None:
    took_s = []
    for _ in range(3):
        began = monotonic()
        result = await alone.run("--help")
        took_s.append(monotonic() - began)
    assert result.code == 0
    assert all(name in result.out for name in ("run", "playground", "doctor", "persona", "try", "config", "db"))
    assert min(took_s) < 0.3


async def test_help_loads_no_heavy_library(alone: CommandLine) -> None:
    program = f"import sys, bots.cli; print([name for name in {HEAVY} if name in sys.modules])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


async def test_a_command_on_the_database_loads_no_platform_and_no_model(alone: CommandLine) -> None:
    program = (
        "import sys, bots.cli\n"
        "bots.cli.parley.main(['timezone', 'Asia/Tokyo', '-w', 'slack:T1'], standalone_mode=False)\n"
        "print([name for name in ('slack_sdk', 'slack_bolt', 'discord', 'openai', 'aiohttp') if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=PIPE, cwd=alone.folder)
    out, _ = await process.communicate()
    assert out.decode().splitlines() == ["The time zone is Asia/Tokyo, from the next message on.", "[]"]


async def test_serving_one_platform_loads_neither_the_other_one_nor_what_serves_http() -> None:
    program = (
        "import sys, bots.commands.serve, bots.discord.app\n"
        "print([name for name in ('slack_sdk', 'slack_bolt', 'aiohttp.web') if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=PIPE)
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


async def test_the_version_is_the_packages(alone: CommandLine) -> None:
    assert importlib.metadata.version("parley") in (await alone.run("--version")).out


@pytest.mark.parametrize("arguments", [("rum",), ("run", "teams"), ("db",), ("persona", "make"), ("doctor", "irc")])
async def test_wrong_arguments_end_with_2_and_a_hint(alone: CommandLine, arguments: tuple[str, ...]) -> None:
    result = await alone.run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert "Usage: parley" in result.err


async def test_output_that_nobody_reads_to_its_end_is_no_error_to_tell(alone: CommandLine) -> None:
    shell = f"{PARLEY} doctor | head -1"
    process = await asyncio.create_subprocess_shell(shell, cwd=alone.folder, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    assert len(out.splitlines()) == 1
    assert err == b""


@pytest.mark.parametrize(
    ("shell", "code", "told"),
    [
        (f"{PARLEY} db key >/dev/full", 1, "No space left on device"),
        (f"{PARLEY} db upgrade 2>&- <&-", 0, ""),
        (f"{PARLEY} prompt set - -w slack:T1 <&-", 1, "The prompt is empty"),
    ],
)
async def test_a_stream_that_is_full_or_closed_ends_in_a_sentence_at_most(
    alone: CommandLine, shell: str, code: int, told: str
) -> None:
    process = await asyncio.create_subprocess_shell(shell, cwd=alone.folder, stdout=PIPE, stderr=PIPE)
    _, err = await process.communicate()
    assert (process.returncode, len(err.splitlines())) == (code, bool(told))
    assert told in err.decode()


async def test_db_upgrade_makes_the_database_and_may_be_repeated(alone: CommandLine) -> None:
    first, second = await alone.run("db", "upgrade"), await alone.run("db", "upgrade")
    assert (first.code, second.code) == (0, 0)
    newest = max(path.name.split("_")[0] for path in MIGRATIONS.glob("0*.py"))
    assert f"nothing → {newest}" in first.out
    assert f"up to date, at revision {newest}" in second.out


async def test_four_processes_may_upgrade_one_database_at_once(alone: CommandLine) -> None:
    results = await asyncio.gather(*(alone.run("db", "upgrade") for _ in range(4)))
    assert [result.code for result in results] == [0, 0, 0, 0]
    assert sorted("nothing →" in result.out for result in results) == [False, False, False, True]


async def test_a_database_of_a_newer_version_is_refused_in_a_sentence(alone: CommandLine) -> None:
    await alone.run("db", "upgrade")
    with sqlite3.connect(alone.folder / "parley.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    result = await alone.run("db", "upgrade")
    assert result.code == 1
    assert "newer Parley" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/parley.db", "sqlite:///garbage.db"])
async def test_a_database_that_cannot_be_opened_is_told_in_a_sentence(alone: CommandLine, url: str) -> None:
    (alone.folder / "garbage.db").write_text("this is no database, but long enough to be looked at", encoding="utf-8")
    result = await alone.run("db", "upgrade", DATABASE_URL=url)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"Error: The database {url!r} cannot be opened")
    assert len(result.err.splitlines()) == 1


async def test_wrong_settings_end_any_command_with_2(alone: CommandLine) -> None:
    result = await alone.run("db", "upgrade", DATABASE_URL="parley.db", PORT="http")
    assert result.code == 2
    assert "DATABASE_URL: " in result.err
    assert "PORT: " in result.err
