"""chat.postMessage, chat.postEphemeral, chat.delete, chat.getPermalink."""

from bots.playground.slack.channels import Channel
from bots.playground.slack.errors import SlackError, invalid_arguments
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Author, Json, Message
from bots.playground.slack.web_api import drafts
from bots.playground.slack.web_api.calling import Call, Method


def post_message(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.postMessage"""
    if not call.text("channel"):
        raise SlackError("channel_not_found")
    channel = call.channel_to_write(by_name=True)
    call.backend.limits.take_post(call.backend.rules, channel.id, call.backend.now())
    author = author_of(call)
    thread_ts = root_ts(call, channel)
    draft = drafts.read(call)
    if draft.is_empty:
        raise SlackError("no_text")
    message = Message(
        ts=call.backend.world.timestamps.take(),
        channel=channel.id,
        author=author,
        team=call.backend.world.team.id,
        text=draft.text or "",
        subtype=_subtype(call, author, thread_ts),
        thread_ts=thread_ts,
        blocks=draft.blocks or None,
        attachments=draft.attachments or None,
        metadata=draft.metadata,
    )
    call.backend.messaging.post(channel, message)
    answer = {"channel": channel.id, "ts": message.ts, "message": message.as_slack(with_metadata=True)}
    return draft.warned(answer)


def _subtype(call: Call, author: Author, thread_ts: str | None) -> str | None:
    if thread_ts is not None and call.flag("reply_broadcast"):
        return "thread_broadcast"
    return "bot_message" if author.username is not None else None


def author_of(call: Call) -> Author:
    """The app, under another name or icon when `chat:write.customize` was granted.

    docs.slack.dev/messaging/sending-and-scheduling-messages#authorship; such a message is a `bot_message` of no user.
    """
    username, icon_url, icon_emoji = call.text("username"), call.text("icon_url"), call.text("icon_emoji")
    world = call.backend.world
    if not (username or icon_url or icon_emoji):
        return world.author(world.me)
    call.need_scope("chat:write.customize")
    icons: Json = {"image_48": icon_url} if icon_url else {"emoji": icon_emoji}
    return world.author(world.me, username or world.me.real_name, icons if icon_url or icon_emoji else None)


def root_ts(call: Call, channel: Channel) -> str | None:
    """The root of the thread that a call replies in; `thread_not_found` when that message is gone.

    docs.slack.dev/messaging#threading: a reply's timestamp stands for its thread.
    """
    given = drafts.thread_ts(call)
    if given is None:
        return None
    message = channel.messages.get(given)
    if message is None:
        raise SlackError("thread_not_found")
    return message.thread_ts if message.is_reply else given


def post_ephemeral(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.postEphemeral: seen by one member of the channel, and not kept."""
    channel = call.channel_to_write()
    user_id = call.required("user")
    if user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    draft = drafts.read(call)
    if draft.is_empty:
        raise SlackError("no_text")
    fields = {
        "text": draft.text or "",
        "blocks": draft.blocks,
        "attachments": draft.attachments,
        "thread_ts": drafts.thread_ts(call),
        "username": author_of(call).username,
    }
    return draft.warned({"message_ts": call.backend.messaging.show_ephemeral(channel.id, user_id, fields)})


def delete(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.delete: only the app's own messages, and none that still streams."""
    channel = call.channel()
    message = channel.messages.get(call.required("ts"))
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    backend = call.backend
    is_streaming = backend.streams.is_open(message, backend.now(), backend.rules.stream_lifetime_s)
    if is_streaming or not backend.world.is_mine(message):
        raise SlackError("cant_delete_message")
    call.backend.messaging.delete(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.getPermalink"""
    channel = call.channel()
    message = channel.messages.get(call.text("message_ts") or "")
    if message is None:
        raise SlackError("message_not_found")
    domain = call.backend.world.team.domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def me_message(call: Call) -> Json:
    """docs.slack.dev/reference/methods/chat.meMessage"""
    if not call.text("text"):
        raise invalid_arguments("missing required field: text")
    channel = call.channel_to_write()
    world = call.backend.world
    message = Message(
        world.timestamps.take(), channel.id, world.author(world.me), world.team.id, call.text("text"), "me_message"
    )
    call.backend.messaging.post(channel, message)
    return {"channel": channel.id, "ts": message.ts}


_WRITE = ("chat:write",)
METHODS = (
    Method("chat.postMessage", post_message, Tier.UNCOUNTED, _WRITE),
    Method("chat.postEphemeral", post_ephemeral, Tier.FOUR, _WRITE),
    Method("chat.delete", delete, Tier.THREE, _WRITE),
    Method("chat.getPermalink", get_permalink, Tier.SPECIAL),
    Method("chat.meMessage", me_message, Tier.THREE, _WRITE),
)
