"""The documentation says what the code does: every command, every setting, every step of the README."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from bots.cli import COMMANDS, parley
from bots.discord import invite
from bots.slack import scopes
from bots.slack.manifest import manifest, written
from tests.house import references
from tests.house.pages import PAGES, command_exists
from tests.house.references import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
MAKE_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_env_example_is_written_from_the_settings() -> None:
    assert references.ENV_EXAMPLE.read_text(encoding="utf-8") == references.env_example()


def test_the_settings_page_is_written_from_the_settings() -> None:
    assert references.SETTINGS_PAGE.read_text(encoding="utf-8") == references.settings_page()


@pytest.mark.parametrize("name", [name for name, _ in commands(parley, "parley")])
def test_every_command_is_documented(name: str) -> None:
    assert f"`{name}" in DOCS["commands.md"]


@pytest.mark.parametrize(("name", "command"), list(commands(parley, "parley")))
def test_every_command_and_option_explains_itself(name: str, command: click.Command) -> None:
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option)), name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_command_says(name: str) -> None:
    command = parley.get_command(click.Context(parley), name)
    assert command is not None
    assert (command.help or "").replace("\n", " ").startswith(COMMANDS[name].summary.rstrip("."))


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE))))
def test_what_the_readme_makes_can_be_made(target: str) -> None:
    assert target in MAKE_TARGETS


@pytest.mark.parametrize("page", ["README.md", *sorted(DOCS)])
def test_every_command_in_the_docs_exists(page: str) -> None:
    text = re.sub(r"```text\n.*?```", "", README if page == "README.md" else DOCS[page], flags=re.DOTALL)
    told = re.findall(r"(?:^|`|\$ )parley ((?:[a-z]+(?:-[a-z]+)* ?){1,2})", text, re.MULTILINE)
    assert [words for words in told if not command_exists(words.split()[:2])] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_project_lead_somewhere(page: str) -> None:
    source = ROOT / page
    links = re.findall(r"\]\(([^)]+)\)", source.read_text(encoding="utf-8"))
    local = [link.partition("#") for link in links if "://" not in link]
    paths = [(source.parent / path if path else source, anchor) for path, _, anchor in local]
    assert [str(path) for path, _ in paths if not path.exists()] == []
    assert [f"{path}#{anchor}" for path, anchor in paths if anchor and anchor not in anchors(path)] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_files_that_a_page_names_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:bots|core|storage|tests|benchmarks|deploy|docs)/[\w/.-]+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def anchors(path: Path) -> set[str]:
    """What the headings of a page are called in links: docs.github.com, "Basic writing and formatting syntax"."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_event_of_the_log_that_is_told_of_is_written_somewhere() -> None:
    told = re.findall(r"^\| (`[^|]+) \|", DOCS["operating.md"].partition("## Logs")[2], re.MULTILINE)
    code = [path.read_text(encoding="utf-8") for floor in ("bots", "core") for path in (ROOT / floor).rglob("*.py")]
    events = re.findall(r"`([\w.]+)`", " ".join(told))
    assert [event for event in events if not any(f'"{event}"' in text for text in code)] == []
    assert len(events) > 10


def test_the_drawing_has_the_steps_of_its_page() -> None:
    drawing = ElementTree.parse(ROOT / "docs/architecture.svg")  # noqa: S314
    numbers = [text.text for text in drawing.iter() if text.get("class") == "number"]
    steps = re.findall(r"^(\d)\. \*\*", DOCS["architecture.md"], re.MULTILINE)
    assert numbers == steps


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_procfile_runs_commands_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not command_exists(line.partition(": parley ")[2].split())] == []


def test_the_slack_page_has_the_manifest_that_the_command_prints() -> None:
    assert f"```json\n{written(manifest())}```" in DOCS["slack.md"]


def test_the_slack_page_says_what_each_scope_is_for() -> None:
    told = re.findall(r"^\| `([a-z_]+:?[a-z.:]*)` \| (.+) \|$", DOCS["slack.md"], re.MULTILINE)
    assert dict(told) == scopes.NEEDED | scopes.USEFUL


def test_the_discord_page_asks_for_the_permissions_of_the_doctors_invitation() -> None:
    assert invite.invitation("APPLICATION_ID") in DOCS["discord.md"]


def test_the_discord_page_names_every_permission_and_its_purpose() -> None:
    table = (*invite.NEEDED, *invite.HELPFUL, *invite.FOR_PERSONAS)
    assert [each for each in table if f"| {each.name} | {each.purpose} |" not in DOCS["discord.md"]] == []
