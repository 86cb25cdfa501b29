import pytest

from benchmarks import figures, table
from benchmarks.figures import Exchange, Figure, Sample, Verdict
from benchmarks.load import Load
from benchmarks.subjects import Subject
from storage.words import Platform

WORDS = ["one", "two", "three"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["one two three"], Verdict.WHOLE),
        (["one two ", "three"], Verdict.WHOLE),
        ([], Verdict.LOST),
        (["", " "], Verdict.LOST),
        (["one two"], Verdict.GARBLED),
        (["two one three"], Verdict.GARBLED),
        (["one two three", "one two three"], Verdict.DOUBLED),
        (["one two three", "one"], Verdict.DOUBLED),
    ],
)
def test_an_answer_is_judged_by_the_words_of_all_its_messages(texts: list[str], expected: Verdict) -> None:
    assert figures.verdict(texts, WORDS) is expected


def test_a_percentile_is_the_nearest_rank() -> None:
    assert figures.percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert figures.percentile([3.0, 1.0, 2.0, 4.0], 0.99) == 4.0
    assert figures.percentile([], 0.5) is None


def test_cpu_time_is_shared_by_all_replies_of_all_runs() -> None:
    exchanges = [Exchange(number=number, verdict=Verdict.WHOLE, edits=4) for number in range(5)]
    sample = Sample(exchanges=exchanges, cpu_s=0.5, started_s=1.0, start_cpu_s=0.4, peak_mb=None, refused=0)

    rows = {figure.name: figure.value for figure in figures.figures([sample, sample])}

    assert rows["CPU per reply, ms"] == pytest.approx(100.0)
    assert rows["whole"] == 10
    assert rows["peak memory, MB"] is None


def test_counts_and_missing_figures_have_no_ratio() -> None:
    assert table.ratio(Figure("time", 2.0), Figure("time", 3.0)) == 1.5
    assert table.ratio(Figure("time", None), Figure("time", 3.0)) is None
    assert table.ratio(Figure("lost", 2, comparable=False), Figure("lost", 1, comparable=False)) is None


def test_a_line_has_a_column_for_each_subject_and_parleys_ratio_to_the_floor() -> None:
    load = Load(Platform.SLACK, 20, 20)
    times = {subject: [Figure("time", value)] for subject, value in zip(Subject, (4.0, 1.0, 2.0), strict=True)}
    _, heads, line = table.lines(load, times)
    assert heads.split() == ["floor", "least", "Parley", "ratio"]
    assert line.split() == ["time", "4.00", "1.00", "2.00", "0.50x"]
