"""Runs a line of the documentation as a terminal does, but for what would take long."""

import os
import re
import shlex
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

from tests.bots.saying import Say

PARLEY = re.compile(r"(\w+=\S* )*(\.venv/bin/)?parley [^|>&]*$")
ASSIGNMENT = re.compile(r"\w+=")


def run(say: Say, line: str) -> None:
    """`parley` runs within this process, all else in a shell. AssertionError with what was said when it fails."""
    if PARLEY.match(line):
        _in_this_process(say, line)
    else:
        _in_a_shell(line)


def _in_this_process(say: Say, line: str) -> None:
    words = shlex.split(os.path.expandvars(line))
    given = [*takewhile(ASSIGNMENT.match, words)]
    words = words[len(given) + 1 :]
    piped = Path(words[words.index("<") + 1]).read_text(encoding="utf-8") if "<" in words else None
    words = words[: words.index("<")] if "<" in words else words
    result = say(*words, input=piped, env=dict(one.split("=", 1) for one in given))
    assert result.exit_code == 0, f"{line}\n{result.output}"


def _in_a_shell(line: str) -> None:
    """`make` only says what it would do."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],  # noqa: S607
        env={**os.environ, "PATH": path, "MAKEFLAGS": "n"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{line}\n{result.stdout}{result.stderr}"
