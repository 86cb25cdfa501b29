"""People of one platform: what they write, and what they see of Parley. The same on Slack and on Discord."""

from dataclasses import dataclass
from typing import Any, Protocol

from tests.journeys.control import Control, until
from tests.journeys.discord.server import labels
from tests.journeys.slack.workspace import GENERAL, is_settled, shown


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of Parley's; a finished one can be asked for another version."""

    id: str
    text: str
    finished: bool


class People(Protocol):
    platform: str
    server: Control
    post: str
    edit: str

    async def ask(self, text: str) -> str:
        """Ask in the general channel; the question's id."""
        ...

    async def answers(self, question: str) -> list[Seen]:
        """What Parley has answered to a question, oldest first."""
        ...

    async def press(self, seen: Seen, button: str) -> None:
        """Press a button below an answer, as whoever has asked."""
        ...


async def finished(people: People, question: str, count: int = 1) -> list[Seen]:
    """The answers to a question, once there are so many and the last of them is finished."""

    async def look() -> list[Seen] | None:
        seen = await people.answers(question)
        return seen if len(seen) >= count and seen[-1].finished else None

    return await until(look)


async def begun(people: People, question: str) -> list[Seen]:
    """The answers to a question, once there is one."""

    async def look() -> list[Seen] | None:
        return await people.answers(question) or None

    return await until(look)


class OnSlack:
    platform = "slack"
    channel = GENERAL
    post = "chat.postMessage"
    edit = "chat.update"

    def __init__(self, server: Control) -> None:
        self.server = server

    async def ask(self, text: str) -> str:
        asked = await self.server.post("/control/messages", user="ann", channel=self.channel, text=f"@Parley {text}")
        return str(asked["ts"])

    async def answers(self, question: str) -> list[Seen]:
        state = await self.server.get("/control/state")
        own = state["me"]["bot_id"]
        return [
            Seen(message["ts"], shown(message) or message["text"], is_settled(message))
            for message in state["messages"].get(self.channel, [])
            if message.get("bot_id") == own and message.get("thread_ts") == question
        ]

    async def press(self, seen: Seen, button: str) -> None:
        await self.server.post(
            "/control/actions", user="ann", channel=self.channel, ts=seen.id, action_id=f"reply_{button}"
        )


class InDirectMessages(OnSlack):
    channel = "D0ANN00001"


class OnDiscord:
    platform = "discord"
    post = "POST /channels/{channel}/messages"
    edit = "PATCH /channels/{channel}/messages/{message}"

    def __init__(self, server: Control) -> None:
        self.server = server

    async def ask(self, text: str) -> str:
        asked = await self.server.post("/control/messages", user="Ann", channel="general", content=f"@Parley {text}")
        return str(asked["id"])

    async def answers(self, question: str) -> list[Seen]:
        state = await self.server.get("/control/state")
        own_id = state["me"]["id"]
        return [
            Seen(message["id"], message["content"], "Regenerate" in labels(message))
            for listed in state["messages"].values()
            for message in listed
            if message["author"]["id"] == own_id and _replies_to(message) == question
        ]

    async def press(self, seen: Seen, button: str) -> None:
        state = await self.server.get("/control/state")
        message = next(one for listed in state["messages"].values() for one in listed if one["id"] == seen.id)
        buttons = message["components"][0]["components"]
        custom_id = next(one["custom_id"] for one in buttons if button in one["custom_id"])
        await self.server.post("/control/components", user="Ann", message=seen.id, custom_id=custom_id)


class InPrivate(OnDiscord):
    """People on Discord who ask for an answer that they alone see: what they see of it is its one message."""

    post = edit = "PATCH /webhooks/{webhook}/{token}/messages/{message}"

    async def ask(self, text: str) -> str:
        options = {"question": text, "private": True}
        how: dict[str, Any] = {"user": "Ann", "channel": "general", "command": "ask", "options": options}
        return str((await self.server.post("/control/commands", **how))["interaction_id"])

    async def answers(self, question: str) -> list[Seen]:
        listed = (await self.server.get("/control/state"))["messages"].values()
        whispered = [message for messages in listed for message in messages if _answers(message, question)]
        said = [(message, message["content"].partition("\n\n")[2]) for message in whispered]
        return [Seen(message["id"], text, "Regenerate" in labels(message)) for message, text in said if text]


def _answers(message: dict[str, Any], question: str) -> bool:
    return bool(message["ephemeral_for"]) and message["interaction"]["id"] == question


def _replies_to(message: dict[str, Any]) -> str | None:
    return (message.get("reference") or {}).get("message_id")
