"""`parley manifest`: what a platform is told of the app when it is made."""

import click

from bots.slack import yaml
from bots.slack.manifest import manifest

EPILOG = """\b
Examples:
  parley manifest slack                                     an app over Socket Mode
  parley manifest slack --http https://parley.example.com   an app over HTTP
"""


@click.group("manifest")
def command() -> None:
    """Print what a platform is told of the app when it is made."""


@command.command(epilog=EPILOG)
@click.option("--name", default="Parley", show_default=True, help="What the app and its bot are called.")
@click.option("--http", "url", default="", metavar="URL", help="The public address of Parley, for an app over HTTP.")
def slack(name: str, url: str) -> None:
    """Print a Slack app's manifest, ready to be pasted where Slack asks for one.

    It has every scope, event, command and shortcut that Parley uses. Without --http, the app uses Socket Mode and needs
    no public address.
    """
    if url and not url.startswith("https://"):
        raise click.BadParameter("Slack speaks to addresses that begin with https:// only.", param_hint="--http")
    click.echo(yaml.written(manifest(name, url.rstrip("/"))), nl=False)
