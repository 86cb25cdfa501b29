import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import templates
from core.templates import NAMES
from storage.problems import NotPossible

VALUES = {name: f"<{name}>" for name in NAMES}
# Texts in which braces and the names of templates are frequent.
texts = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from([*"{}{}{}", *NAMES, "{channel}", "{{channel}}", "{other}"]))
).map("".join)


def test_a_template_becomes_what_it_stands_for() -> None:
    assert templates.expand("Be {persona} in #{channel}.", {"persona": "Pirate", "channel": "sea"}) == (
        "Be Pirate in #sea."
    )


def test_a_word_in_double_braces_stays_with_single_ones() -> None:
    assert templates.expand("Write {{channel}} for {channel}.", {"channel": "sea"}) == "Write {channel} for sea."


@pytest.mark.parametrize("text", ['{"a": 1}', "{}", "{ channel }", "function() { return 1; }", "{0}", "{a b}", "{-}"])
def test_braces_around_anything_but_a_word_are_no_template(text: str) -> None:
    templates.check(text)
    assert templates.expand(text, VALUES) == text


def test_every_unknown_template_is_told_once_with_those_that_are_known() -> None:
    with pytest.raises(NotPossible) as refused:
        templates.check("{chanel} {channel} {größe} {chanel}")
    sentence = str(refused.value)
    assert sentence.startswith("I do not know {chanel}, {größe}. What can stand in braces: {workspace},")
    assert "write {{chanel}} for the word itself" in sentence
    assert refused.value.field == "instruction"


def test_an_unknown_template_that_was_kept_before_stays_as_it_is() -> None:
    assert templates.expand("{unknown} {channel}", {"channel": "sea"}) == "{unknown} sea"


@settings(deadline=None)
@given(texts)
def test_any_text_can_be_written_so_that_it_comes_out_as_it_is(text: str) -> None:
    written = templates.literal(text)
    templates.check(written)
    assert templates.expand(written, VALUES) == text


@settings(deadline=None)
@given(texts, st.dictionaries(st.sampled_from(NAMES), texts))
def test_what_people_have_written_is_never_expanded(text: str, values: dict[str, str]) -> None:
    """With a mark in place of each value, the same text comes out: so no value was looked at."""
    marks = {name: f"\x00{number}\x00" for number, name in enumerate(values)}
    marked = templates.expand(text, marks)
    for name, mark in marks.items():
        marked = marked.replace(mark, values[name])
    assert templates.expand(text, values) == marked


@settings(deadline=None)
@given(texts)
def test_a_text_without_templates_stays_as_it_is(text: str) -> None:
    plain = re.sub(r"[{}]", "", text)
    assert templates.expand(plain, VALUES) == plain


@settings(deadline=None)
@given(texts)
def test_a_text_that_is_accepted_leaves_no_template_behind(text: str) -> None:
    try:
        templates.check(text)
    except NotPossible:
        return
    assert not {found[2] for found in templates.TEMPLATE.finditer(text) if found[2]} - set(NAMES)
