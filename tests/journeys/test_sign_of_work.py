"""The sign of work on any surface: shown while nothing can be read yet, renewed in time, and always taken away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from core import settings as core_settings
from core.allowance import Allowance
from core.asking import Asking
from core.budget import Rate
from core.configurations import Configurations
from core.drafting import Drafting
from core.errors import Kind, PlatformTrouble
from core.ledger import Ledger
from core.moderation import Moderation
from core.replies import Replies
from core.screening import Screens
from core.settings import Settings
from core.summaries import Summaries
from core.surface import Below, Controls, Limited
from core.tools.registry import Tools
from core.tools.search import Room
from core.tools.tool import Asker
from core.writes import Writes
from storage import claims, threads
from storage.database import Database
from storage.incoming import Author, Incoming, Place
from storage.words import Platform
from tests.journeys.control import Model, until

PLACE = Place(platform=Platform.SLACK, workspace_id="T1", channel_id="C1")
QUESTION = Incoming(
    place=PLACE,
    thread_key="1",
    posts_in="C1",
    message_id="1",
    position=1,
    author=Author(id="U1", name="Ann"),
    text="hello",
    sent_at=datetime(2026, 11, 22, tzinfo=UTC),
    asks=True,
)


class Board:
    """A surface in memory whose sign lasts a twentieth of a second; it may refuse every post."""

    text_limit = 4_000
    most_messages = 10
    working_s = 0.05
    takes_back = True
    lasts_s: float | None = None
    posts = edits = Limited("board", Rate(1_000, 1.0))

    def __init__(self, *, refuses: bool = False) -> None:
        self._refuses = refuses
        self.shown: list[str] = []
        self.signs = 0
        self.rests = 0

    def weigh(self, text: str) -> int:
        return len(text)

    async def open(self, text: str, token: str, controls: Below) -> str:
        if self._refuses:
            raise PlatformTrouble(Kind.DENIED, "restricted_action")
        self.shown.append(text)
        return token

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        self.shown.append(text)

    async def attach(self, name: str, text: str, token: str, controls: Below, note: str = "") -> str:
        return await self.open(text, token, controls)

    async def point(self, token: str) -> str:
        return await self.open("above", token, Controls.NONE)

    async def offer(self, message_id: str) -> None:
        """Nothing is edited here."""

    async def remove(self, message_id: str) -> None:
        self.shown.clear()

    async def working(self) -> None:
        self.signs += 1

    async def rest(self) -> None:
        self.rests += 1


@pytest.fixture
def settings(model: Model, tmp_path: Path) -> Settings:
    return core_settings.load(
        env_file=None,
        OPENAI_API_KEY="key",
        OPENAI_BASE_URL=f"{model.url}/v1",
        OPENAI_MODEL="parley-playground",
        DATABASE_URL=f"sqlite:///{tmp_path}/parley.db",
    )


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = await Database.open(settings.database_url)
    yield database
    await database.close()


async def _nothing(_asker: Asker, _rooms: Sequence[Room]) -> frozenset[Room]:
    return frozenset()


async def answered(database: Database, settings: Settings, board: Board, model: Model) -> None:
    """Answer one question on the board; the model begins once the sign was shown three times."""
    await model.will_say("Hello.", hold=True)
    await database.run(threads.keep, QUESTION)
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    asking, writes = Asking(settings), Writes(monotonic)
    configurations, ledger = Configurations(database), Ledger(database, shared=False)
    allowance = Allowance(database, configurations, asking.models, asking.prices, settings)
    drafting = Drafting(
        asking=asking,
        settings=settings,
        configurations=configurations,
        allowance=allowance,
        summaries=Summaries(database, asking, allowance, settings),
        tools=Tools(database, settings, _nothing),
        screens=Screens(Moderation(settings)),
    )
    replies = Replies(database, drafting, writes, settings, lambda _: board, ledger)
    making = asyncio.create_task(replies.make(work))

    async def renewed() -> bool:
        return board.signs >= 3

    await until(renewed)
    await model.post("/control/release")
    await making
    await writes.close()
    await asking.close()


async def test_the_sign_is_renewed_until_the_text_is_there(
    database: Database, settings: Settings, model: Model
) -> None:
    board = Board()
    await answered(database, settings, board, model)
    signs = board.signs
    await asyncio.sleep(0.12)
    assert board.shown[-1] == "Hello."
    assert (board.signs, board.rests) == (signs, 1)


async def test_the_sign_is_taken_away_when_nothing_can_be_shown(
    database: Database, settings: Settings, model: Model
) -> None:
    board = Board(refuses=True)
    await answered(database, settings, board, model)
    assert (board.shown, board.rests) == ([], 1)
