"""What people enter for a persona or a workspace, made fit to be kept; everything that is wrong is said at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from core import templates, wording
from storage.personas import PersonaEdit, PersonaFields
from storage.problems import NotPossible, Problem
from storage.words import Platform

NAME_LIMIT = 80
INSTRUCTION_LIMIT = 20_000
MODEL_LIMIT = 200
ICON_LIMIT = 2_000
EFFORTS = ("none", "minimal", "low", "medium", "high")
TEMPERATURES = (0.0, 2.0)
MOST_TOOLS = 32
SUMMARIES = ("on", "off", "default")
TOOL = re.compile(r"[A-Za-z0-9_.-]{1,64}(?::(?:\*|[A-Za-z0-9_./-]{1,128}))?")
EMOJI = re.compile(r":[^\s:]{1,100}:(:skin-tone-[2-6]:)?")

Cleaner = Callable[[Any], Any]


def fit(given: PersonaFields, platform: Platform) -> PersonaFields:
    """A new persona's fields as they are kept. Raises NotPossible with every problem."""
    return PersonaFields(**_fit(asdict(given), platform))


def fit_edit(changes: PersonaEdit, platform: Platform) -> PersonaEdit:
    """The fields to be set anew as they are kept. Raises NotPossible with every problem."""
    return cast(PersonaEdit, _fit(cast(Mapping[str, object], changes), platform))


def _fit(given: Mapping[str, object], platform: Platform) -> dict[str, Any]:
    fit_values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field, value in given.items():
        try:
            fit_values[field] = _icon(value, platform) if field == "icon" else CLEANERS[field](value)
        except NotPossible as error:
            problems += error.problems
    if problems:
        raise NotPossible.of(problems)
    return fit_values


def name(given: object) -> str:
    """A persona's name, on one line."""
    text = " ".join(wording.clean(given).split())
    if not text:
        raise NotPossible("A persona needs a name.", "name")
    return _at_most(NAME_LIMIT, text, "A persona's name", "name")


def instruction(given: object) -> str:
    text = wording.clean(given).strip()
    if not text:
        raise NotPossible("A persona needs an instruction: tell it in a few sentences how to answer.", "instruction")
    return _templated(_at_most(INSTRUCTION_LIMIT, text, "An instruction", "instruction"), "instruction")


def prompt(given: object) -> str:
    """A workspace's prompt."""
    text = wording.clean(given).strip()
    if not text:
        raise NotPossible("The prompt is empty: write what the model should know, or clear it.", "prompt")
    return _templated(_at_most(INSTRUCTION_LIMIT, text, "A workspace prompt", "prompt"), "prompt")


def model(given: object) -> str:
    """A model's name; empty for the one that applies otherwise."""
    text = wording.clean(given).strip()
    if any(character.isspace() for character in text):
        raise NotPossible("A model's name has no spaces.", "model")
    return _at_most(MODEL_LIMIT, text, "A model's name", "model")


def temperature(given: object) -> float | None:
    """A number as people write it, or nothing for the model's own."""
    text = str(given if given is not None else "").strip().replace(",", ".")
    if not text:
        return None
    low, high = TEMPERATURES
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise NotPossible(f"A temperature is a number from {low:g} to {high:g}, such as 0.7.", "temperature")
    return value


def effort(given: object) -> str:
    text = wording.clean(given).strip().lower()
    if text and text not in EFFORTS:
        raise NotPossible(f"The reasoning effort is one of: {', '.join(EFFORTS)}; or empty.", "effort")
    return text


def tools(given: object) -> tuple[str, ...]:
    """Names of tools, as a list or as people write one, each once."""
    listed = re.split(r"[,\s]+", given) if isinstance(given, str) else cast(tuple[object, ...], given or ())
    names = tuple(dict.fromkeys(text for one in listed if (text := wording.clean(one).strip())))
    unfit = [one for one in names if not TOOL.fullmatch(one)]
    if unfit:
        raise NotPossible(f"{unfit[0]!r} is not the name of a tool.", "tools")
    if len(names) > MOST_TOOLS:
        raise NotPossible(f"A persona has at most {MOST_TOOLS} tools; these are {len(names)}.", "tools")
    return names


def display_name(given: object) -> str:
    text = " ".join(wording.clean(given).split())
    return _at_most(NAME_LIMIT, text, "A display name", "display_name")


def _icon(given: object, platform: Platform) -> str:
    """The address of a picture, or on Slack an emoji (docs.slack.dev/reference/methods/chat.postMessage)."""
    text = wording.clean(given).strip()
    if not text or (platform is Platform.SLACK and EMOJI.fullmatch(text)):
        return text
    if not _is_https(text):
        emoji = ", or an emoji such as :robot_face:" if platform is Platform.SLACK else ""
        raise NotPossible(f"An icon is the https address of a picture{emoji}.", "icon")
    return _at_most(ICON_LIMIT, text, "An icon's address", "icon")


def _is_https(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", text)


def timezone(given: object) -> str:
    """The name of a time zone, as the IANA database spells it: iana.org/time-zones."""
    text = wording.clean(given).strip()
    known = {zone.casefold(): zone for zone in available_timezones()}
    found = known.get(text.replace(" ", "_").casefold())
    if found is None:
        raise NotPossible(f"{text!r} is not a time zone that I know: write one such as Europe/Brussels.", "timezone")
    return ZoneInfo(found).key


def summaries(given: object) -> str:
    """Whether long conversations are summarised; empty for what Parley is set up with."""
    text = wording.clean(given).strip().lower()
    if text not in SUMMARIES:
        raise NotPossible(f"Say one of: {', '.join(SUMMARIES)}.", "summaries")
    return "" if text == "default" else text


def _at_most(limit: int, text: str, what: str, field: str) -> str:
    if len(text) > limit:
        raise NotPossible(f"{what} has at most {limit:,} characters; this one has {len(text):,}.", field)
    return text


def _templated(text: str, field: str) -> str:
    templates.check(text, field)
    return text


CLEANERS: dict[str, Cleaner] = {
    "name": name,
    "instruction": instruction,
    "model": model,
    "temperature": temperature,
    "effort": effort,
    "tools": tools,
    "display_name": display_name,
}
