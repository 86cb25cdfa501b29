import pytest

from core.endpoints import Endpoint, EndpointKind
from core.errors import Fault
from core.faults import trouble
from core.pulse import Pulse

FIRST = Endpoint(name="default", kind=EndpointKind.OTHER, base_url="http://model/v1", answer_tokens=100)
BROUGHT = Endpoint(name="own", kind=EndpointKind.OTHER, base_url="http://own/v1", answer_tokens=100, owned_by=1)
LONG_S = 1_000.0


class Provider:
    """An endpoint that is pinged: it fails in the given way, if in any, and counts."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault
        self.pings = 0

    async def ping(self, _endpoint: Endpoint) -> None:
        self.pings += 1
        if self.fault is not None:
            raise trouble(self.fault, "test")


async def test_an_endpoint_is_pinged_once_in_a_while_however_often_it_is_asked_about() -> None:
    provider = Provider()
    pulse = Pulse(provider.ping, LONG_S)
    assert [await pulse.of(FIRST) for _ in range(50)] == [""] * 50
    assert provider.pings == 1


async def test_an_endpoint_that_answers_people_is_not_pinged() -> None:
    provider = Provider(Fault.DOWN)
    pulse = Pulse(provider.ping, LONG_S)
    pulse.well(FIRST)
    assert (await pulse.of(FIRST), provider.pings) == ("", 0)


async def test_nothing_is_pinged_where_that_is_off() -> None:
    provider = Provider(Fault.DOWN)
    pulse = Pulse(provider.ping, 0.0)
    assert (await pulse.of(FIRST), provider.pings) == ("", 0)


async def test_an_endpoint_is_pinged_again_when_what_is_known_is_old() -> None:
    provider = Provider(Fault.UNREACHABLE)
    pulse = Pulse(provider.ping, 1e-9)
    assert await pulse.of(FIRST) == "unreachable"
    provider.fault = None
    assert await pulse.of(FIRST) == ""


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.DOWN, "down"),
        (Fault.REFUSED_KEY, "refused_key"),
        (Fault.NO_CREDIT, "no_credit"),
        (Fault.TOO_LONG, ""),
        (Fault.BLOCKED, ""),
        (Fault.LIMITED, ""),
    ],
)
async def test_an_answer_tells_how_an_endpoint_is_unless_it_was_the_questions_fault(fault: Fault, why: str) -> None:
    pulse = Pulse(Provider().ping, LONG_S)
    pulse.failed(FIRST, trouble(fault, "test"))
    assert await pulse.of(FIRST) == why


@pytest.mark.parametrize("fault", [Fault.NO_MODEL, Fault.NO_API])
async def test_an_endpoint_that_lists_no_models_answers_all_the_same(fault: Fault) -> None:
    assert await Pulse(Provider(fault).ping, LONG_S).of(FIRST) == ""


async def test_what_a_workspace_has_brought_along_says_nothing_of_the_operators() -> None:
    pulse = Pulse(Provider().ping, LONG_S)
    pulse.failed(BROUGHT, trouble(Fault.DOWN, "test"))
    assert await pulse.of(FIRST) == ""
