"""What holds for every test: in CI nothing may be skipped, so there a skip is a failure."""

import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import structlog

from core import settings
from tests.postgres import Databases, NoServer, running

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return no_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return no_skip(report)


def no_skip(report: Report) -> Report:
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped in CI: {reason}"
    return report


@pytest.fixture
def environment() -> Iterator["os._Environ[str]"]:
    """The environment without any setting of Parley's, to be filled by the test; put back afterwards."""
    before = dict(os.environ)
    for variable in settings.variables().values():
        os.environ.pop(variable, None)
    yield os.environ
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Whatever the test does to logging is undone afterwards."""
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = list(root.handlers)
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.captureWarnings(capture=False)
    root.handlers, root.level = handlers, level


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    """A PostgreSQL server for all tests of this process; without one, the tests that need it say why."""
    try:
        with running() as server:
            databases = Databases(server)
            yield databases
            databases.close()
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, first a SQLite file, then a PostgreSQL database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/parley.db"
        return
    databases: Databases = request.getfixturevalue("postgres")
    with databases.empty() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As `database_url`, for tests that need the tables and not the migrations: a copy is made faster."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/parley.db"
        return
    databases: Databases = request.getfixturevalue("postgres")
    with databases.migrated() as url:
        yield url
