"""The built-in model's longer texts: true ones, about what happens to a message on its way."""

from itertools import cycle, islice

_JOURNEY = (
    (
        "Your message arrives",
        (
            "You press Enter, and the platform hands an event to the bot. It is stored before anything else"
            " happens, once, although the platform may deliver it twice. Only then is the platform told that it"
            " arrived: what is acknowledged is on disk, and a crash loses nothing."
        ),
    ),
    (
        "It becomes a turn",
        (
            "A conversation is a list of turns, and every turn has a role. What people say is a *user* turn, and"
            " it carries their name, so that several people in one thread stay apart. What the model said before"
            " is an *assistant* turn. In front of them all stands the *system* prompt."
        ),
    ),
    (
        "The system prompt is layered",
        (
            "The first layer belongs to the workspace: what holds for everybody. The second is the persona of the"
            " channel: who the model is to be here. The last states facts: the date, the channel, the people."
            " Change the persona and ask again, and you will see the very next answer change."
        ),
    ),
    (
        "The model is asked",
        (
            "The request goes out as a chat completion and the answer comes back as a stream, a few characters at"
            " a time. I send sixty of these tokens every second, which is about the pace of a large model on a"
            " good day."
        ),
    ),
    (
        "The answer is shown while it grows",
        (
            "The first words are posted as a message of their own; everything after that is an edit of the same"
            " message. A platform allows only so many edits, so they are paced: one budget for the whole channel"
            " or workspace, shared fairly by all answers that grow at the same time, with the last words always"
            " first in the queue."
        ),
    ),
    (
        "Long answers continue",
        (
            "Every platform has a longest message. An answer that outgrows it continues in a second message, and"
            " this one is long enough to show it. Nothing is lost at the seam: a code block that is cut is closed"
            " and opened again."
        ),
    ),
)
_PROGRAM = '''from collections import Counter

PEOPLE = [{people}]


def greet(name: str) -> str:
    """Say hello to one person."""
    return f"Hello, {{name}}!"


if __name__ == "__main__":
    for name, times in Counter(PEOPLE).items():
        print(greet(name) * times)'''


def journey() -> str:
    """Some three thousand characters with headings, emphasis, a list, a quote and code."""
    sections = [f"## {number}. {title}\n\n{text}" for number, (title, text) in enumerate(_JOURNEY, 1)]
    seam = "> What was shown stays shown: text grows at its end.\n\n```text\nqueued -> running -> done\n```"
    ending = "Three things to try next:\n\n- ask again while I write\n- change the persona\n- ask “what did we say?”"
    return "\n\n".join(["# What happens to your message", *sections, seam, ending])


def words(count: int) -> str:
    """Exactly `count` words, in paragraphs."""
    endless = cycle(word for _, text in _JOURNEY for word in text.split())
    taken = list(islice(endless, count))
    return "\n\n".join(" ".join(taken[start : start + 90]) for start in range(0, count, 90))


def program(people: tuple[str, ...]) -> str:
    return _PROGRAM.format(people=", ".join(repr(name) for name in people))


def poem(name: str, turns: int) -> str:
    return "\n".join(
        [
            f"*For {name}*",
            "",
            "A word goes out upon the wire,",
            "and comes back more, and climbs up higher;",
            f"I counted turns, and there {'was' if turns == 1 else 'were'} {turns},",
            "I have no thoughts to spend on yours,",
            "but every token that I send",
            "will meet its fellows at the end.",
        ]
    )
