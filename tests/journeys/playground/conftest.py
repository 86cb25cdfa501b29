from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.journeys.playground.browser import opened
from tests.journeys.playground.started import Playground, playing


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    """The playground as it is on a fresh machine; its terminal has to stay quiet to the end."""
    async with playing(tmp_path) as started:
        yield started
        result = await started.stop()
    assert (result.code, result.out, result.err) == (0, "", "")


@pytest.fixture
async def page(playground: Playground) -> AsyncIterator[Page]:
    """The playground's page in a browser."""
    async with opened(playground.url) as page:
        yield page
