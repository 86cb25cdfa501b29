import asyncio

import yarl

from bots.discord.requests import Requests, is_free
from bots.playground.buckets import SlidingWindow


async def test_no_more_requests_go_than_discord_takes_in_a_second() -> None:
    """Time passes here as slowly or fast as the machine likes: what counts is that no window is overrun."""
    requests, loop = Requests(20, asyncio.get_running_loop().time), asyncio.get_running_loop()
    window, refused = SlidingWindow(20, 1.0), []

    async def request() -> None:
        began_at = await requests.begin()
        await asyncio.sleep(0)
        refused.append(window.take(loop.time()))
        requests.end(began_at)

    await asyncio.gather(*(request() for _ in range(30)))
    assert refused == [0.0] * 30


async def test_processes_divide_what_the_bot_is_allowed() -> None:
    requests = Requests(20, lambda: 0.0)
    requests.divide(3)
    made = [await requests.begin() for _ in range(5)]
    assert made == [0.0] * 5
    waiting = asyncio.create_task(requests.begin())
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()


def test_what_goes_with_a_token_of_its_own_is_free() -> None:
    api = yarl.URL("https://discord.com/api/v10")
    assert is_free(api / "interactions/1/token/callback")
    assert is_free(api / "webhooks/1/token/messages/@original")
    assert not is_free(api / "channels/1/messages")
