"""`parley clock`: does what exactly one process may do at a time; the work itself is in `bots.commands.ticking`."""

import importlib

import click

from bots.commands import signals

EPILOG = """\b
Examples:
  parley clock                   one is enough; a second one stands by

\b
Exit codes: 0 after SIGTERM or Ctrl-C, 1 when it cannot work, 2 when the settings are wrong.
"""


@click.command("clock", epilog=EPILOG)
def command() -> None:
    """Do what one process at a time may do, on PostgreSQL.

    It asks what schedules ask, keeps things tidy, and puts back what workers that went down have left. A second clock
    stands by, and takes over within a second or two when the first one ends.
    """
    signals.leave_at_once()
    importlib.import_module("bots.commands.ticking").tick()
