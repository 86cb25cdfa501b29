"""`parley playground`: its argument and its help; the playground itself is in `bots.playground.launch`."""

import importlib

import click

from bots.commands import signals

EPILOG = """\b
Examples:
  parley playground
  parley playground --port 9000
  OPENAI_API_KEY=... OPENAI_MODEL=... parley playground      with a real model
"""


@click.command("playground", epilog=EPILOG)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Where the page is served."
)
def command(port: int) -> None:
    """Try Parley on this machine, without any account.

    It starts a local Slack, a local Discord, a built-in model and the same service as `parley run`, and serves one
    page on 127.0.0.1 to talk through them.
    """
    signals.leave_at_once()
    importlib.import_module("bots.playground.launch").main(port)
