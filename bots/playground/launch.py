"""Starts everything that the playground is: the local servers, the page, and Parley itself, pointed at them."""

import asyncio
import logging
import os
import signal
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.request import getproxies

import click

from bots.commands.failures import host_of
from bots.commands.serve import Shutdown
from bots.playground.discord.server import create_app as discord_app
from bots.playground.model.server import create_app as model_app
from bots.playground.page.personas import Office
from bots.playground.page.server import create_app as page_app
from bots.playground.serving import serving
from bots.playground.slack.server import create_app as slack_app
from bots.service import serving as serving_parley
from core import logs, settings
from core.errors import BadSettings
from core.settings import Settings
from core.settings.model import OPENAI_BASE_URL
from storage.words import Platform

BUILT_IN_MODEL = "parley-playground"
HOST = "127.0.0.1"
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
MODEL_MISSING = (
    "OPENAI_MODEL is missing: name the model that answers, or leave out OPENAI_API_KEY and OPENAI_BASE_URL to hear the"
    " built-in one."
)
TOKENS: dict[str, Any] = {
    "SLACK_BOT_TOKEN": "xoxb-playground",
    "SLACK_APP_TOKEN": "xapp-playground",
    "DISCORD_TOKEN": "discord-playground",
}


def main(port: int) -> None:
    """Run the playground until it is told to stop. Raises BadSettings or OSError."""
    asyncio.run(until_stopped(port))


async def until_stopped(port: int) -> None:
    """Play until a signal comes, be it during the start."""
    playing = asyncio.create_task(play(port))
    await asyncio.wait({playing})
    if not playing.cancelled():
        playing.result()


async def play(port: int) -> None:
    """Serve the page on this port of 127.0.0.1, with Parley behind it."""
    shutdown = Shutdown()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, shutdown.ask)
    own = settings.load(**TOKENS)
    has_model = brings_a_model(own)
    if has_model and not own.openai_model:
        raise BadSettings((MODEL_MISSING,))
    keep_quiet(own)
    keep_proxies_out(has_model)
    office = Office()
    model = None if has_model else model_app()
    app = page_app(slack_app(), discord_app(), model, answering=answering(own, has_model), office=office)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-playground-")))
        tempfile.tempdir = str(folder)  # whatever else is written for a while goes with the folder, too
        url = await stack.enter_async_context(serving(app, port))
        pointed = settings.load(**TOKENS, **addresses(url, folder, has_model))
        service = await stack.enter_async_context(serving_parley(pointed, frozenset(Platform)))
        office.open(service.parts.personas)
        click.echo(f"Parley's playground is ready: open {url} in a browser (Ctrl-C ends it).")
        await shutdown.wait()


def keep_quiet(own: Settings) -> None:
    """Nothing but warnings is logged, unless a level was asked for: who plays reads the page, not the terminal."""
    if "log_level" in own.model_fields_set:
        logs.set_up(own)
        return
    logs.set_up(own.model_copy(update={"log_level": "warning"}))
    logging.getLogger("discord.client").addFilter(lambda record: "voice will NOT" not in record.msg)


def keep_proxies_out(has_model: bool) -> None:
    """Let no proxy come between Parley and the local servers; only a model outside may be reached through one."""
    if has_model:
        excepted = getproxies().get("no", "")
        os.environ["no_proxy"] = f"{excepted},{HOST}" if excepted else HOST
        return
    for name in [name for name in os.environ if name.lower() in PROXIES]:
        del os.environ[name]


def brings_a_model(own: Settings) -> bool:
    """A key or an address of a model was set: that model answers in place of the built-in one."""
    return bool(own.openai_api_key.get_secret_value()) or own.openai_base_url != OPENAI_BASE_URL


def answering(own: Settings, has_model: bool) -> str:
    """Which model answers, for people to read."""
    return f"{own.openai_model} at {host_of(own.openai_base_url)}" if has_model else "Built-in model"


def addresses(url: str, folder: Path, has_model: bool) -> dict[str, Any]:
    """The settings that point Parley at the local servers, and at a database that goes with the playground."""
    pointed: dict[str, Any] = {
        "SLACK_API_URL": f"{url}/slack/api/",
        "DISCORD_API_URL": f"{url}/discord/api/v10",
        "DISCORD_GATEWAY_URL": f"ws{url.removeprefix('http')}/discord/gateway",
        "DATABASE_URL": f"sqlite:///{folder}/parley.db",
        "PARLEY_GRACE_S": 2.0,
    }
    if not has_model:
        pointed |= {"OPENAI_BASE_URL": f"{url}/model/v1", "OPENAI_MODEL": BUILT_IN_MODEL}
    return pointed
