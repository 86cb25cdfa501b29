"""The gateway: identifying, resuming, being refused."""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bots.playground.discord.default_world import TOKEN
from bots.playground.discord.gateway import ACK_AFTER_S
from bots.playground.discord.rules import Rules
from tests.bots.playground.discord.driving import Bot, Place, connected, library, opened

IDENTIFY = {"token": TOKEN, "intents": 1 | 1 << 9, "properties": {}}


@asynccontextmanager
async def socket(place: Place, query: str = "?v=10&encoding=json") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with place.session.ws_connect(f"{place.url}/gateway{query}") as ws:
        yield ws


async def told(ws: aiohttp.ClientWebSocketResponse) -> Any:
    return json.loads(await ws.receive_str(timeout=5))


async def close_code(place: Place, *payloads: Any, query: str = "?v=10&encoding=json") -> int | None:
    async with socket(place, query) as ws:
        for payload in payloads:
            await ws.send_str(payload if isinstance(payload, str) else json.dumps(payload))
        while (await ws.receive(timeout=5)).type != aiohttp.WSMsgType.CLOSE:
            pass
        return ws.close_code


async def test_hello_then_ready_then_the_guild(place: Place) -> None:
    async with socket(place) as ws:
        assert (await told(ws))["d"]["heartbeat_interval"] == 41_250
        await ws.send_json({"op": 1, "d": None})
        assert (await told(ws))["op"] == 11
        await ws.send_json({"op": 2, "d": IDENTIFY})
        ready, guild = await told(ws), await told(ws)
    assert ready["t"] == "READY"
    assert ready["d"]["resume_gateway_url"] == f"{place.url.replace('http', 'ws')}/gateway"
    assert ready["d"]["shard"] == [0, 1]
    assert guild["t"] == "GUILD_CREATE"
    assert "private" not in [channel["name"] for channel in guild["d"]["channels"]]
    assert [member["user"]["username"] for member in guild["d"]["members"]] == ["parley"]
    assert (ready["s"], guild["s"]) == (1, 2)


async def test_a_heartbeat_is_answered_no_sooner_than_over_a_network(place: Place) -> None:
    async with socket(place) as ws:
        await told(ws)
        sent_at = time.monotonic()
        await ws.send_json({"op": 1, "d": None})
        assert (await told(ws))["op"] == 11
        assert time.monotonic() - sent_at > ACK_AFTER_S / 2


async def test_zlib_stream_is_one_stream_of_flushed_payloads(place: Place) -> None:
    inflater = zlib.decompressobj()
    async with socket(place, "?v=10&encoding=json&compress=zlib-stream") as ws:
        for opcode in (10, 0):
            frame = await ws.receive_bytes(timeout=5)
            assert frame.endswith(b"\x00\x00\xff\xff")
            assert json.loads(inflater.decompress(frame))["op"] == opcode
            await ws.send_json({"op": 2, "d": IDENTIFY})


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"op": 2, "d": {**IDENTIFY, "token": "wrong"}}, 4004),
        ({"op": 2, "d": {**IDENTIFY, "shard": [2, 2]}}, 4010),
        ({"op": 2, "d": {**IDENTIFY, "intents": 1 << 30}}, 4013),
        ({"op": 3, "d": {}}, 4003),
        ({"op": 77, "d": {}}, 4001),
        ("no json", 4002),
        ('{"op": 1, "d": "' + "x" * 4096 + '"}', 4002),
    ],
)
async def test_a_bad_payload_closes_the_socket_with_its_code(place: Place, payload: Any, code: int) -> None:
    assert await close_code(place, payload) == code


async def test_identifying_twice_closes_the_socket(place: Place) -> None:
    assert await close_code(place, {"op": 2, "d": IDENTIFY}, {"op": 2, "d": IDENTIFY}) == 4005


async def test_an_unknown_version_closes_the_socket(place: Place) -> None:
    assert await close_code(place, query="?v=5&encoding=json") == 4012


async def test_an_intent_that_was_not_granted_is_refused() -> None:
    async with opened(Rules(message_content=False)) as place:
        with pytest.raises(library.PrivilegedIntentsRequired):
            async with connected(place):
                pass


async def test_a_wrong_token_fails_the_login(place: Place) -> None:
    status, body = await place.api("GET", "/users/@me", token="wrong")
    assert (status, body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_too_many_sends_close_the_socket() -> None:
    async with opened(Rules(gateway_sends_per_minute=5)) as place:
        assert await close_code(place, *({"op": 1, "d": None} for _ in range(6))) == 4008


async def test_a_silent_client_is_closed_when_zombies_are_closed() -> None:
    async with opened(Rules(close_zombies=True, heartbeat_interval_ms=50)) as place:
        assert await close_code(place) == 4009


async def test_a_second_identify_within_five_seconds_is_an_invalid_session(place: Place) -> None:
    async with socket(place) as first, socket(place) as second:
        for ws in (first, second):
            await told(ws)
            await ws.send_json({"op": 2, "d": IDENTIFY})
        assert (await told(first))["t"] == "READY"
        assert await told(second) == {"op": 9, "d": False, "s": None, "t": None}


async def test_the_session_start_limit_counts_down(place: Place) -> None:
    async with socket(place) as ws:
        await told(ws)
        await ws.send_json({"op": 2, "d": IDENTIFY})
        await told(ws)
    _, body = await place.api("GET", "/gateway/bot")
    assert body["session_start_limit"]["remaining"] == 999
    assert body["url"] == f"{place.url.replace('http', 'ws')}/gateway"


@pytest.mark.parametrize("action", ["reconnect", "drop", "invalidate"])
async def test_a_client_resumes_and_hears_what_it_missed(quick: Place, bot: Bot, action: str) -> None:
    await quick.control("POST", "gateway", {"action": action, "resumable": True})
    await quick.say("Ann", "general", "while you were away")
    await bot.heard.next("resumed")
    assert (await bot.heard.next("message")).content == "while you were away"
    sessions = (await quick.control("GET", "gateway"))["sessions"]
    assert [session["resumes"] for session in sessions] == [1]
    assert bot.heard.nothing("ready")


async def test_an_invalid_session_cannot_be_resumed(quick: Place) -> None:
    async with socket(quick) as ws:
        await told(ws)
        await ws.send_json({"op": 2, "d": IDENTIFY})
        session = (await told(ws))["d"]["session_id"]
        await quick.control("POST", "gateway", {"action": "invalidate", "resumable": False})
        await told(ws)
        assert (await told(ws))["op"] == 9
    async with socket(quick) as ws:
        await told(ws)
        await ws.send_json({"op": 6, "d": {"token": TOKEN, "session_id": session, "seq": 2}})
        assert await told(ws) == {"op": 9, "d": False, "s": None, "t": None}


@pytest.mark.parametrize(("code", "left"), [(1000, 0), (1001, 0), (4000, 1)])
async def test_a_session_that_its_client_closed_properly_is_over(quick: Place, code: int, left: int) -> None:
    async with socket(quick) as ws:
        await told(ws)
        await ws.send_json({"op": 2, "d": IDENTIFY})
        await told(ws)
        await ws.close(code=code)
    found = (await quick.control("GET", "gateway"))["sessions"]
    for _ in range(100):
        if not any(session["connected"] for session in found):
            break
        await asyncio.sleep(0.01)
        found = (await quick.control("GET", "gateway"))["sessions"]
    assert len(found) == left


async def test_guild_events_go_to_their_shard_and_direct_messages_to_the_first(quick: Place) -> None:
    guild = int((await quick.state())["guild"]["id"])
    number = (guild >> 22) % 2
    async with socket(quick) as even, socket(quick) as odd:
        for shard, ws in enumerate((even, odd)):
            await told(ws)
            await ws.send_json({"op": 2, "d": {**IDENTIFY, "intents": 1 << 9 | 1 << 12, "shard": [shard, 2]}})
            assert (await told(ws))["t"] == "READY"
        await quick.say("Ann", "general", "guild")
        await quick.say("Ann", "dm:Ann", "direct")
        heard = [(await told((even, odd)[number]))["d"]["channel_type"], (await told(even))["d"]["channel_type"]]
        assert heard == [0, 1]


async def test_a_sharded_client_connects(quick: Place) -> None:
    class Sharded(library.AutoShardedClient):
        async def on_ready(self) -> None:
            ready.set()

        async def on_message(self, message: library.Message) -> None:
            heard.put_nowait(message)

    from tests.bots.playground.discord.driving import point

    point(quick.url)
    ready, heard = asyncio.Event(), asyncio.Queue[library.Message]()
    client = Sharded(
        intents=library.Intents(guilds=True, messages=True, message_content=True), guild_ready_timeout=0.05
    )
    running = asyncio.create_task(client.start(TOKEN))
    await asyncio.wait_for(ready.wait(), 5)
    await quick.say("Ann", "general", "sharded")
    assert (await asyncio.wait_for(heard.get(), 5)).content == "sharded"
    await client.close()
    await asyncio.gather(running, return_exceptions=True)


async def test_raw_events_arrive_verbatim_even_with_lone_surrogates(quick: Place) -> None:
    async with socket(quick) as ws:
        await told(ws)
        await ws.send_json({"op": 2, "d": {**IDENTIFY, "intents": 0}})
        await told(ws)
        raw = '{"t": "STRANGE", "d": {"text": "\\ud800"}}'
        headers = {"Content-Type": "application/json"}
        async with quick.session.post(f"{quick.url}/control/raw-events", data=raw, headers=headers) as answer:
            assert answer.status == 200
        assert (await told(ws))["d"] == {"text": "\ud800"}


async def test_a_gateway_fault_cuts_the_socket_and_nothing_is_lost(quick: Place, bot: Bot) -> None:
    await quick.control("POST", "faults", {"operation": "gateway", "kind": "drop"})
    await quick.say("Ann", "general", "cut")
    await bot.heard.next("resumed")
    assert (await bot.heard.next("message")).content == "cut"


async def test_members_are_requested_in_chunks(quick: Place) -> None:
    intents = library.Intents(guilds=True, members=True)
    async with connected(quick, Bot(intents=intents)) as bot:
        assert sorted(member.name for member in bot.guilds[0].members) == ["ann", "ben", "chloe", "deploybot", "parley"]


async def test_what_is_no_request_for_members_closes_the_connection(quick: Place) -> None:
    guild = (await quick.state())["guild"]["id"]
    whole = {"guild_id": guild, "query": "", "limit": 0}
    identify = {"op": 2, "d": {**IDENTIFY, "intents": 1 | 1 << 1}}
    for request in (
        {**whole, "guild_id": "x"},
        {"guild_id": guild},
        {**whole, "limit": "x"},
        {**whole, "user_ids": [{}]},
    ):
        assert await close_code(quick, identify, {"op": 8, "d": request}) == 4002
    assert await close_code(quick, {"op": 2, "d": IDENTIFY}, {"op": 8, "d": whole}) == 4014


async def test_payloads_are_measured_in_bytes_and_an_identify_says_who_it_is(quick: Place) -> None:
    wide = json.dumps({"op": 3, "d": {"activities": [{"name": "é" * 2_500}]}}, ensure_ascii=False)
    assert await close_code(quick, {"op": 2, "d": IDENTIFY}, wide) == 4002
    assert await close_code(quick, {"op": 2, "d": {"token": TOKEN, "intents": 1}}) == 4002


async def test_without_the_intent_a_bot_is_told_of_itself_alone(quick: Place) -> None:
    guild = (await quick.state())["guild"]["id"]
    async with socket(quick) as ws:
        await told(ws)
        await ws.send_json({"op": 2, "d": {**IDENTIFY, "intents": 1}})
        assert [(await told(ws))["t"], (await told(ws))["t"]] == ["READY", "GUILD_CREATE"]
        await quick.control("POST", "threads", {"user": "Ann", "channel": "general", "name": "Talk", "content": "x"})
        await quick.say("Ben", "Talk", "hi")
        await quick.api("PATCH", f"/guilds/{guild}/members/@me", {"nick": "Parrot"})
        heard: list[str] = []
        while not heard or heard[-1] != "GUILD_MEMBER_UPDATE":
            heard.append((await told(ws))["t"])
    assert "THREAD_CREATE" in heard
    assert "THREAD_MEMBERS_UPDATE" not in heard
