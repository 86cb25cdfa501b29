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

    async def heard(self, subtype: str, ts: str) -> None:
        """Wait until Parley has acknowledged the event about this message."""

        async def acknowledged() -> bool:
            return any(
                sent["acked"]
                and sent["event"].get("subtype") == subtype
                and ts in (sent["event"].get("deleted_ts"), (sent["event"].get("message") or {}).get("ts"))
                for sent in await self.get("/control/events-sent")
            )

        await until(acknowledged)

    async def edit(self, user: str, ts: str, text: str, channel: str = GENERAL) -> None:
        """Edit a message as a person; Parley has heard of it then."""
        await self.patch("/control/messages", user=user, channel=channel, ts=ts, text=text)
        await self.heard("message_changed", ts)

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

    async def opened(self, user: str, text: str, channel: str = GENERAL) -> dict[str, Any]:
        """Use /parley; the form that it opens."""
        await self.post("/control/commands", user=user, channel=channel, command="/parley", text=text)
        return await self.form(user)

    async def submit(self, user: str, form: dict[str, Any], **entered: Any) -> None:
        """Submit a form with these values in its fields; what is not named stays as it is."""
        values = {name: {name: value} for name, value in entered.items()}
        await self.post(f"/control/views/{form['id']}/submit", user=user, values=values)

    async def saved(self, user: str, form: dict[str, Any], **entered: Any) -> None:
        """Submit a form, and wait until it has closed and the person is told what was done."""
        before = len((await self.state())["ephemerals"])
        await self.submit(user, form, **entered)

        async def done() -> bool:
            return not await self.views(user) and len((await self.state())["ephemerals"]) > before

        await until(done)

    async def refused(self, user: str, form: dict[str, Any], **entered: Any) -> dict[str, str]:
        """Submit a form, and wait for what is wrong in it, by field."""
        await self.submit(user, form, **entered)

        async def look() -> dict[str, str] | None:
            views = await self.views(user)
            return views[-1].get("errors") if views else None

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
