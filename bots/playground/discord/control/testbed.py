"""The switches of the test bed: rules, calls, the gateway's connections, raw events."""

from typing import Any

import msgspec
from aiohttp import web

from bots.playground.discord.control import views
from bots.playground.discord.control.serving import Bad, Wish, control
from bots.playground.discord.rules import Rules
from bots.playground.discord.sessions import Connection, Session

RECONNECT, INVALID_SESSION = 7, 9
Answer = tuple[int, Any]


async def rules(wish: Wish) -> Answer:
    """The rules as they are."""
    return 200, msgspec.to_builtins(wish.state.rules)


async def change_rules(wish: Wish) -> Answer:
    """Change some rules; rate limits begin anew with the new sizes."""
    current = wish.state.rules
    try:
        changed = msgspec.convert({**msgspec.to_builtins(current), **wish.body}, Rules)
    except msgspec.ValidationError as error:
        raise Bad(str(error)) from error
    for name in wish.body:
        setattr(current, name, getattr(changed, name))
    wish.state.limits.reset()
    return 200, msgspec.to_builtins(current)


async def calls(wish: Wish) -> Answer:
    """The newest REST calls."""
    return 200, {"calls": msgspec.to_builtins(wish.state.calls.all())}


async def clear_calls(wish: Wish) -> Answer:
    """Forget the REST calls."""
    wish.state.calls.clear()
    return 200, {}


async def sessions(wish: Wish) -> Answer:
    """The bots that are connected or may resume."""
    return 200, {"sessions": [views.session(each) for each in wish.state.sessions.all()]}


async def disturb(wish: Wish) -> Answer:
    """Ask bots to reconnect (op 7), tell them that their session is invalid (op 9), or cut their sockets."""
    action, resumable = wish.required("action"), bool(wish.body.get("resumable", True))
    if action not in ("reconnect", "invalidate", "drop"):
        raise Bad(f"unknown action {action!r}")
    wanted = wish.body.get("session")
    for session in wish.state.sessions.all():
        if session.connection and wanted in (None, session.id):
            _disturb(wish, session, session.connection, action, resumable=resumable)
    return await sessions(wish)


def _disturb(wish: Wish, session: Session, connection: Connection, action: str, *, resumable: bool) -> None:
    if not resumable:
        wish.state.sessions.forget(session)
    if action == "reconnect":
        connection.send(RECONNECT)
    elif action == "invalidate":
        connection.send(INVALID_SESSION, data=resumable)
    elif connection.abort:
        connection.abort()


async def raw_event(wish: Wish) -> Answer:
    """Dispatch any event, exactly as given, to every session."""
    name, data = str(wish.required("t")), wish.body.get("d")
    wish.state.sessions.dispatch(name, lambda _: data, everywhere=True)
    return 200, {}


def routes() -> list[web.RouteDef]:
    return [
        web.get("/control/rules", control(rules)),
        web.patch("/control/rules", control(change_rules)),
        web.get("/control/calls", control(calls)),
        web.delete("/control/calls", control(clear_calls)),
        web.get("/control/gateway", control(sessions)),
        web.post("/control/gateway", control(disturb)),
        web.post("/control/raw-events", control(raw_event)),
    ]
