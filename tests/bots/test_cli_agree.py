"""What one process changes in the database, another that serves it uses from the very next message on."""

from tests.bots.command_line import CommandLine
from tests.bots.conftest import Outside
from tests.journeys.control import until

FILE = """
[workspace]
prompt = "You help Example Ltd. in {timezone}."
timezone = "Europe/Brussels"

[[persona]]
name = "Pirate"
instruction = "Whisper as {persona} in {channel}."
temperature = 0.7
"""


async def told(outside: Outside, question: str) -> tuple[str, float | None]:
    """The system prompt and the temperature of the request that this question leads to."""
    await outside.slack.post("/control/messages", user="ann", channel="general", text=f"@Parley {question}")

    async def asked() -> tuple[str, float | None] | None:
        for request in await outside.model.requests():
            if request["messages"][-1]["content"].endswith(question):
                return request["messages"][0]["content"], request.get("temperature")
        return None

    return await until(asked)


async def test_a_change_by_another_process_holds_from_the_next_message_on(
    outside: Outside, command_line: CommandLine
) -> None:
    async def done(*arguments: str, stdin: bytes = b"") -> None:
        result = await command_line.run(*arguments, stdin=stdin)
        assert result.code == 0, result.err

    async with command_line.serving("slack"):
        before, _ = await told(outside, "first")
        assert "pirate" not in before

        await done("persona", "create", "Pirate", "Talk like a pirate.", "--temperature", "0.2")
        await done("persona", "assign", "Pirate", "-c", "#general")
        system, temperature = await told(outside, "second")
        assert "Talk like a pirate." in system
        assert temperature == 0.2

        await done("config", "import", "-", stdin=FILE.encode())
        system, temperature = await told(outside, "third")
        assert system.startswith("You help Example Ltd. in Europe/Brussels.\n\nWhisper as Pirate in general.\n\n")
        assert temperature == 0.7

        await done("persona", "restore", "Pirate", "1")
        system, temperature = await told(outside, "fourth")
        assert "Talk like a pirate." in system
        assert temperature == 0.2

        await done("persona", "delete", "Pirate")
        system, temperature = await told(outside, "fifth")
        assert "pirate" not in system
        assert temperature is None
