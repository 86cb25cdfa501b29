"""The permissions that Parley asks servers for, each with its purpose, and the address that asks for them."""

from dataclasses import dataclass

import discord

from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission: the library's name for it, the one that people see, and what Parley needs it for."""

    flag: str
    name: str
    purpose: str


# discord.com/developers/docs/topics/permissions
NEEDED = (
    Permission("view_channel", "View Channels", "to hear questions"),
    Permission("send_messages", "Send Messages", "to answer in channels"),
    Permission("send_messages_in_threads", "Send Messages in Threads", "to answer in threads"),
    Permission("read_message_history", "Read Message History", "to know what a question replies to"),
)
HELPFUL = (
    Permission("attach_files", "Attach Files", "to attach what is too long for messages"),
    Permission("create_public_threads", "Create Public Threads", "to open a thread for a conversation"),
)
FOR_PERSONAS = (Permission("manage_webhooks", "Manage Webhooks", "to let personas answer under their own names"),)


def asked_for(settings: Settings) -> tuple[Permission, ...]:
    """Every permission that Parley has a use for with these settings."""
    return (*NEEDED, *HELPFUL, *(FOR_PERSONAS if settings.discord_webhooks == "on" else ()))


def value(permissions: tuple[Permission, ...]) -> int:
    """The permissions as Discord's number."""
    return discord.Permissions(**{each.flag: True for each in permissions}).value


def missing(granted: int, permissions: tuple[Permission, ...]) -> list[Permission]:
    """Those that are not among the granted; administrators have every one."""
    has = discord.Permissions(granted)
    return [] if has.administrator else [each for each in permissions if not getattr(has, each.flag)]


def invitation(application_id: str, permissions: tuple[Permission, ...] = (*NEEDED, *HELPFUL)) -> str:
    """The address where whoever manages a server adds Parley, with exactly these permissions."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot+applications.commands&permissions={value(permissions)}"
    )
