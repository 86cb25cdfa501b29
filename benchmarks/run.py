"""One run: a subject in a fresh process against fresh servers, asked, watched and measured."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import figures, ground, load, subjects
from benchmarks.figures import Exchange, Sample, Verdict
from benchmarks.ground import Ground, ModelCall
from benchmarks.load import Load
from benchmarks.processes import Child
from benchmarks.servers import Observed
from benchmarks.sightings import Sighting
from benchmarks.subjects import Launch


async def measured(launch: Launch, wanted: Load) -> Sample:
    """Run the subject under a load. Raises processes.DidNotStart when it does not come up."""
    with TemporaryDirectory(prefix="parley-bench-") as name:
        folder = Path(name)
        async with ground.prepared(wanted, folder) as servers, subjects.ready(launch, servers, folder) as child:
            start_cpu_s = child.cpu_s()
            cpu_s = await _rounds(servers, child, wanted)
            return Sample(
                exchanges=await _exchanges(servers, wanted),
                cpu_s=cpu_s,
                started_s=child.started_s,
                start_cpu_s=start_cpu_s,
                peak_mb=child.peak_mb(),
                refused=await servers.refusals(),
            )


async def started(launch: Launch, wanted: Load) -> None:
    """Start the subject once and measure nothing."""
    with TemporaryDirectory(prefix="parley-bench-") as name:
        folder = Path(name)
        async with ground.prepared(wanted, folder) as servers, subjects.ready(launch, servers, folder):
            return


async def _rounds(servers: Ground, child: Child, wanted: Load) -> float:
    """The CPU seconds from just before each round's first question to its last whole answer, summed."""
    cpu_s = 0.0
    for number in range(wanted.rounds):
        before = child.cpu_s()
        await servers.ask_round(number)
        await servers.until_answered((number + 1) * wanted.replies)
        cpu_s += child.cpu_s() - before
        await servers.until_quiet()
    return cpu_s


async def _exchanges(servers: Ground, wanted: Load) -> list[Exchange]:
    observed = await servers.observed()
    calls: dict[int, list[ModelCall]] = {}
    for call in await servers.model_calls():
        if call.question is not None:
            calls.setdefault(call.question, []).append(call)
    return [exchange(seen, calls.get(seen.number, []), observed, wanted.tokens) for seen in observed.sightings]


def exchange(seen: Sighting, calls: list[ModelCall], observed: Observed, tokens: int = load.ANSWER_TOKENS) -> Exchange:
    """What the subject added: the time to the first text less the model's time to its first token, and the time from
    the model's end to the last change of the answer."""
    judged = figures.verdict(seen.texts, load.expected_words(tokens))
    if not calls:
        return Exchange(number=seen.number, verdict=judged, edits=seen.edits)
    first_ms = final_ms = None
    if seen.first_at is not None and (first_token := observed.first_tokens.get(calls[0].number)):
        first_ms = 1000 * (seen.first_at - seen.asked_at - (first_token - calls[0].began))
    if seen.last_at is not None and calls[-1].ended and judged is Verdict.WHOLE:
        final_ms = 1000 * (seen.last_at - calls[-1].ended)
    return Exchange(
        number=seen.number,
        verdict=judged,
        edits=seen.edits,
        asked_ms=1000 * (calls[0].began - seen.asked_at),
        first_ms=first_ms,
        final_ms=final_ms,
    )
