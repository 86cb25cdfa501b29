"""The `parley` command.

Its commands are named here and loaded when they are asked for: the model's, Slack's, Discord's and the database's
libraries take seconds to import together, and `parley --help` needs none of them.
"""

import importlib
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
    "playground": Lazy("bots.commands.playground", "Try Parley on this machine, without any account."),
    "doctor": Lazy("bots.commands.doctor", "Check the settings, the database, the platforms and the model."),
    "manifest": Lazy("bots.commands.manifest", "Print what a platform is told of the app when it is made."),
    "persona": Lazy("bots.commands.persona", "Make personas and give them to channels."),
    "listen": Lazy("bots.commands.listen", "Set what Parley answers to in a channel."),
    "prompt": Lazy("bots.commands.prompt", "Show or change a workspace's prompt."),
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
    sys.exit(parley.main(prog_name=PROGRAM))
