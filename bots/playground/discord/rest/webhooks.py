"""Incoming webhooks (discord.com/developers/docs/resources/webhook)."""

import secrets
from typing import Any

from bots.playground.discord import changes, payloads, permissions, threads
from bots.playground.discord.entities import Channel, ChannelType, Message, User, Webhook
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.form import Form
from bots.playground.discord.forms.message import Source, read_draft, read_revision
from bots.playground.discord.mentions import USERS_ONLY
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rest import interaction_messages
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.rest.messages import check_open

MOST_WEBHOOKS = 15
FORBIDDEN = ("clyde", "discord")


def _check_name(form: Form, path: str, name: Any) -> str | None:
    """1 to 80 characters without "clyde" or "discord" ("Create Webhook")."""
    text = form.text(path, name, 80, shortest=1)
    for word in FORBIDDEN:
        if text and word in text.lower():
            form.wrong(path, "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
    return text


def _check_picture(form: Form, address: Any) -> None:
    text = form.text("avatar_url", address, 2_048)
    if text and not text.startswith(("http://", "https://")):
        form.wrong("avatar_url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")


def create(call: Call) -> Answer:
    """…/resources/webhook, "Create Webhook": with MANAGE_WEBHOOKS, at most 15 in a channel (30007)."""
    channel = call.channel(Permission.MANAGE_WEBHOOKS)
    if channel.thread or channel.guild is None:
        raise Refusal(50024)
    form = Form()
    name = _check_name(form, "name", call.body.get("name"))
    if name is None:
        form.wrong("name", "BASE_TYPE_REQUIRED", "This field is required")
    form.done()
    world = call.state.world
    if sum(each.channel is channel for each in world.webhooks.values()) >= MOST_WEBHOOKS:
        raise Refusal(30007)
    token = secrets.token_urlsafe(51)
    webhook = Webhook(world.snowflakes.next(), channel, name or "", token, call.bot, world.application_id)
    world.webhooks[webhook.id] = webhook
    world.tell(changes.WebhooksChanged(channel))
    return Answer(payloads.webhook(webhook))


def of_channel(call: Call) -> Answer:
    """…/resources/webhook, "Get Channel Webhooks"."""
    channel = call.channel(Permission.MANAGE_WEBHOOKS)
    return Answer([payloads.webhook(each) for each in call.state.world.webhooks.values() if each.channel is channel])


def of_guild(call: Call) -> Answer:
    """…/resources/webhook, "Get Guild Webhooks"."""
    guild = call.guild()
    if not permissions.in_guild(guild, guild.members[call.bot.id]) & Permission.MANAGE_WEBHOOKS:
        raise Refusal(50013)
    return Answer(
        [payloads.webhook(each) for each in call.state.world.webhooks.values() if each.channel.guild is guild]
    )


def _webhook(call: Call) -> Webhook:
    """The webhook of the path: 10015 when there is none, 50027 for a wrong token."""
    webhook = call.state.world.webhooks.get(call.id("webhook"))
    if webhook is None:
        raise Refusal(10015)
    if "token" in call.path and call.path["token"] != webhook.token:
        raise Refusal(50027)
    if "token" not in call.path:
        call.require(webhook.channel, Permission.MANAGE_WEBHOOKS)
    return webhook


def one(call: Call) -> Answer:
    """…/resources/webhook, "Get Webhook", and with its token without the user."""
    body = payloads.webhook(_webhook(call))
    if "token" in call.path:
        del body["user"]
    return Answer(body)


def edit(call: Call) -> Answer:
    """…/resources/webhook, "Modify Webhook"; only a bot token can move it to another channel."""
    webhook = _webhook(call)
    form = Form()
    name = _check_name(form, "name", call.body.get("name"))
    channel_id = form.snowflake("channel_id", call.body.get("channel_id"))
    form.done()
    webhook.name = name or webhook.name
    if channel_id and "token" not in call.path:
        channel = call.state.world.channels.get(channel_id)
        if channel is None:
            raise Refusal(10003)
        call.require(channel, Permission.MANAGE_WEBHOOKS)
        webhook.channel = channel
    return Answer(payloads.webhook(webhook))


def delete(call: Call) -> Answer:
    """…/resources/webhook, "Delete Webhook"."""
    webhook = _webhook(call)
    del call.state.world.webhooks[webhook.id]
    call.state.world.tell(changes.WebhooksChanged(webhook.channel))
    return Answer()


def execute(call: Call) -> Answer:
    """…/resources/webhook, "Execute Webhook": 204 unless `wait`; no replies, no nonce; in a thread by `thread_id`."""
    if call.id("webhook") == call.state.world.application_id:
        return interaction_messages.follow_up(call)
    webhook = _webhook(call)
    form = Form()
    name = _check_name(form, "username", call.body.get("username"))
    _check_picture(form, call.body.get("avatar_url"))
    place = _place(call, webhook)
    if call.body.get("thread_name") is not None and place.type != ChannelType.FORUM:
        raise Refusal(220003 if webhook.channel is place else 220002)
    body = {key: value for key, value in call.body.items() if key not in ("nonce", "message_reference")}
    draft = read_draft(body, _source(call, place), form)
    author = User(webhook.id, name or webhook.name, name or webhook.name, bot=True)
    author.avatar_url = call.body.get("avatar_url")
    draft.webhook_id, draft.application_id = webhook.id, webhook.application_id
    if place.type == ChannelType.FORUM:
        place = _forum_post(call, place, author)
        draft.id = place.id
    message = call.state.world.post(place, author, draft)
    return Answer(call.renderer.message(message)) if call.flag("wait") else Answer()


def _source(call: Call, channel: Channel) -> Source:
    return Source(call.uploads, channel, call.state.world.snowflakes.next, USERS_ONLY)


def _place(call: Call, webhook: Webhook) -> Channel:
    if "thread_id" not in call.query:
        return webhook.channel
    thread = call.state.world.channels.get(call.number("thread_id", 0, 0, 1 << 63))
    if thread is None or thread.parent_id != webhook.channel.id:
        raise Refusal(10003)
    if thread.thread and thread.thread.locked:
        raise Refusal(160005)
    return thread


def _forum_post(call: Call, parent: Channel, author: User) -> Channel:
    form = Form()
    name = form.text("thread_name", call.body.get("thread_name"), 100, shortest=1)
    form.done()
    if name is None:
        raise Refusal(220001)
    return threads.start(call.state.world, parent, author, name)


def _message(call: Call, webhook: Webhook) -> Message:
    place = _place(call, webhook)
    message = call.state.world.message(place, call.id("message"))
    if message is None or message.webhook_id != webhook.id:
        raise Refusal(10008)
    return message


def one_message(call: Call) -> Answer:
    """…/resources/webhook, "Get Webhook Message"."""
    if call.id("webhook") == call.state.world.application_id:
        return interaction_messages.one(call)
    return Answer(call.renderer.message(_message(call, _webhook(call))))


def edit_message(call: Call) -> Answer:
    """…/resources/webhook, "Edit Webhook Message"; without `allowed_mentions` it is parsed with the defaults."""
    if call.id("webhook") == call.state.world.application_id:
        return interaction_messages.edit(call)
    message = _message(call, _webhook(call))
    check_open(message.channel)
    revision = read_revision(call.body, message, _source(call, message.channel))
    return Answer(call.renderer.message(call.state.world.edit(message, revision)))


def delete_message(call: Call) -> Answer:
    """…/resources/webhook, "Delete Webhook Message"."""
    if call.id("webhook") == call.state.world.application_id:
        return interaction_messages.delete(call)
    message = _message(call, _webhook(call))
    check_open(message.channel)
    call.state.world.delete(message.channel, [message])
    return Answer()


WITH_TOKEN = "/webhooks/{webhook}/{token}"  # noqa: S105
MESSAGE = WITH_TOKEN + "/messages/{message}"
ROUTES = [
    Route("POST", "/channels/{channel}/webhooks", create),
    Route("GET", "/channels/{channel}/webhooks", of_channel),
    Route("GET", "/guilds/{guild}/webhooks", of_guild),
    Route("GET", "/webhooks/{webhook}", one),
    Route("PATCH", "/webhooks/{webhook}", edit),
    Route("DELETE", "/webhooks/{webhook}", delete),
    Route("GET", WITH_TOKEN, one, token=True),
    Route("PATCH", WITH_TOKEN, edit, token=True),
    Route("DELETE", WITH_TOKEN, delete, token=True),
    Route("POST", WITH_TOKEN, execute, token=True),
    Route("GET", MESSAGE, one_message, token=True),
    Route("PATCH", MESSAGE, edit_message, token=True),
    Route("DELETE", MESSAGE, delete_message, token=True),
]
