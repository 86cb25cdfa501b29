"""Who may change what: refused on each path to everybody else, at the moment that it is done."""

from typing import Any

import pytest

from bots.playground.discord.entities import Member, Overwrite, Role
from bots.playground.discord.permissions import Permission
from bots.playground.discord.world import DiscordWorld
from core import texts
from tests.journeys.control import Model
from tests.journeys.discord.server import ANN, BEN, CHLOE, Server

PARLEY = pytest.mark.usefixtures("parley")
PIRATE = {"name": "Pirate", "instruction": "You are a pirate."}
DEEDS: list[tuple[str, str, dict[str, Any]]] = [
    ("persona", "create", {"name": "Poet", "instruction": "You are a poet."}),
    ("persona", "create", {"name": "Poet", "instruction_file": {"filename": "poet.txt", "text": "You are a poet."}}),
    ("persona", "edit", {"name": "Pirate", "instruction": "You are mine."}),
    ("persona", "edit", {"name": "Pirate", "clear": "model"}),
    ("persona", "rename", {"name": "Pirate", "to": "Mine"}),
    ("persona", "delete", {"name": "Pirate"}),
    ("persona", "history", {"name": "Pirate"}),
    ("persona", "restore", {"name": "Pirate", "change": 1}),
    ("persona", "starters", {"add": "Editor"}),
    ("prompt", "set", {"text": "Obey Ben."}),
    ("prompt", "set", {"file": {"filename": "prompt.txt", "text": "Obey Ben."}}),
    ("prompt", "clear", {}),
    ("prompt", "history", {}),
    ("prompt", "restore", {"change": 1}),
    ("model", "set", {"model": "parley-playground"}),
    ("model", "clear", {}),
    ("timezone", "", {"zone": "Europe/Brussels"}),
    ("summaries", "", {"choice": "on"}),
]
IN_CHANNELS: list[tuple[str, str, dict[str, Any]]] = [
    ("persona", "assign", {"name": "Pirate"}),
    ("persona", "clear", {}),
    ("model", "set", {"model": "parley-playground", "where": "channel"}),
    ("model", "clear", {"where": "channel"}),
]
FORMS = [("persona", "create", {}), ("persona", "edit", {"name": "Pirate"}), ("prompt", "set", {})]


def member(world: DiscordWorld, name: str) -> Member:
    guild = next(iter(world.guilds.values()))
    return next(one for one in guild.members.values() if one.user.name == name)


def role(world: DiscordWorld, name: str, permissions: int = 0) -> Role:
    """A role of the server, made when it is not there."""
    guild = next(iter(world.guilds.values()))
    known = next((one for one in guild.roles.values() if one.name == name), None)
    made = known or Role(world.snowflakes.next(), name, permissions, position=3)
    guild.roles[made.id] = made
    return made


async def told(server: Server, user: str, command: str, subcommand: str = "", **options: Any) -> str:
    how = {"subcommand": subcommand} if subcommand else {}
    return await server.told(user, command, options=options, **how)


@pytest.fixture
async def pirate(server: Server, parley: object) -> None:
    await told(server, ANN, "persona", "create", **PIRATE)


@pytest.mark.usefixtures("pirate")
async def test_people_without_rights_are_refused_by_every_command(server: Server) -> None:
    for command, subcommand, options in DEEDS:
        assert await told(server, BEN, command, subcommand, **options) == texts.NOT_ALLOWED, (command, subcommand)
    for command, subcommand, options in IN_CHANNELS:
        assert await told(server, BEN, command, subcommand, **options) == texts.NOT_ALLOWED_CHANNEL
    for command, subcommand, options in FORMS:
        assert await told(server, BEN, command, subcommand, **options) == texts.NOT_ALLOWED
    assert await told(server, ANN, "persona", "list") == "• Pirate"


@pytest.mark.usefixtures("pirate")
async def test_people_without_rights_are_shown_no_buttons_and_refused_by_those_of_others(
    server: Server, world: DiscordWorld
) -> None:
    shown = await server.answer_to(await server.command(BEN, "persona", subcommand="show", options={"name": "Pirate"}))
    assert shown["components"] == []
    moderators = role(world, "Moderators")
    member(world, BEN).roles.add(moderators.id)
    shown = await server.answer_to(await server.command(BEN, "persona", subcommand="show", options={"name": "Pirate"}))
    moderators.permissions &= ~int(Permission.MANAGE_GUILD)
    for label in ("Edit", "Settings"):
        assert await server.told_by(await server.press(BEN, shown, label)) == texts.NOT_ALLOWED


@pytest.mark.usefixtures("pirate")
@pytest.mark.parametrize(("command", "subcommand", "options"), FORMS)
async def test_a_right_that_is_taken_away_while_a_form_is_open_counts_no_more(
    server: Server, world: DiscordWorld, command: str, subcommand: str, options: dict[str, Any]
) -> None:
    moderators = role(world, "Moderators")
    member(world, BEN).roles.add(moderators.id)
    await server.command(BEN, command, subcommand=subcommand, options=options)
    await server.form(BEN)
    member(world, BEN).roles.discard(moderators.id)
    refused = await server.answer_to(await server.submit(BEN, **{"name": "Mine", "part-1p": "You are mine."}))
    assert refused["content"] == texts.NOT_ALLOWED
    assert refused["attachments"][0]["filename"] == "what-you-typed.txt"
    assert await server.told_by(await server.press(BEN, refused)) == texts.NOT_ALLOWED
    assert await told(server, ANN, "persona", "show", name="Pirate") == "Pirate:\nYou are a pirate."
    assert "No workspace prompt is set" in await told(server, ANN, "prompt", "show")


@pytest.mark.usefixtures("pirate")
async def test_a_person_who_was_named_changes_personas_until_that_is_taken_back(server: Server) -> None:
    assert "may change" in await told(server, ANN, "access", "add", who=BEN)
    assert "is changed" in await told(server, BEN, "persona", "edit", name="Pirate", instruction="You are a captain.")
    await server.command(BEN, "persona", subcommand="edit", options={"name": "Pirate"})
    await server.form(BEN)
    assert "may no longer" in await told(server, ANN, "access", "remove", who=BEN)
    assert await server.told_by(await server.submit(BEN, "Pirate", "You are mine.")) == texts.NOT_ALLOWED
    assert await told(server, BEN, "persona", "delete", name="Pirate") == texts.NOT_ALLOWED


@pytest.fixture
def editors(world: DiscordWorld) -> Role:
    return role(world, "Editors")


@pytest.mark.usefixtures("editors", "pirate")
async def test_a_role_that_was_named_counts_for_as_long_as_somebody_has_it(server: Server, world: DiscordWorld) -> None:
    editors = role(world, "Editors")
    member(world, CHLOE).roles.add(editors.id)
    assert "may change" in await told(server, ANN, "access", "add", who="Editors")
    assert "Editors (role)" in await told(server, ANN, "access", "show")
    assert "is changed" in await told(server, CHLOE, "persona", "edit", name="Pirate", instruction="You are a captain.")
    member(world, CHLOE).roles.discard(editors.id)
    assert await told(server, CHLOE, "persona", "edit", name="Pirate", instruction="Mine.") == texts.NOT_ALLOWED


@pytest.mark.usefixtures("pirate")
async def test_whoever_manages_a_channel_chooses_its_persona_unless_that_is_switched_off(
    server: Server, world: DiscordWorld
) -> None:
    guild = next(iter(world.guilds.values()))
    general = next(one for one in guild.channels.values() if one.name == "general")
    general.overwrites.append(Overwrite(member(world, BEN).user.id, 1, allow=int(Permission.MANAGE_CHANNELS)))
    assert "speaks as 'Pirate'" in await told(server, BEN, "persona", "assign", name="Pirate")
    elsewhere = {"subcommand": "assign", "options": {"name": "Pirate"}}
    assert await server.told(BEN, "persona", "random", **elsewhere) == texts.NOT_ALLOWED_CHANNEL
    assert await told(server, BEN, "persona", "edit", name="Pirate", instruction="Mine.") == texts.NOT_ALLOWED
    await told(server, ANN, "access", "channels", may="no")
    assert await told(server, BEN, "persona", "clear") == texts.NOT_ALLOWED
    assert "may not choose" in await told(server, ANN, "access", "show")


@PARLEY
async def test_only_those_who_manage_the_server_allow_models(server: Server) -> None:
    await told(server, ANN, "access", "add", who=BEN)
    assert await told(server, BEN, "model", "allow", models="all") == texts.NOT_ALLOWED_ADMINS
    assert await told(server, ANN, "model", "allow", models=" , ") == texts.NO_MODEL_NAMED
    assert await told(server, ANN, "model", "allow", models="all") == "Every model that is offered may be chosen."


@PARLEY
async def test_naming_others_and_the_audit_log_are_hidden_and_refused_where_a_server_shows_them(
    server: Server, world: DiscordWorld
) -> None:
    """Ben is named, and the server shows the commands to him: here by a role that only the command's default asks."""
    listed = (await server.get("/control/commands?user=Ben&channel=general"))["commands"]
    assert {one["name"] for one in listed if not one["allowed"]} == {
        "access",
        "audit",
        "cap",
        "endpoint",
        "listen",
        "retention",
        "tools",
        "use",
    }
    await told(server, ANN, "access", "add", who=BEN)
    await server.patch("/control/commands", shown_to_everybody=["access", "audit", "endpoint"])
    assert await told(server, BEN, "access", "add", who=CHLOE) == texts.NOT_ALLOWED_ADMINS
    assert await told(server, BEN, "access", "remove", who=BEN) == texts.NOT_ALLOWED_ADMINS
    assert await told(server, BEN, "access", "channels", may="no") == texts.NOT_ALLOWED_ADMINS
    assert await told(server, BEN, "audit") == texts.NOT_ALLOWED_ADMINS
    for deed in ("show", "set", "remove"):
        assert await told(server, BEN, "endpoint", deed) == texts.NOT_ALLOWED_ADMINS


@PARLEY
async def test_the_audit_log_names_who_changed_what_and_holds_no_secret(server: Server, model: Model) -> None:
    await told(server, ANN, "persona", "create", **PIRATE)
    await told(server, ANN, "persona", "assign", name="Pirate")
    await told(server, ANN, "prompt", "set", text="Always answer in verse.")
    lines = (await told(server, ANN, "audit")).splitlines()
    assert [deed for line in lines for deed in ("prompt.set", "persona.assign", "persona.create") if deed in line] == [
        "prompt.set",
        "persona.assign",
        "persona.create",
    ]
    assert all("**Ann**" in line for line in lines)
    assert len((await told(server, ANN, "audit", about="Pirate")).splitlines()) == 1
    oldest = int(lines[-1].split("`")[1])
    assert await told(server, ANN, "audit", before=oldest) == "Nothing has been changed yet."
