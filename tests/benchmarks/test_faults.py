"""A small run of the faults, on each database; `python -m benchmarks.faults` makes a large one."""

from argparse import Namespace
from pathlib import Path

import pytest

from benchmarks.faults.__main__ import harassed


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_whatever_goes_wrong_every_question_is_answered_once(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = Namespace(seed=7, conversations=24, per_second=3.0, database=database, keep=None)
    code = await harassed(given, tmp_path)
    assert code == 0, capsys.readouterr().out
