"""The local Discord server, seen through its control API."""

from typing import Any

from tests.journeys.control import Control, until

ANN, BEN, CHLOE = "Ann", "Ben", "Chloé"
DEPLOYBOT = "Deploybot"
POST = "POST /channels/{channel}/messages"
EDIT = "PATCH /channels/{channel}/messages/{message}"


class Server(Control):
    async def say(self, user: str, content: str, channel: str = "general", **more: Any) -> str:
        """Write a message as a person; its id."""
        return str((await self.post("/control/messages", user=user, channel=channel, content=content, **more))["id"])

    async def remove(self, user: str, message_id: str) -> None:
        """Delete a message as a person."""
        await self._call("DELETE", f"/control/messages/{message_id}", {"user": user})

    async def remove_thread(self, user: str, thread_id: str) -> None:
        """Delete a thread as a person."""
        await self._call("DELETE", f"/control/threads/{thread_id}", {"user": user})

    async def state(self) -> Any:
        return await self.get("/control/state")

    async def channel_id(self, name: str) -> str:
        """The id of a channel by its name; an id, or the DM channel `dm:<person>`, is found as well."""
        state = await self.state()
        people = {one["id"]: one["name"] for one in state["members"]}
        for channel in [*state["channels"], *state["threads"]]:
            direct = f"dm:{people.get(channel.get('recipient'), '')}"
            if name in (channel["id"], channel["name"], direct):
                return str(channel["id"])
        raise LookupError(name)

    async def messages(self, channel: str = "general") -> list[dict[str, Any]]:
        """What everybody sees in a channel, oldest first."""
        channel_id = await self.channel_id(channel)
        listed = (await self.state())["messages"].get(channel_id, [])
        return [message for message in listed if not message["ephemeral_for"]]

    async def own(self, channel: str = "general") -> list[dict[str, Any]]:
        """Parley's messages in a channel, oldest first."""
        own_id = (await self.state())["me"]["id"]
        return [message for message in await self.messages(channel) if message["author"]["id"] == own_id]

    async def answer(self, saying: str, channel: str = "general", *, settled: bool = False) -> dict[str, Any]:
        """Parley's message with this text, once it is there (and it can be asked for another version)."""

        async def look() -> dict[str, Any] | None:
            fit = (message for message in await self.own(channel) if message["content"] == saying)
            return next((message for message in fit if not settled or "Regenerate" in labels(message)), None)

        return await until(look)

    async def command(self, user: str, command: str, channel: str = "general", **how: Any) -> dict[str, Any]:
        """Use a command; its interaction, once the client knows what became of it."""
        begun = await self.post("/control/commands", user=user, channel=channel, command=command, **how)
        return dict(await self.get(f"/control/interactions/{begun['interaction_id']}?wait_s=5"))

    async def told(self, user: str, command: str, channel: str = "general", **how: Any) -> str:
        """Use a command; what the person alone is told."""
        return await self.told_by(await self.command(user, command, channel, **how))

    async def told_by(self, interaction: dict[str, Any]) -> str:
        return str((await self.answer_to(interaction))["content"])

    async def answer_to(self, interaction: dict[str, Any]) -> dict[str, Any]:
        """The ephemeral message that answers an interaction, once it is there."""

        async def look() -> dict[str, Any] | None:
            for listed in (await self.state())["messages"].values():
                for message in listed:
                    answers = (message["interaction"] or {}).get("id") == interaction["id"]
                    if answers and message["ephemeral_for"] and not message["loading"]:
                        return dict(message)
            return None

        return await until(look)

    async def form(self, user: str) -> dict[str, Any]:
        """The form that a person sees, once it is open."""

        async def look() -> dict[str, Any] | None:
            state = await self.state()
            user_id = next(one["id"] for one in state["members"] if one["name"] == user)
            return next(iter(state["modals"].get(user_id, [])), None)

        return await until(look)

    async def submit(self, user: str, *values: Any, **labelled: Any) -> dict[str, Any]:
        """Fill the first fields of the open form in their order, and others by id, and send it; the interaction."""
        form = await self.form(user)
        fields = [field["component"]["custom_id"] for field in form["components"]]
        filled = dict(zip(fields, values, strict=False)) | labelled
        begun = await self.post(f"/control/modals/{form['id']}/submit", user=user, values=filled)
        return dict(await self.get(f"/control/interactions/{begun['interaction_id']}?wait_s=5"))

    async def press(self, user: str, message: dict[str, Any], label: str = "", **how: Any) -> dict[str, Any]:
        """Press a button below a message, the first one without a label; the interaction."""
        buttons = message["components"][0]["components"]
        custom_id = next(button["custom_id"] for button in buttons if label in ("", button["label"]))
        begun = await self.post("/control/components", user=user, message=message["id"], custom_id=custom_id, **how)
        return dict(await self.get(f"/control/interactions/{begun['interaction_id']}?wait_s=5"))

    async def calls(self, operation: str) -> list[dict[str, Any]]:
        calls = (await self.get("/control/calls"))["calls"]
        return [call for call in calls if call["operation"] == operation]


def labels(message: dict[str, Any]) -> list[str]:
    """What the buttons below a message say."""
    return [button["label"] for row in message["components"] for button in row["components"]]
