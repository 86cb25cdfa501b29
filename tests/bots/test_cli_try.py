import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.playground.model.rules import Rules
from bots.playground.model.server import create_app
from bots.playground.serving import serving
from tests.bots.command_line import CommandLine, Started, finished
from tests.bots.saying import Say
from tests.journeys.control import Model
from tests.tools.servers import by_pipes

INSTRUCTION = "Talk like a pirate in {channel}."


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    rules = Rules(first_token_s=0.0, tokens_per_s=0.0, models=("parley-playground", "gpt-5-mini"))
    async with serving(create_app(rules)) as url, aiohttp.ClientSession() as connections:
        yield Model(connections, url)


@pytest.fixture
def parley(tmp_path: Path, model: Model) -> CommandLine:
    """A command line that knows nothing but where the model is."""
    return CommandLine(
        tmp_path,
        {
            "OPENAI_BASE_URL": f"{model.url}/v1",
            "OPENAI_MODEL": "parley-playground",
            "PARLEY_MODELS": "gpt-5-mini",
            "PARLEY_HOUSE_RULES": "Be kind.",
        },
    )


@pytest.fixture
async def pirate(parley: CommandLine) -> None:
    """A workspace with a prompt and a persona."""
    await parley.run("prompt", "set", "You help Example Ltd.", "-w", "slack:T1")
    made = await parley.run("persona", "create", "Pirate", INSTRUCTION, "--temperature", "0.3")
    assert made.code == 0, made.err


async def first_words(process: Started) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        return (await process.stdout.read(200)).decode()


@pytest.mark.usefixtures("pirate")
async def test_a_persona_answers_with_all_that_a_channel_would_have(parley: CommandLine, model: Model) -> None:
    await model.will_say("Arr, matey!")
    result = await parley.run("try", "pirate", "Where is the rum?", "--as", "Ann")
    assert (result.code, result.out) == (0, "Arr, matey!\n")
    (request,) = await model.requests()
    system, question = request["messages"]
    assert [layer.split(".")[0] for layer in system["content"].split("\n\n")][:3] == [
        "Be kind",
        "You help Example Ltd",
        "Talk like a pirate in ",
    ]
    assert question == {"role": "user", "content": "Ann: Where is the rum?"}
    assert request["temperature"] == 0.3
    line = result.err.strip().splitlines()[-1]
    assert line.startswith("parley-playground · ")
    assert "tokens in" in line
    assert "first text after" in line


@pytest.mark.usefixtures("pirate")
async def test_everything_is_there_for_programs(parley: CommandLine, model: Model) -> None:
    await model.will_say("Arr, matey!")
    result = await parley.run("try", "Pirate", "-", "--json", stdin=b"Where is the rum?")
    told: dict[str, Any] = json.loads(result.out)
    assert (told["persona"], told["model"], told["text"]) == ("Pirate", "parley-playground", "Arr, matey!")
    assert (told["finish_reason"], told["stopped"]) == ("stop", False)
    assert told["tokens_in"] > 0
    assert told["tokens_out"] > 0
    assert told["seconds"] >= told["first_text_s"] > 0
    assert [layer["source"] for layer in told["prompt"]] == ["house_rules", "workspace_prompt", "persona", "facts"]


@pytest.mark.usefixtures("pirate")
async def test_another_model_and_temperature_can_be_tried(parley: CommandLine, model: Model) -> None:
    result = await parley.run("try", "Pirate", "hello", "--model", "gpt-5-mini", "--temperature", "1.5")
    assert result.code == 0, result.err
    (request,) = await model.requests()
    assert (request["model"], request["temperature"]) == ("gpt-5-mini", 1.5)
    refused = await parley.run("try", "Pirate", "hello", "--model", "gpt-2")
    assert refused.code == 1
    assert "gpt-2" in refused.err


async def test_a_persona_uses_the_tools_that_need_no_platform_and_the_calls_are_shown(
    parley: CommandLine, model: Model
) -> None:
    settings = {"PARLEY_TOOLS": "search,calculator,office:*", "PARLEY_MCP": by_pipes(parley.folder)}
    clerk = CommandLine(parley.folder, parley.settings | settings)
    (parley.folder / "clerk.md").write_text("Count.", encoding="utf-8")
    await model.will_call(
        ("calculator", {"expression": "6*7"}), ("office__weather", {"city": "Ghent"}), text="Let me see."
    )
    await model.will_say("It is 42.")
    result = await clerk.run("try", "--file", "clerk.md", "6 times 7?")
    assert (result.code, result.out) == (0, "Let me see.\n\nIt is 42.\n"), result.err
    assert result.err.splitlines()[:2] == [
        'calculator {"expression":"6*7"} → 42',
        'office:weather {"city":"Ghent"} → Rain in Ghent.',
    ]
    first, second = await model.requests()
    offered = [tool["function"]["name"] for tool in first["tools"]]
    assert "search" not in offered
    assert "office__write" not in offered
    assert [one["role"] for one in second["messages"]] == ["system", "user", "assistant", "tool", "tool"]
    await model.will_call(("calculator", {"expression": "1/0"}))
    await model.will_say("I cannot.")
    told = json.loads((await clerk.run("try", "--file", "clerk.md", "1/0?", "--json")).out)
    assert told["text"] == "I cannot."
    assert [(one["name"], one["state"]) for one in told["tools"]] == [("calculator", "failed")]


async def test_a_persona_that_is_only_a_file_needs_no_database(parley: CommandLine, model: Model) -> None:
    (parley.folder / "bard.md").write_text("Sing as {persona}.", encoding="utf-8")
    result = await parley.run("try", "--file", "bard.md", "hello")
    assert result.code == 0, result.err
    assert "Sing as bard." in (await model.messages())[0]["content"]
    assert not (parley.folder / "parley.db").exists()


@pytest.mark.usefixtures("pirate")
async def test_what_the_model_would_be_told_is_printed_and_nothing_asked(parley: CommandLine, model: Model) -> None:
    shown = await parley.run("try", "Pirate", "--prompt", "-c", "C0GENERAL1")
    assert shown.out.startswith("Be kind.\n\nYou help Example Ltd.\n\nTalk like a pirate in .\n\n")
    layers = json.loads((await parley.run("try", "Pirate", "--prompt", "--json")).out)
    assert layers[2] == {"source": "persona", "text": "Talk like a pirate in ."}
    assert await model.requests() == []


async def test_an_answer_streams_and_ctrl_c_ends_it_with_what_came(parley: CommandLine, model: Model) -> None:
    (parley.folder / "bard.md").write_text("Sing.", encoding="utf-8")
    await model.will_say("One two three four.", hold=True, hold_after=2)
    process = await parley.start("try", "--file", "bard.md", "sing")
    begun = await first_words(process)
    process.send_signal(signal.SIGINT)
    result = await finished(process)
    assert result.code == 0, result.err
    assert begun + result.out == "One two\n"
    assert "stopped after" in result.err
    assert "Traceback" not in result.err


async def test_what_a_terminal_would_act_upon_is_not_printed(parley: CommandLine, model: Model) -> None:
    (parley.folder / "bard.md").write_text("Sing.", encoding="utf-8")
    await model.will_say("One \x1b[2J\ttwo\r\nthree.\x9b")
    assert (await parley.run("try", "--file", "bard.md", "sing")).out == "One [2J\ttwo\nthree.\n"


def test_without_any_model_it_is_said_which_setting_is_missing(say: Say) -> None:
    Path("bard.md").write_text("Sing.", encoding="utf-8")
    result = say("try", "--file", "bard.md", "sing")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "OPENAI_MODEL is missing" in result.stderr


async def test_a_model_that_fails_is_told_in_a_sentence(parley: CommandLine, model: Model) -> None:
    (parley.folder / "bard.md").write_text("Sing.", encoding="utf-8")
    await model.patch("/control/rules", require_key="sk-real")
    result = await parley.run("try", "--file", "bard.md", "sing")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Error: The model's provider refused my key.")
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("Pirate",), 2, "Give PERSONA and TEXT."),
        (("Pirate", "hello", "there"), 2, "Give PERSONA and TEXT."),
        (("Pirate", "hello", "--file", "bard.md"), 2, "Give TEXT alone"),
        (("hello", "--file", "missing.md"), 1, "'missing.md' cannot be read"),
        (("hello", "--file", "empty.md"), 1, "A persona needs an instruction"),
        (("hello", "--file", "template.md"), 1, "I do not know {nobody}."),
        (("Nobody", "hello", "-w", "slack:T9"), 1, "slack:T9 is not known"),
        (("hello", "--file", "bard.md", "--effort", "huge"), 1, "The reasoning effort is one of"),
    ],
)
def test_what_cannot_be_tried_is_told(
    say: Say, environment: dict[str, str], arguments: tuple[str, ...], code: int, told: str
) -> None:
    environment["OPENAI_MODEL"] = "gpt-5"
    for name, text in (("bard.md", "Sing."), ("empty.md", " "), ("template.md", "{nobody}")):
        Path(name).write_text(text, encoding="utf-8")
    result = say("try", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr
