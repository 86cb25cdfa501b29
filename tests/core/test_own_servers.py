from collections.abc import AsyncIterator, Sequence

import pytest

from core import settings as core_settings
from core import texts
from core.configurations import Configurations
from core.people import Person, WorkspaceRef, operator
from core.rights import NotAllowed
from core.tools.own_servers import OwnServers
from core.tools.registry import Tools
from core.tools.search import Room
from core.tools.tool import Asker
from core.transfer import Transfer
from core.workspace import WorkspaceSettings
from storage import encrypted
from storage.database import Database
from storage.problems import NotPossible
from storage.tool_servers import ServerFields
from storage.words import Platform

WORKSPACE = WorkspaceRef(Platform.SLACK, "T1")
BY = operator(WORKSPACE)
URL = "https://mcp.example.com/mcp"
SECRET = "sk-very-secret"


async def nothing(_asker: Asker, _rooms: Sequence[Room]) -> frozenset[Room]:
    return frozenset()


async def nobody() -> bool:
    return False


class House:
    """A workspace, and every way to bring a server along."""

    def __init__(self, database: Database, **given: object) -> None:
        given = {"PARLEY_ENCRYPTION_KEYS": encrypted.new_key()} | given
        self.settings = core_settings.load(env_file=None, **given)
        self.configurations = Configurations(database)
        self.tools = Tools(database, self.settings, nothing)
        self.servers = OwnServers(database, self.configurations, self.settings, self.tools)
        self.transfer = Transfer(database, self.configurations)
        self.workspace = WorkspaceSettings(database, self.configurations)


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(migrated_url)
    yield opened
    await opened.close()


async def test_a_servers_key_is_kept_encrypted_and_shown_to_nobody(database: Database) -> None:
    house = House(database)
    await house.servers.set(BY, ServerFields(name="tickets", url=URL, key=SECRET))
    configuration = await house.configurations.now(WORKSPACE)
    assert SECRET not in configuration.servers[0].sealed_key
    assert house.tools.servers_of(configuration, "slack:T1")["tickets"].key == SECRET
    (shown,) = await house.servers.listed(BY)
    assert shown.has_key
    assert SECRET not in str(shown)
    assert SECRET not in str([(one.before, one.after) for one in await house.workspace.audit(BY)])
    assert SECRET not in await house.transfer.export(BY)


async def test_a_key_does_not_follow_to_another_address(database: Database) -> None:
    house = House(database)
    await house.servers.set(BY, ServerFields(name="tickets", url=URL, key=SECRET))
    await house.servers.set(BY, ServerFields(name="tickets", url=URL, asks="never"))
    assert (await house.servers.listed(BY))[0].has_key
    await house.servers.set(BY, ServerFields(name="tickets", url="https://elsewhere.example.com/mcp"))
    assert not (await house.servers.listed(BY))[0].has_key


async def test_only_admins_bring_servers(database: Database) -> None:
    house = House(database)
    chloe = Person(platform=Platform.SLACK, workspace_id="T1", id="U3", manages=nobody)
    with pytest.raises(NotAllowed):
        await house.servers.set(chloe, ServerFields(name="tickets", url=URL))
    with pytest.raises(NotAllowed):
        await house.servers.remove(chloe, "tickets")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "Two words", "url": URL}, "name"),
        ({"name": "search", "url": URL}, "name"),
        ({"name": "a", "url": "http://mcp.example.com"}, "url"),
        ({"name": "a", "url": "https://127.0.0.1/mcp"}, "url"),
        ({"name": "a", "url": "https://metadata.internal/"}, "url"),
        ({"name": "a", "url": URL, "asks": "rarely"}, "asks"),
        ({"name": "a", "url": URL, "key": "two words"}, "key"),
    ],
)
async def test_what_is_wrong_is_told_with_its_field(database: Database, fields: dict[str, str], field: str) -> None:
    with pytest.raises(NotPossible) as caught:
        await House(database).servers.set(BY, ServerFields(**fields))
    assert [problem.field for problem in caught.value.problems] == [field]


async def test_without_encryption_keys_no_key_is_kept(database: Database) -> None:
    house = House(database, PARLEY_ENCRYPTION_KEYS="")
    with pytest.raises(NotPossible, match="PARLEY_ENCRYPTION_KEYS"):
        await house.servers.set(BY, ServerFields(name="tickets", url=URL, key=SECRET))
    await house.servers.set(BY, ServerFields(name="tickets", url=URL))


async def test_whoever_runs_parley_may_forbid_it(database: Database) -> None:
    house = House(database, PARLEY_OWN_ENDPOINTS="off")
    with pytest.raises(NotPossible, match="does not let workspaces bring"):
        await house.servers.set(BY, ServerFields(name="tickets", url=URL))
    assert texts.TOOL_SERVERS_OFF


async def test_a_file_sets_servers_and_takes_them_away_and_never_holds_a_key(database: Database) -> None:
    house = House(database)
    file = f'[[workspace.server]]\nname = "tickets"\nurl = "{URL}"\n'
    plan = await house.transfer.plan(BY, file)
    await house.transfer.apply(BY, plan)
    assert [str(step) for step in plan.steps] == ["+ server of tools 'tickets'"]
    await house.servers.set(BY, ServerFields(name="tickets", url=URL, key=SECRET))
    again = await house.transfer.plan(BY, file)
    assert again.steps == ()
    gone = await house.transfer.plan(BY, "[workspace]\nserver = []\n")
    await house.transfer.apply(BY, gone)
    assert await house.servers.listed(BY) == []
