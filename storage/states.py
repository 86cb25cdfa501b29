"""The states of a reply and the moves between them.

    queued ──► running ──► done
      │          ├───────► stopped       a person stopped it
      │          ├───────► failed        the model or the platform gave up
      │          └───────► interrupted   Parley went down before it was finished
      └──────────► stopped, failed

A reply in a state on the right is settled. It moves again only when a person asks for a further version of it: back to
queued.
"""

from enum import StrEnum


class ReplyState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


AGAIN = frozenset({ReplyState.QUEUED})
MOVES: dict[ReplyState, frozenset[ReplyState]] = {
    ReplyState.QUEUED: frozenset({ReplyState.RUNNING, ReplyState.STOPPED, ReplyState.FAILED}),
    ReplyState.RUNNING: frozenset(
        {ReplyState.DONE, ReplyState.STOPPED, ReplyState.FAILED, ReplyState.INTERRUPTED},
    ),
    ReplyState.DONE: AGAIN,
    ReplyState.STOPPED: AGAIN,
    ReplyState.FAILED: AGAIN,
    ReplyState.INTERRUPTED: AGAIN,
}

UNSETTLED = (ReplyState.QUEUED, ReplyState.RUNNING)


class IllegalMove(ValueError):
    """A reply cannot move between these two states; see the table in `storage.states`."""


def move(old: ReplyState, new: ReplyState) -> ReplyState:
    """The new state, or IllegalMove when the table does not have this move."""
    if new not in MOVES[old]:
        raise IllegalMove(f"{old!r} to {new!r}")
    return new
