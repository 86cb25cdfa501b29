"""`parley worker`: makes replies for processes that only listen; the service itself is in `bots.commands.serve`."""

import importlib

import click

from bots.commands import signals

EPILOG = """\b
Examples:
  parley worker                  replies on every platform that is set up
  parley worker slack            replies on Slack alone

\b
Exit codes: 0 after SIGTERM or Ctrl-C, 1 when it cannot work, 2 when the settings are wrong.
"""


@click.command("worker", epilog=EPILOG)
@click.argument("platforms", nargs=-1, type=click.Choice(["slack", "discord"]))
def command(platforms: tuple[str, ...]) -> None:
    """Make replies beside other processes, on PostgreSQL.

    Any number of workers answer what `parley run --listen-only` hears. A worker needs the platforms' bot tokens, but
    no socket; with PORT it tells how it is, as every process. SIGTERM or Ctrl-C lets replies in flight end
    (PARLEY_GRACE_S); what takes longer is handed over to another worker. When a worker is killed, others go on with its
    replies within seconds.
    """
    signals.leave_at_once()
    serving = importlib.import_module("bots.commands.serve")
    serving.serve(frozenset(platforms), serving.Role.WORKER)
