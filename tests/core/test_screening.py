from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from hypothesis import example, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from benchmarks.simulation import clock
from bots.playground.serving import serving
from core import access, settings, texts
from core.moderation import PART, Moderation
from core.screening import Screen, Withheld
from core.settings import Settings

WORDS = ("blue moon", "secret", "c++")
PARTS = ("se", "cret", "secret", " ", "s", "blue", "moon", "c", "+", "ly", "\n", "é")


async def streamed(*parts: str) -> AsyncIterator[str]:
    for part in parts:
        yield part


async def seen(screen: Screen, *parts: str) -> tuple[str, str]:
    """What is let through of an answer, and what is said in place of the rest."""
    shown: list[str] = []
    try:
        async for text in screen.passed(streamed(*parts)):
            shown += [text]
    except Withheld as withheld:
        return "".join(shown), str(withheld)
    return "".join(shown), ""


def without(words: tuple[str, ...]) -> Screen:
    return Screen(words, Moderation(settings.load(None)))


@profile(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PARTS), max_size=30))
@example(["se", "secret", "+", "cret"])
def test_however_an_answer_is_cut_no_blocked_word_of_it_is_shown(parts: list[str]) -> None:
    shown, note = clock.run(seen(without(WORDS), *parts))
    whole = "".join(parts)
    found = access.pattern(WORDS)
    assert found is not None
    first = found.search(whole)
    assert (shown, note) == (whole, "") if first is None else note == texts.WITHHELD_WORDS
    assert first is None or shown == whole[: first.start()]


async def test_all_but_the_end_is_shown_while_the_answer_grows() -> None:
    let_through = [text async for text in without(("secret",)).passed(streamed("a" * 100, "b" * 100, "c"))]
    assert [len(text) for text in let_through] == [93, 100, 1, 7]


async def test_without_words_and_moderation_everything_goes_through_as_it_comes() -> None:
    assert [text async for text in without(()).passed(streamed("a", "b"))] == ["a", "b"]


class Judge:
    """A moderation API that flags texts with `bad` in them."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.status = 200

    async def judge(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        self.keys.append(request.headers.get("Authorization"))
        given = body["input"] if isinstance(body["input"], list) else [body["input"]]
        results = [{"flagged": "bad" in text, "categories": {"hate": "bad" in text}} for text in given]
        return web.json_response({"results": results}, status=self.status)


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
async def loaded(judge: Judge) -> AsyncIterator[Settings]:
    app = web.Application()
    app.router.add_post("/v1/moderations", judge.judge)
    async with serving(app) as url:
        yield settings.load(
            None,
            PARLEY_MODERATION="on",
            PARLEY_MODERATION_URL=f"{url}/v1",
            PARLEY_MODERATION_KEY="judge-key",
            OPENAI_API_KEY="model-key",
        )


async def judged(loaded: Settings, *parts: str, words: tuple[str, ...] = ()) -> tuple[str, str]:
    moderation = Moderation(loaded)
    try:
        return await seen(Screen(words, moderation), *parts)
    finally:
        await moderation.close()


async def test_an_answer_is_shown_whole_once_it_has_passed(loaded: Settings, judge: Judge) -> None:
    assert await judged(loaded, "all ", "is ", "well") == ("all is well", "")
    assert judge.asked == [{"input": "all is well", "model": "omni-moderation-latest"}]
    assert judge.keys == ["Bearer judge-key"]


async def test_nothing_is_shown_of_an_answer_that_is_flagged(loaded: Settings) -> None:
    assert await judged(loaded, "first good, ", "then bad") == ("", texts.WITHHELD)


async def test_a_blocked_word_is_found_before_anybody_is_asked(loaded: Settings, judge: Judge) -> None:
    assert await judged(loaded, "a sec", "ret", words=("secret",)) == ("", texts.WITHHELD_WORDS)
    assert judge.asked == []


async def test_a_long_answer_is_judged_in_all_its_parts(loaded: Settings, judge: Judge) -> None:
    assert await judged(loaded, "x" * (2 * PART), "bad") == ("", texts.WITHHELD)
    assert [len(part) for part in judge.asked[0]["input"]] == [PART, PART, 3]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("fails", "shown"), [("closed", ("", texts.WITHHELD)), ("open", ("hello", ""))])
async def test_what_nobody_could_judge_is_shown_only_where_that_is_set(
    loaded: Settings, judge: Judge, fails: str, shown: tuple[str, str]
) -> None:
    judge.status = 500
    assert await judged(loaded.model_copy(update={"moderation_fails": fails}), "hello") == shown


async def test_the_models_key_is_never_given_to_another_address(loaded: Settings, judge: Judge) -> None:
    without_key = loaded.model_copy(update={"moderation_key": settings.load(None).moderation_key})
    assert await judged(without_key, "hello") == ("hello", "")
    assert judge.keys == [None]
