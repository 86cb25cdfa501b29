import json
import time
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bots.playground.slack.request_urls import signed
from bots.slack.manifest import link, manifest, written
from storage import encrypted, installations
from storage.database import Database
from storage.encrypted import Vault
from storage.installations import Installed, Tokens
from tests.bots.command_line import CommandLine
from tests.bots.conftest import Outside
from tests.bots.test_cli_run import answers
from tests.journeys.control import until
from tests.ports import free_port

INSTALLED = Installed(platform_id="T1", name="", bot_id="B1", bot_user_id="U1", tokens=Tokens(token="xoxb-1"))


async def test_the_manifest_is_printed_without_any_setting(alone: CommandLine) -> None:
    result = await alone.run("manifest", "slack", "--name", "Butler", "--http", "https://parley.example.com/")
    assert (result.code, result.err) == (0, "")
    assert result.out == written(manifest("Butler", "https://parley.example.com"))


async def test_an_address_that_slack_does_not_take_is_refused(alone: CommandLine) -> None:
    result = await alone.run("manifest", "slack", "--http", "http://parley.example.com")
    assert (result.code, result.out) == (2, "")
    assert "https://" in result.err


async def test_the_manifest_is_printed_as_an_address_that_opens_slack(alone: CommandLine) -> None:
    result = await alone.run("manifest", "slack", "--link")
    assert (result.code, result.out) == (0, f"{link(manifest())}\n")
    assert json.loads(parse_qs(urlsplit(result.out.strip()).query)["manifest_json"][0]) == manifest()


async def test_a_key_is_made_and_another_takes_its_place(alone: CommandLine) -> None:
    old, new = [(await alone.run("db", "key")).out.strip() for _ in range(2)]
    assert encrypted.is_key(old)
    assert old != new
    database = await Database.open(f"sqlite:///{alone.folder}/parley.db")
    await database.run(installations.keep, Vault([old]), INSTALLED)
    refused = await alone.run("db", "rekey", PARLEY_ENCRYPTION_KEYS=new)
    assert (refused.code, "PARLEY_ENCRYPTION_KEYS" in refused.err) == (1, True)
    done = await alone.run("db", "rekey", PARLEY_ENCRYPTION_KEYS=f"{new},{old}")
    assert (done.code, done.out) == (0, "1 installations are encrypted with the first key.\n")
    found = await database.run(installations.find, Vault([new]), "T1")
    await database.close()
    assert found == INSTALLED


async def test_without_a_key_nothing_is_encrypted_anew(alone: CommandLine) -> None:
    result = await alone.run("db", "rekey")
    assert (result.code, "PARLEY_ENCRYPTION_KEYS is missing" in result.err) == (2, True)


async def test_slack_is_served_over_http_beside_health(outside: Outside, command_line: CommandLine) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/slack/events"
    over_http = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "playground-signing-secret", "PORT": str(port)}
    async with command_line.serving("slack", **over_http) as parley, aiohttp.ClientSession() as connections:
        async with connections.post(address, data="{}") as answer:
            assert answer.status == 401
        body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
        headers = {"Content-Type": "application/json"} | signed(body, "playground-signing-secret", int(time.time()))
        async with connections.post(address, data=body, headers=headers) as answer:
            assert await answer.json() == {"challenge": "abc"}
        await outside.slack.patch("/control/rules", request_url=address)
        await outside.model.will_say("Over HTTP.")
        await outside.slack.post("/control/messages", user="ann", channel="general", text="@Parley hello")
        await until(lambda: answers(outside))
        async with connections.get(f"http://127.0.0.1:{port}/readyz") as answer:
            assert (await answer.json())["parts"]["slack"] is True
        assert (await parley.stop()).code == 0


async def test_keys_that_cannot_read_what_is_kept_stop_the_start(command_line: CommandLine) -> None:
    database = await Database.open(f"sqlite:///{command_line.folder}/parley.db")
    await database.run(installations.keep, Vault([encrypted.new_key()]), INSTALLED)
    await database.close()
    result = await command_line.run(
        "run",
        "slack",
        SLACK_BOT_TOKEN="",
        SLACK_CLIENT_ID="1.2",
        SLACK_CLIENT_SECRET="secret",
        PARLEY_ENCRYPTION_KEYS=encrypted.new_key(),
        PORT=str(free_port()),
    )
    assert (result.code, "PARLEY_ENCRYPTION_KEYS cannot be right" in result.err) == (2, True)
