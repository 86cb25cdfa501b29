"""Registering application commands."""

from typing import Any

import pytest

from tests.bots.playground.discord.driving import Bot, Place, library

OPTION = {"name": "text", "description": "Text", "type": 3}


async def path(place: Place) -> str:
    return f"/applications/{(await place.state())['application']['id']}/commands"


def command(**more: Any) -> dict[str, Any]:
    return {"name": "ask", "description": "Ask", **more}


@pytest.mark.parametrize(
    "body",
    [
        command(name="Ask"),
        command(name="two words"),
        command(name="x" * 33),
        command(description=""),
        command(description="x" * 101),
        command(options=[OPTION, OPTION]),
        command(options=[OPTION, {**OPTION, "name": "must", "required": True}]),
        command(options=[{**OPTION, "name": f"o{number}"} for number in range(26)]),
        command(options=[{**OPTION, "choices": [{"name": "a", "value": "a"}], "autocomplete": True}]),
        command(options=[OPTION, {"name": "sub", "description": "Sub", "type": 1}]),
        command(options=[{**OPTION, "type": 12}]),
        command(type=3, name="Summarise", description="not allowed"),
        command(contexts=[7]),
        command(default_member_permissions="many"),
        command(
            options=[
                {
                    **OPTION,
                    "name": f"o{n}",
                    "choices": [{"name": f"{m}" * 50, "value": "x" * 99} for m in range(10, 25)],
                }
                for n in range(10)
            ]
        ),
    ],
)
async def test_a_bad_command_is_refused(quick: Place, body: dict[str, Any]) -> None:
    status, answer = await quick.api("POST", await path(quick), body)
    assert (status, answer["code"]) == (400, 50035)


async def test_a_bulk_overwrite_keeps_the_ids_of_what_stays(quick: Place) -> None:
    route = await path(quick)
    _, first = await quick.api("PUT", route, [command(), command(name="gone")])
    _, second = await quick.api("PUT", route, [command(), command(name="neu-é")])
    _, third = await quick.api("PUT", route, [command(description="Changed"), command(name="neu-é")])
    assert second[0] == first[0]
    assert third[0]["id"] == first[0]["id"]
    assert third[0]["version"] != first[0]["version"]
    assert [each["name"] for each in (await quick.api("GET", route))[1]] == ["ask", "neu-é"]


async def test_names_are_unique_within_a_type(quick: Place) -> None:
    _, answer = await quick.api("PUT", await path(quick), [command(), command()])
    assert answer["errors"]["1"]["name"]["_errors"][0]["code"] == "APPLICATION_COMMANDS_DUPLICATE_NAME"
    both = [command(), {"name": "ask", "type": 3}]
    assert (await quick.api("PUT", await path(quick), both))[0] == 200


async def test_there_are_at_most_a_hundred(quick: Place) -> None:
    many = [command(name=f"c{number}") for number in range(101)]
    assert (await quick.api("PUT", await path(quick), many))[1]["code"] == 30032


async def test_permissions_are_written_as_a_string_whatever_they_came_as(quick: Place) -> None:
    _, answer = await quick.api("POST", await path(quick), command(default_member_permissions=32))
    assert answer["default_member_permissions"] == "32"
    _, answer = await quick.api("POST", await path(quick), command(name="b", default_member_permissions="32"))
    assert answer["default_member_permissions"] == "32"


async def test_a_command_is_edited_and_deleted(quick: Place) -> None:
    route = await path(quick)
    status, made = await quick.api("POST", route, command())
    assert status == 201
    assert (await quick.api("POST", route, command()))[0] == 200
    _, edited = await quick.api("PATCH", f"{route}/{made['id']}", {"description": "Other"})
    assert (edited["id"], edited["description"]) == (made["id"], "Other")
    assert (await quick.api("DELETE", f"{route}/{made['id']}"))[0] == 204
    assert (await quick.api("GET", f"{route}/{made['id']}"))[1]["code"] == 10063


async def test_guild_commands_are_their_own(quick: Place, bot: Bot) -> None:
    guild = bot.guilds[0]
    bot.tree.command(name="here", description="Here", guild=guild)(_nothing)
    synced = await bot.tree.sync(guild=guild)
    assert [each.name for each in synced] == ["here"]
    assert await bot.tree.fetch_commands() == []
    assert [each.name for each in await bot.tree.fetch_commands(guild=guild)] == ["here"]


async def _nothing(interaction: library.Interaction) -> None:
    await interaction.response.defer()


async def test_commands_of_another_application_are_refused(quick: Place) -> None:
    assert (await quick.api("GET", "/applications/1/commands"))[1]["code"] == 20012
