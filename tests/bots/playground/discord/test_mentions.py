"""Who is pinged by what."""

from typing import Any

import pytest

from tests.bots.playground.discord.driving import Place

PEOPLE = ["Ann", "Ben", "Chloé", "Deploybot"]


async def pinged(place: Place, message_id: str) -> list[str]:
    state = await place.state()
    names = {member["id"]: member["name"] for member in state["members"]}
    message = next(m for listed in state["messages"].values() for m in listed if m["id"] == message_id)
    return sorted(names[user] for user in message["pings"])


async def post(place: Place, content: str, **more: Any) -> str:
    ben, moderators = await place.id_of("Ben"), await place.id_of("Moderators")
    text = content.replace("@Ben", f"<@{ben}>").replace("@Moderators", f"<@&{moderators}>")
    body = {"content": text, **more}
    status, message = await place.api("POST", f"/channels/{await place.id_of('general')}/messages", body)
    assert status == 200, message
    return str(message["id"])


@pytest.mark.parametrize(
    ("content", "allowed", "who"),
    [
        ("@Ben", None, ["Ben"]),
        ("@Moderators", None, ["Ann"]),
        ("@everyone", None, PEOPLE),
        ("@here", None, PEOPLE),
        ("@Ben @everyone", {"parse": []}, []),
        ("@Ben @Moderators", {"parse": ["roles"]}, ["Ann"]),
        ("@Ben @everyone", {"parse": ["users"]}, ["Ben"]),
        ("@Ben", {"users": []}, []),
        ("`@Ben @everyone`", None, []),
        ("```\n@everyone\n```", None, []),
        ("\\@everyone", None, []),
    ],
)
async def test_a_post_pings_whom_it_may(quick: Place, content: str, allowed: Any, who: list[str]) -> None:
    more = {"allowed_mentions": allowed} if allowed is not None else {}
    assert await pinged(quick, await post(quick, content, **more)) == who


async def test_named_users_and_roles_are_pinged_and_no_others(quick: Place) -> None:
    ben = await quick.id_of("Ben")
    message = await post(quick, "@Ben @Moderators", allowed_mentions={"users": [ben]})
    assert await pinged(quick, message) == ["Ben"]


async def test_an_edit_without_allowed_mentions_is_parsed_with_the_defaults(quick: Place) -> None:
    message = await post(quick, "nobody", allowed_mentions={"parse": []})
    route = f"/channels/{await quick.id_of('general')}/messages/{message}"
    await quick.api("PATCH", route, {"content": "@everyone", "allowed_mentions": {"parse": []}})
    assert await pinged(quick, message) == []
    await quick.api("PATCH", route, {"content": "@everyone"})
    assert await pinged(quick, message) == PEOPLE
    causes = {ping["cause"] for ping in (await quick.state())["pings"]}
    assert causes == {"edit"}


async def test_an_edit_of_embeds_alone_parses_the_old_content_anew(quick: Place) -> None:
    message = await post(quick, "@Ben", allowed_mentions={"parse": []})
    route = f"/channels/{await quick.id_of('general')}/messages/{message}"
    await quick.api("PATCH", route, {"embeds": [{"title": "x"}]})
    assert await pinged(quick, message) == ["Ben"]


async def test_a_reply_pings_its_target_unless_told_otherwise(quick: Place) -> None:
    asked = await quick.say("Ben", "general", "hm")
    reference = {"message_id": asked}
    loud = await post(quick, "x", message_reference=reference)
    quiet = await post(quick, "x", message_reference=reference, allowed_mentions={"parse": ["users"]})
    asked_for = await post(
        quick, "x", message_reference=reference, allowed_mentions={"parse": [], "replied_user": True}
    )
    assert await pinged(quick, loud) == ["Ben"]
    assert await pinged(quick, quiet) == []
    assert await pinged(quick, asked_for) == ["Ben"]


async def test_text_displays_mention_too(quick: Place) -> None:
    ben = await quick.id_of("Ben")
    body = {"flags": 1 << 15, "components": [{"type": 17, "components": [{"type": 10, "content": f"<@{ben}>"}]}]}
    _, message = await quick.api("POST", f"/channels/{await quick.id_of('general')}/messages", body)
    assert await pinged(quick, message["id"]) == ["Ben"]


async def test_webhooks_mention_users_only_by_default(quick: Place) -> None:
    _, webhook = await quick.api("POST", f"/channels/{await quick.id_of('general')}/webhooks", {"name": "Persona"})
    body = {"content": f"<@{await quick.id_of('Ben')}> @everyone"}
    _, message = await quick.api("POST", f"/webhooks/{webhook['id']}/{webhook['token']}?wait=true", body)
    assert await pinged(quick, message["id"]) == ["Ben"]


async def test_what_people_type_becomes_mentions(quick: Place) -> None:
    message = await quick.message(await quick.say("Ann", "general", "@parley @Ben @Moderators #random x@ann.org"))
    names = {name: await quick.id_of(name) for name in ("Parley", "Ben", "Moderators", "random")}
    expected = f"<@{names['Parley']}> <@{names['Ben']}> <@&{names['Moderators']}> <#{names['random']}> x@ann.org"
    assert message["content"] == expected
