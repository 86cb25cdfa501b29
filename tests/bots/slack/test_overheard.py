from bots.slack.overheard import TEXT_LIMIT, Overheard

TEAM, CHANNEL = "T1", "C1"


def said(ts: str, text: str = "hello", thread_ts: str | None = None) -> dict[str, str]:
    return {"channel": CHANNEL, "ts": ts, "text": text} | ({"thread_ts": thread_ts} if thread_ts else {})


def test_the_oldest_that_was_overheard_goes_as_more_comes() -> None:
    overheard = Overheard(most=2)
    for ts in ("1.000001", "2.000001", "3.000001"):
        overheard.hear(TEAM, said(ts, thread_ts="1.000001"))
    assert [one["ts"] for one in overheard.thread(TEAM, CHANNEL, "1.000001")] == ["2.000001", "3.000001"]


def test_what_is_too_long_is_not_overheard_and_a_workspace_is_forgotten() -> None:
    overheard = Overheard()
    overheard.hear(TEAM, said("1.000001", "x" * (TEXT_LIMIT + 1)))
    overheard.hear(TEAM, said("2.000001"))
    assert overheard.thread(TEAM, CHANNEL, "1.000001") == []
    assert len(overheard.thread(TEAM, CHANNEL, "2.000001")) == 1
    overheard.leave(TEAM)
    assert overheard.thread(TEAM, CHANNEL, "2.000001") == []
