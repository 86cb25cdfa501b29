"""Starting, listing and joining threads (discord.com/developers/docs/resources/channel and …/topics/threads)."""

import math
from typing import Any

from bots.playground.discord import payloads, permissions, slow_mode, threads
from bots.playground.discord.entities import Channel, ChannelType
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.form import Form
from bots.playground.discord.forms.message import read_draft
from bots.playground.discord.permissions import Permission
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.rest.channels import ARCHIVE_MINUTES
from bots.playground.discord.rest.messages import check_open, source

KINDS = {
    ChannelType.TEXT: (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD),
    ChannelType.ANNOUNCEMENT: (ChannelType.ANNOUNCEMENT_THREAD,),
}


def _form(call: Call) -> tuple[str, int, int]:
    """The name of a new thread, after how many minutes it is archived, and how slow it is."""
    form = Form()
    name = form.text("name", call.body.get("name"), 100, shortest=1, required=True)
    minutes = form.choice("auto_archive_duration", call.body.get("auto_archive_duration"), ARCHIVE_MINUTES)
    slow_s = form.number("rate_limit_per_user", call.body.get("rate_limit_per_user"), 0, slow_mode.LONGEST_S)
    form.done()
    return name or "", minutes or 1440, slow_s or 0


def _check_room(call: Call, parent: Channel) -> None:
    """A guild has only so many active threads (160006)."""
    active = (
        sum(not each.thread.archived for each in parent.guild.threads.values() if each.thread) if parent.guild else 0
    )
    if active >= call.state.rules.active_thread_limit:
        raise Refusal(160006)


def _answer(call: Call, thread: Channel) -> Answer:
    body = {**payloads.thread(thread), "member": payloads.thread_member(thread, call.bot.id)}
    return Answer(body, 201)


def start_from_message(call: Call) -> Answer:
    """…/resources/channel, "Start Thread from Message": one for each message (160004), in text channels."""
    parent = call.channel()
    if parent.type not in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT):
        raise Refusal(50024)
    message = call.message(parent)
    call.require(parent, Permission.CREATE_PUBLIC_THREADS)
    name, minutes, slow_s = _form(call)
    if message.thread_id:
        raise Refusal(160004)
    _check_room(call, parent)
    thread = threads.start_from(call.state.world, message, call.bot, name, minutes=minutes, slow_s=slow_s)
    return _answer(call, thread)


def start(call: Call) -> Answer:
    """…/resources/channel, "Start Thread without Message": private unless it says otherwise; in a forum a post."""
    parent = call.channel()
    if parent.type == ChannelType.FORUM:
        return _post_in_forum(call, parent)
    if parent.type not in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT):
        raise Refusal(50024)
    form = Form()
    kind = form.choice("type", call.body.get("type"), (10, 11, 12)) or ChannelType.PRIVATE_THREAD
    invitable = form.flag("invitable", call.body.get("invitable")) is not False
    form.done()
    if kind not in KINDS[ChannelType(parent.type)]:
        raise Refusal(50024)
    private = kind == ChannelType.PRIVATE_THREAD
    call.require(parent, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS)
    name, minutes, slow_s = _form(call)
    _check_room(call, parent)
    how = {"minutes": minutes, "slow_s": slow_s}
    thread = threads.start(call.state.world, parent, call.bot, name, thread_type=kind, invitable=invitable, **how)
    return _answer(call, thread)


def _post_in_forum(call: Call, parent: Channel) -> Answer:
    """…/resources/channel, "Start Thread in Forum or Media Channel": the first message has the thread's id."""
    if not permissions.may(parent, call.bot.id, Permission.SEND_MESSAGES):
        raise Refusal(50013)
    name, minutes, slow_s = _form(call)
    form = Form("message")
    form.required("", call.body.get("message"))
    first = form.object("", call.body.get("message"))
    form.done()
    _check_room(call, parent)
    draft = read_draft(first, source(call, parent), form)
    world = call.state.world
    thread = threads.start(world, parent, call.bot, name, minutes=minutes, slow_s=slow_s)
    draft.id = thread.id
    message = world.post(thread, call.bot, draft)
    answer = _answer(call, thread)
    return Answer({**answer.body, "message": call.renderer.message(message)}, 201)


def _thread(call: Call) -> Channel:
    thread = call.channel()
    if thread.thread is None:
        raise Refusal(50024)
    return thread


def join(call: Call) -> Answer:
    """…/resources/channel, "Join Thread" and "Add Thread Member": not while it is archived."""
    thread = _thread(call)
    check_open(thread)
    user_id = call.user_id()
    if thread.guild is None or user_id not in thread.guild.members:
        raise Refusal(10007)
    call.state.world.join_thread(thread, user_id)
    return Answer()


def leave(call: Call) -> Answer:
    """…/resources/channel, "Leave Thread" and "Remove Thread Member"."""
    thread = _thread(call)
    check_open(thread)
    user_id = call.user_id()
    owns = thread.thread is not None and thread.thread.owner_id == call.bot.id and thread.type == 12
    if user_id != call.bot.id and not owns:
        call.require(thread, Permission.MANAGE_THREADS)
    call.state.world.leave_thread(thread, user_id)
    return Answer()


def members(call: Call) -> Answer:
    """…/resources/channel, "List Thread Members": needs the privileged intent."""
    thread = _thread(call)
    if not call.state.rules.members:
        raise Refusal(50001)
    ids = thread.thread.members if thread.thread else {}
    return Answer([payloads.thread_member(thread, each) for each in ids])


def member(call: Call) -> Answer:
    """…/resources/channel, "Get Thread Member"."""
    thread = _thread(call)
    if thread.thread is None or call.user_id() not in thread.thread.members:
        raise Refusal(10007)
    return Answer(payloads.thread_member(thread, call.user_id()))


def _archived(call: Call, kinds: tuple[int, ...]) -> Answer:
    parent = call.channel(Permission.READ_MESSAGE_HISTORY)
    limit = call.number("limit", 50, 1, 100)
    form = Form()
    moment = form.moment("before", call.query.get("before")) or math.inf
    form.done()
    every = parent.guild.threads.values() if parent.guild else ()
    found = [each for each in every if each.parent_id == parent.id and each.type in kinds and _is_old(each, moment)]
    found.sort(key=lambda each: each.thread.archive_timestamp if each.thread else 0.0, reverse=True)
    return _listed(call, found, limit)


def _listed(call: Call, found: list[Channel], limit: int) -> Answer:
    body: dict[str, Any] = {"threads": [payloads.thread(each) for each in found[:limit]]}
    own = [each for each in found[:limit] if _has_joined(call, each)]
    body["members"] = [payloads.thread_member(each, call.bot.id) for each in own]
    return Answer({**body, "has_more": len(found) > limit})


def _is_old(thread: Channel, moment: float) -> bool:
    state = thread.thread
    return state is not None and state.archived and state.archive_timestamp < moment


def archived_public(call: Call) -> Answer:
    """…/resources/channel, "List Public Archived Threads", the last archived first."""
    return _archived(call, (ChannelType.PUBLIC_THREAD, ChannelType.ANNOUNCEMENT_THREAD))


def joined_private(call: Call) -> Answer:
    """…/resources/channel, "List Joined Private Archived Threads", the last ones first; `before` is an id."""
    parent = call.channel(Permission.READ_MESSAGE_HISTORY)
    limit, before = call.number("limit", 50, 1, 100), call.number("before", 1 << 63, 0, 1 << 63)
    every = parent.guild.threads.values() if parent.guild else ()
    private = [each for each in every if each.parent_id == parent.id and each.type == ChannelType.PRIVATE_THREAD]
    found = [each for each in private if _is_old(each, math.inf) and _has_joined(call, each) and each.id < before]
    found.sort(key=lambda each: each.id, reverse=True)
    return _listed(call, found, limit)


def _has_joined(call: Call, thread: Channel) -> bool:
    return thread.thread is not None and call.bot.id in thread.thread.members


def archived_private(call: Call) -> Answer:
    """…/resources/channel, "List Private Archived Threads": needs MANAGE_THREADS."""
    call.channel(Permission.MANAGE_THREADS)
    return _archived(call, (ChannelType.PRIVATE_THREAD,))


ROUTES = [
    Route("POST", "/channels/{channel}/messages/{message}/threads", start_from_message),
    Route("POST", "/channels/{channel}/threads", start),
    Route("PUT", "/channels/{channel}/thread-members/{user}", join),
    Route("DELETE", "/channels/{channel}/thread-members/{user}", leave),
    Route("GET", "/channels/{channel}/thread-members", members),
    Route("GET", "/channels/{channel}/thread-members/{user}", member),
    Route("GET", "/channels/{channel}/threads/archived/public", archived_public),
    Route("GET", "/channels/{channel}/threads/archived/private", archived_private),
    Route("GET", "/channels/{channel}/users/@me/threads/archived/private", joined_private),
]
