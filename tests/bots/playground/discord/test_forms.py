"""Whatever a body holds, it is read or refused, and never breaks the server."""

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from bots.playground.discord.default_world import default_world
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms import commands
from bots.playground.discord.forms.form import Form
from bots.playground.discord.forms.message import Source, read_draft, read_revision
from bots.playground.discord.forms.modals import read_modal
from bots.playground.discord.mentions import EVERYTHING
from bots.playground.discord.world import DiscordWorld, Draft

WORDS = (
    "content embeds components flags nonce allowed_mentions attachments type custom_id label style options title "
    "description fields footer author name value parse users roles component accessory data url choices contexts "
    "default_member_permissions autocomplete required min_length placeholder integration_types id items media file "
    "emoji poll question answers poll_media text sticker_ids tts timestamp image"
)
KEYS = WORDS.split()
LEAVES = some.none() | some.booleans() | some.integers(-2, 20) | some.floats() | some.text(max_size=5)
VALUES: some.SearchStrategy[Any] = some.recursive(
    LEAVES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
BODIES = some.dictionaries(some.sampled_from(KEYS), VALUES, max_size=6)


def source(world: DiscordWorld) -> Source:
    return Source([], next(iter(world.channels.values())), world.snowflakes.next, EVERYTHING)


@settings(max_examples=300, deadline=None)
@given(BODIES)
def test_any_message_body_is_read_or_refused(body: dict[str, Any]) -> None:
    world = default_world()
    message = world.post(next(iter(world.channels.values())), world.bot, Draft(content="x"))
    with contextlib.suppress(Refusal):
        world.post(message.channel, world.bot, read_draft(body, source(world)))
    with contextlib.suppress(Refusal):
        world.edit(message, read_revision(body, message, source(world)))


@settings(max_examples=300, deadline=None)
@given(BODIES)
def test_any_command_and_any_modal_is_checked(body: dict[str, Any]) -> None:
    form = Form()
    commands.check(form, "", body)
    with contextlib.suppress(Refusal):
        read_modal(Form(), body)


def test_names_may_be_of_any_script_but_in_lower_case() -> None:
    assert all(commands.is_valid_name(name) for name in ("ask", "frage-ä", "質問", "हिन्दी", "ask_2"))
    assert not any(commands.is_valid_name(name) for name in ("Ask", "a b", "a/b", "a.b"))
