"""What a message says that is not in its text: messages that were forwarded, what other apps post, pasted tables."""

from typing import Any

import aiohttp

from bots.playground.slack.driving import local_slack
from bots.slack import changes, events, files, web
from bots.slack.changes import Edited
from bots.slack.events import Self
from bots.slack.names import Names

OWN = Self(team_id="T0PARLEY00", team_name="Playground", user_id="U0PARLEY01", bot_id="B0PARLEY01")
TS = "1795330000.000200"
FORWARDED = {
    "is_share": True,
    "is_msg_unfurl": True,
    "author_name": "Ben",
    "text": "<@U0PARLEY01> up by 7%\nin <#C0RANDOM01> &lt;b&gt;",
    "fallback": "[August 29th] ben: up by 7%",
    "from_url": "https://parley.slack.com/archives/C0RANDOM01/p1795320000000100",
    "files": [{"id": "F0NUMBERS1", "name": "numbers.csv", "size": 4}],
}
PREVIEW = {"from_url": "https://example.com", "service_name": "Example", "title": "Example", "text": "A page"}
ALERT = {
    "fallback": "disk full",
    "title": "Disk full",
    "text": "*db-7* has 1 % left",
    "fields": [{"title": "Page", "value": "yes"}],
}
CELL = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "b<c"}]}]}
TABLE = {"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, CELL]]}], "fallback": "[no preview]"}
DEPLOYED = [
    {"type": "header", "text": {"type": "plain_text", "text": "Deploy <7>"}},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "*failed* for <@U0BEN00001>"}]},
    {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Roll back"}}]},
]
LISTED = [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U0PARLEY01"}]}]
MENTION = [{"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": LISTED}]}]


def message(text: str, *attachments: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {"type": "message", "channel": "C0GENERAL1", "user": "U0ANN00001", "ts": TS, "text": text}
    return said | {"attachments": list(attachments)} | more


async def test_a_message_is_read_with_its_blocks_and_attachments() -> None:
    async with local_slack() as slack, aiohttp.ClientSession() as connections:
        names = Names(web.client("xoxb-playground", slack.api, connections))

        async def read(event: dict[str, Any]) -> tuple[str, bool]:
            incoming = await events.incoming(event, OWN.team_id, OWN, names)
            assert incoming is not None
            return incoming.text, incoming.asks

        quoted = "> Ben: @Parley up by 7%\n> in #random <b>"
        assert await read(message("", FORWARDED)) == (quoted, False)
        assert await read(message("<@U0PARLEY01> sum up", FORWARDED)) == (f"sum up\n\n{quoted}", True)
        assert await read(message("look", PREVIEW, TABLE)) == ("look\n\na | b<c", False)
        assert await read(message("", ALERT)) == ("Disk full\n*db-7* has 1 % left\nPage: yes", False)
        assert await read(message("", blocks=DEPLOYED)) == ("Deploy <7>\n*failed* for @Ben", False)
        assert await read(message("", blocks=MENTION)) == ("", True)

        before, after = message("old", FORWARDED), message("new", FORWARDED)
        edit = {"type": "message", "subtype": "message_changed", "channel": "C0GENERAL1", "message": after}
        edited = await changes.change(edit | {"previous_message": before}, OWN.team_id, OWN, names)
        assert isinstance(edited, Edited)
        assert edited.text == f"new\n\n{quoted}"


def test_the_files_of_a_forwarded_message_are_its_own() -> None:
    assert [file.name for file in files.announced(message("", FORWARDED, PREVIEW))] == ["numbers.csv"]
