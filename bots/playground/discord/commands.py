"""The registered application commands (discord.com/developers/docs/interactions/application-commands)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bots.playground.buckets import FixedWindow
from bots.playground.discord import permissions
from bots.playground.discord.entities import Channel
from bots.playground.discord.errors import InvalidForm, Refusal
from bots.playground.discord.forms import commands as command_form
from bots.playground.discord.forms.form import Form
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rules import Rules
from bots.playground.discord.snowflakes import Snowflakes

KEPT = (
    "name_localizations",
    "description_localizations",
    "options",
    "default_member_permissions",
    "dm_permission",
    "integration_types",
    "contexts",
    "nsfw",
)


@dataclass(slots=True, eq=False)
class Command:
    """A registered command; `guild_id` is None for a global one."""

    id: int
    version: int
    type: int
    name: str
    guild_id: int | None
    description: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def needed(self) -> int | None:
        """The permissions that a member needs to see it; None for everybody."""
        value = self.body.get("default_member_permissions")
        return None if value is None else int(value)

    def payload(self, application_id: int) -> dict[str, Any]:
        """…/interactions/application-commands, "Application Command Object"."""
        body = {
            "id": str(self.id),
            "application_id": str(application_id),
            "version": str(self.version),
            "type": self.type,
            "name": self.name,
            "description": self.description,
            "default_permission": True,
            **self.body,
        }
        return {**body, "guild_id": str(self.guild_id)} if self.guild_id else body


class CommandRegistry:
    """The commands of one application, global ones and each guild's; `changed` is called after each change."""

    def __init__(self, snowflakes: Snowflakes, rules: Rules, changed: Callable[[], None]) -> None:
        self._snowflakes = snowflakes
        self._rules = rules
        self._changed = changed
        self.shown_to_everybody: frozenset[str] = frozenset()
        self._commands: dict[int | None, dict[int, Command]] = {}
        self._creates: dict[int | None, FixedWindow] = {}

    def of(self, guild_id: int | None) -> list[Command]:
        """The commands of one guild, or the global ones."""
        return list(self._commands.get(guild_id, {}).values())

    def all(self) -> list[Command]:
        return [command for scope in self._commands.values() for command in scope.values()]

    def get(self, guild_id: int | None, command_id: int) -> Command:
        """One command, or refusal 10063."""
        command = self._commands.get(guild_id, {}).get(command_id)
        if command is None:
            raise Refusal(10063)
        return command

    def overwrite(self, guild_id: int | None, bodies: Any, now: float) -> list[Command]:
        """Replace all commands of a scope; those whose type and name stay keep their ids ("Bulk Overwrite")."""
        bodies = _checked(bodies)
        known = {(command.type, command.name): command for command in self.of(guild_id)}
        kept = [self._put(guild_id, known.get((body.get("type") or 1, body["name"])), body, now) for body in bodies]
        self._commands[guild_id] = {command.id: command for command in kept}
        self._changed()
        return kept

    def create(self, guild_id: int | None, body: Any, now: float) -> tuple[Command, bool]:
        """Create a command, or replace the one of the same type and name; True when it is new."""
        body = _checked([body], single=True)[0]
        kind = body.get("type") or 1
        same = next((c for c in self.of(guild_id) if (c.type, c.name) == (kind, body["name"])), None)
        if same is None:
            self._check_count(guild_id, kind)
        command = self._put(guild_id, same, body, now)
        self._commands.setdefault(guild_id, {})[command.id] = command
        self._changed()
        return command, same is None

    def edit(self, guild_id: int | None, command_id: int, body: dict[str, Any], now: float) -> Command:
        """Change the given fields of a command."""
        command = self.get(guild_id, command_id)
        whole = {"type": command.type, "name": command.name, "description": command.description, **command.body, **body}
        checked = _checked([whole], single=True)[0]
        self._commands[guild_id][command_id] = edited = self._put(guild_id, command, checked, now)
        self._changed()
        return edited

    def delete(self, guild_id: int | None, command_id: int) -> None:
        self.get(guild_id, command_id)
        del self._commands[guild_id][command_id]
        self._changed()

    def _check_count(self, guild_id: int | None, kind: int) -> None:
        most = command_form.MOST_OF_TYPE[kind]
        if sum(command.type == kind for command in self.of(guild_id)) >= most:
            raise Refusal(30032, message=f"Maximum number of application commands reached ({most})")

    def _put(self, guild_id: int | None, same: Command | None, body: dict[str, Any], now: float) -> Command:
        fields = {key: body[key] for key in KEPT if key in body and (key != "options" or body[key])}
        if fields.get("default_member_permissions") is not None:
            fields["default_member_permissions"] = str(int(fields["default_member_permissions"]))
        fields = {"default_member_permissions": None, "nsfw": False, **fields}
        if guild_id is None:
            fields = {"integration_types": [0], "contexts": None, **fields}
        description = body.get("description") or ""
        if same and (same.description, same.body, same.name) == (description, fields, body["name"]):
            return same
        if same is None:
            self._count_create(guild_id, now)
        identifier = same.id if same else self._snowflakes.next()
        kind = body.get("type") or 1
        return Command(identifier, self._snowflakes.next(), kind, body["name"], guild_id, description, fields)

    def _count_create(self, guild_id: int | None, now: float) -> None:
        window = self._creates.setdefault(guild_id, FixedWindow(self._rules.command_creates_per_day, 86_400.0))
        if self._rules.rate_limits and window.take(now):
            raise Refusal(30034)


def _checked(bodies: Any, *, single: bool = False) -> list[dict[str, Any]]:
    form = Form()
    if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
        raise InvalidForm(
            {"_errors": [{"code": "LIST_TYPE_CONVERT", "message": "Only iterables may be used in a ListType"}]}
        )
    seen: set[tuple[str, str]] = set()
    for index, body in enumerate(bodies):
        path = "" if single else f"{index}."
        command_form.check(form, path, body)
        key = (str(body.get("type") or 1), str(body.get("name")))
        if key in seen:
            form.wrong(f"{path}name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        seen.add(key)
    form.done()
    for kind, most in command_form.MOST_OF_TYPE.items():
        if sum((body.get("type") or 1) == kind for body in bodies) > most:
            raise Refusal(30032, message=f"Maximum number of application commands reached ({most})")
    return bodies


def may_use(command: Command, channel: Channel, user_id: int, *, shown_to_everybody: bool = False) -> bool:
    """Whether the client shows the command to a person in a channel ("Permissions" and "Contexts").

    Whoever manages a server may show a command to others than those who have what it needs by default.
    """
    context = 0 if channel.guild else 1
    contexts = command.body.get("contexts")
    if contexts is not None and context not in contexts:
        return False
    if channel.guild is None:
        return command.guild_id is None and command.body.get("dm_permission", True) is not False
    if command.guild_id not in (None, channel.guild.id):
        return False
    granted = permissions.in_channel(channel, user_id)
    if granted & Permission.ADMINISTRATOR:
        return True
    if not granted & Permission.USE_APPLICATION_COMMANDS:
        return False
    needed = None if shown_to_everybody else command.needed
    return needed is None or (needed != 0 and granted & needed == needed)
