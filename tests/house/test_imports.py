"""Imports go one way, `bots → core → storage`, and every outside library has its place."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("storage", "core", "bots")

HOMES = {
    "slack_sdk": ("bots/slack/",),
    "slack_bolt": ("bots/slack/",),
    "discord": ("bots/discord/",),
    "openai": ("core/completion.py",),
    "mcp": ("core/tools/mcp_client.py",),
    "mcp_types": ("core/tools/mcp_client.py",),
    "sqlalchemy": ("storage/",),
    "sqlmodel": ("storage/",),
    "alembic": ("storage/",),
    "cryptography": ("storage/",),
    "jinja2": ("bots/admin/",),
    "prometheus_client": ("core/counting.py",),
    "opentelemetry": ("bots/tracing.py",),
    "procrastinate": ("core/jobs.py", "storage/migrations/"),
    "psycopg": ("storage/",),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute here"
            yield node.module or ""


def test_a_floor_imports_only_itself_and_those_below() -> None:
    wrong = [
        f"{path} imports {name}"
        for path, module in modules()
        for name in imported(module)
        if (floor := name.partition(".")[0]) in FLOORS and FLOORS.index(floor) > FLOORS.index(path.partition("/")[0])
    ]
    assert not wrong


def test_each_outside_library_is_used_only_where_it_belongs() -> None:
    wrong = [
        f"{path} imports {name}"
        for path, module in modules()
        for name in imported(module)
        if not path.startswith(HOMES.get(name.partition(".")[0], ("",)))
    ]
    assert not wrong


def test_the_two_platforms_know_nothing_of_each_other() -> None:
    others = {"bots/slack/": "bots.discord", "bots/discord/": "bots.slack"}
    wrong = [
        f"{path} imports {name}"
        for path, module in modules()
        for folder, other in others.items()
        for name in imported(module)
        if path.startswith(folder) and name.startswith(other)
    ]
    assert not wrong


def test_the_service_never_needs_the_playground() -> None:
    wrong = [
        f"{path} imports {name}"
        for path, module in modules()
        for name in imported(module)
        if name.startswith("bots.playground") and not path.startswith("bots/playground/")
    ]
    assert not wrong
