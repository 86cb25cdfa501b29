from pathlib import Path

from storage.leadership import leadership
from tests.postgres import Databases


def leads_one_at_a_time(url: str) -> None:
    first, second = leadership(url), leadership(url)
    assert first.leads()
    assert not second.leads()
    assert first.leads()
    first.resign()
    assert second.leads()
    second.resign()


def test_one_process_at_a_time_leads_on_postgresql(postgres: Databases) -> None:
    with postgres.empty() as url:
        leads_one_at_a_time(url)


def test_one_process_at_a_time_leads_on_sqlite(tmp_path: Path) -> None:
    leads_one_at_a_time(f"sqlite:///{tmp_path}/parley.db")
