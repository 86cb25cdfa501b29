from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from core import tokens
from core.tools import toolbox
from core.tools.tool import Asker, Result
from core.tools.toolbox import Toolbox


@dataclass
class Described:
    """A tool as a server describes it."""

    name: str
    description: str = "Does something."
    parameters: Mapping[str, Any] = field(default_factory=dict)
    doing: str = "Doing something"
    asks: bool = False
    alone: bool = False

    async def run(self, arguments: Mapping[str, Any], asker: Asker) -> Result:
        return Result("")


def offered(given: Toolbox, token_budget: int = 10_000) -> list[str]:
    return [one["function"]["name"] for one in given.definitions(token_budget, tokens.estimate)]


def test_a_tool_whose_description_has_no_room_is_left_out_and_the_others_are_there() -> None:
    greedy = Described("b:greedy", parameters={"description": "word " * 20_000})
    given = Toolbox([Described("c"), greedy, Described("a", description="x" * 100_000)])
    assert offered(given) == ["a", "c"]
    assert offered(given, 50) == ["c"]
    assert given.find("b__greedy") is greedy


def test_no_more_tools_are_offered_than_a_request_may_have() -> None:
    given = Toolbox(Described(f"tool{number:03}") for number in range(200))
    assert offered(given, 100_000) == [f"tool{number:03}" for number in range(toolbox.MOST)]


@pytest.mark.parametrize("name", ["office:read file", "x" * 100, "ü"])
def test_a_function_has_a_name_that_it_may_have(name: str) -> None:
    (function,) = offered(Toolbox([Described(name)]))
    assert len(function) <= toolbox.LONGEST
    assert not toolbox.UNFIT.search(function)
