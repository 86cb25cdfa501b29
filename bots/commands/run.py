"""`parley run`: its arguments and its help; the service itself is in `bots.commands.serve`."""

import importlib

import click

from bots.commands import signals

EPILOG = """\b
Examples:
  parley run                     every platform that is set up
  parley run slack               Slack alone
  PORT=8080 parley run           with /healthz, /readyz and /metrics on port 8080
  parley run slack --listen-only  where `parley worker` makes the replies (PostgreSQL)

\b
What it reads (from the environment, or a .env file in the working directory):
  OPENAI_API_KEY, OPENAI_MODEL   the model that answers; OPENAI_BASE_URL for another provider
  SLACK_BOT_TOKEN, SLACK_APP_TOKEN
  DISCORD_TOKEN
  DATABASE_URL                   where conversations are kept (sqlite:///parley.db, or postgresql://…)
  PORT                           where health and metrics are told (nowhere, unless set)
  PARLEY_ADMIN_TOKEN             lets who has it see the admin page there, below /admin
  PARLEY_...                     see docs/settings.md

\b
Exit codes: 0 after SIGTERM or Ctrl-C, 1 when it cannot serve, 2 when the settings are wrong.
"""


@click.command("run", epilog=EPILOG)
@click.argument("platforms", nargs=-1, type=click.Choice(["slack", "discord"]))
@click.option("--listen-only", is_flag=True, help="Only hear and keep what people write: workers make the replies.")
def command(platforms: tuple[str, ...], listen_only: bool) -> None:
    """Serve Slack and Discord until told to stop.

    Without PLATFORMS, every platform whose token is set is served. One line with the word "ready" is printed when all
    of them are connected. SIGTERM or Ctrl-C lets replies in flight end (PARLEY_GRACE_S) and exits with 0; what people
    write in the meantime is answered after the next start.

    On PostgreSQL several processes may run side by side, and `parley worker` beside them.
    """
    signals.leave_at_once()
    serving = importlib.import_module("bots.commands.serve")
    serving.serve(frozenset(platforms), serving.Role.LISTENER if listen_only else serving.Role.EVERYTHING)
