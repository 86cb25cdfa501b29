"""Checks each endpoint that models are asked at, by asking one of its models a short question, and how its tokens are
counted."""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from shlex import quote
from time import monotonic

from bots.findings import Finding, Grade
from core import vocabularies
from core.calls import Call
from core.chat import ChatMessage
from core.completion import Completion
from core.endpoints import DEFAULT, Endpoint, Model
from core.errors import Fault, Kind, ModelTrouble
from core.models import Models
from core.settings import Settings
from core.stream import Finish
from core.vocabularies import NONE, NotInstalled, NotThere, Unusable
from storage.words import Role

QUESTION = "Answer with the one word: ready"
ADVICE = {
    Kind.DENIED: "the provider refused the key: check {key} and what it may use",
    Kind.MISSING: "there is no such model or address: check {model}, and that {address} ends as it should",
    Kind.LIMITED: "too many requests, or no credit is left: look at the provider's page for usage and limits",
    Kind.INVALID: "this is no chat completions API, or it refuses the request: check {address} and {model}",
}
NO_CREDIT = "no credit is left: look at the provider's page for usage and limits"
UNREACHABLE = "it could not be reached: check {address} and the network"
FETCH = """TIKTOKEN_CACHE_DIR={folder} {python} -c "import tiktoken; tiktoken.get_encoding('{name}')\""""
NAMES = {"key": "OPENAI_API_KEY", "model": "OPENAI_MODEL", "address": "OPENAI_BASE_URL"}


async def checkup(loaded: Settings) -> list[Finding]:
    """A finding for the model of each endpoint, and for the fallback model, all asked side by side; then for each way
    in which their tokens are counted."""
    models = Models(loaded)
    asked = {model.ref: model for model in _each(models)}
    completion = Completion(loaded, models.learned)
    try:
        told = await asyncio.gather(*(_asked(completion, model, loaded.total_s) for model in asked.values()))
    finally:
        await completion.close()
    folder = vocabularies.folder_of(loaded.tiktoken_cache_dir)
    return [*told, *await asyncio.to_thread(_counting, asked.values(), folder)]


def _each(models: Models) -> list[Model]:
    first = models.choose()
    fallback = models.fallback(first)
    others = [models.resolve(f"{one.name}/{one.models[0]}") for one in models.endpoints[1:] if one.models]
    return [first, *others, *([fallback] if fallback else [])]


async def _asked(completion: Completion, model: Model, total_s: float) -> Finding:
    finish, began = Finish(), monotonic()
    call = Call(model=model, messages=[ChatMessage(Role.USER, QUESTION)])
    ends_at = asyncio.get_running_loop().time() + total_s
    try:
        async with completion.answer(call, finish, ends_at) as answer:
            pieces = [(monotonic() - began, text) async for text in answer]
    except ModelTrouble as trouble:
        return Finding(Grade.FAIL, "model", f"{model.ref}: {_advice(model.endpoint, trouble)} ({trouble.code})")
    return _answered(model, pieces, finish)


def _advice(endpoint: Endpoint, trouble: ModelTrouble) -> str:
    advice = NO_CREDIT if trouble.fault is Fault.NO_CREDIT else ADVICE.get(trouble.kind, UNREACHABLE)
    if endpoint.name == DEFAULT:
        return advice.format(**NAMES)
    where = f"of [{endpoint.name}] in PARLEY_ENDPOINTS"
    return advice.format(key=f"api_key_env {where}", model=f"the models {where}", address=f"the base_url {where}")


def _answered(model: Model, pieces: list[tuple[float, str]], finish: Finish) -> Finding:
    name = f"{finish.model or model.name} at {model.endpoint.base_url}"
    if not pieces:
        return Finding(
            Grade.WARN, "model", f"{name} answered nothing (finish reason {finish.reason!r}): try another model"
        )
    if not finish.reason:
        return Finding(Grade.WARN, "model", f"{name} breaks its stream off without an end: answers will be marked so")
    first_s, last_s = pieces[0][0], pieces[-1][0]
    told = (
        f"{name} streams: first text after {first_s:.1f} s, whole after {last_s:.1f} s; "
        f"it is given a window of {model.window:,} tokens"
    )
    return Finding(Grade.OK, "model", f"{told}{_corrected(finish)}")


def _corrected(finish: Finish) -> str:
    """That something had to be left out is no fault, but saves a request at each start when it is said in advance."""
    return f"; {len(finish.tried)} of its parameters had to be left out" if finish.tried else ""


def _counting(models: Iterable[Model], folder: Path) -> list[Finding]:
    """How tokens are counted, by encoding: that they are estimated is no fault."""
    refs: dict[str, list[str]] = {}
    try:
        for model in models:
            refs.setdefault(vocabularies.encoding_of(model.endpoint, model.name), []).append(model.ref)
    except NotInstalled as reason:
        return [Finding(Grade.OK, "tokens", f"they are estimated; for OpenAI's models they can be counted: {reason}")]
    return [_counted_by(name, ", ".join(named), folder) for name, named in refs.items()]


def _counted_by(name: str, refs: str, folder: Path) -> Finding:
    if name in ("", NONE):
        why = "that is how it was set" if name else "no vocabulary is known for it"
        return Finding(Grade.OK, "tokens", f"those of {refs} are estimated: {why}")
    try:
        vocabularies.load(name, folder)
    except NotThere as reason:
        command = FETCH.format(folder=quote(str(folder)), python=quote(sys.executable), name=name)
        text = f"those of {refs} are estimated: of {name}, {reason}; to have them counted: {command}"
        return Finding(Grade.OK, "tokens", text)
    except Unusable as reason:
        return Finding(Grade.WARN, "tokens", f"those of {refs} are estimated: {reason}")
    return Finding(Grade.OK, "tokens", f"those of {refs} are counted by {name}, from {folder}")
