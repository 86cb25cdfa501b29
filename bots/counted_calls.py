"""Counts what the platforms' APIs are asked, where their libraries speak to them: refusals (429) that a library itself
waits out are counted as well."""

from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace

import aiohttp
import yarl

from core.metrics import Metrics

LIMITED = 429
FAILED = "failed"

# Names what is asked, by HTTP method and address: one of few names, with no id in it.
Name = Callable[[str, yarl.URL], str]


def trace(platform: str, name_of: Name, metrics: Metrics) -> aiohttp.TraceConfig | None:
    """To be given to the session that a library makes its requests with; None where nobody counts."""
    if not metrics.counts:
        return None

    async def began(_session: aiohttp.ClientSession, context: SimpleNamespace, _asked: object) -> None:
        context.began_at = monotonic()

    async def ended(
        _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        status = params.response.status
        told = str(status) if status == LIMITED else f"{status // 100}xx"
        metrics.called_platform(platform, name_of(params.method, params.url), told, monotonic() - context.began_at)

    async def failed(
        _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        metrics.called_platform(platform, name_of(params.method, params.url), FAILED, monotonic() - context.began_at)

    config = aiohttp.TraceConfig()
    config.on_request_start.append(began)
    config.on_request_end.append(ended)
    config.on_request_exception.append(failed)
    return config
