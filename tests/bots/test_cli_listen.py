import pytest

from tests.bots.saying import GENERAL, Say, meeting


@pytest.fixture(autouse=True)
def _met(say: Say) -> None:
    meeting(GENERAL)


def test_a_channel_listens_to_its_threads_until_it_is_told_otherwise(say: Say) -> None:
    assert "in threads that I take part in" in say("listen", "--channel", "#general").output
    assert "to every message" in say("listen", "every", "--channel", "#general").output
    assert say("listen", "--channel", "general").output == "#general: I answer to every message.\n"
    assert "only when I am mentioned" in say("listen", "mention", "--channel", "C0GENERAL1").output


def test_a_word_that_is_no_way_of_listening_is_refused_with_those_that_are(say: Say) -> None:
    result = say("listen", "sometimes", "--channel", "#general")
    assert result.exit_code == 2
    assert "'mention', 'threads', 'every'" in result.output


def test_an_unknown_channel_is_refused_with_the_known_ones(say: Say) -> None:
    result = say("listen", "every", "--channel", "#nowhere")
    assert result.exit_code == 1
    assert "#general" in result.output
