from datetime import UTC, datetime
from typing import Any

from bots.slack.past import Listing
from bots.slack.review import missed

SAID = {"1000.000001": None, "1001.000001": datetime.fromtimestamp(1_005, UTC), "1002.000001": None}


def listed(*stamps: str, **more: Any) -> list[dict[str, Any]]:
    return [{"ts": ts, "text": "hi", **more} for ts in stamps]


def told(listing: Listing) -> list[tuple[str, str]]:
    """What the events say, and of which message."""
    events = missed("C1", SAID, listing)
    return [(event["subtype"], event.get("deleted_ts") or event["message"]["ts"]) for event in events]


def test_where_all_is_there_as_it_was_nothing_is_told() -> None:
    assert told(Listing(listed(*SAID), 0)) == []


def test_what_is_missing_in_a_whole_listing_is_gone() -> None:
    assert told(Listing(listed("1000.000001"), 0)) == [
        ("message_deleted", "1001.000001"),
        ("message_deleted", "1002.000001"),
    ]


def test_what_may_be_on_another_page_is_not_gone() -> None:
    assert told(Listing(listed("1000.000001"), 0, up_to=1_000_000_001)) == []
    assert told(Listing(listed("1002.000001"), 1_002_000_001)) == []


def test_an_edit_is_told_unless_it_is_known() -> None:
    edited = listed(*SAID, edited={"user": "U1", "ts": "1005.000000"})
    assert told(Listing(edited, 0)) == [("message_changed", "1000.000001"), ("message_changed", "1002.000001")]


def test_a_tombstone_is_told() -> None:
    assert told(Listing(listed(*SAID)[:2] + listed("1002.000001", subtype="tombstone"), 0)) == [
        ("message_changed", "1002.000001")
    ]
