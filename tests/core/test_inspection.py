"""What people are shown of what an answer was made from, on real databases."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, select

from core import drafts, texts
from core.configurations import Configurations
from core.drafts import Draft
from core.inspection import Inspection
from core.people import Person, WorkspaceRef, operator
from core.personas import Personas
from core.prompt import Source
from core.rights import NotAllowed
from core.stream import Tried
from core.why import Why, plain, render
from core.workspace import WorkspaceSettings
from storage import attachments, changes, replies, threads, tool_turns
from storage.database import Database
from storage.incoming import File
from storage.personas import PersonaFields
from storage.problems import NotPossible
from storage.tables import Reply, ReplyRecord
from storage.tool_turns import CallTurn
from storage.words import FileKind, Platform, ToolState
from tests.core import answering
from tests.core.answering import HOUSE_RULES, SHOWN_AT
from tests.storage.samples import BEN, GENERAL, said

BAKERY = WorkspaceRef(Platform.SLACK, "T1")
OPERATOR = operator(BAKERY, "Olga")


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


ANN = Person(platform=Platform.SLACK, workspace_id="T1", id="U1", manages=no)
CHLOE = Person(platform=Platform.SLACK, workspace_id="T1", id="U3", manages=no)
ADMIN = Person(platform=Platform.SLACK, workspace_id="T1", id="U9", manages=yes)
STRANGER = Person(platform=Platform.SLACK, workspace_id="T2", id="U1", manages=yes)


@dataclass(frozen=True, slots=True)
class House:
    """A database, and everything of core that these tests use."""

    database: Database
    configurations: Configurations
    personas: Personas
    workspace: WorkspaceSettings

    def inspection(self, house_rules: str = HOUSE_RULES) -> Inspection:
        return Inspection(self.database, self.configurations, house_rules)

    async def why(self, person: Person = OPERATOR, version: int | None = None) -> Why:
        return await self.inspection().why(1, person, version=version)

    async def answer(self, text: str = "At noon.", **how: Any) -> None:
        await answering.answer(self.database, text, **how)


@pytest.fixture
async def house(migrated_url: str) -> AsyncIterator[House]:
    database = await Database.open(migrated_url)
    configurations = Configurations(database)
    yield House(
        database, configurations, Personas(database, configurations), WorkspaceSettings(database, configurations)
    )
    await database.close()


async def kept(house: House) -> str:
    """Everything that is kept in the records."""

    def read(session: Session) -> str:
        return "\n".join(one.record for one in session.exec(select(ReplyRecord)))

    return await house.database.run(read)


async def test_every_layer_is_shown_with_who_made_it_so_also_after_it_was_changed(house: House) -> None:
    await house.workspace.set_prompt(OPERATOR, "We bake in {workspace}.")
    await house.personas.create(OPERATOR, PersonaFields(name="Pirate", instruction="Talk like a pirate."))
    await house.personas.assign(OPERATOR, GENERAL, "Pirate")
    await house.database.run(threads.keep, said(1))
    await house.answer()
    await house.workspace.set_prompt(OPERATOR, "We do not bake any more.")
    await house.personas.edit(OPERATOR, "Pirate", {"instruction": "Talk like a king."})
    why = await house.why()
    assert [(layer.source, layer.text) for layer in why.layers[:3]] == [
        (Source.HOUSE_RULES, HOUSE_RULES),
        (Source.WORKSPACE_PROMPT, "We bake in Bakery."),
        (Source.PERSONA, "Talk like a pirate."),
    ]
    assert "channel #general" in why.layers[3].text
    assert [layer.changed_by for layer in why.layers] == ["", "Olga", "Olga", ""]
    assert all(not layer.note and layer.tokens > 0 for layer in why.layers)
    assert why.persona == "Pirate"


async def test_a_layer_without_a_history_is_marked_when_it_was_changed_since(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    await house.answer()
    why = await house.inspection("Be very kind.").why(1, OPERATOR)
    assert (why.layers[0].text, why.layers[0].note[:20]) == ("Be very kind.", "It was changed since")
    assert (why.layers[1].source, why.layers[1].note) == (Source.BUILT_IN, "")


async def test_the_messages_are_shown_with_their_roles_as_the_model_had_them(house: House) -> None:
    await house.database.run(threads.keep, said(1, "When?"))
    await house.answer("At noon.")
    await house.database.run(threads.keep, said(2, "Sure?", author=BEN))
    await house.answer("Yes.")
    why = await house.inspection().why(2, OPERATOR)
    assert [(one.role.value, [turn.text for turn in one.turns]) for one in why.messages] == [
        ("user", ["Ann: When?"]),
        ("assistant", ["At noon."]),
        ("user", ["Ben: Sure?"]),
    ]
    assert all(message.tokens > 0 for message in why.messages)


async def test_what_was_deleted_since_is_kept_nowhere_and_is_said_to_be_gone(house: House) -> None:
    await house.database.run(threads.keep, said(1, "my secret recipe"))
    await house.answer()
    await house.database.run(changes.remove, GENERAL, "1")
    why = await house.why()
    assert [(turn.text, turn.note) for turn in why.messages[0].turns] == [("", "It was deleted since.")]
    assert "secret recipe" not in await kept(house) + render(why) + str(plain(why))


async def test_no_text_of_people_is_copied_into_the_record(house: House) -> None:
    await house.database.run(threads.keep, said(1, "my secret recipe"))
    await house.answer("yeast and patience")
    assert "secret recipe" not in await kept(house)
    assert "patience" not in await kept(house)


async def test_what_was_edited_since_is_marked(house: House) -> None:
    await house.database.run(threads.keep, said(1, "When?"))
    await house.answer()
    await house.database.run(changes.edit, GENERAL, "1", "Where?", SHOWN_AT)
    turn = (await house.why()).messages[0].turns[0]
    assert (turn.text, turn.note[:15]) == ("Ann: Where?", "It was edited s")


async def test_what_was_left_out_is_named_with_the_reason(house: House) -> None:
    for number in range(1, 9):
        await house.database.run(threads.keep, said(number, "word " * 200, asks=number == 1))
    await house.database.run(threads.keep, said(9, "and now?"))
    await house.answer(limit=6, budget=900)
    left_out = (await house.why()).left_out
    assert left_out[0].what.endswith("older messages")
    assert left_out[0].why == "the window of the model has room for about 900 tokens of prompt"
    assert (left_out[1].what, left_out[1].why) == (
        "3 messages before those",
        "at most 6 of a conversation are read",
    )


async def test_a_file_is_shown_as_far_as_the_model_was_given_it(house: House) -> None:
    files = (File(name="a.txt"), File(name="b.zip"))
    await house.database.run(threads.keep, said(1, "Look.", files=files))
    read = [
        File(name="a.txt", kind=FileKind.TEXT, text="rye " * 5_000),
        File(name="b.zip", kind=FileKind.LEFT_OUT, note=texts.FILE_UNKNOWN),
    ]
    await house.database.run(attachments.fill, GENERAL, "1", read)
    await house.answer(budget=2_000)
    why = await house.why()
    text = why.messages[0].turns[0].text
    assert "File a.txt (all but its beginning):\n```\nrye rye" in text
    assert 500 < len(text) < 8_000
    assert [(one.what, one.why) for one in why.left_out] == [
        ("a.txt, which Ann shared", texts.FILE_CUT),
        ("b.zip, which Ann shared", texts.FILE_UNKNOWN),
    ]


async def test_the_model_its_times_tokens_and_cost_are_shown(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    await house.answer(
        tokens_in=800,
        tokens_out=100,
        tokens_cached=512,
        tokens_reasoning=64,
        cost_usd=Decimal("0.001234"),
        sent={"temperature": 0.5},
        tried=[Tried("default/large", "503:overloaded")],
    )
    why = await house.why()
    assert (why.model, why.endpoint, why.parameters) == ("small", "default", {"temperature": 0.5})
    assert (why.tokens.read, why.tokens.cached, why.tokens.written, why.tokens.reasoning) == (800, 512, 100, 64)
    assert why.cost_usd == 0.001234
    assert why.times.queued is not None
    assert why.times.started is not None
    assert why.times.queued <= why.times.started <= why.times.done
    assert why.times.first_visible == SHOWN_AT
    told = render(why)
    assert "Model: small of the endpoint default, temperature 0.5." in told
    assert "default/large was asked in vain: 503:overloaded." in told
    assert "800 tokens read (512 of them cached) and 100 written (64 of them for reasoning); it cost $0.001234." in told


async def test_the_tools_that_a_version_called_are_shown(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    work = await answering.claim(house.database)
    call = CallTurn(round=1, number=1, call_id="c1", name="clock", arguments='{"zone": "UTC"}')
    rows = await house.database.run(tool_turns.begin, work.reply_id, work.epoch, work.version, [call])
    await house.database.run(tool_turns.end, rows[0], ToolState.DONE, "09:00")
    await house.database.run(replies.settle, work, drafts.recorded(drafts.outcome_of(Draft()), work, Draft(), 10))
    why = await house.why()
    assert [(tool.name, tool.state, tool.result) for tool in why.tools] == [("clock", ToolState.DONE, "09:00")]
    assert '**Tools called**\n- clock with {"zone": "UTC"}: done\n> 09:00' in render(why)


async def test_the_row_of_a_reply_has_what_it_took(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    await house.answer(tokens_cached=5, tokens_reasoning=6, cost_usd=Decimal("0.5"))
    row = await house.database.run(lambda session: session.get(Reply, 1))
    assert row is not None
    assert (row.endpoint, row.tokens_cached, row.tokens_reasoning, row.cost_microusd) == ("default", 5, 6, 500_000)
    assert row.first_token_at is not None
    assert row.first_shown_at == SHOWN_AT


async def test_each_version_has_a_record_of_its_own(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    await house.answer(model="small")
    await house.database.run(replies.again, 1)
    await house.answer(model="large")
    newest, first = await house.why(), await house.why(version=1)
    assert (newest.version, newest.model, newest.versions) == (2, "large", [1, 2])
    assert (first.version, first.model) == (1, "small")
    assert newest.times.queued is not None
    assert newest.times.queued >= first.times.done


async def test_who_asked_and_who_manages_may_look_and_nobody_else(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    await house.answer()
    assert (await house.why(ANN)).reply == (await house.why(ADMIN)).reply == 1
    with pytest.raises(NotAllowed, match=texts.NOT_YOUR_ANSWER):
        await house.why(CHLOE)


async def test_who_was_named_as_a_manager_may_look_until_that_is_taken_back(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    await house.answer()
    await house.workspace.add_manager(OPERATOR, "person", "U3", "Chloe")
    assert (await house.why(CHLOE)).reply == 1
    await house.workspace.remove_manager(OPERATOR, "person", "U3")
    with pytest.raises(NotAllowed):
        await house.why(CHLOE)


async def test_nobody_looks_into_another_workspace_or_from_another_channel(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    await house.answer()
    with pytest.raises(NotPossible, match=texts.NO_SUCH_ANSWER):
        await house.why(STRANGER)
    with pytest.raises(NotPossible, match=texts.NO_SUCH_ANSWER):
        await house.inspection().why(1, ADMIN, place=replace(GENERAL, channel_id="C2"))


async def test_an_answer_is_found_by_its_messages_and_by_its_question(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    work = await answering.claim(house.database)
    await house.database.run(replies.add_segment, work, 0, "77")
    await house.database.run(replies.settle, work, drafts.recorded(drafts.outcome_of(Draft()), work, Draft(), 10))
    for message_id in ("77", "1"):
        assert (await house.inspection().of_message(GENERAL, message_id, ANN)).reply == 1
    with pytest.raises(NotPossible, match=texts.NO_ANSWER_THERE):
        await house.inspection().of_message(GENERAL, "78", ANN)


async def test_the_newest_answer_is_ones_own_unless_one_manages(house: House) -> None:
    with pytest.raises(NotPossible, match=texts.NOTHING_ANSWERED_HERE):
        await house.inspection().newest(GENERAL, "C1", ANN)
    await house.database.run(threads.keep, said(1))
    await house.answer()
    await house.database.run(threads.keep, said(2, author=BEN))
    await house.answer()
    assert (await house.inspection().newest(GENERAL, "C1", ADMIN)).reply == 2
    assert (await house.inspection().newest(GENERAL, "C1", ANN)).reply == 1
    with pytest.raises(NotAllowed):
        await house.inspection().newest(GENERAL, "C1", CHLOE)


async def test_an_answer_that_is_still_made_is_to_be_waited_for(house: House) -> None:
    await house.database.run(threads.keep, said(1))
    with pytest.raises(NotPossible, match=texts.STILL_ANSWERING):
        await house.why(ANN)
