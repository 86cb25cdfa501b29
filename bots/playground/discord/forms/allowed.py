"""The `allowed_mentions` of a body (discord.com/developers/docs/resources/message, "Allowed Mentions Object")."""

from typing import Any

from bots.playground.discord.forms.form import Form
from bots.playground.discord.mentions import AllowedMentions

KINDS = ("roles", "users", "everyone")


def read_allowed(form: Form, value: Any, default: AllowedMentions) -> AllowedMentions:
    """What the body allows; without one the default, and with one nothing but what it names."""
    if value is None:
        return default
    value = form.object("allowed_mentions", value)
    parse = form.values("allowed_mentions.parse", value.get("parse"))
    for index, kind in enumerate(parse):
        if kind not in KINDS:
            listed = ", ".join(repr(known) for known in KINDS)
            form.wrong(f"allowed_mentions.parse.{index}", "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")
    return AllowedMentions(
        everyone="everyone" in parse,
        users=_kind(form, value, parse, "users"),
        roles=_kind(form, value, parse, "roles"),
        replied_user=bool(value.get("replied_user", False)),
    )


def _kind(form: Form, value: dict[str, Any], parse: list[str], kind: str) -> bool | frozenset[int]:
    listed = form.values(f"allowed_mentions.{kind}", value.get(kind))
    if kind in parse and listed:
        message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
        form.wrong("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    if len(listed) > 100:
        form.wrong(f"allowed_mentions.{kind}", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
    for index, each in enumerate(listed):
        if each in listed[:index]:
            path = f"allowed_mentions.{kind}.{index}"
            form.wrong(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
    if kind in parse:
        return True
    ids = (form.snowflake(f"allowed_mentions.{kind}.{index}", each) for index, each in enumerate(listed))
    return frozenset(each for each in ids if each is not None)
