"""assistant.threads.* and agents.sessions.setStatus: the signs of a working app."""

from bots.playground.slack.channels import Channel
from bots.playground.slack.errors import SlackError, invalid_arguments
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json
from bots.playground.slack.web_api import drafts
from bots.playground.slack.web_api.calling import Call, Method

_SESSION_STATUSES = ("active", "processing", "suspended", "closed")
LOADING_MESSAGES = 10
PROMPTS = 4
TITLE_LIMIT = 200


def set_status(call: Call) -> Json:
    """docs.slack.dev/reference/methods/assistant.threads.setStatus: at most ten loading messages."""
    channel, root = _thread(call)
    loading = call.structure("loading_messages") or []
    if not isinstance(loading, list) or len(loading) > LOADING_MESSAGES:
        raise invalid_arguments(f"no more than {LOADING_MESSAGES} items allowed [json-pointer:/loading_messages]")
    if call.text("status") is None:
        raise invalid_arguments("missing required field: status")
    if call.text("username") or call.text("icon_url") or call.text("icon_emoji"):
        call.need_scope("chat:write.customize")
    lifetime_s = call.backend.rules.status_lifetime_s
    call.backend.threads.set_status(channel.id, root, call.text("status") or "", loading, lifetime_s)
    return {}


def set_title(call: Call) -> Json:
    """docs.slack.dev/reference/methods/assistant.threads.setTitle"""
    channel, root = _thread(call)
    call.backend.threads.set_title(channel.id, root, call.required("title"))
    return {}


def set_suggested_prompts(call: Call) -> Json:
    """docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts: one to four, each with a message."""
    root = None
    channel = call.channel("channel_id")
    if call.args.get("thread_ts") is not None:
        channel, root = _thread(call)
    prompts = call.structure("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= PROMPTS:
        raise invalid_arguments(f"1 to {PROMPTS} items allowed [json-pointer:/prompts]")
    if not all(isinstance(each, dict) and each.get("title") and each.get("message") for each in prompts):
        raise invalid_arguments("title and message are required [json-pointer:/prompts]")
    call.backend.threads.set_prompts(channel.id, root, call.text("title") or "", prompts)
    return {}


def set_session_status(call: Call) -> Json:
    """docs.slack.dev/reference/methods/agents.sessions.setStatus

    Only for apps that are agents (`not_authorized`); without a subscription to the Stop button's event it warns.
    """
    if not call.backend.rules.is_agent:
        raise SlackError("not_authorized")
    channel, root = _thread(call)
    status = session_status("status", call.required("status"))
    title = call.text("title")
    if title is not None:
        if len(title) > TITLE_LIMIT:
            raise invalid_arguments(f"must be less than {TITLE_LIMIT + 1} characters [json-pointer:/title]")
        call.backend.threads.set_title(channel.id, root, title)
    call.backend.threads.set_session(channel.id, root, status)
    if "agent_session_stopped" in call.backend.rules.subscriptions:
        return {}
    warning = "missing_agent_session_stopped_event_subscription"
    return {"warning": warning, "response_metadata": {"warnings": [warning]}}


def session_status(name: str, given: str) -> str:
    """A session's status as it was given; any other word is refused."""
    if given not in _SESSION_STATUSES:
        raise invalid_arguments(f"must be one of {', '.join(_SESSION_STATUSES)} [json-pointer:/{name}]")
    return given


def _thread(call: Call) -> tuple[Channel, str]:
    """The thread of a call; a reply's timestamp, or one of no message, is `invalid_thread_ts`."""
    channel = call.channel("channel_id")
    if call.backend.world.me.id not in channel.members:
        raise SlackError("not_in_channel")
    given = drafts.thread_ts(call)
    if given is None:
        raise invalid_arguments("missing required field: thread_ts")
    if channel.root_of(given) is None:
        raise SlackError("invalid_thread_ts")
    return channel, given


METHODS = (
    Method("assistant.threads.setStatus", set_status, Tier.SPECIAL, ("chat:write", "assistant:write")),
    Method("assistant.threads.setTitle", set_title, Tier.FOUR, ("assistant:write",)),
    Method("assistant.threads.setSuggestedPrompts", set_suggested_prompts, Tier.FOUR, ("assistant:write",)),
    Method("agents.sessions.setStatus", set_session_status, Tier.FOUR, ("chat:write", "assistant:write")),
)
