"""The local Slack workspace, seen through its control API."""

from typing import Any

from tests.journeys.control import Control, until

ANN, BEN, CHLOE = "ann", "ben", "chloe"
GENERAL = "C0GENERAL1"
RANDOM = "C0RANDOM01"
TEAM = "T0PARLEY00"


class Workspace(Control):
    async def say(self, user: str, text: str | None, channel: str = GENERAL, **more: Any) -> str:
        """Post a message as a person; its timestamp."""
        return str((await self.post("/control/messages", user=user, channel=channel, text=text, **more))["ts"])

    async def state(self) -> Any:
        return await self.get("/control/state")

    async def replies(self, thread_ts: str, channel: str = GENERAL) -> list[dict[str, Any]]:
        """Parley's messages in a thread, oldest first."""
        state = await self.state()
        own = state["me"]["bot_id"]
        return [
            message
            for message in state["messages"].get(channel, [])
            if message.get("bot_id") == own and message.get("thread_ts") == thread_ts
        ]

    async def reply(
        self, thread_ts: str, saying: str, channel: str = GENERAL, number: int = 1, *, settled: bool = False
    ) -> dict[str, Any]:
        """Parley's n-th message in a thread, once its text is this (and it can be asked for another version)."""

        async def look() -> dict[str, Any] | None:
            replies = await self.replies(thread_ts, channel)
            fits = len(replies) >= number and shown(replies[number - 1]) == saying
            return replies[number - 1] if fits and (not settled or is_settled(replies[number - 1])) else None

        return await until(look)

    async def command(self, user: str, text: str, channel: str = GENERAL) -> str:
        """Use /parley; what the person is shown."""
        before = len((await self.state())["ephemerals"])
        await self.post("/control/commands", user=user, channel=channel, command="/parley", text=text)

        async def look() -> str | None:
            ephemerals = (await self.state())["ephemerals"]
            return str(ephemerals[before]["text"]) if len(ephemerals) > before else None

        return await until(look)

    async def form(self, user: str) -> dict[str, Any]:
        """The form that a person sees, once it is open."""

        async def look() -> dict[str, Any] | None:
            views = await self.views(user)
            return views[-1] if views else None

        return await until(look)

    async def views(self, user: str) -> list[dict[str, Any]]:
        state = await self.state()
        user_id = next(one["id"] for one in state["users"] if one["name"] == user)
        return list(state["views"].get(user_id, []))

    async def file(self, address: str) -> str:
        """The text of a file, as the bot's token gets it."""
        headers = {"Authorization": "Bearer xoxb-playground"}
        async with self.connections.get(address, headers=headers) as answer:
            return str(await answer.text())

    async def calls(self, method: str) -> list[dict[str, Any]]:
        return [call for call in await self.get("/control/calls") if call["method"] == method]


def is_settled(message: dict[str, Any]) -> bool:
    """The message has the buttons of a finished reply."""
    elements = [element for block in message.get("blocks", []) for element in block.get("elements", [])]
    return any(element["action_id"] == "reply_again" for element in elements)


def shown(message: dict[str, Any]) -> str:
    """The Markdown that people see of a message."""
    return "".join(block["text"] for block in message.get("blocks", []) if block["type"] == "markdown")
