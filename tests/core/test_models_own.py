from typing import Any

import pytest

from core import settings
from core.configurations import Configurations
from core.own_endpoints import OwnEndpoints
from core.rights import NotAllowed
from storage import audit, encrypted, endpoints, workspaces
from storage.database import Database
from storage.encrypted import Unreadable, Vault
from storage.endpoints import OwnFields
from storage.problems import NotPossible
from tests.core.people import ADA, BAKERY, person

pytestmark = pytest.mark.usefixtures("environment")

OLD, NEW = encrypted.new_key(), encrypted.new_key()
KEY = "sk-very-secret"


def desk(database: Database, **given: Any) -> OwnEndpoints:
    loaded = settings.load(None, **{"PARLEY_ENCRYPTION_KEYS": OLD} | given)
    return OwnEndpoints(database, Configurations(database), loaded)


def fields(**changed: Any) -> OwnFields:
    return OwnFields(**{"kind": "", "base_url": "https://llm.example.com/v1", "model": "big", "key": KEY} | changed)


async def test_what_is_set_is_shown_without_its_key_and_known_to_another_process(
    database: Database, neighbour: Database
) -> None:
    assert "own/big" in await desk(database).set(ADA, fields())
    shown = await desk(neighbour).shown(ADA)
    assert shown is not None
    assert (shown.kind, shown.base_url, shown.model, shown.has_key) == ("other", fields().base_url, "big", True)


async def test_nobody_but_an_admin_sets_sees_or_removes_it(database: Database) -> None:
    await desk(database).set(ADA, fields())
    ben = person("U2", "C1")
    for deed in (desk(database).set(ben, fields()), desk(database).remove(ben), desk(database).shown(ben)):
        with pytest.raises(NotAllowed):
            await deed
    assert await desk(database).shown(ADA)


async def test_the_key_is_nowhere_in_the_open(database: Database) -> None:
    await desk(database).set(ADA, fields())
    await desk(database).remove(ADA)
    row, _ = await database.run(workspaces.revision, BAKERY.platform, BAKERY.id)
    changes = await database.run(audit.changes, row)
    assert [change.deed for change in changes] == ["endpoint.remove", "endpoint.set"]
    assert all(KEY not in change.before + change.after for change in changes)
    assert KEY not in repr(fields())


async def test_without_a_key_the_kept_one_stays_until_the_address_changes(database: Database) -> None:
    await desk(database).set(ADA, fields())
    await desk(database).set(ADA, fields(key=None, model="small"))
    shown = await desk(database).shown(ADA)
    assert shown is not None
    assert (shown.model, shown.has_key) == ("small", True)
    await desk(database).set(ADA, fields(key=None, base_url="https://elsewhere.example.com/v1"))
    shown = await desk(database).shown(ADA)
    assert shown is not None
    assert not shown.has_key


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"base_url": "http://llm.example.com/v1"}, "base_url"),
        ({"base_url": "https://10.0.0.1/v1"}, "base_url"),
        ({"base_url": "https://llm.example.com/v1/chat/completions"}, "base_url"),
        ({"key": "two words"}, "key"),
        ({"key": "käy"}, "key"),
        ({"key": "k\ney"}, "key"),
        ({"model": " "}, "model"),
        ({"model": "two words"}, "model"),
        ({"kind": "abacus"}, "kind"),
    ],
)
async def test_what_cannot_be_meant_is_told_at_its_field(
    database: Database, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotPossible) as raised:
        await desk(database).set(ADA, fields(**changed))
    assert raised.value.field == field
    assert all(str(value).strip() not in str(raised.value) for name, value in changed.items() if name == "key")
    assert await desk(database).shown(ADA) is None


async def test_everything_that_is_wrong_is_told_at_once(database: Database) -> None:
    with pytest.raises(NotPossible) as raised:
        await desk(database).set(ADA, fields(base_url="", key="a b", model=""))
    assert [problem.field for problem in raised.value.problems] == ["base_url", "key", "model"]


@pytest.mark.parametrize("given", [{"PARLEY_OWN_ENDPOINTS": "off"}, {"PARLEY_ENCRYPTION_KEYS": ""}])
async def test_where_none_may_be_brought_it_is_said(database: Database, given: dict[str, str]) -> None:
    with pytest.raises(NotPossible, match=r"[Ww]hoever runs Parley"):
        await desk(database, **given).set(ADA, fields())
    with pytest.raises(NotPossible, match=r"[Ww]hoever runs Parley"):
        await desk(database, **given).to_change(ADA)


async def test_what_is_not_there_cannot_be_removed(database: Database) -> None:
    with pytest.raises(NotPossible, match="no model endpoint of its own"):
        await desk(database).remove(ADA)


async def test_keys_are_encrypted_anew_with_the_newest(database: Database) -> None:
    await desk(database).set(ADA, fields())
    assert await database.run(endpoints.rekey, Vault([NEW, OLD])) == 1
    row, revision = await database.run(workspaces.revision, BAKERY.platform, BAKERY.id)
    kept = (await Configurations(database).of(row, revision)).endpoint
    assert kept is not None
    assert Vault([NEW]).unseal(kept.sealed_key) == KEY
    with pytest.raises(Unreadable):
        Vault([OLD]).unseal(kept.sealed_key)
