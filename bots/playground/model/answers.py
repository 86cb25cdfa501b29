"""The built-in model: it claims no wit, and tells truly what it was given, in answers of every shape Markdown has."""

import re
from collections.abc import Callable

from bots.playground.model import prose
from bots.playground.model.sight import Sight, sentences

MODEL = "parley-playground"
_MOST_NUMBERS = 2_000
_MOST_WORDS = 6_000
_VOICES = (
    ("pirate", "Arr, {name}!"),
    ("yoda", "Listening, I am, {name}."),
    ("robot", "Beep. Acknowledged, {name}."),
    ("cowboy", "Howdy, {name}!"),
    ("shakespear", "Hark, good {name}!"),
    ("butler", "Very good, {name}."),
    ("formal", "Good day, {name}."),
    ("cheerful", "Hooray, {name}!"),
    ("grumpy", "Hmpf. {name} again."),
)


def answer(sight: Sight) -> str:
    """The answer to the latest question, as Markdown; the same request always gets the same answer."""
    parts = [_opening(sight), _body(sight), _footer(sight)]
    return "\n\n".join(part for part in parts if part)


def _body(sight: Sight) -> str:
    for pattern, write in _KINDS:
        match = pattern.search(sight.question)
        if match:
            return write(sight, match)
    return _reflection(sight)


def _opening(sight: Sight) -> str:
    if sight.manner is None:
        return ""
    name = sight.asker or "friend"
    voice = next((line.format(name=name) for word, line in _VOICES if word in sight.manner.lower()), "")
    return f"{voice} Speaking as told: “{_short(sight.manner, 160)}”".strip()


def _footer(sight: Sight) -> str:
    people = ", ".join(sight.people) or "nobody by name"
    by_people, by_me = sight.spoken_by("user"), sight.spoken_by("assistant")
    seen = f"Seen: {_count(len(sight.turns), 'turn')} ({by_people} by people, {by_me} by me) · people: {people}"
    told = f" · told: “{_short(sentences(sight.instructions[-1])[0], 80)}”" if sight.instructions else ""
    return f"_{_unslanted(seen + told)}_"


def _about(sight: Sight, _: re.Match[str]) -> str:
    return (
        f"I am **{MODEL}**, the built-in model of the playground. I have no intelligence at all: I read what I was"
        " given and tell you what I saw. Set `OPENAI_API_KEY` to talk to a real model instead."
    )


def _greeting(sight: Sight, _: re.Match[str]) -> str:
    lines = [f"Hello {sight.asker or 'there'}! I am the built-in model, so I can only tell you what I was given."]
    if sight.spoken_by("assistant"):
        lines.append(f"We have spoken before in this conversation: I remember {_count(len(sight.turns), 'turn')}.")
    others = [name for name in sight.people if name != sight.asker]
    if others:
        lines.append(f"Also here: {', '.join(others)}.")
    lines.append("Try “write a long answer”, “count to 100”, “make a table”, “show code”, or “what did we say?”.")
    return "\n".join(lines)


def _counting(sight: Sight, match: re.Match[str]) -> str:
    numbers = [str(number) for number in range(1, min(int(match[1]), _MOST_NUMBERS) + 1)]
    rows = [", ".join(numbers[start : start + 10]) for start in range(0, len(numbers), 10)]
    return "\n".join(rows)


def _recap(sight: Sight, _: re.Match[str]) -> str:
    earlier = sight.turns[:-1]
    if not earlier:
        return "This is the first turn that I was given; there is nothing before it."
    lines = [
        f"{number}. **{turn.name or _who(turn.role)}**: {_short(turn.text, 120)}"
        for number, turn in enumerate(earlier, 1)
    ]
    return "\n".join([f"I was given {_count(len(earlier), 'turn')} before your question:", "", *lines])


def _instructions(sight: Sight, _: re.Match[str]) -> str:
    if not sight.layers:
        return "I was given no system prompt."
    quoted = "\n>\n".join("\n".join(f"> {line}" for line in layer.splitlines()) for layer in sight.layers)
    return f"This is the whole system prompt that I was given:\n\n{quoted}"


def _code(sight: Sight, _: re.Match[str]) -> str:
    fenced = f"```python\n{prose.program(sight.people)}\n```"
    return f"This program knows who took part:\n\n{fenced}\n\nIt needs nothing but Python."


def _table(sight: Sight, _: re.Match[str]) -> str:
    rows = [
        f"| {number} | {turn.name or _who(turn.role)} | {_cell(turn.text)} |"
        for number, turn in enumerate(sight.turns, 1)
    ]
    return "\n".join(["Every turn that I was given:", "", "| # | Who | Said |", "|--:|:----|:-----|", *rows])


def _list(sight: Sight, _: re.Match[str]) -> str:
    people = [f"   - {name}" for name in sight.people] or ["   - nobody by name"]
    told = [f"   - “{_short(sentences(layer)[0], 100)}”" for layer in sight.layers] or ["   - nothing"]
    return "\n".join(
        [
            "1. **People** who took part",
            *people,
            "2. **Instructions** that I was given",
            *told,
            "3. **Turns**",
            f"   - {sight.spoken_by('user')} by people",
            f"   - {sight.spoken_by('assistant')} by me",
            f"4. **Pictures**: {sight.images}",
        ]
    )


def _poem(sight: Sight, _: re.Match[str]) -> str:
    return prose.poem(sight.asker or "somebody", len(sight.turns))


def _long(sight: Sight, _: re.Match[str]) -> str:
    return prose.journey()


def _words(sight: Sight, match: re.Match[str]) -> str:
    return prose.words(min(int(match[1]), _MOST_WORDS))


def _reflection(sight: Sight) -> str:
    if not sight.question:
        return "You asked me nothing in words, so there is little that I can say."
    quoted = "\n".join(f"> {line}" for line in _short(sight.question, 400).splitlines())
    lines = [f"{sight.asker or 'You'} asked:", "", quoted, ""]
    lines.append("A real model would answer this. I am the built-in one, so here is what I was given instead:")
    lines.extend(f"- told: “{_short(sentences(layer)[0], 120)}”" for layer in sight.layers)
    before = sight.turns[:-1]
    lines.append(
        f"- before this: {_count(len(before), 'turn')}"
        + (f", the last “{_short(before[-1].text, 80)}”" if before else "")
    )
    if sight.images:
        lines.append(f"- {_count(sight.images, 'picture')}, which I cannot look at")
    if sight.tools:
        lines.append(f"- tools that I do not use: {', '.join(f'`{name}`' for name in sight.tools)}")
    return "\n".join(lines)


def _short(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1].rstrip()}…"


def _cell(text: str) -> str:
    return _short(text, 60).replace("|", "\\|")


def _unslanted(text: str) -> str:
    return text.replace("_", "\\_")


def _who(role: str) -> str:
    return "me" if role == "assistant" else "somebody"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _when(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_KINDS: tuple[tuple[re.Pattern[str], Callable[[Sight, re.Match[str]], str]], ...] = (
    (_when(r"\b(who|what) are you\b|\b(what|which) model\b"), _about),
    (_when(r"\bcount (?:up )?to (\d{1,6})\b"), _counting),
    (_when(r"\b(\d{1,6}) words\b"), _words),
    (_when(r"\b(what|who) (did|have) (we|i|you|they)\b|\brecap\b|\bsumm?ar|\bremember\b|\bso far\b"), _recap),
    (_when(r"\b(instructions?|persona|(system )?prompt)\b"), _instructions),
    (_when(r"\b(table)\b"), _table),
    (_when(r"\b(code|program|script|function)\b"), _code),
    (_when(r"\b(poem|haiku|verse|song)\b"), _poem),
    (_when(r"\b(long|essay|story|article|explain)\b"), _long),
    (_when(r"\b(list|bullets?|steps)\b"), _list),
    (_when(r"^\W*(hi|hello|hey|ahoy|moin|good (morning|evening|day)|thanks?( you)?)\b"), _greeting),
)
