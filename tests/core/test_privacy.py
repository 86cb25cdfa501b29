from datetime import UTC, datetime, timedelta

import pytest

from core.configurations import Configurations
from core.export import Export
from core.privacy import NEVER, Privacy
from core.rights import NotAllowed
from storage import audit, threads
from storage.database import Database
from storage.problems import NotPossible
from tests.core.answering import answer
from tests.core.people import ADA, BAKERY, person
from tests.storage.samples import BEN, said


@pytest.fixture
def privacy(database: Database) -> Privacy:
    return Privacy(database, Configurations(database), 0)


async def asked(database: Database) -> None:
    await database.run(threads.keep, said(1, "May I bake?"))
    await answer(database, "Yes.")


async def test_whoever_asks_is_forgotten_and_gets_a_receipt(privacy: Privacy, database: Database) -> None:
    await asked(database)
    receipt = await privacy.forget_me(person("U1"))
    assert (receipt.workspaces, receipt.scrubbed) == (1, True)
    assert receipt.counts == {"messages": 1, "answers": 1, "records": 1}
    assert str(receipt).endswith("UTC, 1 workspace: 1 answers, 1 messages, 1 records.")
    again = await privacy.forget_me(person("U1"))
    assert str(again).endswith("0 workspaces: nothing was kept.")


async def test_the_audit_log_tells_of_it_and_not_who_was_forgotten(privacy: Privacy, database: Database) -> None:
    await asked(database)
    await privacy.forget_me(person("U1"))
    (change,) = await database.run(audit.changes, 1)
    assert (change.deed, change.actor_id, change.subject) == ("erase", "", "")
    assert "U1" not in change.after


async def test_others_are_erased_by_admins_alone(privacy: Privacy, database: Database) -> None:
    await asked(database)
    with pytest.raises(NotAllowed):
        await privacy.erase(person("U2"), "U1")
    assert (await privacy.erase(ADA, "U1")).counts["messages"] == 1
    with pytest.raises(NotPossible, match="Name the person"):
        await privacy.erase(ADA, "")


async def test_a_reply_to_somebody_who_is_forgotten_is_ended_first(database: Database) -> None:
    stopped: list[int] = []

    def stop(reply_id: int) -> bool:
        stopped.append(reply_id)
        return False

    await database.run(threads.keep, said(1, "May I bake?"))
    await Privacy(database, Configurations(database), 0, stop).forget_me(person("U1"))
    assert stopped == [1]


async def test_retention_is_for_admins_and_told_to_everybody(privacy: Privacy) -> None:
    assert await privacy.retention(person("U2")) == NEVER
    with pytest.raises(NotAllowed):
        await privacy.set_retention(person("U2"), 30)
    assert await privacy.set_retention(ADA, 30) == "What was said is deleted after 30 days."
    assert await privacy.retention(person("U2")) == "What was said is deleted after 30 days."
    assert await privacy.set_retention(ADA, None) == NEVER
    with pytest.raises(NotPossible, match="from 1 to 36500"):
        await privacy.set_retention(ADA, 0)


async def test_a_sweep_deletes_what_is_too_old_and_nothing_else(privacy: Privacy, database: Database) -> None:
    await asked(database)
    await privacy.set_retention(ADA, 30)
    assert await privacy.sweep(datetime.now(UTC)) == 0
    assert await privacy.sweep(datetime.now(UTC) + timedelta(days=31)) == 2


async def exported(database: Database, person_id: str = "") -> list[dict[str, object]]:
    export = Export(database, Configurations(database))
    whose = await export.whose(ADA, person_id)
    rows = [row async for row in export.rows(whose)]
    assert len(rows) == await export.count(whose)
    return rows


async def test_a_workspace_is_exported_as_a_whole(database: Database) -> None:
    await asked(database)
    rows = await exported(database)
    kinds = [row["kind"] for row in rows]
    assert kinds == ["workspace", "channel", "thread", "message", "message", "reply", "reply_record"]
    assert [row["text"] for row in rows if row["kind"] == "message"] == ["May I bake?", "Yes."]


async def test_of_a_person_what_is_theirs_is_exported_and_nothing_of_others(database: Database) -> None:
    await asked(database)
    await database.run(threads.keep, said(2, "And I?", author=BEN))
    rows = await exported(database, "U1")
    assert [row["kind"] for row in rows] == ["message", "message", "reply", "reply_record"]
    assert [row["text"] for row in rows if row["kind"] == "message"] == ["May I bake?", "Yes."]


async def test_only_admins_export(database: Database) -> None:
    with pytest.raises(NotAllowed):
        await Export(database, Configurations(database)).whose(person("U1"), "U1")
    assert (await Export(database, Configurations(database)).whose(ADA)).workspace_row == 1
    assert BAKERY.id == "T1"
