"""A workspace in which people have asked a lot, for the admin page to show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from core.configurations import Configurations
from core.people import Person, WorkspaceRef, operator
from core.personas import Personas
from core.schedules import Schedules
from core.workspace import WorkspaceSettings
from storage import spending, threads, workspaces
from storage.database import Database
from storage.incoming import Author, Place
from storage.personas import PersonaFields
from storage.spending import Bill, Took
from storage.tables import Message, Reply, Thread, rows
from storage.words import Platform
from tests.core import answering
from tests.storage.samples import said

BAKERY = WorkspaceRef(Platform.SLACK, "T1")
OLGA = operator(BAKERY, "Olga")
PEOPLE = ("Ann", "Ben", "Chloé", "Dmitri")
MODELS = ("small", "large")
DAYS = 30


@dataclass(frozen=True, slots=True)
class Words:
    """What people call things, and write."""

    workspace: str = "Bakery"
    channel: str = "general"
    person: str = "Ann"
    persona: str = "Pirate"
    instruction: str = "Talk like a pirate, and call everybody matey."
    question: str = "When does the oven start?"
    answer: str = "At noon."
    prompt: str = "Sum up what was baked yesterday."

    @property
    def place(self) -> Place:
        return place("C1", self.channel, self.workspace)


def place(channel_id: str, name: str, workspace: str = "") -> Place:
    return Place(
        platform=BAKERY.platform,
        workspace_id=BAKERY.id,
        workspace_name=workspace,
        channel_id=channel_id,
        channel_name=name,
    )


async def open_bakery(database: Database, words: Words = Words(), by: Person = OLGA) -> None:
    """One question with its answer, a persona in its channel, a schedule, and what these have cost."""
    configurations = Configurations(database)
    personas = Personas(database, configurations)
    await database.run(
        threads.keep, said(1, words.question, place=words.place, author=Author(id="U1", name=words.person))
    )
    await WorkspaceSettings(database, configurations).set_prompt(by, "We bake in {workspace}.")
    await personas.create(by, PersonaFields(name=words.persona, instruction=words.instruction))
    await personas.assign(by, words.place, words.persona)
    await answering.answer(database, words.answer)
    schedules = Schedules(database, configurations, lambda _fired: None)
    await schedules.add(by, words.place, "every weekday 09:00", words.prompt)
    await database.run(count, words, datetime.now(UTC))


def count(session: Session, words: Words, now: datetime) -> None:
    day = f"{now:%Y-%m-%d}"
    where = {"workspace_id": 1, "channel_row": 1, "channel_id": "C1", "day": day}
    who = {"person_id": "U1", "person_name": words.person, "persona": words.persona, "model": "small"}
    took = Took(tokens_in=1_200, tokens_out=80, cost_microusd=4_200)
    spending.add(session, Bill(**where, **who, took=took))  # type: ignore[arg-type]


def month(session: Session, now: datetime) -> None:
    """A month of answers by several people in several channels, for pictures."""
    channels = [
        workspaces.locate(session, place(f"C{n}", name)).channel_id
        for n, name in enumerate(("general", "support", "recipes"), 1)
    ]
    for number, at in enumerate(moments(now)):
        channel, person = number % 3, number % len(PEOPLE)
        took = Took(tokens_in=900 + 37 * (number % 29), tokens_out=120 + 11 * (number % 17), cost_microusd=900 + number)
        bill = {"workspace_id": 1, "day": f"{at:%Y-%m-%d}", "channel_row": channels[channel], "took": took}
        who = {"person_id": f"U{person}", "person_name": PEOPLE[person], "persona": ("", "Pirate", "Butler")[channel]}
        model = MODELS[number % 5 == 0]
        spending.add(session, Bill(**bill, **who, channel_id=f"C{channel + 1}", model=model))  # type: ignore[arg-type]
        reply(session, 100 + number, channels[channel], PEOPLE[person], at, model=model, **ended(number), took=took)


def moments(now: datetime) -> Iterator[datetime]:
    """More of them on weekdays, and every week some more."""
    for day in range(DAYS):
        at = now - timedelta(days=DAYS - 1 - day)
        for number in range(2 + day % 3 if at.weekday() > 4 else 7 + day // 5 + day * 7 % 5):
            yield at - timedelta(minutes=300 - 11 * number)


def ended(number: int) -> dict[str, Any]:
    wait_s = 0.6 + 0.1 * (number * 7 % 13)
    if number % 31 == 30:
        return {"state": "failed", "error": "model_unreachable", "first_s": None, "whole_s": 30.0}
    return {"state": "done", "error": "", "first_s": wait_s, "whole_s": 3 * wait_s + number % 5}


def reply(session: Session, id_: int, channel_id: int, person: str, at: datetime, **how: Any) -> None:
    """A settled reply in a thread of its own."""
    common = {"thread_id": id_, "channel_id": channel_id, "created_at": at}
    session.execute(insert(rows(Thread)), {"id": id_, "key": str(id_), "posts_in": "C1", **common})
    message = {"id": id_, "platform_id": str(id_), "position": id_, "role": "user", "author_kind": "person"}
    said_ = {"author_id": "U1", "author_name": person, "text": "hello", "sent_at": at}
    session.execute(insert(rows(Message)), message | said_ | common)
    took, first_s = how["took"], how["first_s"]
    values = {
        "id": id_,
        "trigger_id": id_,
        "state": how["state"],
        "error": how["error"],
        "model": how["model"],
        "epoch": 1,
        "finish_reason": "stop",
        "queued_at": at,
        "first_shown_at": at + timedelta(seconds=first_s) if first_s else None,
        "settled_at": at + timedelta(seconds=how["whole_s"]),
        "tokens_in": took.tokens_in,
        "tokens_out": took.tokens_out,
        "cost_microusd": took.cost_microusd,
    }
    session.execute(insert(rows(Reply)), values | common)
