import asyncio
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from bots import doctor, tools_checkup
from bots.discord import checkup as discord
from bots.discord import invite
from bots.findings import Finding, Grade
from bots.slack import checkup as slack
from bots.slack import scopes
from core import settings
from core.settings import Settings
from storage.words import Platform
from tests.bots.command_line import CommandLine
from tests.bots.conftest import Outside
from tests.tools.servers import by_pipes

pytestmark = pytest.mark.usefixtures("environment")


def loaded(outside: Outside, tmp_path: object, **changed: Any) -> Settings:
    given: dict[str, Any] = {**outside.settings, "DATABASE_URL": f"sqlite:///{tmp_path}/parley.db", **changed}
    return settings.load(None, **given)


async def examined(given: Settings, *platforms: Platform, problems: tuple[str, ...] = ()) -> list[Finding]:
    findings: list[Finding] = []
    await doctor.examine(given, frozenset(platforms), problems, findings.append)
    return findings


def faults(findings: list[Finding]) -> list[str]:
    return [f"{finding.subject}: {finding.text}" for finding in findings if finding.grade is Grade.FAIL]


async def test_everything_well_is_a_line_for_each_check_and_0(command_line: CommandLine) -> None:
    result = await command_line.run("doctor")
    lines = result.out.splitlines()
    assert result.code == 0, result.out
    assert lines[-1] == "Nothing failed."
    assert {line.split()[1] for line in lines[:-1]} == {"settings", "database", "slack", "discord", "model", "tokens"}
    assert all(line.startswith("ok ") for line in lines[:-1])


async def test_every_fault_is_told_and_no_secret(command_line: CommandLine) -> None:
    result = await command_line.run(
        "doctor",
        SLACK_BOT_TOKEN="xoxb-secret",
        SLACK_APP_TOKEN="xapp-secret",
        DISCORD_TOKEN="discord-secret",
        OPENAI_API_KEY="sk-secret",
        OPENAI_MODEL="nowhere",
        PARLEY_HISTORY_MESAGES="1",
    )
    assert result.code == 1
    told = [line[:15] for line in result.out.splitlines() if line.startswith("FAIL")]
    assert told == ["FAIL  discord  ", "FAIL  slack    ", "FAIL  slack    ", "FAIL  model    "]
    assert "is PARLEY_HISTORY_MESSAGES meant?" in result.out
    assert "secret" not in result.out + result.err


async def test_without_any_setting_it_says_what_to_set(alone: CommandLine) -> None:
    result = await alone.run("doctor")
    assert result.code == 1
    assert "Nothing to serve" in result.out
    assert "OPENAI_MODEL is missing" in result.out
    assert "Traceback" not in result.err


async def test_only_the_platforms_that_are_named_are_checked(command_line: CommandLine) -> None:
    result = await command_line.run("doctor", "slack", DISCORD_TOKEN="wrong")
    assert result.code == 0
    assert "discord  " not in result.out


async def test_a_wrong_address_of_the_model_never_sends_the_key_elsewhere(outside: Outside, tmp_path: object) -> None:
    problems = ("OPENAI_BASE_URL: 'nonsense' is not an address",)
    findings = await examined(loaded(outside, tmp_path), problems=problems)
    assert [finding.subject for finding in findings] == ["database"]


async def test_a_missing_scope_is_told_with_what_it_costs(outside: Outside, tmp_path: object) -> None:
    granted = [scope for scope in scopes.every() if scope not in ("chat:write", "groups:history")]
    await outside.slack.patch("/control/rules", scopes=granted)
    findings = await slack.checkup(loaded(outside, tmp_path))
    told = [(finding.grade, finding.text) for finding in findings if "scope" in finding.text]
    assert [grade for grade, _ in told] == [Grade.FAIL, Grade.WARN]
    assert told[0][1].startswith("without the scope chat:write nothing can be answered: add it")
    assert "groups:history" in told[1][1]


async def test_an_unreachable_slack_is_told(outside: Outside, tmp_path: object) -> None:
    findings = await slack.checkup(loaded(outside, tmp_path, SLACK_API_URL="http://127.0.0.1:1/api/"))
    assert len(faults(findings)) == 2
    assert all("could not be reached" in fault for fault in faults(findings))


@pytest.mark.parametrize(("granted", "grade"), [("granted", Grade.OK), ("limited", Grade.OK), ("missing", Grade.WARN)])
def test_the_message_content_intent_is_looked_for(granted: str, grade: Grade) -> None:
    flags = {"granted": discord.MESSAGE_CONTENT, "limited": discord.MESSAGE_CONTENT_LIMITED, "missing": 1 << 12}
    assert discord.intent_finding(flags[granted]).grade is grade


async def test_the_intent_that_the_server_refuses_is_told(outside: Outside, tmp_path: object) -> None:
    await outside.discord.patch("/control/rules", message_content=False)
    findings = await discord.checkup(loaded(outside, tmp_path))
    assert [finding.grade for finding in findings if "Message Content" in finding.text] == [Grade.WARN]


def test_a_bot_in_no_server_is_told_how_to_get_into_one() -> None:
    (finding,) = discord.servers_findings([], 0, invite.NEEDED)
    assert finding.grade is Grade.WARN
    assert "client_id=77&scope=bot+applications.commands&permissions=" in invite.invitation("77")


def test_few_starts_left_are_told() -> None:
    limit = {"total": 1000, "remaining": 3, "reset_after": 7_200_000}
    finding = discord.starts_finding({"session_start_limit": limit})
    assert finding.grade is Grade.WARN
    assert "only 3 of 1000" in finding.text


@pytest.mark.parametrize("address", ["DISCORD_API_URL", "DISCORD_GATEWAY_URL"])
async def test_an_unreachable_discord_is_told(outside: Outside, tmp_path: object, address: str) -> None:
    nowhere = {"DISCORD_API_URL": "http://127.0.0.1:1/api/v10", "DISCORD_GATEWAY_URL": "ws://127.0.0.1:1/"}
    findings = await discord.checkup(loaded(outside, tmp_path, **{address: nowhere[address]}))
    (fault,) = faults(findings)
    assert address in fault


async def test_a_gateway_that_is_none_is_told(outside: Outside, tmp_path: object) -> None:
    address = f"ws{outside.model.url.removeprefix('http')}/gateway"
    (fault,) = faults(await discord.checkup(loaded(outside, tmp_path, DISCORD_GATEWAY_URL=address)))
    assert "DISCORD_GATEWAY_URL" in fault


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 401}, "check OPENAI_API_KEY"),
        ({"status": 404}, "check OPENAI_MODEL"),
        ({"status": 400}, "no chat completions API"),
        ({"raw": "<html>hello</html>", "content_type": "text/html"}, "no chat completions API"),
        ({"text": "", "error_event": {"code": "server_error"}}, "could not be reached"),
    ],
)
async def test_a_model_that_fails_is_told_with_advice(
    outside: Outside, tmp_path: object, answer: dict[str, Any], told: str
) -> None:
    await outside.model.post("/control/answers", **answer)
    (fault,) = faults(await examined(loaded(outside, tmp_path)))
    assert fault.startswith("model: parley-playground: ")
    assert told in fault


async def test_a_model_that_says_nothing_is_a_warning(outside: Outside, tmp_path: object) -> None:
    await outside.model.post("/control/answers", chunks=[])
    findings = await examined(loaded(outside, tmp_path))
    assert [finding.subject for finding in findings if finding.grade is Grade.WARN] == ["model"]


async def test_a_server_that_hangs_does_not_hang_the_doctor(outside: Outside, tmp_path: object) -> None:
    await outside.model.post("/control/answers", text="never", hold=True)
    began = monotonic()
    (fault,) = faults(await examined(loaded(outside, tmp_path, PARLEY_FIRST_TOKEN_S=0.3)))
    assert "silent_too_long" in fault
    assert monotonic() - began < 5


async def test_a_check_has_a_time_limit() -> None:
    async def hanging() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    (finding,) = await doctor.within(0.05, "slack", hanging)
    assert finding.grade is Grade.FAIL
    assert "no answer within" in finding.text


async def test_a_check_that_breaks_is_a_finding_without_secrets() -> None:
    async def broken() -> list[Finding]:
        raise ValueError("token xoxb-12345-secret")

    (finding,) = await doctor.within(1, "slack", broken)
    assert finding.grade is Grade.FAIL
    assert "xoxb-***" in finding.text


async def test_a_database_that_is_not_there_yet_is_no_fault_and_is_not_made(outside: Outside, tmp_path: Any) -> None:
    findings = await examined(loaded(outside, tmp_path))
    assert findings[0].grade is Grade.OK
    assert "the first start makes it" in findings[0].text
    assert list(tmp_path.iterdir()) == []


async def test_a_broken_database_is_told(outside: Outside, tmp_path: Any) -> None:
    (tmp_path / "parley.db").write_text("this is no database at all, whatever it is called", encoding="utf-8")
    (fault,) = faults(await examined(loaded(outside, tmp_path)))
    assert "file is not a database" in fault


@pytest.fixture
def three_servers(tmp_path: Path) -> str:
    """A file with a server that answers, a command that is not there, and an address where nobody answers."""
    path = Path(by_pipes(tmp_path))
    with path.open("a", encoding="utf-8") as file:
        file.write('\n[gone]\ncommand = ["/nowhere/server"]\n[away]\nurl = "http://127.0.0.1:1/mcp"\n')
    return str(path)


async def test_each_server_of_tools_is_opened_and_what_is_wrong_is_told(
    outside: Outside, tmp_path: Path, three_servers: str
) -> None:
    given = {"PARLEY_MCP": three_servers, "PARLEY_TOOLS": "time,office:weather"}
    findings = [one for one in await examined(loaded(outside, tmp_path, **given)) if one.subject == "tools"]
    assert [one.grade for one in findings] == [Grade.OK, Grade.FAIL, Grade.FAIL]
    assert findings[0].text.startswith("office has ")
    assert "weather" in findings[0].text
    assert findings[1].text.startswith("gone cannot be used: FileNotFoundError")
    assert findings[1].text.endswith("check its command in PARLEY_MCP")
    assert findings[2].text.endswith("check its url in PARLEY_MCP")
    misnamed = loaded(outside, tmp_path, **given | {"PARLEY_TOOLS": "office:whether"})
    assert "has no tool 'whether', which PARLEY_TOOLS names" in (await tools_checkup.checkup(misnamed))[0].text
