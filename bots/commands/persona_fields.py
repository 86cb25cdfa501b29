"""The options for what can be set of a persona beside its name and instruction."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = {
    "model": "The model that answers; the workspace's if empty.",
    "temperature": "How freely it writes, such as 0.2; the model's own if empty.",
    "effort": "How hard it thinks: none, minimal, low, medium or high; the model's own if empty.",
    "tools": "Names of tools that it may use, with commas.",
    "display_name": "The name that it answers under, where the platform lets it.",
    "icon": "Its picture: an https address or, on Slack, an :emoji:.",
}


def field_options(function: F) -> F:
    for field, explained in reversed(OPTIONS.items()):
        option = f"--{field.replace('_', '-')}"
        function = click.option(option, field, metavar=field.partition("_")[0].upper(), help=explained)(function)
    return function


def edit_options(function: F) -> F:
    return click.option("--name", "new_name", metavar="NAME", help="Another name for it.")(field_options(function))


def given(options: Mapping[str, str | None]) -> Any:
    """The fields that were given, as people write them: they are checked where every form's are."""
    return {option.removeprefix("new_"): text for option, text in options.items() if text is not None}
