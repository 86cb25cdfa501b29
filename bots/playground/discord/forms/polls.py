"""Checks of polls (discord.com/developers/docs/resources/poll, "Poll Create Request Object")."""

from typing import Any

from bots.playground.discord.entities import Poll
from bots.playground.discord.forms.form import Form

LONGEST_QUESTION, LONGEST_ANSWER = 300, 55
MOST_ANSWERS = 10
MOST_HOURS, HOURS = 32 * 24, 24


def read_poll(form: Form, value: Any) -> Poll | None:
    """A question with one to ten answers, open for 32 days at most."""
    if value is None:
        return None
    poll = form.object("poll", value)
    question = form.object("poll.question", poll.get("question"))
    text = form.text("poll.question.text", question.get("text"), LONGEST_QUESTION, shortest=1, required=True)
    answers = [
        form.object(f"poll.answers.{index}.poll_media", each.get("poll_media"))
        for index, each in enumerate(form.objects("poll.answers", poll.get("answers"), MOST_ANSWERS, 1))
    ]
    for index, answer in enumerate(answers):
        path = f"poll.answers.{index}.poll_media.text"
        form.text(path, answer.get("text"), LONGEST_ANSWER, shortest=1, required=True)
    hours = form.number("poll.duration", poll.get("duration"), 1, MOST_HOURS)
    multiple = form.flag("poll.allow_multiselect", poll.get("allow_multiselect"))
    form.choice("poll.layout_type", poll.get("layout_type"), (1,))
    return Poll(text or "", answers, hours or HOURS, bool(multiple))
