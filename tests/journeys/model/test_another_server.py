"""Parley against a server of this API that others wrote: aimock, which its makers compare with the real APIs daily.

It comes from npm, pinned by checksum in `another_server/`, and is installed there once.
"""

import asyncio
import fcntl
import json
import shutil
import subprocess
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core import texts
from core.errors import Fault
from tests.journeys.control import until
from tests.journeys.model.conftest import Start
from tests.journeys.slack.workspace import ANN, Workspace, is_settled, shown

FOLDER = Path(__file__).parent / "another_server"
PROGRAM = FOLDER / "node_modules/@copilotkit/aimock/dist/cli.js"
INSTALL_S = 90
TOLD = texts.MODEL_TROUBLE

LONG = " ".join(f"word{number}" for number in range(300))
ANSWERS: dict[str, dict[str, Any]] = {
    "greet": {"response": {"content": "Hello from another server."}},
    "go on": {"response": {"content": "Going on."}},
    "much": {"response": {"content": LONG}},
    "think": {"response": {"content": "Done thinking.", "reasoning": "They want me to think."}},
    "limit": {"response": {"content": "Half", "finishReason": "length"}},
    "break": {"response": {"content": LONG}, "truncateAfterChunks": 6, "latency": 60},
    "key": {"response": {"error": {"message": "no", "code": "invalid_api_key"}, "status": 401}},
    "busy": {"response": {"error": {"message": "no", "type": "server_error"}, "status": 503}},
    "quota": {"response": {"error": {"message": "no", "code": "insufficient_quota"}, "status": 429}},
}


@pytest.fixture(scope="session")
def installed() -> Path:
    """The program, installed as the lock file has it, by one process at a time."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not there: this server runs on Node")
    with (FOLDER / "package.json").open() as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        if not PROGRAM.exists():
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
            subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_S)
    return PROGRAM


@pytest.fixture
async def another(installed: Path, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a running server that gives the answers."""
    fixtures = [{"match": {"userMessage": match}, **answer} for match, answer in ANSWERS.items()]
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"fixtures": fixtures}), encoding="utf-8")
    arguments = ("-p", "0", "-f", str(path), "--validate-on-load")
    process = await asyncio.create_subprocess_exec("node", str(installed), *arguments, stdout=PIPE, stderr=DEVNULL)
    try:
        yield await listening(process)
    finally:
        process.kill()
        await process.communicate()


async def listening(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(20):
        async for line in process.stdout:
            _, found, url = line.decode().strip().partition("listening on ")
            if found:
                return url
    raise AssertionError("the server ended before it listened")


async def said(workspace: Workspace, text: str, **more: Any) -> str:
    """What people see of Parley's answer to this, once it is settled."""
    ts = await workspace.say(ANN, f"@Parley {text}", **more)

    async def look() -> str | None:
        replies = await workspace.replies(ts)
        return "".join(map(shown, replies)) if replies and is_settled(replies[-1]) else None

    return await until(look)


@pytest.mark.timeout(180)
async def test_it_answers_and_every_fault_of_it_is_told(workspace: Workspace, another: str, parley: Start) -> None:
    async with parley(OPENAI_BASE_URL=f"{another}/v1", OPENAI_MODEL="gpt-4o", PARLEY_OPENAI_KIND="openai"):
        assert await said(workspace, "greet me") == "Hello from another server."
        assert await said(workspace, "much please") == LONG
        assert await said(workspace, "think first") == "Done thinking."
        assert await said(workspace, "limit yourself") == f"Half\n\n_{texts.ENDINGS['length']}_"
        broken = await said(workspace, "break off")
        assert broken.startswith("word0 word1")
        assert TOLD[Fault.BROKEN] in broken
        assert TOLD[Fault.REFUSED_KEY] in await said(workspace, "key?")
        assert TOLD[Fault.NO_CREDIT] in await said(workspace, "quota?")
        assert TOLD[Fault.DOWN] in await said(workspace, "busy?")


async def test_a_conversation_goes_on_there(workspace: Workspace, another: str, parley: Start) -> None:
    async with parley(OPENAI_BASE_URL=f"{another}/v1", OPENAI_MODEL="qwen"):
        ts = await workspace.say(ANN, "@Parley greet me")
        await workspace.reply(ts, "Hello from another server.")
        await workspace.say(ANN, "go on", thread_ts=ts)
        await workspace.reply(ts, "Going on.", number=2)
