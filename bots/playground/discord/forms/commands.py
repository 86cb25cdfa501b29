"""Checks of application commands (discord.com/developers/docs/interactions/application-commands)."""

import unicodedata
from typing import Any

from bots.playground.discord.forms.form import Form

CHAT_INPUT = 1
SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, CHANNEL, NUMBER = 1, 2, 3, 4, 7, 10
CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
MOST_CHARACTERS = 8_000
MOST_OF_TYPE = {1: 100, 2: 15, 3: 15}


def is_valid_name(name: str) -> bool:
    """Letters of any script, digits, `-`, `_` and `'`, lower case where the script has one ("Naming")."""
    fits = all(char in "-_'" or char.isalnum() or unicodedata.category(char).startswith("M") for char in name)
    return fits and name == name.lower()


def check(form: Form, path: str, command: dict[str, Any]) -> None:
    """A whole command: names, lengths, options, permissions and contexts."""
    kind = form.choice(f"{path}type", command.get("type", CHAT_INPUT), (1, 2, 3)) or CHAT_INPUT
    name = form.text(f"{path}name", command.get("name"), 32, shortest=1, required=True)
    if kind == CHAT_INPUT:
        _check_named(form, path, name)
        form.text(f"{path}description", command.get("description"), 100, shortest=1, required=True)
        _check_options(form, f"{path}options", command.get("options"))
    elif command.get("description"):
        form.wrong(
            f"{path}description",
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_NOT_ALLOWED",
            "Context menu commands cannot have description",
        )
    form.number(f"{path}default_member_permissions", command.get("default_member_permissions"), 0)
    _check_sets(form, path, command)
    if size(command) > MOST_CHARACTERS:
        message = f"Command exceeds maximum size ({MOST_CHARACTERS})"
        form.wrong(f"{path}name", "APPLICATION_COMMAND_TOO_LARGE", message)


def _check_named(form: Form, path: str, name: str | None) -> None:
    if name and not is_valid_name(name):
        form.wrong(f"{path}name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_sets(form: Form, path: str, command: dict[str, Any]) -> None:
    for key, choices in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        value = command.get(key)
        if value is None:
            continue
        if not isinstance(value, list) or any(each not in choices for each in value):
            form.wrong(f"{path}{key}", "BASE_TYPE_CHOICES", f"Value must be one of {choices}.")


def _check_options(form: Form, path: str, value: Any, depth: int = 0) -> None:
    options = form.objects(path, value, 25)
    names: set[str] = set()
    optional_seen = False
    for index, option in enumerate(options):
        place = f"{path}.{index}"
        name = form.text(f"{place}.name", option.get("name"), 32, shortest=1, required=True)
        _check_named(form, f"{place}.", name)
        if name in names:
            form.wrong(place, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
        names.add(name or "")
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            form.wrong(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not option.get("required")
        _check_option(form, place, option, depth)
    kinds = {option.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP) for option in options}
    if len(kinds) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _check_option(form: Form, path: str, option: dict[str, Any], depth: int) -> None:
    kind = form.choice(f"{path}.type", option.get("type", 0), tuple(range(1, 12)))
    form.text(f"{path}.description", option.get("description"), 100, shortest=1, required=True)
    if kind in (SUB_COMMAND, SUB_COMMAND_GROUP):
        if (kind == SUB_COMMAND_GROUP and depth > 0) or depth > 1:
            form.wrong(f"{path}.type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option type is invalid")
            return
        _check_options(form, f"{path}.options", option.get("options"), depth + 1)
        return
    if option.get("options"):
        form.wrong(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "This type has no options")
    _check_choices(form, path, option, kind or STRING)
    if kind == CHANNEL:
        for index, each in enumerate(form.values(f"{path}.channel_types", option.get("channel_types"))):
            form.choice(f"{path}.channel_types.{index}", each, CHANNEL_TYPES)
    if kind == STRING:
        form.number(f"{path}.min_length", option.get("min_length"), 0, 6000)
        form.number(f"{path}.max_length", option.get("max_length"), 1, 6000)


def _check_choices(form: Form, path: str, option: dict[str, Any], kind: int) -> None:
    choices = form.objects(f"{path}.choices", option.get("choices"), 25)
    if choices and option.get("autocomplete"):
        form.wrong(
            path, "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES", "Choices and autocomplete exclude each other"
        )
    for part in ("choices", "autocomplete"):
        if option.get(part) and kind not in (STRING, INTEGER, NUMBER):
            form.wrong(f"{path}.{part}", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", f"This type has no {part}")
    for index, choice in enumerate(choices):
        form.text(f"{path}.choices.{index}.name", choice.get("name"), 100, shortest=1, required=True)
        check_value(form, f"{path}.choices.{index}.value", choice.get("value"), kind)


def check_value(form: Form, path: str, value: Any, kind: int) -> None:
    """The value of a choice: of at most 100 characters, or a number for an option that takes numbers."""
    if kind == STRING:
        form.text(path, value, 100, required=True)
    elif form.required(path, value) and (isinstance(value, bool) or not isinstance(value, int | float)):
        form.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')


def size(command: dict[str, Any]) -> int:
    """The characters of names, descriptions and values of a command, the 8,000 of which are the most it may have."""
    own = sum(len(str(command.get(key) or "")) for key in ("name", "description", "value"))
    below = (*_objects(command.get("choices")), *_objects(command.get("options")))
    return own + sum(size(each) for each in below)


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
