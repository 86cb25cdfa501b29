"""The `parley` command.

Its commands are named here and loaded when they are asked for: the model's, Slack's, Discord's and the database's
libraries take seconds to import together, and `parley --help` needs none of them.
"""

import importlib
import os
import sys
from dataclasses import dataclass

import click

PROGRAM = "parley"
EPILOG = """\b
Examples:
  parley playground              try everything on this machine, without any account
  parley doctor                  check the settings, tokens, database and model
  parley run                     serve every platform that is set up
  parley persona list            the personas of the workspace
  parley try Pirate "hello"      ask a persona something, here in the terminal

Settings come from the environment and from a .env file in the working directory.
`parley COMMAND --help` tells more about each command.
"""


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command is, and what the list of commands says about it."""

    module: str
    summary: str


COMMANDS = {
    "run": Lazy("bots.commands.run", "Serve Slack and Discord."),
    "worker": Lazy("bots.commands.worker", "Make replies beside other processes, on PostgreSQL."),
    "clock": Lazy("bots.commands.clock", "Do what one process at a time may do, on PostgreSQL."),
    "playground": Lazy("bots.commands.playground", "Try Parley on this machine, without any account."),
    "doctor": Lazy(
        "bots.commands.doctor", "Check the settings, the database, the platforms, the model and the MCP servers."
    ),
    "manifest": Lazy("bots.commands.manifest", "Print what a platform is told of the app when it is made."),
    "persona": Lazy("bots.commands.persona", "Make personas and give them to channels."),
    "try": Lazy("bots.commands.trial", "Ask a persona something, here in the terminal."),
    "listen": Lazy("bots.commands.listen", "Set what Parley answers to in a channel."),
    "prompt": Lazy("bots.commands.prompt", "Show or change a workspace's prompt."),
    "model": Lazy("bots.commands.model", "Choose the models that answer."),
    "endpoint": Lazy("bots.commands.endpoint", "Let a workspace bring its own model endpoint."),
    "tools": Lazy("bots.commands.tools", "Look at the tools that personas can list, and bring servers of them."),
    "managers": Lazy("bots.commands.managers", "Say who may change the prompt and personas beside admins."),
    "summaries": Lazy(
        "bots.commands.summaries", "Show or set whether a summary takes the place of older messages that have no room."
    ),
    "timezone": Lazy("bots.commands.timezone", "Show or set the time zone of what the model is told."),
    "schedule": Lazy("bots.commands.schedule", "Have something answered by itself at certain times."),
    "usage": Lazy("bots.commands.usage", "Show what was used, and what it cost."),
    "cap": Lazy("bots.commands.cap", "Limit what may be spent."),
    "audit": Lazy("bots.commands.audit", "List who changed what, newest first."),
    "config": Lazy("bots.commands.config", "Write a workspace's configuration to a file, or set it from one."),
    "why": Lazy("bots.commands.why", "Show what an answer was made from."),
    "access": Lazy("bots.commands.access", "Say who may use Parley, and which words are blocked."),
    "retention": Lazy("bots.commands.retention", "Show or set after how many days what was said is deleted."),
    "export": Lazy("bots.commands.export", "Write what is kept of a workspace, or of one person in it, as JSON lines."),
    "erase": Lazy("bots.commands.erase", "Forget a person: what they said, what was answered to it, and their name."),
    "db": Lazy("bots.commands.db", "Look after the database."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is used, and explains whatever it raises."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name].module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.summary) for name, lazy in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            failures = importlib.import_module("bots.commands.failures")
            raise failures.explained(error) from error


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name=PROGRAM, prog_name=PROGRAM)
def parley() -> None:
    """A chat model in your Slack channels and Discord servers."""


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    open_closed_streams()
    try:
        sys.exit(parley.main(prog_name=PROGRAM))
    finally:
        leave_out_what_cannot_be_written()


def open_closed_streams() -> None:
    """Whoever starts a program may have closed its streams: nothing comes from them then, and nothing is kept."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def leave_out_what_cannot_be_written() -> None:
    """Python would try again at its end, and tell of it: docs.python.org/3/library/signal.html, "Note on SIGPIPE"."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
