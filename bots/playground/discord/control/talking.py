"""People who write, edit, delete, react, type and start threads."""

from typing import Any

from aiohttp import web

from bots.playground.discord import changes, permissions, slow_mode, threads
from bots.playground.discord.control import attaching, names, views
from bots.playground.discord.control.serving import Bad, Wish, control
from bots.playground.discord.entities import (
    Channel,
    ChannelType,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    User,
)
from bots.playground.discord.mentions import EVERYTHING, AllowedMentions
from bots.playground.discord.permissions import Permission
from bots.playground.discord.world import Draft, Revision

LONGEST = 2_000
Answer = tuple[int, Any]


def _check_may_send(place: Channel, user: User) -> None:
    if place.recipient and user is not place.recipient:
        raise Bad(f"{user.name} is not in this direct message", 403)
    if not permissions.may_send(place, user.id):
        raise Bad(f"{user.name} may not send messages here", 403)
    locked = place.thread is not None and place.thread.locked
    if locked and not permissions.may(place, user.id, Permission.MANAGE_THREADS):
        raise Bad("the thread is locked", 403)
    if place.type == ChannelType.FORUM:
        raise Bad("a forum takes posts, not messages")


def _check_slow_mode(wish: Wish, place: Channel, user: User, deed: str) -> None:
    """…/topics/opcodes-and-status-codes, 20016; the client counts the seconds down."""
    if wait_s := slow_mode.take(place, user, deed, wish.state.world.snowflakes.now()):
        raise Bad(f"slow mode: {user.name} may do that again in {wait_s} s (20016)", 429)


async def write(wish: Wish) -> Answer:
    """A person, or another bot, sends a message; `raw` overwrites what is dispatched."""
    place, user = wish.channel(), wish.user()
    _check_may_send(place, user)
    draft = _draft(wish, place)
    _check_slow_mode(wish, place, user, slow_mode.MESSAGE)
    message = wish.state.world.post(place, user, draft)
    return 201, {"id": str(message.id), "message": _view(wish, message)}


def _draft(wish: Wish, place: Channel) -> Draft:
    body, world = wish.body, wish.state.world
    content = body.get("content") or ""
    if not isinstance(content, str):
        raise Bad("'content' must be a string; 'raw' takes anything")
    raw = dict(body.get("raw") or {})
    if "mentions" in body:
        raw["mentions"] = _mentioned(wish)
    if "mention_everyone" in body:
        raw["mention_everyone"] = bool(body["mention_everyone"])
    draft = Draft(
        content=names.as_client_writes(world, place, content),
        attachments=[attaching.attachment(wish, place, each) for each in wish.body.get("attachments") or ()],
        flags=int(body.get("flags") or 0),
        nonce=body.get("nonce"),
        type=int(body.get("type") or MessageType.DEFAULT),
        age_s=float(body["age_s"]) if body.get("age_s") is not None else None,
        raw=raw,
        allowed=AllowedMentions(replied_user=bool(body.get("ping_on_reply", True))),
    )
    _refer(wish, draft)
    if len(draft.content) > LONGEST and not raw:
        raise Bad(f"a person's message has at most {LONGEST} characters")
    if not (draft.content.strip() or draft.attachments or draft.snapshots or raw or draft.type):
        raise Bad("an empty message cannot be sent")
    return draft


def _mentioned(wish: Wish) -> list[Any]:
    from_ids = [names.user(wish.state.world, each) for each in wish.body["mentions"]]
    return [
        {"id": str(each.id), "username": each.username, "discriminator": "0", "avatar": None, "bot": each.bot}
        for each in from_ids
    ]


def _refer(wish: Wish, draft: Draft) -> None:
    if wish.body.get("reply_to"):
        target = wish.message(wish.body["reply_to"])
        draft.type = MessageType.REPLY
        draft.reference = Reference(0, target.id, target.channel.id, target.channel.guild_id)
    elif wish.body.get("forward"):
        target = wish.message(wish.body["forward"])
        body = wish.renderer.message(target, nested=True)
        draft.reference = Reference(1, target.id, target.channel.id, target.channel.guild_id)
        draft.flags |= MessageFlag.HAS_SNAPSHOT
        kept = (
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
        draft.snapshots = [{"message": {key: body[key] for key in kept}}]


def _view(wish: Wish, message: Message) -> Any:
    return views.message(wish.state.world, message, wish.renderer)


async def rewrite(wish: Wish) -> Answer:
    """A person edits an own message."""
    message, user = wish.message(wish.request.match_info["message"]), wish.user()
    if message.author is not user:
        raise Bad("people edit their own messages only", 403)
    content = names.as_client_writes(wish.state.world, message.channel, str(wish.required("content")))
    wish.state.world.edit(message, Revision(content=content, allowed=EVERYTHING))
    return 200, {"message": _view(wish, message)}


async def remove(wish: Wish) -> Answer:
    """A person deletes an own message, dismisses an ephemeral one, or moderates with Manage Messages."""
    message = wish.message(wish.request.match_info["message"])
    if wish.body.get("user"):
        user = wish.user()
        own = user.id in (message.author.id, message.ephemeral_for)
        if not own and not permissions.may(message.channel, user.id, Permission.MANAGE_MESSAGES):
            raise Bad(f"{user.name} may not delete this message", 403)
    wish.state.world.delete(message.channel, [message])
    return 200, {}


async def react(wish: Wish) -> Answer:
    """A person adds a reaction."""
    message = wish.message(wish.request.match_info["message"])
    wish.state.world.react(message, wish.user(), str(wish.required("emoji")))
    return 200, {"message": _view(wish, message)}


async def type_(wish: Wish) -> Answer:
    """A person is typing."""
    wish.state.world.tell(changes.Typed(wish.channel(), wish.user()))
    return 200, {}


async def redeliver(wish: Wish) -> Answer:
    """The same MESSAGE_CREATE comes once more."""
    wish.state.world.tell(changes.MessageCreated(wish.message(wish.required("message"))))
    return 200, {}


async def start_thread(wish: Wish) -> Answer:
    """A person starts a thread, on a message or without one, or posts in a forum."""
    world, user, name = wish.state.world, wish.user(), str(wish.required("name"))
    if wish.body.get("message"):
        message = wish.message(wish.body["message"])
        if message.thread_id:
            raise Bad("the message has a thread already")
        _check_slow_mode(wish, message.channel, user, slow_mode.THREAD)
        thread = threads.start_from(world, message, user, name)
    else:
        place = wish.channel()
        if place.thread or place.guild is None:
            raise Bad("threads start in channels")
        _check_slow_mode(wish, place, user, slow_mode.THREAD)
        thread = threads.start(world, place, user, name)
    if wish.body.get("content"):
        content = names.as_client_writes(world, thread, str(wish.body["content"]))
        first = thread.id if world.channels[thread.parent_id or 0].type == ChannelType.FORUM else None
        world.post(thread, user, Draft(content=content, id=first))
    return 201, {"id": str(thread.id), "thread": views.thread(thread)}


def _thread(wish: Wish) -> Channel:
    thread = names.channel(wish.state.world, wish.request.match_info["thread"])
    if thread.thread is None:
        raise Bad("this is no thread", 404)
    return thread


async def change_thread(wish: Wish) -> Answer:
    """Rename, archive, reopen, lock or unlock a thread."""
    body = wish.body
    thread = threads.update(
        wish.state.world,
        _thread(wish),
        name=body.get("name"),
        archived=body.get("archived"),
        locked=body.get("locked"),
    )
    return 200, {"thread": views.thread(thread)}


async def delete_thread(wish: Wish) -> Answer:
    """Delete a thread."""
    threads.delete(wish.state.world, _thread(wish))
    return 200, {}


def routes() -> list[web.RouteDef]:
    return [
        web.post("/control/messages", control(write)),
        web.patch("/control/messages/{message}", control(rewrite)),
        web.delete("/control/messages/{message}", control(remove)),
        web.post("/control/messages/{message}/reactions", control(react)),
        web.post("/control/typing", control(type_)),
        web.post("/control/redeliver", control(redeliver)),
        web.post("/control/threads", control(start_thread)),
        web.patch("/control/threads/{thread}", control(change_thread)),
        web.delete("/control/threads/{thread}", control(delete_thread)),
    ]
