"""Messages of channels (discord.com/developers/docs/resources/message)."""

from typing import Any

from bots.playground.discord import changes, permissions
from bots.playground.discord.entities import Channel, ChannelType, Message, MessageFlag, MessageType, Reference
from bots.playground.discord.errors import InvalidForm, Refusal
from bots.playground.discord.forms.form import Form
from bots.playground.discord.forms.message import Source, read_draft, read_revision
from bots.playground.discord.mentions import EVERYTHING
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.world import Draft, page

SNAPSHOT = (
    "type",
    "content",
    "embeds",
    "attachments",
    "timestamp",
    "edited_timestamp",
    "flags",
    "mentions",
    "mention_roles",
    "components",
)
PLAIN = (MessageType.DEFAULT, MessageType.REPLY, MessageType.CHAT_INPUT_COMMAND, MessageType.CONTEXT_MENU_COMMAND)
LASTING = (MessageType.THREAD_STARTER_MESSAGE,)
REPLIED_TO = (*PLAIN, MessageType.USER_JOIN)
TWO_WEEKS_S = 14 * 86_400


def source(call: Call, channel: Channel) -> Source:
    """Bodies of bots: everything may be mentioned unless they say otherwise."""
    return Source(call.uploads, channel, call.state.world.snowflakes.next, EVERYTHING)


def check_may_send(call: Call, channel: Channel) -> None:
    """The bot may send here: 50001, 50008, 40058, 50013, or 160005 in a locked thread."""
    call.require(channel)
    if channel.type == ChannelType.FORUM:
        raise Refusal(40058)
    if channel.type == ChannelType.CATEGORY:
        raise Refusal(50008)
    if not permissions.may_send(channel, call.bot.id):
        raise Refusal(50013)
    if (
        channel.thread
        and channel.thread.locked
        and not permissions.may(channel, call.bot.id, Permission.MANAGE_THREADS)
    ):
        raise Refusal(160005)


def check_may_connect(call: Call, channel: Channel) -> None:
    """Messages of a voice channel are read by those who may connect (…, "Get Channel Messages")."""
    if channel.type == ChannelType.VOICE:
        call.require(channel, Permission.CONNECT)


def history(call: Call) -> Answer:
    """…, "Get Channel Messages": newest first; empty without READ_MESSAGE_HISTORY."""
    channel = call.channel()
    limit = call.number("limit", 50, 1, 100)
    check_may_connect(call, channel)
    if not permissions.may(channel, call.bot.id, Permission.READ_MESSAGE_HISTORY):
        return Answer([])
    given = {name: call.number(name, 0, 0, 1 << 63) for name in ("before", "after", "around") if name in call.query}
    if len(given) > 1:
        message = "Only one of before, after or around may be given"
        raise InvalidForm({"_errors": [{"code": "BASE_TYPE_CHOICES", "message": message}]})
    renderer = call.renderer
    return Answer([renderer.message(message) for message in page(channel, limit, **given)])


def one(call: Call) -> Answer:
    """…, "Get Channel Message"."""
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    check_may_connect(call, channel)
    return Answer(call.renderer.message(call.message(channel)))


def create(call: Call) -> Answer:
    """…, "Create Message"; with `enforce_nonce` a nonce of the last minutes answers the message it made."""
    channel = call.channel()
    check_may_send(call, channel)
    if call.body.get("enforce_nonce") and (known := _by_nonce(call)):
        return Answer(call.renderer.message(known))
    draft = _draft(call, channel)
    _check_may_add(call, channel, draft)
    message = call.state.world.post(channel, call.bot, draft)
    if draft.nonce is not None:
        call.state.nonces.pop((call.bot.id, str(draft.nonce)), None)
        call.state.nonces[call.bot.id, str(draft.nonce)] = (call.now, channel.id, message.id)
    return Answer(call.renderer.message(message))


def _check_may_add(call: Call, channel: Channel, draft: Draft) -> None:
    for part, wanted in (
        (draft.attachments, Permission.ATTACH_FILES),
        (draft.embeds, Permission.EMBED_LINKS),
        (draft.poll, Permission.SEND_POLLS),
        (draft.tts and channel.guild, Permission.SEND_TTS_MESSAGES),
    ):
        if part:
            call.require(channel, wanted)


def _by_nonce(call: Call) -> Message | None:
    nonces, oldest = call.state.nonces, call.now - call.state.rules.nonce_window_s
    for key, (at, _, _) in list(nonces.items()):
        if at >= oldest:
            break
        del nonces[key]
    found = nonces.get((call.bot.id, str(call.body.get("nonce"))))
    if found is None:
        return None
    channel = call.state.world.channels.get(found[1])
    return channel.messages.get(found[2]) if channel else None


def _draft(call: Call, channel: Channel) -> Draft:
    form = Form()
    reference = form.object("message_reference", call.body.get("message_reference"))
    if reference.get("type") == 1:
        return _forward(call, channel, reference)
    draft = read_draft(call.body, source(call, channel), form)
    if reference:
        _reply(call, channel, draft, reference)
    return draft


def _reply(call: Call, channel: Channel, draft: Draft, reference: dict[str, Any]) -> None:
    """A reply needs READ_MESSAGE_HISTORY and, unless `fail_if_not_exists` is false, its target ("Replies")."""
    form = Form()
    target_id = form.snowflake("message_reference.message_id", reference.get("message_id"))
    if form.snowflake("message_reference.channel_id", reference.get("channel_id")) not in (None, channel.id):
        message = "Cannot reply to a message in a different channel"
        form.wrong("message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", message)
    form.done()
    if not permissions.may(channel, call.bot.id, Permission.READ_MESSAGE_HISTORY):
        raise Refusal(160002)
    target = call.state.world.message(channel, target_id or 0)
    if target is None or target.type not in REPLIED_TO:
        if reference.get("fail_if_not_exists", True):
            code = "MESSAGE_REFERENCE_UNKNOWN_MESSAGE" if target is None else "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE"
            message = "Unknown message" if target is None else "Cannot reply to a system message"
            raise InvalidForm({"message_reference": {"_errors": [{"code": code, "message": message}]}})
        return
    draft.type = MessageType.REPLY
    draft.reference = Reference(0, target.id, channel.id, channel.guild_id)


def _forward(call: Call, channel: Channel, reference: dict[str, Any]) -> Draft:
    """A snapshot of a message that the bot can view and read ("Forwards"; 160014)."""
    form = Form()
    place_id = form.snowflake("message_reference.channel_id", reference.get("channel_id"))
    target_id = form.snowflake("message_reference.message_id", reference.get("message_id"))
    form.done()
    place = call.state.world.channels.get(place_id or 0)
    if place is None:
        raise Refusal(10003)
    call.require(place)
    target = call.state.world.message(place, target_id or 0)
    if target is None or target.type not in PLAIN or target.poll:
        raise InvalidForm(
            {
                "message_reference": {
                    "_errors": [{"code": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "message": "Unknown message"}]
                }
            }
        )
    if not call.renderer.readable(target):
        raise Refusal(160014)
    body = call.renderer.message(target, nested=True)
    snapshot = {"message": {key: body[key] for key in SNAPSHOT if key in body}}
    target_place = Reference(1, target.id, place.id, place.guild_id)
    return Draft(reference=target_place, snapshots=[snapshot], flags=int(MessageFlag.HAS_SNAPSHOT))


def edit(call: Call) -> Answer:
    """…, "Edit Message": own messages; of others only SUPPRESS_EMBEDS, with MANAGE_MESSAGES."""
    channel = call.channel()
    message = call.message(channel)
    _check_may_edit(call, channel, message)
    revision = read_revision(call.body, message, source(call, channel))
    return Answer(call.renderer.message(call.state.world.edit(message, revision)))


def _check_may_edit(call: Call, channel: Channel, message: Message) -> None:
    if message.author is not call.bot:
        only_flags = set(call.body) <= {"flags"}
        if not only_flags:
            raise Refusal(50005)
        if not permissions.may(channel, call.bot.id, Permission.MANAGE_MESSAGES):
            raise Refusal(50013)
    elif message.type not in PLAIN:
        raise Refusal(50021)
    elif message.poll:
        raise Refusal(520003)
    check_open(channel)
    _check_age(call, channel, message)


def check_open(channel: Channel) -> None:
    """Nothing in an archived thread can be changed (50083; …/topics/threads, "Active & Archived Threads")."""
    if channel.thread and channel.thread.archived:
        raise Refusal(50083)


def _check_age(call: Call, channel: Channel, message: Message) -> None:
    """Messages older than an hour take only so many edits (30046)."""
    rules, world = call.state.rules, call.state.world
    if not rules.rate_limits or world.snowflakes.now() - message.created_at < rules.old_message_age_s:
        return
    if wait := call.state.limits.take_old_edit(channel.id, call.now):
        text = "Maximum number of edits to messages older than 1 hour reached. Try again later."
        raise Refusal(30046, status=429, message=text, retry_after=wait, **{"global": False})


def delete(call: Call) -> Answer:
    """…, "Delete Message": own ones, or with MANAGE_MESSAGES."""
    channel = call.channel()
    message = call.message(channel)
    if message.author is not call.bot and not permissions.may(channel, call.bot.id, Permission.MANAGE_MESSAGES):
        raise Refusal(50013 if channel.guild else 50003)
    if message.type in LASTING:
        raise Refusal(50021)
    check_open(channel)
    call.state.world.delete(channel, [message])
    return Answer()


def bulk_delete(call: Call) -> Answer:
    """…, "Bulk Delete Messages": 2 to 100, none twice, none older than two weeks; unknown ones are passed over."""
    channel = call.channel()
    if channel.guild is None:
        raise Refusal(50003)
    call.require(channel, Permission.MANAGE_MESSAGES)
    ids = call.body.get("messages")
    if not isinstance(ids, list) or not 2 <= len(ids) <= 100:
        error = {"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be between 2 and 100 in length."}
        raise InvalidForm({"messages": {"_errors": [error]}})
    form = Form()
    known = [form.snowflake(f"messages.{index}", each) or 0 for index, each in enumerate(ids)]
    for index, each in enumerate(known):
        if each in known[:index]:
            form.wrong(f"messages.{index}", "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
    form.done()
    oldest = call.state.world.snowflakes.now() - TWO_WEEKS_S
    found = [call.state.world.message(channel, each) for each in known]
    messages = [message for message in found if message]
    if any(message.created_at < oldest for message in messages):
        raise Refusal(50034)
    check_open(channel)
    call.state.world.delete(channel, messages, bulk=True)
    return Answer()


def typing(call: Call) -> Answer:
    """…/resources/channel, "Trigger Typing Indicator"."""
    channel = call.channel()
    if not permissions.may_send(channel, call.bot.id):
        raise Refusal(50013)
    call.state.world.tell(changes.Typed(channel, call.bot))
    return Answer()


MESSAGE = "/channels/{channel}/messages/{message}"
ROUTES = [
    Route("GET", "/channels/{channel}/messages", history),
    Route("POST", "/channels/{channel}/messages", create),
    Route("POST", "/channels/{channel}/messages/bulk-delete", bulk_delete),
    Route("GET", MESSAGE, one),
    Route("PATCH", MESSAGE, edit),
    Route("DELETE", MESSAGE, delete),
    Route("POST", "/channels/{channel}/typing", typing),
]
