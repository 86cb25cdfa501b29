"""What a person reads when a command cannot do its work: one short sentence and what to do, never a traceback."""

import errno
from urllib.parse import urlsplit

import click
import structlog

from core import logs
from core.errors import BadBundle, BadSettings, Kind, PlatformTrouble, Trouble
from storage.problems import NotPossible

log = structlog.get_logger()

ASK_THE_DOCTOR = "`parley doctor` tells more."
PLATFORM_CODES = {
    "invalid_auth": "Slack refused a token: compare SLACK_BOT_TOKEN and SLACK_APP_TOKEN with the app's pages.",
    "not_authed": "Slack refused a token: compare SLACK_BOT_TOKEN and SLACK_APP_TOKEN with the app's pages.",
    "token_revoked": "Slack says that a token was revoked: install the app again and copy its new token.",
    "account_inactive": "Slack says that the app was removed from the workspace: install it again.",
    "not_allowed_token_type": "Slack refused the kind of a token: SLACK_APP_TOKEN is the app-level one (xapp-…).",
    "missing_scope": "The Slack app lacks a scope that Parley needs.",
    "token_refused": "Discord refused DISCORD_TOKEN: reset it on the application's page 'Bot', and set the new one.",
    "gateway_silent": "Discord let Parley in but sent nothing: start again in a moment.",
}
PLATFORM_KINDS = {
    Kind.DENIED: "Slack or Discord refused Parley ({code}): check the tokens and what the app may do.",
    Kind.LIMITED: "Slack or Discord says that there were too many calls ({code}): wait a minute and start again.",
    Kind.TRANSIENT: "Slack or Discord could not be reached ({code}): check the network, or start again in a moment.",
}


class Refused(click.ClickException):
    """The command cannot do what was asked; exit code 1."""


class Misconfigured(click.ClickException):
    """The settings must be set right first; exit code 2."""

    exit_code = 2


def explained(error: Exception) -> click.ClickException:
    """The sentence and the exit code for an error; what nobody foresaw is logged with its traceback."""
    match error:
        case BadSettings():
            return Misconfigured(listed(error.problems))
        case NotPossible():
            return Refused("\n".join(problem.sentence for problem in error.problems))
        case BadBundle():
            return Refused("The file cannot be imported:\n" + "\n".join(f"  - {one}" for one in error.problems))
        case PlatformTrouble():
            return Refused(platform_sentence(error))
        case OSError(errno=errno.EADDRINUSE | errno.EACCES | errno.EADDRNOTAVAIL):
            return Refused(f"The port cannot be used ({error.strerror}): choose another one.")
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return Refused(f"What there is to say cannot be written: {error.strerror}.")
    logs.unforeseen("command.broke", error)
    advice = "" if logs.debugging() else " PARLEY_LOG_LEVEL=debug shows more."
    return Refused(f"Something unforeseen went wrong ({type(error).__name__}).{advice}")


def listed(problems: tuple[str, ...]) -> str:
    """Every problem of a configuration, a line each."""
    lines = "\n".join(f"  - {problem}" for problem in problems)
    return f"Parley cannot start with these settings:\n{lines}\nSee .env.example for every setting."


def platform_sentence(trouble: Trouble) -> str:
    known = PLATFORM_CODES.get(trouble.code) or PLATFORM_KINDS.get(trouble.kind, "Slack or Discord failed ({code}).")
    return f"{known.format(code=trouble.code)} {ASK_THE_DOCTOR}"


def host_of(url: str) -> str:
    """The host of an address, with its port when it names one; never a name or password in it."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
