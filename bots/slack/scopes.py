"""What the bot token must be allowed, and what is lost without it: docs.slack.dev/reference/scopes."""

NEEDED = {
    "app_mentions:read": "mentions do not arrive",
    "channels:history": "messages in threads of public channels do not arrive",
    "channels:read": "public channels have no names",
    "chat:write": "nothing can be answered",
    "commands": "/parley does not exist",
    "im:history": "direct messages do not arrive",
    "users:read": "people have no names, and nobody may change personas",
}
USEFUL = {
    "assistant:write": "the sign that an answer is being made is not shown",
    "chat:write.customize": "personas answer under Parley's own name and picture",
    "files:read": "files that people share are not read",
    "files:write": "the rest of a very long answer is not attached",
    "groups:history": "private channels are not answered",
    "groups:read": "private channels have no names",
    "mpim:history": "group messages are not answered",
    "usergroups:read": "user groups cannot be named to change personas",
}


def every() -> list[str]:
    """All scopes, as the manifest lists them and an installation asks for them."""
    return sorted({*NEEDED, *USEFUL})
