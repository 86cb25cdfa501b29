import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord import markup
from bots.discord.markup import Called

CALLED = Called(user=lambda _: "Ann", role=lambda _: "Moderators", channel=lambda _: "general")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<@123> and <@!123>", "@Ann and @Ann"),
        ("<@&9> in <#8>", "@Moderators in #general"),
        ("<:party:1> <a:dance_2:3>", ":party: :dance_2:"),
        ("</persona list:77>", "/persona list"),
        ("<t:0> <t:0:R>", "1970-01-01 00:00 UTC 1970-01-01 00:00 UTC"),
        ("<t:999999999999>", "<t:999999999999>"),
        ("a < b, <https://example.org>, <@nobody>", "a < b, <https://example.org>, <@nobody>"),
    ],
)
def test_ids_become_what_people_see(text: str, read: str) -> None:
    assert markup.readable(text, CALLED) == read


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<@1> hello", "hello"),
        (" <@!1>: hello", "hello"),
        ("<@&2>, hello", "hello"),
        ("<@1> <@1> hello", "<@1> hello"),
        ("hello <@1>", "hello <@1>"),
        ("<@3> hello", "<@3> hello"),
        ("<@1>", ""),
    ],
)
def test_only_the_leading_mention_of_parley_is_taken_away(text: str, left: str) -> None:
    assert markup.without_address(text, 1, 2) == left


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    markup.readable(text, CALLED)


@given(st.text())
def test_a_name_is_one_line(name: str) -> None:
    assert len(markup.one_line(name).splitlines()) <= 1
