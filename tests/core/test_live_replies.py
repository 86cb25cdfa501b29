"""Whole live replies in simulated time: real displays, lines and budgets, on a platform that counts and fails."""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.simulation import clock
from benchmarks.simulation.platform import Platform, Surface
from core.budget import Rate
from core.display import Display
from core.errors import Kind, PlatformTrouble
from core.surface import Below, Controls, Limited
from core.writes import Writes

ONE_KEY = Limited("channel", Rate(5, 5.0, saved=1))
POSTS = Limited("channel posts", Rate(1, 1.0, bursts=3), Limited("all posts", Rate(30, 60.0)))
EDITS = Limited("edits", Rate(20, 60.0))
LIMITED = PlatformTrouble(Kind.LIMITED, "ratelimited", retry_after_s=7.0)
DOWN = PlatformTrouble(Kind.TRANSIENT, "internal_error")


@dataclass(frozen=True, slots=True)
class Script:
    """What a model says and when: pauses in seconds, and texts."""

    begins_at: float
    deltas: tuple[tuple[float, str], ...]

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.deltas)


deltas = st.tuples(st.floats(0.0, 4.0), st.sampled_from(["word ", "two words ", "a\n\nb ", "x" * 70, "é "]))
scripts = st.builds(Script, st.floats(0.0, 20.0), st.lists(deltas, min_size=1, max_size=25).map(tuple))
answers = st.lists(st.sampled_from([None, None, None, LIMITED, DOWN]), max_size=6)
limits = st.sampled_from([(ONE_KEY, ONE_KEY), (POSTS, EDITS)])


async def shown(
    replies: list[Script], keys: tuple[Limited, Limited], platform: Platform
) -> list[tuple[Surface, float]]:
    """Each reply's surface, and how many seconds after its model's end the final text was there."""
    writes = Writes(asyncio.get_running_loop().time)

    async def live(number: int, script: Script) -> tuple[Surface, float]:
        async def keep(_number: int, _message_id: str) -> None:
            """Nothing is stored here."""

        surface = Surface(platform, *keys, text_limit=100)
        await asyncio.sleep(script.begins_at)
        display = Display(surface, writes, f"r{number}", keep)
        for pause_s, text in script.deltas:
            await asyncio.sleep(pause_s)
            display.add(text)
        ended_at = asyncio.get_running_loop().time()
        await display.end()
        return surface, asyncio.get_running_loop().time() - ended_at

    done = await asyncio.gather(*(live(number, script) for number, script in enumerate(replies)))
    await writes.close()
    return done


@settings(deadline=None, max_examples=60)
@given(st.lists(scripts, min_size=1, max_size=12), limits, answers)
def test_every_reply_ends_with_the_whole_text_and_within_the_rate(
    replies: list[Script], keys: tuple[Limited, Limited], faults: list[PlatformTrouble | None]
) -> None:
    platform = Platform(faults=faults)
    done = clock.run(shown(replies, keys, platform))
    for script, (surface, _) in zip(replies, done, strict=True):
        # A message of nothing but the last space is not posted.
        assert "".join(message.text for message in surface.shown).rstrip() == script.text.rstrip()
    assert platform.refused == 0


@settings(deadline=None, max_examples=60)
@given(st.lists(scripts, min_size=1, max_size=12), limits)
def test_no_final_text_waits_longer_than_all_that_is_due_could_take(
    replies: list[Script], keys: tuple[Limited, Limited]
) -> None:
    done = clock.run(shown(replies, keys, Platform()))
    due = sum(len(surface.shown) for surface, _ in done)
    longest_s = 2 * (due / keys[0].rate.limit + 1) * (keys[0].rate.period_s + 0.5) + 2 * 60.0 * (due // 20)
    assert max(late_s for _, late_s in done) <= longest_s


@pytest.mark.parametrize("keys", [(ONE_KEY, ONE_KEY), (POSTS, EDITS)])
def test_a_refusal_makes_a_key_wait_and_nothing_else(keys: tuple[Limited, Limited]) -> None:
    script = Script(0.0, tuple((0.5, "word ") for _ in range(20)))
    platform = Platform(faults=[None, LIMITED])
    ((surface, late_s),) = clock.run(shown([script], keys, platform))
    assert surface.shown[0].text == script.text
    assert late_s < 3.0


class Stumbling(Surface):
    """Its first edit takes a second, and fails."""

    stumbled = False

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        if not self.stumbled:
            self.stumbled = True
            await asyncio.sleep(1.0)
            raise DOWN
        await super().edit(message_id, text, controls)


async def ended_within_an_edit_that_fails() -> Surface:
    async def keep(_number: int, _message_id: str) -> None:
        """Nothing is stored here."""

    writes = Writes(asyncio.get_running_loop().time)
    surface = Stumbling(Platform(), ONE_KEY, ONE_KEY)
    display = Display(surface, writes, "r1", keep)
    display.add("One ")
    await asyncio.sleep(3.0)
    display.add("two ")
    while not surface.stumbled:
        await asyncio.sleep(0.1)
    display.add("three.")
    await asyncio.wait_for(display.end(), 60.0)
    await writes.close()
    return surface


def test_what_came_while_a_preview_failed_is_shown_all_the_same() -> None:
    surface = clock.run(ended_within_an_edit_that_fails())
    assert surface.shown[0].text == "One two three."


async def shown_below_a_message_that_is_gone() -> Surface:
    async def keep(_number: int, _message_id: str) -> None:
        """Nothing is stored here."""

    gone = PlatformTrouble(Kind.MISSING, "message_not_found")
    platform, writes = Platform(faults=[None, None, gone]), Writes(asyncio.get_running_loop().time)
    surface = Surface(platform, ONE_KEY, ONE_KEY, text_limit=100)
    existing = [await surface.open("An earlier version", token, Controls.NONE) for token in ("first", "second")]
    surface.message_ids.remove(existing[0])
    display = Display(surface, writes, "r1", keep, existing=tuple(existing))
    display.add(" ".join(map(str, range(60))))
    await display.end()
    await writes.close()
    return surface


def test_a_version_whose_first_message_is_gone_is_posted_anew_and_in_order() -> None:
    surface = clock.run(shown_below_a_message_that_is_gone())
    assert " ".join(message.text for message in surface.shown).split() == list(map(str, range(60)))
