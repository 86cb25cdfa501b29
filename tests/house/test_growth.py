"""A process runs for months, for many workspaces: nothing that it remembers may grow with them for ever."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
EMPTY = {"dict", "set", "OrderedDict", "deque", "defaultdict", "Counter", "WeakValueDictionary"}
# What is no `core.newest.Newest`, by what bounds it.
BOUNDED = {
    "the oldest goes, or all, when there are too many": """
        bots/discord/earlier.py Earlier._threads_read         bots/slack/overheard.py Overheard._said
        core/completion.py Completion._clients                core/corrections.py Learned._kept
        core/floods.py Floods._buckets                        core/tools/connections.py Connections._live
    """,
    "idle ones are forgotten when there are many": "core/writes.py Writes._lines",
    "an entry goes when what it stands for is over": """
        bots/discord/errands.py Errands._tasks
        bots/slack/backfill.py Backfill._later                bots/slack/catch_up.py CatchUp._runs
        bots/slack/names.py Names._asked                      bots/slack/status.py Signs._clearing
        bots/slack/status.py Signs._left_off                  bots/slack/status.py Signs._shown
        bots/scraping.py Scraping._under_way
        bots/turns.py Turns._locks                            bots/turns.py Turns._taken
        core/dispatch.py Embedded._again                      core/dispatch.py Embedded._threads
        core/inbox.py Inbox._preparing                        core/jobs.py Jobs._answering
        core/ledger.py Ledger._entries                        core/replies.py Replies._settling
        core/replies.py Replies._streams                      core/summaries.py Summaries._threads
        core/tallies.py Tallies._purses                       storage/holds.py Holds._held
        core/tools/connections.py Connections._closing        core/tools/connections.py Connections._timers
        core/writes.py Writes._asked                          core/writes.py Writes._timers
        core/writes.py Writes._under_way                      storage/writer.py Writer._waiting
    """,
    "a lock lives while somebody holds it or waits for it": """
        bots/discord/openings.py Openings._opening            bots/discord/webhooks.py Webhooks._finding
    """,
    "it is read anew from the database, and holds no more than that": """
        core/shares.py Shares._runners                        core/timer.py Timer._set
    """,
    "the operator's settings and the code decide how many there are": """
        bots/discord/client.py Client._live                   bots/discord/forms.py Forms._kinds
        bots/doors.py Doors._handlers                         bots/slack/app.py SlackBot._handlers
        core/pulse.py Pulse._heard                            core/vocabularies.py Vocabularies._loaded
    """,
    "it lives as long as one reply": """
        bots/discord/persona_surface.py PersonaSurface._controls
        bots/discord/persona_surface.py PersonaSurface._plainly
        bots/discord/persona_surface.py PersonaSurface._tried bots/discord/surface.py DiscordSurface._controls
        bots/discord/surface.py DiscordSurface._tried         bots/discord/token_surface.py TokenSurface._asked
        bots/slack/streaming.py StreamingSurface._stopped     bots/slack/streaming.py StreamingSurface._streams
        bots/slack/surface.py SlackSurface._tried             core/callings.py Callings._at
        core/tools/questions.py Questions._open               core/tools/questions.py Questions._writing
        core/tools/toolbox.py Toolbox._tools
    """,
}


def test_whatever_an_object_collects_is_bounded() -> None:
    listed = {
        f"{path} {name}"
        for names in BOUNDED.values()
        for path, name in zip(names.split()[::2], names.split()[1::2], strict=True)
    }
    found = {f"{path.relative_to(ROOT)} {name}" for path in sources() for name in collections(path)}

    assert found - listed == set(), "use core.newest.Newest, or say above what bounds it"
    assert listed - found == set(), "these are there no more"


def test_discord_py_keeps_no_view_that_is_sent() -> None:
    """It holds each one that was not stopped, and has no timeout, for as long as the process lives."""
    for path in (ROOT / "bots" / "discord").rglob("*.py"):
        source = path.read_text()
        assert source.count("View(timeout=None)") <= source.count(".stop()"), path


def sources() -> Iterator[Path]:
    for floor in ("bots", "core", "storage"):
        yield from (path for path in (ROOT / floor).rglob("*.py") if "playground" not in path.parts)


def collections(path: Path) -> Iterator[str]:
    """The attributes that begin as an empty collection when an object of a class is made."""
    for kind in ast.walk(ast.parse(path.read_text())):
        if not isinstance(kind, ast.ClassDef):
            continue
        begins = (node for node in kind.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
        for assigned in (node for begin in begins for node in ast.walk(begin)):
            if isinstance(assigned, ast.Assign | ast.AnnAssign) and assigned.value and is_empty(assigned.value):
                target = assigned.target if isinstance(assigned, ast.AnnAssign) else assigned.targets[0]
                if isinstance(target, ast.Attribute):
                    yield f"{kind.name}.{target.attr}"


def is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict):
        return not value.keys
    called = value.func if isinstance(value, ast.Call) and not value.args else None
    named = called.value if isinstance(called, ast.Subscript) else called
    return isinstance(named, ast.Name) and named.id in EMPTY
