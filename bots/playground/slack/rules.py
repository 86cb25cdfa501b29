"""The switches and limits of the local Slack server; the values they start with are Slack's own."""

from enum import StrEnum

import msgspec

BOT_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
)

EVENT_TYPES = (
    "agent_session_stopped",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)


class RepliesLimit(StrEnum):
    """How much `conversations.history` and `conversations.replies` give.

    docs.slack.dev/apis/web-api/rate-limits: apps that are distributed outside the Marketplace get
    one request a minute and 15 objects; internal and Marketplace apps get Tier 3 and 1,000 objects.
    """

    FULL = "full"
    RESTRICTED = "restricted"


class MentionOrder(StrEnum):
    """Which of the two events of one mention is sent first; Slack promises no order."""

    MENTION_FIRST = "mention_first"
    MESSAGE_FIRST = "message_first"
    SHUFFLED = "shuffled"


class InteractionTeam(StrEnum):
    """Whose workspace `team` names in an interaction of somebody from elsewhere, in a shared channel.

    docs.slack.dev/reference/interaction-payloads/block_actions-payload calls it the one that the interaction originated
    from. For a message that has been seen to be the app's (slackapi/java-slack-sdk#1041), for a form it is the person's
    (slackapi/bolt-js#1614), and an organisation's installation is told none (slackapi/bolt-python#23).
    """

    APP = "app"
    PERSON = "person"
    ABSENT = "absent"


class Rules(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What this server enforces; durations are seconds."""

    rate_limits: bool = True
    rate_period_s: float = 60.0
    limits: dict[str, int] = {}
    post_burst: int = 5
    post_gap_s: float = 1.0
    post_workspace_limit: int = 300

    request_url: str = ""
    signing_secret: str = "playground-signing-secret"  # noqa: S105
    ack_deadline_s: float = 3.0
    redelivery_delays_s: tuple[float, ...] = (0.0, 60.0, 300.0)
    max_sockets: int = 10
    ping_interval_s: float = 10.0
    disconnect_grace_s: float = 10.0

    trigger_lifetime_s: float = 3.0
    response_url_uses: int = 5
    response_url_lifetime_s: float = 1800.0
    stream_lifetime_s: float = 300.0
    status_lifetime_s: float = 120.0
    share_delay_s: float = 0.1

    replies_limit: RepliesLimit = RepliesLimit.FULL
    mention_order: MentionOrder = MentionOrder.MENTION_FIRST
    scopes: tuple[str, ...] = BOT_SCOPES
    subscriptions: tuple[str, ...] = EVENT_TYPES
    commands: tuple[str, ...] | None = None
    escape_commands: bool = True
    is_agent: bool = True
    interaction_team: InteractionTeam = InteractionTeam.APP


def patched(rules: Rules, body: bytes) -> Rules:
    """The rules with the given JSON fields laid over them.

    Raises `msgspec.DecodeError` when a field is unknown or of the wrong type.
    """
    fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    current = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in msgspec.structs.asdict(rules).items()}
    return msgspec.json.decode(msgspec.json.encode(current | fields), type=Rules)
