import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.tools import servers
from core.tools.connections import Connections
from core.tools.servers import Server
from core.tools.tool import Asker, Tool, ToolFailure
from storage.words import Asks, Platform
from tests.tools.servers import by_address, by_pipes, over_http, written

ASKER = Asker(
    platform=Platform.SLACK,
    workspace_row=1,
    workspace_id="T1",
    channel_id="C1",
    posts_in="C1",
    person_id="U1",
    person_name="Ann",
    timezone="UTC",
)


@pytest.fixture
async def connections() -> AsyncIterator[Connections]:
    opened = Connections()
    yield opened
    await opened.close()


@pytest.fixture(params=["stdio", "http"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """The office server as a process of its own: over its pipes, then over HTTP."""
    if request.param == "stdio":
        yield servers.read(Path(by_pipes(tmp_path)))["office"]
        return
    async with over_http() as url:
        yield servers.read(Path(by_address(tmp_path, url)))["office"]


async def tool(connections: Connections, server: Server, name: str) -> Tool:
    (found,) = await connections.tools(server, lambda one: one == name)
    return found


async def test_a_tool_of_a_server_is_called_with_its_arguments(connections: Connections, server: Server) -> None:
    weather = await tool(connections, server, "weather")
    assert weather.name == "office:weather"
    assert weather.description == "Tells the weather of a city."
    assert weather.parameters["required"] == ["city"]
    assert (await weather.run({"city": "Ghent"}, ASKER)).text == "Rain in Ghent."


async def test_many_calls_run_beside_each_other_on_one_connection(connections: Connections, server: Server) -> None:
    slow = await tool(connections, server, "slow")
    began = datetime.now(UTC)
    await asyncio.gather(*(slow.run({"seconds": 0.4}, ASKER) for _ in range(4)))
    assert (datetime.now(UTC) - began).total_seconds() < 1.4


async def test_a_tool_that_fails_says_so_to_the_model(connections: Connections, server: Server) -> None:
    fail = await tool(connections, server, "fail")
    with pytest.raises(ToolFailure, match="fail"):
        await fail.run({}, ASKER)


async def test_a_tool_that_was_called_off_leaves_the_connection_well(connections: Connections, server: Server) -> None:
    hang, weather = await tool(connections, server, "hang"), await tool(connections, server, "weather")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await hang.run({}, ASKER)
    assert (await weather.run({"city": "Ghent"}, ASKER)).text == "Rain in Ghent."


async def test_what_only_reads_need_not_be_allowed_and_what_writes_must(
    connections: Connections, server: Server
) -> None:
    assert not (await tool(connections, server, "weather")).asks
    assert (await tool(connections, server, "write")).asks


async def test_a_server_that_went_down_is_started_again(connections: Connections, tmp_path: Path) -> None:
    server = servers.read(Path(by_pipes(tmp_path)))["office"]
    exits = await tool(connections, server, "exits")
    with pytest.raises(ToolFailure):
        await exits.run({}, ASKER)
    again = await tool(connections, server, "weather")
    assert (await again.run({"city": "Ghent"}, ASKER)).text == "Rain in Ghent."


async def test_a_server_that_cannot_be_started_has_no_tools(connections: Connections, tmp_path: Path) -> None:
    server = servers.read(Path(written(tmp_path, "gone", command=["/nowhere/at/all"])))["gone"]
    assert await connections.tools(server, lambda _: True) == []


async def test_an_address_where_nobody_listens_has_no_tools(connections: Connections, tmp_path: Path) -> None:
    server = servers.read(Path(by_address(tmp_path, "http://127.0.0.1:9/mcp")))["office"]
    assert await connections.tools(server, lambda _: True) == []


async def test_a_workspaces_own_server_in_a_private_network_is_not_reached(connections: Connections) -> None:
    async with over_http() as url:
        own = Server(name="own", url=url, owned_by=1, must_be_public=True)
        assert await connections.tools(own, lambda _: True) == []


async def test_a_server_is_given_no_variable_but_those_that_are_named(connections: Connections, tmp_path: Path) -> None:
    known = {"OFFICE_KEY": "4711", "OTHER_KEY": "0815"}
    server = servers.read(Path(by_pipes(tmp_path, env=["OFFICE_KEY"])), known.__getitem__)["office"]
    variable = await tool(connections, server, "variable")
    assert (await variable.run({"name": "OFFICE_KEY"}, ASKER)).text == "4711"
    assert (await variable.run({"name": "OTHER_KEY"}, ASKER)).text == "unset"


def test_the_file_in_the_documentation_is_a_right_one(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs/tools.md").read_text(encoding="utf-8")
    path = tmp_path / "mcp.toml"
    path.write_text(text.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    found = servers.read(path, lambda name: f"the value of {name}")
    assert found["files"].env == {"HANDBOOK_LANGUAGE": "the value of HANDBOOK_LANGUAGE"}
    assert found["tickets"].key == "the value of TICKETS_KEY"
    assert found["tickets"].must_be_allowed("close_ticket", only_reads=True)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({}, "a command or a url"),
        ({"command": ["x"], "url": "https://a.example"}, "not both"),
        ({"url": "ftp://a.example"}, "is not an address"),
        ({"command": ["x"], "env": ["NO_SUCH_VARIABLE_HERE"]}, "the environment has no NO_SUCH_VARIABLE_HERE"),
        ({"command": "x"}, "Expected `array`"),
        ({"command": ["x"], "asks": "sometimes"}, "Invalid enum value"),
        ({"command": ["x"], "shell": True}, "unknown field"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path: Path, entry: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        servers.read(Path(written(tmp_path, "office", **entry)))


@pytest.mark.parametrize(
    ("asks", "ask_for", "reading", "writing"),
    [
        (Asks.ALWAYS, (), True, True),
        (Asks.CHANGES, (), False, True),
        (Asks.NEVER, (), False, False),
        (Asks.NEVER, ("tool",), True, True),
    ],
)
def test_which_tools_must_be_allowed(asks: Asks, ask_for: tuple[str, ...], reading: bool, writing: bool) -> None:
    server = Server(name="x", url="https://a.example", asks=asks, ask_for=ask_for)
    assert server.must_be_allowed("tool", only_reads=True) is reading
    assert server.must_be_allowed("tool", only_reads=False) is writing
