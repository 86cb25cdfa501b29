"""`parley try`: its arguments and its help; the work itself is in `bots.commands.trying`."""

import importlib

import click

from bots.commands.workspace import json_option, place_option, workspace_option

EPILOG = """\b
Examples:
  parley try Pirate "Where is the rum?"
  parley try Pirate "Where is the rum?" --model gpt-5-mini --temperature 0.2
  parley try --file pirate.md "Where is the rum?"      a persona that is only a file yet
  parley try Support - --json < question.txt
  parley try Pirate --prompt                           what the model would be told

Nothing is kept, and no platform is asked. Ctrl-C ends the answer, with what has come.
"""


@click.command("try", epilog=EPILOG)
@click.argument("arguments", nargs=-1, metavar="[PERSONA] TEXT")
@click.option("-f", "--file", "path", metavar="FILE", help="Try the instruction in this file, in place of a persona.")
@click.option("-m", "--model", metavar="MODEL", help="The model to ask, in place of the persona's own.")
@click.option("--temperature", type=click.FloatRange(0, 2), help="In place of the persona's own.")
@click.option("--effort", help="How hard to think, in place of the persona's own.")
@click.option("--as", "asker", default="Alex", show_default=True, metavar="NAME", help="Who asks.")
@click.option("--prompt", is_flag=True, help="Print what the model would be told, and ask nothing.")
@place_option
@workspace_option
@json_option
def command(arguments: tuple[str, ...], **options: object) -> None:
    """Ask a persona something, here in the terminal.

    It has the tools that it lists, but for those that need a platform or somebody's leave; each call is a line on
    standard error. The answer streams to standard output; the model, the tokens, the cost and the time follow on
    standard error. TEXT may be - for standard input. With --file, a workspace's prompt applies only if the workspace is
    named.
    """
    importlib.import_module("bots.commands.trying").ask(arguments, **options)
