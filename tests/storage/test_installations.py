from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlmodel import Session

from storage import configurations, installations, workspaces
from storage.database import Database
from storage.encrypted import Unreadable, Vault
from storage.installations import Installed, Tokens
from storage.words import Deed, Platform
from tests.storage.samples import ADA

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
VAULT = Vault([OLD])
OFFICE = Installed(
    platform_id="T1",
    name="Office",
    bot_id="B1",
    bot_user_id="U1",
    tokens=Tokens(token="xoxb-secret", refresh_token="xoxe-secret", expires_at=NOON),
    installed_at=NOON,
)
GROUP = replace(OFFICE, platform_id="E1", name="Group", tokens=Tokens(token="xoxb-group"))


def kept_as(session: Session) -> list[str]:
    return list(session.execute(text("select token from installation order by id")).scalars())


async def test_what_is_kept_is_found_again_and_is_not_kept_as_it_is(database: Database) -> None:
    await database.run(installations.keep, VAULT, OFFICE)
    assert await database.run(installations.find, VAULT, "T1") == OFFICE
    assert "secret" not in str(await database.run(kept_as))
    assert "secret" not in repr(OFFICE)


async def test_an_installation_anew_takes_the_place_of_the_old(database: Database) -> None:
    await database.run(installations.keep, VAULT, OFFICE)
    anew = replace(OFFICE, tokens=Tokens(token="xoxb-new"), installed_at=NOON + HOUR)
    await database.run(installations.keep, VAULT, anew)
    assert await database.run(installations.find, VAULT, "T1") == anew
    assert len(await database.run(kept_as)) == 1


async def test_an_installation_of_its_own_goes_before_that_of_its_organisation(database: Database) -> None:
    await database.run(installations.keep, VAULT, GROUP)
    assert await database.run(installations.find, VAULT, "T1", "E1") == GROUP
    await database.run(installations.keep, VAULT, OFFICE)
    assert await database.run(installations.find, VAULT, "T1", "E1") == OFFICE


async def test_which_organisation_serves_a_workspace_is_remembered(database: Database) -> None:
    await database.run(installations.keep, VAULT, GROUP)
    assert await database.run(installations.find, VAULT, "T1") is None
    await database.run(installations.find, VAULT, "T1", "E1")
    assert await database.run(installations.find, VAULT, "T1") == GROUP
    assert await database.run(installations.served_by, "E1") == ["T1"]


async def test_removing_an_installation_leaves_what_was_set_up(database: Database) -> None:
    workspace_id = await database.run(workspaces.workspace, Platform.SLACK, "T1", "Office")
    await database.run(workspaces.change, workspace_id, ADA, Deed.PROMPT_SET, "prompt", "Be brief.")
    await database.run(installations.keep, VAULT, OFFICE)
    assert await database.run(installations.remove, "T1", NOON + HOUR)
    assert await database.run(installations.find, VAULT, "T1") is None
    assert (await database.run(configurations.read, workspace_id)).prompt == "Be brief."


async def test_a_removal_before_the_installation_removes_nothing(database: Database) -> None:
    await database.run(installations.keep, VAULT, OFFICE)
    assert not await database.run(installations.remove, "T1", NOON - HOUR)
    assert await database.run(installations.find, VAULT, "T1") == OFFICE


async def test_one_alone_takes_a_refresh_on_until_the_tokens_are_new_or_the_lease_is_over(database: Database) -> None:
    await database.run(installations.keep, VAULT, OFFICE)
    assert await database.run(installations.lease, "T1", NOON, NOON, NOON + HOUR)
    assert not await database.run(installations.lease, "T1", NOON, NOON, NOON + HOUR)
    assert await database.run(installations.lease, "T1", NOON, NOON + 2 * HOUR, NOON + 3 * HOUR)
    await database.run(installations.renew, VAULT, "T1", Tokens(token="xoxb-new", expires_at=NOON + 12 * HOUR))
    assert not await database.run(installations.lease, "T1", NOON, NOON + 4 * HOUR, NOON + 5 * HOUR)


async def test_a_new_key_is_used_while_the_old_one_still_reads(database: Database) -> None:
    await database.run(installations.keep, VAULT, OFFICE)
    both = Vault([NEW, OLD])
    assert await database.run(installations.find, both, "T1") == OFFICE
    with pytest.raises(Unreadable):
        await database.run(installations.check, Vault([NEW]))
    assert await database.run(installations.rekey, both) == 1
    assert await database.run(installations.find, Vault([NEW]), "T1") == OFFICE
    with pytest.raises(Unreadable):
        await database.run(installations.find, VAULT, "T1")


async def test_a_rekey_that_cannot_read_one_changes_none(database: Database) -> None:
    await database.run(installations.keep, VAULT, OFFICE)
    await database.run(installations.keep, Vault([NEW]), GROUP)
    before = await database.run(kept_as)
    with pytest.raises(Unreadable):
        await database.run(installations.rekey, VAULT)
    assert await database.run(kept_as) == before


async def test_a_state_works_once_and_in_time(database: Database) -> None:
    for state in ("a", "b"):
        await database.run(installations.expect, state, NOON, NOON + HOUR)
    assert await database.run(installations.expected, "a", NOON)
    assert not await database.run(installations.expected, "a", NOON)
    assert not await database.run(installations.expected, "b", NOON + 2 * HOUR)
    assert not await database.run(installations.expected, "c", NOON)
