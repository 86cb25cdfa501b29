"""An endpoint that failed again and again is left alone, then probed by one request, over real HTTP."""

import asyncio
from typing import Any

import pytest

from core import circuits, settings
from core.asking import Asking
from core.calls import Call
from core.chat import ChatMessage
from core.circuits import Circuits
from core.endpoints import Model as Named
from core.errors import Fault, ModelTrouble
from storage.words import Role
from tests.journeys.control import Model, until


def prepare(model: Named) -> Call:
    return Call(model=model, messages=[ChatMessage(Role.USER, "hello")])


async def said(asking: Asking) -> str:
    async with asking.answer(asking.models.choose(), prepare) as answer:
        return "".join([text async for text in answer])


async def fault(asking: Asking) -> Fault:
    with pytest.raises(ModelTrouble) as raised:
        await said(asking)
    return raised.value.fault


async def test_a_dead_endpoint_rests_is_probed_once_and_serves_everybody_again(
    model: Model, given: dict[str, Any]
) -> None:
    known = Circuits()
    asking = Asking(settings.load(env_file=None, **given), circuits=known)
    endpoint = asking.models.choose().endpoint
    circuit = known.of((*endpoint.identity, endpoint.base_url))
    try:
        await model.will_say(status=405, times=circuits.FAULTS_IN_A_ROW + 1)
        assert {await fault(asking) for _ in range(circuits.FAULTS_IN_A_ROW)} == {Fault.NO_API}
        assert await fault(asking) is Fault.RESTING
        assert len(await model.requests()) == circuits.FAULTS_IN_A_ROW
        circuit.opens_at = 0.0
        assert await fault(asking) is Fault.NO_API
        assert await fault(asking) is Fault.RESTING

        circuit.opens_at = 0.0
        await model.will_say("One two three", hold=True)
        probe = asyncio.create_task(said(asking))

        async def asked() -> bool:
            return len(await model.requests()) == circuits.FAULTS_IN_A_ROW + 2

        await until(asked)
        assert {await fault(asking) for _ in range(3)} == {Fault.RESTING}
        await model.post("/control/release")
        assert await probe == "One two three"
        assert await asked()
        await model.will_say("Well.", times=3)
        assert await asyncio.gather(*(said(asking) for _ in range(3))) == ["Well."] * 3
    finally:
        await asking.close()
