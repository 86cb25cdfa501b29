"""The commands of many processes, on a database that only one can use."""

import pytest

from tests.bots.command_line import CommandLine


@pytest.mark.parametrize("arguments", [("run", "slack", "--listen-only"), ("worker",), ("clock",)])
async def test_what_needs_postgresql_says_so(command_line: CommandLine, arguments: tuple[str, ...]) -> None:
    result = await command_line.run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert "postgresql://" in result.err
    assert "Traceback" not in result.err


async def test_a_database_that_cannot_be_reached_is_named_without_its_password(command_line: CommandLine) -> None:
    url = "postgresql://parley:hush-hush@127.0.0.1:1/parley"
    result = await command_line.run("db", "upgrade", DATABASE_URL=url)
    assert result.code == 1
    assert "127.0.0.1" in result.err
    assert "hush-hush" not in result.err + result.out
    assert "Traceback" not in result.err


async def test_an_address_of_another_kind_is_refused(command_line: CommandLine) -> None:
    result = await command_line.run("run", DATABASE_URL="mysql://me:hush-hush@localhost/x")
    assert result.code == 2
    assert "DATABASE_URL" in result.err
    assert "hush-hush" not in result.err
