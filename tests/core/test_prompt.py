from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import prompt, templates
from core.prompt import Layer, Source
from storage.claims import Work
from storage.configurations import Configuration, Voice
from storage.words import Platform
from tests.core.test_history import WORK, by_person

BAKERY = Configuration(
    workspace_row=1,
    platform=Platform.SLACK,
    revision=1,
    prompt="We bake bread.",
    prompt_change_id=7,
    personas={1: Voice(name="Pirate", instruction="Talk like a pirate.", change_id=9)},
)
RULES = "Be kind."
people = st.lists(st.text(min_size=1, max_size=12).map(lambda name: by_person("hi", name)), max_size=5).map(tuple)
works = st.builds(
    lambda turns, topic, seconds: replace(
        WORK, turns=turns, channel_topic=topic, asked_at=WORK.asked_at + timedelta(seconds=seconds)
    ),
    people,
    st.text(max_size=20),
    st.integers(0, 10**7),
)
voices = st.builds(lambda text: Voice(name="Pirate", instruction=templates.literal(text)), st.text())
configurations = st.builds(
    lambda written, voice, zone: replace(
        BAKERY, prompt=templates.literal(written), personas={1: voice} if voice else {}, timezone=zone
    ),
    st.text(),
    st.none() | voices,
    st.sampled_from(["UTC", "Europe/Brussels", "Pacific/Auckland", "America/St_Johns"]),
)


def layer(source: Source, work: Work = WORK, configuration: Configuration = BAKERY, rules: str = RULES) -> Layer:
    return next(one for one in prompt.layers(work, configuration, rules) if one.source is source)


def test_every_layer_says_where_it_comes_from_and_what_made_it() -> None:
    told = [(one.source.value, one.change_id) for one in prompt.layers(WORK, BAKERY, RULES)]
    assert told == [("house_rules", None), ("workspace_prompt", 7), ("persona", 9), ("facts", None)]


def test_without_a_workspace_prompt_the_built_in_one_is_told_as_such() -> None:
    sources = [one.source for one in prompt.layers(WORK, replace(BAKERY, prompt=""), "")]
    assert sources == [Source.BUILT_IN, Source.PERSONA, Source.FACTS]


def test_a_persona_that_is_gone_meanwhile_leaves_no_layer() -> None:
    sources = [one.source for one in prompt.layers(replace(WORK, persona_id=2), BAKERY, "")]
    assert Source.PERSONA not in sources


@settings(deadline=None)
@given(works, configurations, st.text().map(templates.literal))
def test_the_order_of_the_layers_never_changes_and_none_is_empty(
    work: Work, configuration: Configuration, rules: str
) -> None:
    made = prompt.layers(work, configuration, rules)
    order = [Source.HOUSE_RULES, Source.WORKSPACE_PROMPT, Source.BUILT_IN, Source.PERSONA, Source.FACTS]
    places = [order.index(one.source) for one in made]
    assert places == sorted(set(places))
    assert all(one.text.strip() == one.text != "" for one in made)
    assert prompt.joined(made) == "\n\n".join(one.text for one in made)


@settings(deadline=None)
@given(works, works, configurations, st.text().map(templates.literal))
def test_what_comes_before_the_facts_is_the_same_to_the_last_byte_from_message_to_message(
    first: Work, second: Work, configuration: Configuration, rules: str
) -> None:
    assert prompt.layers(first, configuration, rules)[:-1] == prompt.layers(second, configuration, rules)[:-1]


@settings(deadline=None)
@given(works, configurations)
def test_each_layer_holds_its_own_text_and_that_of_no_other(work: Work, configuration: Configuration) -> None:
    made = {one.source: one.text for one in prompt.layers(work, configuration, "")}
    said = templates.expand(configuration.prompt, {}).strip()
    assert made.get(Source.WORKSPACE_PROMPT, "") == said


@settings(deadline=None)
@given(st.text(alphabet="{}ab") | st.sampled_from(["{people}", "{{persona}}", "{topic}"]))
def test_text_of_people_is_never_expanded(text: str) -> None:
    work = replace(WORK, channel_topic=text, channel_name=text, workspace_name=text, turns=(by_person("hi", text),))
    persona = Voice(name=text, instruction="{topic}|{channel}|{workspace}|{people}|{persona}")
    configuration = replace(BAKERY, personas={1: persona})
    made = layer(Source.PERSONA, work, configuration).text
    assert made == "|".join([text] * 5).strip()


def test_every_template_is_filled_in_in_every_written_layer() -> None:
    work = replace(WORK, channel_topic="Bread", turns=(by_person("a"), by_person("b", "Ben")))
    text = "{workspace}/{channel}/{topic}/{date}/{time}/{timezone}/{people}/{persona}"
    configuration = replace(
        BAKERY, prompt=text, timezone="Europe/Brussels", personas={1: Voice(name="Pirate", instruction=text)}
    )
    filled = "Bakery/general/Bread/Monday, 23 November 2026/00:59/Europe/Brussels/Ann, Ben/Pirate"
    texts = [one.text for one in prompt.layers(work, configuration, text)]
    assert texts[:3] == [filled] * 3
    assert set(prompt.template_values(work, configuration)) == set(templates.NAMES)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", "Today is Sunday, 22 November 2026 (UTC)."),
        ("Europe/Brussels", "Today is Monday, 23 November 2026 (Europe/Brussels)."),
        ("America/New_York", "Today is Sunday, 22 November 2026 (America/New_York)."),
    ],
)
def test_the_day_is_that_of_the_workspaces_time_zone(zone: str, day: str) -> None:
    assert day in layer(Source.FACTS, configuration=replace(BAKERY, timezone=zone)).text


def test_the_facts_name_the_topic_as_what_people_have_written() -> None:
    facts = layer(Source.FACTS, replace(WORK, channel_topic="Bread & 'butter'")).text
    assert """topic, as people have written it, is "Bread & 'butter'".""" in facts
    assert "topic" not in layer(Source.FACTS).text
