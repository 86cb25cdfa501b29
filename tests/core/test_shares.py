from core.shares import runners_of, share
from storage.ledger import Neighbour
from storage.words import Platform

HERE = Neighbour(Platform.SLACK, "T1", "C1", "C1", "me")
BESIDE = Neighbour(Platform.SLACK, "T1", "C2", "C2", "you")


def test_a_workspace_is_divided_among_all_who_are_at_work_there() -> None:
    assert share("slack:T1:update", runners_of([HERE, BESIDE]), "me") == 0.5


def test_a_channel_is_divided_among_those_in_that_channel() -> None:
    assert share("slack:T1:post:C1", runners_of([HERE, BESIDE]), "me") == 1.0
    assert share("slack:T1:post:C2", runners_of([HERE, BESIDE]), "me") == 0.5


def test_where_nobody_else_is_at_work_everything_is_this_processes() -> None:
    assert share("discord:42", {}, "me") == 1.0
    elsewhere = Neighbour(Platform.SLACK, "42", "42", "42", "you")
    assert share("discord:42", runners_of([elsewhere]), "me") == 1.0
