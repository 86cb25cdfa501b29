from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core import chat, history
from core.chat import ChatMessage
from storage.claims import Turn
from storage.tool_turns import CallTurn
from storage.words import AuthorKind, Role, ToolState

TEXTS = st.text(min_size=1, max_size=12).filter(str.strip)


@st.composite
def answers(draw: st.DrawFn) -> Turn:
    rounds = draw(st.lists(st.tuples(st.sampled_from(["", "Let me see."]), st.integers(1, 3)), max_size=3))
    calls = [
        CallTurn(
            round=round_,
            number=number,
            call_id=f"{draw(st.integers(0, 10**9))}_{round_}_{number}",
            name="look",
            arguments="{}",
            said=said if number == 0 else "",
            state=ToolState.DONE,
            result=draw(st.text(max_size=200)),
        )
        for round_, (said, count) in enumerate(rounds)
        for number in range(count)
    ]
    after = draw(st.sampled_from(["", "It is so."]))
    return Turn(Role.ASSISTANT, AuthorKind.SELF, "", "", chat.said_before(calls) + after, calls=tuple(calls))


QUESTIONS = st.builds(lambda text: Turn(Role.USER, AuthorKind.PERSON, "U1", "Ann", text), TEXTS)


def pairs_are_whole(messages: list[ChatMessage]) -> bool:
    """Every call is answered right after it, and no result stands without its call."""
    owed: list[str] = []
    for message in messages:
        if message.role is Role.TOOL:
            if message.call_id not in owed:
                return False
            owed.remove(message.call_id)
            continue
        if owed:
            return False
        owed = [call.call_id for call in message.calls]
    return not owed


@given(st.lists(st.one_of(answers(), QUESTIONS), max_size=8), QUESTIONS, st.integers(0, 400))
def test_pairs_are_never_split_however_little_room_there_is(said: list[Turn], asked: Turn, budget: int) -> None:
    taken = history.newest_that_fit([*said, asked], budget)
    messages = history._alternating([one.shown for one in taken])  # noqa: SLF001
    assert pairs_are_whole(messages)
    assert messages[0].role is Role.USER
    assert messages[-1].role is Role.USER
    roles = [message.role for message in chat.without_calls(messages)]
    assert all(one is not other for one, other in pairwise(roles))


def test_a_model_without_tools_is_given_what_was_said_alone() -> None:
    call = CallTurn(round=0, number=0, call_id="c", name="look", arguments="{}", said="Let me see.", result="much")
    turn = Turn(Role.ASSISTANT, AuthorKind.SELF, "", "", "Let me see.\n\nIt is so.", calls=(call,))
    asked = Turn(Role.USER, AuthorKind.PERSON, "U1", "Ann", "really?")
    first = Turn(Role.USER, AuthorKind.PERSON, "U1", "Ann", "so?")
    spoken = history._alternating([first, turn, asked])  # noqa: SLF001
    assert [message.role for message in spoken] == [Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT, Role.USER]
    plain = chat.without_calls(spoken)
    assert [message.content for message in plain] == ["Ann: so?", "Let me see.\n\nIt is so.", "Ann: really?"]
