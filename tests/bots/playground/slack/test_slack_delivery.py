"""Socket Mode: connections, acknowledgements and redelivery."""

import aiohttp
import pytest
from aiohttp import WSMsgType

from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import Rules

QUICK = Rules(rate_limits=False, ack_deadline_s=0.05, redelivery_delays_s=(0.0, 0.05, 0.05))


async def hello_of(slack: LocalSlack, url: str) -> dict[str, object]:
    async with slack.http.ws_connect(url) as socket:
        hello: dict[str, object] = await socket.receive_json(timeout=5)
        return hello


async def test_the_first_frame_is_a_hello() -> None:
    async with local_slack() as slack:
        opened = await slack.call("apps.connections.open", "xapp-playground")
        hello = await hello_of(slack, opened["url"])
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": "A0PARLEY01"}


async def test_a_ticket_opens_one_connection_only() -> None:
    async with local_slack() as slack:
        opened = await slack.call("apps.connections.open", "xapp-playground")
        await hello_of(slack, opened["url"])
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await hello_of(slack, opened["url"])


async def test_an_event_is_sent_again_until_it_is_acknowledged() -> None:
    async with local_slack(QUICK) as slack, slack.connected() as socket, slack.watching() as watcher:
        await slack.say("ann", "general", "hello")
        first, second = await socket.receive_json(timeout=5), await socket.receive_json(timeout=5)
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await watcher.until("delivery", lambda change: change["state"] == "acked")
        sent = await slack.control("GET", "events-sent")
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert (sent[0]["attempts"], sent[0]["acked"]) == (2, True)


async def test_an_event_that_is_never_acknowledged_is_dropped_after_three_retries() -> None:
    async with local_slack(QUICK) as slack, slack.connected() as socket, slack.watching() as watcher:
        await slack.say("ann", "general", "hello")
        attempts = [(await socket.receive_json(timeout=5))["retry_attempt"] for _ in range(4)]
        await watcher.until("delivery", lambda change: change["state"] == "dropped")
    assert attempts == [0, 1, 2, 3]


async def test_what_happens_without_a_connection_comes_as_a_retry() -> None:
    async with local_slack(QUICK) as slack:
        await slack.say("ann", "general", "anybody there?")
        async with slack.connected() as socket:
            envelope = await socket.receive_json(timeout=5)
    assert envelope["retry_attempt"] == 1
    assert envelope["payload"]["event"]["text"] == "anybody there?"


async def test_a_known_event_can_be_delivered_twice() -> None:
    async with local_slack() as slack, slack.connected() as socket:
        await slack.say("ann", "general", "hello")
        first = await socket.receive_json(timeout=5)
        await socket.send_json({"envelope_id": first["envelope_id"]})
        await slack.control("POST", "redeliver", {"event_id": first["payload"]["event_id"]})
        again = await socket.receive_json(timeout=5)
        status, _ = await slack.try_control("POST", "redeliver", {"event_id": "Ev0"})
    assert again["payload"] == first["payload"]
    assert again["retry_attempt"] == 1
    assert status == 404


async def test_each_envelope_goes_to_one_of_the_connections() -> None:
    async with local_slack() as slack, slack.connected() as one, slack.connected() as other:
        for n in range(4):
            await slack.say("ann", "general", str(n))
        heard = [(await socket.receive_json(timeout=5))["payload"]["event"]["text"] for socket in (one, one)]
        heard += [(await socket.receive_json(timeout=5))["payload"]["event"]["text"] for socket in (other, other)]
    assert sorted(heard) == ["0", "1", "2", "3"]


async def test_connections_over_the_limit_are_sent_away() -> None:
    async with local_slack(Rules(max_sockets=1)) as slack, slack.connected():
        opened = await slack.call("apps.connections.open", "xapp-playground")
        frame = await hello_of(slack, opened["url"])
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_a_connection_is_told_to_leave_before_it_is_closed(reason: str) -> None:
    async with local_slack(Rules(disconnect_grace_s=0.05)) as slack, slack.connected() as socket:
        answer = await slack.control("POST", "sockets/disconnect", {"reason": reason})
        frame = await socket.receive_json(timeout=5)
        end = await socket.receive(timeout=5)
    assert answer == {"sockets": 1}
    assert (frame["type"], frame["reason"]) == ("disconnect", reason)
    assert end.type in (WSMsgType.CLOSE, WSMsgType.CLOSING)


async def test_a_connection_can_be_cut_at_once_or_after_some_frames() -> None:
    async with local_slack(Rules()) as slack:
        async with slack.connected() as socket:
            await slack.control("POST", "sockets/disconnect", {"reason": "drop"})
            assert (await socket.receive(timeout=5)).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
        await slack.control("POST", "faults", {"operation": "socket", "kind": "cut", "after": 2})
        async with slack.connected() as socket:
            await slack.say("ann", "general", "last words")
            await socket.receive_json(timeout=5)
            assert (await socket.receive(timeout=5)).type in (WSMsgType.CLOSED, WSMsgType.ERROR)


async def test_malformed_acknowledgements_are_ignored() -> None:
    async with local_slack() as slack, slack.connected() as socket:
        for frame in ("not json", "[]", '{"envelope_id": 5}', '{"payload": {}}'):
            await socket.send_str(frame)
        await slack.say("ann", "general", "still here?")
        assert (await socket.receive_json(timeout=5))["type"] == "events_api"
        assert len(await slack.control("GET", "sockets")) == 1


async def test_the_server_pings_a_quiet_connection() -> None:
    async with local_slack(Rules(ping_interval_s=0.02)) as slack:
        opened = await slack.call("apps.connections.open", "xapp-playground")
        async with slack.http.ws_connect(opened["url"], autoping=False) as socket:
            kinds = [(await socket.receive(timeout=5)).type for _ in range(2)]
    assert kinds == [WSMsgType.TEXT, WSMsgType.PING]
