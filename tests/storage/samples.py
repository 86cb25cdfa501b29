from datetime import UTC, datetime
from typing import Any

from storage.audit import Actor
from storage.incoming import Author, Incoming, Place
from storage.spending import Bill, Took
from storage.words import AuthorKind, Platform

GENERAL = Place(
    platform=Platform.SLACK,
    workspace_id="T1",
    workspace_name="Bakery",
    channel_id="C1",
    channel_name="general",
)
ANN = Author(id="U1", name="Ann")
BEN = Author(id="U2", name="Ben")
ADA = Actor("U9", "Ada")
BILL = Bill(
    workspace_id=1,
    day="2026-11-22",
    channel_row=1,
    channel_id="C1",
    model="small",
    replies=0,
    took=Took(tokens_in=100, tokens_out=10, cost_microusd=7),
)
DEPLOYBOT = Author(id="B9", name="Deploybot", kind=AuthorKind.BOT)


def said(number: int, text: str = "hello", *, asks: bool = True, **more: Any) -> Incoming:
    """A message; it is in thread 1 unless said otherwise."""
    values: dict[str, Any] = {
        "place": GENERAL,
        "thread_key": "1",
        "posts_in": "C1",
        "message_id": str(number),
        "position": number,
        "author": ANN,
        "text": text,
        "sent_at": datetime(2026, 11, 22, 9, 0, number, tzinfo=UTC),
        "asks": asks,
    }
    return Incoming(**(values | more))
