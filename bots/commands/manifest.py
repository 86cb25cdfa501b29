"""`parley manifest`: what a platform is told of the app when it is made."""

import click

from bots.slack.manifest import link, manifest, written

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
@click.option("--link", "as_link", is_flag=True, help="Print an address that opens Slack with the manifest filled in.")
def slack(name: str, url: str, as_link: bool) -> None:
    """Print a Slack app's manifest, ready to be pasted where Slack asks for one.

    It has every scope, event, command and shortcut that Parley uses. Without --http, the app uses Socket Mode and needs
    no public address.
    """
    if url and not url.startswith("https://"):
        raise click.BadParameter("Slack speaks to addresses that begin with https:// only.", param_hint="--http")
    app = manifest(name, url.rstrip("/"))
    click.echo(f"{link(app)}\n" if as_link else written(app), nl=False)
