"""What bodies of messages are refused for, each field with Discord's code at Discord's path."""

import io
import json
from typing import Any

import aiohttp

from bots.playground.discord.default_world import TOKEN
from tests.bots.playground.discord.driving import Place

V2 = 1 << 15
TEXT = {"type": 10, "content": "x"}
CHOICES = [{"label": "a", "value": "1"}, {"label": "b", "value": "1"}]


def button(**parts: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "b", **parts}


def rowed(*children: Any) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": list(children)}]}


def laid(**component: Any) -> dict[str, Any]:
    return {"flags": V2, "components": [component]}


def embedded(**parts: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "x", **parts}]}


CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    ({"content": 5}, "content", "STRING_TYPE_CONVERT"),
    ({"content": "x", "nonce": "n" * 26}, "nonce", "NONCE_TYPE_TOO_LONG"),
    ({"content": "x", "nonce": [1]}, "nonce", "NONCE_TYPE_INVALID_TYPE"),
    ({"content": "x", "tts": "x"}, "tts", "BOOLEAN_TYPE_CONVERT"),
    ({"content": "x", "sticker_ids": ["1"] * 4}, "sticker_ids", "BASE_TYPE_MAX_LENGTH"),
    ({"content": "x", "attachments": [{"id": "0"}]}, "attachments.0", "ATTACHMENT_NOT_FOUND"),
    ({"content": "x", "message_reference": "x"}, "message_reference", "MODEL_TYPE_CONVERT"),
    (
        {"content": "x", "message_reference": {"message_id": "1"}},
        "message_reference",
        "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
    ),
    (
        {"content": "x", "message_reference": {"message_id": "1", "channel_id": "2"}},
        "message_reference",
        "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL",
    ),
    ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0", "BASE_TYPE_CHOICES"),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    (
        {"content": "x", "allowed_mentions": {"users": ["1", "1"]}},
        "allowed_mentions.users.1",
        "SET_TYPE_ALREADY_CONTAINS_VALUE",
    ),
    (embedded(description="x" * 4097), "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
    (embedded(title="x" * 257), "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"description": "x" * 3500}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{}]}, "embeds.0.description", "BASE_TYPE_REQUIRED"),
    ({"embeds": [None]}, "embeds.0", "LIST_ITEM_VALUE_REQUIRED"),
    ({"embeds": ["x"]}, "embeds.0", "MODEL_TYPE_CONVERT"),
    (embedded(footer={"icon_url": "https://x.org"}), "embeds.0.footer.text", "BASE_TYPE_REQUIRED"),
    (embedded(footer={"text": "x", "icon_url": ""}), "embeds.0.footer.icon_url", "URL_TYPE_INVALID_SCHEME"),
    (embedded(author={}), "embeds.0.author.name", "BASE_TYPE_REQUIRED"),
    (embedded(image={}), "embeds.0.image.url", "BASE_TYPE_REQUIRED"),
    (embedded(thumbnail={"url": "ftp://x"}), "embeds.0.thumbnail.url", "URL_TYPE_INVALID_SCHEME"),
    (embedded(url="http://["), "embeds.0.url", "URL_TYPE_INVALID_URL"),
    (embedded(timestamp=True), "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
    (embedded(color=1 << 24), "embeds.0.color", "NUMBER_TYPE_MAX"),
    ({"content": "x", "components": [TEXT]}, "components.0", "UNION_TYPE_CHOICES"),
    (rowed(), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    (rowed({"type": 4, "custom_id": "x"}), "components.0.components.0", "UNION_TYPE_CHOICES"),
    (rowed(button(), button()), "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    (rowed(button(custom_id="")), "components.0.components.0.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
    (rowed(button(emoji={"name": "smile"})), "components.0.components.0.emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI"),
    (rowed(button(style=6, custom_id=None)), "components.0.components.0.sku_id", "BASE_TYPE_REQUIRED"),
    (rowed(button(style=5, url="x:y", custom_id=None)), "components.0.components.0.url", "URL_TYPE_INVALID_SCHEME"),
    (
        rowed({"type": 3, "custom_id": "s", "options": CHOICES}),
        "components.0.components.0.options.1.value",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    (
        rowed({"type": 3, "custom_id": "s", "max_values": 2, "options": CHOICES[:1]}),
        "components.0.components.0.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        {"content": "x", **laid(**TEXT)},
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    (
        {"flags": V2, "components": [{"type": 10, "content": "y" * 2500}] * 2},
        "components",
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    (laid(**button()), "components.0", "UNION_TYPE_CHOICES"),
    (laid(type=9, components=[TEXT]), "components.0.accessory", "BASE_TYPE_REQUIRED"),
    (laid(type=9, components=[TEXT], accessory=TEXT), "components.0.accessory", "UNION_TYPE_CHOICES"),
    (laid(type=12, items=[]), "components.0.items", "BASE_TYPE_BAD_LENGTH"),
    (laid(type=13, file={"url": "https://x.org"}), "components.0.file.url", "URL_TYPE_INVALID_SCHEME"),
    (
        laid(type=13, file={"url": "attachment://gone.txt"}),
        "components",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    (laid(type=14, spacing=3), "components.0.spacing", "BASE_TYPE_CHOICES"),
    (laid(type=17, components=[{"type": 17}]), "components.0.components.0", "UNION_TYPE_CHOICES"),
    ({"poll": {"question": {"text": "?"}}}, "poll.answers", "BASE_TYPE_BAD_LENGTH"),
]


async def test_each_wrong_field_is_named_by_its_path_and_code(quick: Place) -> None:
    route = f"/channels/{await quick.id_of('general')}/messages"
    for body, field, code in CASES:
        status, answer = await quick.api("POST", route, body)
        assert (status, answer["code"], answer.get("message")) == (400, 50035, "Invalid Form Body"), body
        place = answer["errors"]
        for part in field.split("."):
            place = place.get(part, {})
        assert [error["code"] for error in place.get("_errors", ())] == [code], (body, answer["errors"])


async def test_what_a_message_shows_by_the_name_of_a_file_comes_back_with_its_address(quick: Place) -> None:
    body = {"embeds": [{"title": "x", "image": {"url": "attachment://a.png"}}]}
    form = aiohttp.FormData({"payload_json": json.dumps(body)})
    form.add_field("files[0]", b"picture", filename="a.png")
    _, message = await quick.api("POST", f"/channels/{await quick.id_of('general')}/messages", data=form)
    assert message["embeds"][0]["image"]["url"] == message["attachments"][0]["url"]


async def test_a_body_is_refused_that_is_too_large_or_of_no_known_kind(quick: Place) -> None:
    route = f"{quick.url}/api/v10/channels/{await quick.id_of('general')}/messages"
    eleven = aiohttp.FormData({"content": "x"})
    for number in range(11):
        eleven.add_field(f"files[{number}]", b"x", filename=f"{number}.txt")
    for data, kind, status, code in (
        (eleven, None, 400, 30015),
        (io.BytesIO(bytes(26 << 20)), "application/json", 413, 40005),
        (b'{"content": "x"}', "text/plain", 400, 50035),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400, 50109),
        (b"[" * 100_000, "application/json", 400, 50109),
    ):
        headers = {"Authorization": f"Bot {TOKEN}", **({"Content-Type": kind} if kind else {})}
        async with quick.session.post(route, data=data, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (status, code)
