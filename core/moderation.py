"""Has a text judged before people see it: POST /moderations, as OpenAI and its like have it.

platform.openai.com/docs/api-reference/moderations
"""

import asyncio
from typing import Any

import aiohttp
import structlog

from core.settings import Settings

log = structlog.get_logger()

# A text that is longer is judged in parts, which are said in one request.
PART = 8_000


class Moderation:
    """Asks whether texts may be shown; what happens when nobody says is a setting."""

    def __init__(self, settings: Settings) -> None:
        own = settings.moderation_url
        key = settings.moderation_key if own else settings.openai_api_key
        self.wanted = settings.moderation == "on"
        self._url = f"{(own or settings.openai_base_url).rstrip('/')}/moderations"
        self._model = settings.moderation_model
        self._shows_unjudged = settings.moderation_fails == "open"
        self._timeout = aiohttp.ClientTimeout(total=settings.moderation_s)
        self._headers = {"Authorization": f"Bearer {token}"} if (token := key.get_secret_value()) else {}
        self._session: aiohttp.ClientSession | None = None

    async def passes(self, text: str) -> bool:
        """Whether a text may be shown. Never fails."""
        try:
            flagged = await self._flagged(text)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            log.warning("moderation.failed", error=type(error).__name__, shown=self._shows_unjudged)
            return self._shows_unjudged
        if flagged:
            log.info("moderation.flagged", categories=flagged)
        return not flagged

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            # aiohttp closes what is encrypted a moment later: docs.aiohttp.org/en/stable/client_advanced.html
            await asyncio.sleep(0)

    async def _flagged(self, text: str) -> list[str]:
        """What a text is flagged for; raises what an answer that is none makes."""
        parts = [text[at : at + PART] for at in range(0, len(text), PART)]
        body: dict[str, Any] = {"input": parts if len(parts) > 1 else text}
        if self._model:
            body["model"] = self._model
        self._session = self._session or aiohttp.ClientSession(timeout=self._timeout, trust_env=True)
        async with self._session.post(self._url, json=body, headers=self._headers) as response:
            response.raise_for_status()
            results = (await response.json(content_type=None))["results"]
        if len(results) != len(parts):
            raise ValueError("not every part was judged")
        return sorted({name for result in results if result["flagged"] for name in _categories(result)})


def _categories(result: dict[str, Any]) -> list[str]:
    named = [name for name, holds in (result.get("categories") or {}).items() if holds]
    return named or ["unnamed"]
