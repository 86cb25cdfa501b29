"""Reading and changing channels, and opening direct messages."""

from typing import Any

from bots.playground.discord import changes, payloads, permissions, slow_mode, threads
from bots.playground.discord.entities import Channel, ThreadState
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.form import Form
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rest.call import Answer, Call, Route

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


def one(call: Call) -> Answer:
    """…/resources/channel, "Get Channel"; a thread brings the bot's own membership."""
    channel = call.channel()
    body = payloads.channel(channel)
    if channel.thread and call.bot.id in channel.thread.members:
        body["member"] = payloads.thread_member(channel, call.bot.id)
    return Answer(body)


def edit(call: Call) -> Answer:
    """…/resources/channel, "Modify Channel"."""
    channel = call.channel()
    if channel.guild is None:
        raise Refusal(50003)
    if channel.thread:
        return Answer(payloads.thread(_edit_thread(call, channel, channel.thread)))
    call.require(channel, Permission.MANAGE_CHANNELS)
    form = Form()
    name = form.text("name", call.body.get("name"), 100, shortest=1)
    topic = form.text("topic", call.body.get("topic"), 1024)
    slow_s = form.number("rate_limit_per_user", call.body.get("rate_limit_per_user"), 0, slow_mode.LONGEST_S)
    form.done()
    channel.name = name or channel.name
    channel.topic = topic if "topic" in call.body else channel.topic
    channel.rate_limit_per_user = channel.rate_limit_per_user if slow_s is None else slow_s
    call.state.world.tell(changes.ChannelUpdated(channel))
    return Answer(payloads.channel(channel))


def _edit_thread(call: Call, thread: Channel, state: ThreadState) -> Channel:
    body = call.body
    form = Form()
    name = form.text("name", body.get("name"), 100, shortest=1)
    minutes = form.choice("auto_archive_duration", body.get("auto_archive_duration"), ARCHIVE_MINUTES)
    archived = form.flag("archived", body.get("archived"))
    locked = form.flag("locked", body.get("locked"))
    invitable = form.flag("invitable", body.get("invitable"))
    slow_s = form.number("rate_limit_per_user", body.get("rate_limit_per_user"), 0, slow_mode.LONGEST_S)
    form.done()
    manages = permissions.may(thread, call.bot.id, Permission.MANAGE_THREADS)
    _check_thread_edit(call, thread, state, body, manages=manages)
    return threads.update(
        call.state.world,
        thread,
        name=name,
        archived=archived,
        locked=locked,
        minutes=minutes,
        slow_s=slow_s,
        invitable=invitable,
    )


def _check_thread_edit(call: Call, thread: Channel, state: ThreadState, body: dict[str, Any], *, manages: bool) -> None:
    """Who may archive, reopen and lock, and that an archived thread must be reopened first (…/topics/threads)."""
    reopening = body.get("archived") is False
    if state.archived and not reopening and "archived" not in body and "locked" not in body:
        raise Refusal(50083)
    if manages:
        return
    if "locked" in body and bool(body["locked"]) != state.locked:
        raise Refusal(50013)
    if state.locked and reopening:
        raise Refusal(160005)
    owns = state.owner_id == call.bot.id
    only_reopens = reopening and set(body) <= {"archived", "locked"} and permissions.may_send(thread, call.bot.id)
    if not owns and not only_reopens:
        raise Refusal(50013)


def delete(call: Call) -> Answer:
    """…/resources/channel, "Delete/Close Channel": threads with MANAGE_THREADS, channels with MANAGE_CHANNELS."""
    channel = call.channel()
    body = payloads.channel(channel)
    if channel.thread:
        call.require(channel, Permission.MANAGE_THREADS)
        threads.delete(call.state.world, channel)
    elif channel.guild:
        call.require(channel, Permission.MANAGE_CHANNELS)
        for thread in [each for each in channel.guild.threads.values() if each.parent_id == channel.id]:
            threads.delete(call.state.world, thread)
        del channel.guild.channels[channel.id]
        del call.state.world.channels[channel.id]
        hooks = call.state.world.webhooks
        for hook in [each for each in hooks.values() if each.channel is channel]:
            del hooks[hook.id]
        call.state.world.tell(changes.ChannelDeleted(channel))
    return Answer(body)


def open_direct(call: Call) -> Answer:
    """…/resources/user, "Create DM": the same channel every time; not with other bots (50007)."""
    form = Form()
    user_id = form.snowflake("recipient_id", call.body.get("recipient_id"))
    form.done()
    user = call.state.world.users.get(user_id or 0)
    if user is None:
        raise Refusal(10013)
    if user.bot:
        raise Refusal(50007)
    return Answer(payloads.channel(call.state.world.direct(user)))


ROUTES = [
    Route("GET", "/channels/{channel}", one),
    Route("PATCH", "/channels/{channel}", edit),
    Route("DELETE", "/channels/{channel}", delete),
    Route("POST", "/users/@me/channels", open_direct),
]
