import pytest

from bots.playground.model import answers, sight

SYSTEM = (
    "You answer for Acme.\n\nYou are Captain Bones. Talk like a pirate.\n\n"
    "Today is 2026-11-02, the channel is general. People: Ana, Ben, Cem."
)


def turn(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def answer(*texts: str, system: str = SYSTEM) -> str:
    """The answer to a conversation in which people and the model take turns."""
    messages = [{"role": "assistant" if number % 2 else "user", "content": text} for number, text in enumerate(texts)]
    return answers.answer(sight.see([{"role": "system", "content": system}, *messages]))


def test_people_turns_and_persona_are_named() -> None:
    said = answer("Ana: hello", "Hi Ana", "Ben: and now?\n\nAna: yes, now?")

    assert "Seen: 4 turns (3 by people, 1 by me) · people: Ana, Ben" in said
    assert "You are Captain Bones." in said
    assert "yes, now?" in said


def test_a_manner_is_quoted_and_taken_up() -> None:
    assert answer("Ana: hello").startswith("Arr, Ana! Speaking as told: “Talk like a pirate.”")


def test_a_persona_comes_before_the_workspace_prompt() -> None:
    assert sight.see([{"role": "system", "content": "Always answer in German.\n\nBe terse."}]).manner == (
        "Always answer in German."
    )


def test_a_paragraph_with_a_colon_is_not_another_person() -> None:
    seen = sight.see([turn("Ana: look at this\n\nNote: it is urgent")])

    assert seen.people == ("Ana",)
    assert seen.question == "look at this\n\nNote: it is urgent"


def test_a_new_person_is_known_from_the_facts() -> None:
    seen = sight.see([{"role": "system", "content": SYSTEM}, turn("Ana: one\n\nCem: two")])

    assert seen.people == ("Ana", "Cem")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who are you?", "built-in model"),
        ("count to 12", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10\n11, 12"),
        ("make a table", "| 1 | Ana | make a table |"),
        ("show me code", "```python\n"),
        ("a poem please", "*For Ana*"),
        ("write a long answer", "## 6. Long answers continue"),
        ("list everything", "3. **Turns**"),
        ("what is your persona?", "> Today is 2026-11-02"),
        ("what did we say?", "nothing before it"),
        ("why is the sky blue?", "> why is the sky blue?"),
    ],
)
def test_the_shape_follows_the_question(question: str, expected: str) -> None:
    assert expected in answer(f"Ana: {question}")


def test_a_recap_repeats_every_earlier_turn() -> None:
    said = answer("Ana: the cat is grey", "noted", "Ben: what did we say so far?")

    assert "1. **Ana**: the cat is grey\n2. **me**: noted" in said


def test_words_are_counted_exactly() -> None:
    said = answer("Ana: write 700 words", system="")

    assert len(said.rpartition("\n\n_Seen:")[0].split()) == 700


def test_a_long_answer_outgrows_a_discord_message() -> None:
    assert len(answer("Ana: a long answer please")) > 2_000


@pytest.mark.parametrize("text", ["", " ", ":", "\x00", "Ana: ", "a" * 50_000, "|||", "___"])
def test_every_text_is_answered(text: str) -> None:
    assert answer(text, system=text)


def test_the_same_request_gets_the_same_answer() -> None:
    assert answer("Ana: hello") == answer("Ana: hello")
