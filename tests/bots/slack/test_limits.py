from collections.abc import AsyncIterator

import aiohttp
import pytest

from bots.playground.slack.driving import local_slack
from bots.slack import web
from bots.slack.limits import Limits
from core.budget import Rate
from core.errors import HeldBack
from core.tallies import Tallies
from storage.database import Database

TIMES = 14


@pytest.fixture
async def processes(migrated_url: str) -> AsyncIterator[list[Database]]:
    """The same database as each of several processes has it open."""
    opened = [await Database.open(migrated_url) for _ in range(3)]
    yield opened
    for database in opened:
        await database.close()


async def test_slack_refuses_nothing_though_one_process_after_another_calls_and_dies(processes: list[Database]) -> None:
    """`users.list` may be called twenty times a minute."""
    async with local_slack() as slack, aiohttp.ClientSession() as connections:
        made = 0
        for tallies in map(Tallies, processes):
            client = web.client("xoxb-playground", slack.api, connections, Limits(tallies))
            for _ in range(TIMES):
                try:
                    await client.users_list()
                    made += 1
                except HeldBack:
                    pass
        assert 17 <= made <= 20
        assert [call["status"] for call in await slack.calls("users.list")] == [200] * made


async def test_a_read_whose_answer_is_lost_is_made_again_and_counts_twice(processes: list[Database]) -> None:
    tallies = Tallies(processes[0])
    async with local_slack() as slack, web.session() as connections:
        client = web.client("xoxb-playground", slack.api, connections, Limits(tallies))
        await client.users_list()
        await slack.control("POST", "faults", {"operation": "users.list", "kind": "lose"})
        for _ in range(18):
            await client.users_list()
        with pytest.raises(HeldBack):
            await client.users_list()
        assert [call["status"] for call in await slack.calls("users.list")] == [200, 0] + [200] * 18
    await tallies.close()


async def test_a_post_counts_in_its_channel_and_in_its_workspace(processes: list[Database]) -> None:
    limits = Limits(Tallies(processes[0]), updates=Rate(100_000, 60.0))
    post = limits.of("chat.postMessage", "T1", "C1")
    assert post is not None
    assert post.within is not None
    assert (post.key, post.within.key) == ("slack:T1:chat.postMessage:C1", "slack:T1:chat.postMessage")
    assert limits.of("views.open", "T1", "") is None
    assert limits.of("chat.update", "T1", "C1") is None
