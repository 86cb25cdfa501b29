from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bots.playground import faults
from bots.playground.faults import Fault, FaultKind, Faults
from bots.playground.serving import serving


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A server of one operation, `work`, that meets the faults that are injected for it."""
    waiting = Faults()

    async def work(request: web.Request) -> web.Response:
        fault = waiting.take("work")
        met = await faults.meet(fault, request) if fault else None
        return met or web.Response(text="done")

    app = web.Application()
    app.add_routes([web.get("/work", work), *faults.routes(waiting)])
    async with serving(app) as address:
        yield address


async def outcome(url: str) -> str:
    async with aiohttp.ClientSession() as http:
        try:
            async with http.get(f"{url}/work") as response:
                return f"{response.status} {await response.text()}"
        except aiohttp.ClientError:
            return "no answer"


async def inject(url: str, fault: dict[str, object]) -> int:
    async with aiohttp.ClientSession() as http, http.post(f"{url}/control/faults", json=fault) as response:
        return response.status


def test_a_fault_is_met_as_often_as_it_says_by_its_operation_alone() -> None:
    waiting = Faults()
    waiting.inject(Fault(operation="post", kind=FaultKind.DROP, times=2))

    assert waiting.take("update") is None
    assert [waiting.take("post") is not None for _ in range(3)] == [True, True, False]


def test_the_first_injected_fault_is_met_first_and_a_star_by_every_operation() -> None:
    waiting = Faults()
    waiting.inject(Fault(operation="*", kind=FaultKind.DROP))
    waiting.inject(Fault(operation="post", kind=FaultKind.SLOW))
    met = [waiting.take("post"), waiting.take("post")]

    assert [fault.kind for fault in met if fault] == [FaultKind.DROP, FaultKind.SLOW]


async def test_a_status_fault_answers_with_its_body(url: str) -> None:
    await inject(url, {"operation": "work", "kind": "status", "status": 503, "body": "later"})

    assert [await outcome(url), await outcome(url)] == ["503 later", "200 done"]


async def test_a_drop_closes_the_connection(url: str) -> None:
    await inject(url, {"operation": "work", "kind": "drop", "times": 2})

    assert await outcome(url) == "no answer"


async def test_a_slow_fault_still_does_the_work(url: str) -> None:
    await inject(url, {"operation": "work", "kind": "slow", "delay_s": 0.01})

    assert await outcome(url) == "200 done"


async def test_cleared_faults_are_not_met(url: str) -> None:
    await inject(url, {"operation": "work", "kind": "status"})
    async with aiohttp.ClientSession() as http:
        await http.delete(f"{url}/control/faults")

    assert await outcome(url) == "200 done"


@pytest.mark.parametrize(
    "fault", [{}, {"operation": "work", "kind": "odd"}, {"operation": "work", "kind": "drop", "x": 1}]
)
async def test_a_fault_that_makes_no_sense_is_refused(url: str, fault: dict[str, object]) -> None:
    assert await inject(url, fault) == 400
