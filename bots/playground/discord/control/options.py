"""Turns what a person fills in into the data of an interaction."""

from typing import Any

from bots.playground.discord.commands import Command
from bots.playground.discord.control import attaching, names
from bots.playground.discord.control.serving import Bad, Wish
from bots.playground.discord.entities import Channel

SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = 3, 4, 5, 6, 7, 8, 9, 10
USER_MENU, MESSAGE_MENU = 2, 3
Json = dict[str, Any]


def full_name(command: Command, body: Json) -> str:
    """The command with its subcommand, as the client shows it."""
    return " ".join([command.name, *str(body.get("subcommand") or "").split()])


def command_data(wish: Wish, command: Command, channel: Channel, focused: str | None = None) -> Json:
    """…/interactions/receiving-and-responding, "Application Command Data Structure"."""
    data: Json = {"id": str(command.id), "name": command.name, "type": command.type}
    if command.guild_id:
        data["guild_id"] = str(command.guild_id)
    if command.type in (USER_MENU, MESSAGE_MENU):
        return {**data, "target_id": _target(wish, command, channel)}
    offered, path = command.body.get("options") or [], []
    for part in str(wish.body.get("subcommand") or "").split():
        found = next((each for each in offered if each["name"] == part), None)
        if found is None or found["type"] not in (SUB_COMMAND, SUB_COMMAND_GROUP):
            raise Bad(f"no subcommand {part!r}")
        path.append(found)
        offered = found.get("options") or []
    if any(each["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP) for each in offered):
        raise Bad("a subcommand must be given")
    filled_in = _options(wish, offered, channel, focused)
    for part in reversed(path):
        filled_in = [{"name": part["name"], "type": part["type"], "options": filled_in}]
    return {**data, "options": filled_in}


def _target(wish: Wish, command: Command, channel: Channel) -> str:
    target = wish.required("target")
    if command.type == USER_MENU:
        return str(names.user(wish.state.world, target).id)
    message = wish.message(target)
    if message.channel is not channel:
        raise Bad("the target is in another channel")
    return str(message.id)


def _options(wish: Wish, offered: list[Json], channel: Channel, focused: str | None) -> list[Json]:
    given = dict(wish.body.get("options") or {})
    if focused is not None:
        given[focused] = wish.body.get("value", "")
    known = {option["name"] for option in offered}
    if unknown := sorted(set(given) - known):
        raise Bad(f"no option {unknown[0]!r}")
    filled_in = []
    for option in offered:
        name = option["name"]
        if given.get(name) is None:
            if option.get("required") and focused is None:
                raise Bad(f"option {name!r} is required")
            continue
        if name == focused:
            value = str(given[name])
            filled_in.append({"name": name, "type": option["type"], "value": value, "focused": True})
        else:
            value = _value(wish, option, given[name], channel)
            filled_in.append({"name": name, "type": option["type"], "value": value})
    return filled_in


def _value(wish: Wish, option: Json, given: Any, channel: Channel) -> Any:
    world, name = wish.state.world, option["name"]
    match option["type"]:
        case 3:
            value: Any = str(given)
            low, high = option.get("min_length", 0), option.get("max_length", 6000)
            if not low <= len(value) <= high:
                raise Bad(f"option {name!r} has between {low} and {high} characters")
        case 4 | 10:
            value = _number(option, given)
        case 5:
            return given if isinstance(given, bool) else str(given).casefold() in ("true", "yes", "1")
        case 6:
            return str(names.user(world, given).id)
        case 7:
            place = names.channel(world, given)
            if place.type not in (option.get("channel_types") or (place.type,)):
                raise Bad(f"option {name!r} takes channels of other types")
            return str(place.id)
        case 8 if channel.guild:
            return str(names.role(channel.guild, given))
        case 9:
            return _mentionable(wish, given, channel)
        case 11:
            added = attaching.attachment(wish, channel, dict(given))
            world.attachments[added.id] = added
            return str(added.id)
        case _:
            raise Bad(f"option {name!r} cannot be filled in here")
    choices = [choice["value"] for choice in option.get("choices") or ()]
    if choices and value not in choices:
        raise Bad(f"option {name!r} must be one of {choices}")
    return value


def _mentionable(wish: Wish, given: Any, channel: Channel) -> str:
    try:
        return str(names.user(wish.state.world, given).id)
    except names.Unknown:
        if channel.guild is None:
            raise
        return str(names.role(channel.guild, given))


def _number(option: Json, given: Any) -> int | float:
    try:
        value = int(given) if option["type"] == INTEGER else float(given)
    except (TypeError, ValueError) as error:
        raise Bad(f"option {option['name']!r} must be a number") from error
    low, high = option.get("min_value"), option.get("max_value")
    if (low is not None and value < low) or (high is not None and value > high):
        raise Bad(f"option {option['name']!r} is between {low} and {high}")
    return value


def filled(wish: Wish, channel: Channel, components: list[Json], values: Json) -> list[Json]:
    """The components of a submitted form (…/receiving-and-responding, "Modal Submit Data Structure")."""
    return [_filled(wish, channel, component, values) for component in components]


def _filled(wish: Wish, channel: Channel, component: Json, values: Json) -> Json:
    own: Json = {"type": component["type"], "id": component.get("id", 0)}
    if component["type"] == 1:
        return {**own, "components": filled(wish, channel, component.get("components") or [], values)}
    if component["type"] == 18:
        return {**own, "component": _filled(wish, channel, component["component"], values)}
    if "custom_id" not in component:
        return own
    own["custom_id"] = component["custom_id"]
    given = values.get(component["custom_id"])
    match component["type"]:
        case 4:
            return {**own, "value": _input(component, given)}
        case 23:
            return {**own, "value": bool(given)}
        case 21:
            return {**own, "value": given}
        case 3:
            return {**own, "values": _chosen(component, given)}
        case 19:
            return {**own, "values": _uploaded(wish, channel, component, given)}
    return {**own, "values": [str(each) for each in _several(given)]}


def _several(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given] if given is not None else []


def _chosen(component: Json, given: Any) -> list[str]:
    """What is not touched keeps its default."""
    options = component.get("options") or []
    defaults = [option["value"] for option in options if option.get("default")]
    chosen = defaults if given is None else [str(each) for each in _several(given)]
    if not chosen and component.get("required", True):
        raise Bad(f"{component['custom_id']!r} is required")
    if not {option["value"] for option in options}.issuperset(chosen):
        raise Bad("that is not among the options")
    return chosen


def _uploaded(wish: Wish, channel: Channel, component: Json, given: Any) -> list[str]:
    """Files from `{filename, text | base64, content_type?}` (…/components/reference, "File Upload")."""
    added = [attaching.attachment(wish, channel, dict(each)) for each in _several(given or None)]
    low = 1 if component.get("min_values") is None else component["min_values"]
    low = low if component.get("required", True) else 0
    if not low <= len(added) <= (component.get("max_values") or 1):
        raise Bad(f"{component['custom_id']!r} takes another number of files")
    wish.state.world.attachments.update((each.id, each) for each in added)
    return [str(each.id) for each in added]


def _input(component: Json, given: Any) -> str:
    value = str(component.get("value") or "") if given is None else str(given)
    name = component["custom_id"]
    if not value and component.get("required", True):
        raise Bad(f"{name!r} is required")
    low, high = component.get("min_length") or 0, component.get("max_length") or 4000
    if value and not low <= len(value) <= high:
        raise Bad(f"{name!r} has between {low} and {high} characters")
    return value
