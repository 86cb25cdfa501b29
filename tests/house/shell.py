"""Runs a line of the documentation as a terminal does."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path

from tests.bots.saying import Say

PARLEY = re.compile(r"(\w+=\S* )*(\.venv/bin/)?parley [^|>&]*$")
# What runs the tests says what it would do.
RUN_THIS = ("make test", "make check")
ASSIGNMENT = re.compile(r"\w+=")


def run(say: Say, line: str) -> None:
    """`parley` runs within this process, all else in a shell. AssertionError with what was said when it fails."""
    if PARLEY.match(line):
        _in_this_process(say, line)
    else:
        sh(line)


def _in_this_process(say: Say, line: str) -> None:
    words = shlex.split(os.path.expandvars(line))
    given = [*takewhile(ASSIGNMENT.match, words)]
    words = words[len(given) + 1 :]
    piped = Path(words[words.index("<") + 1]).read_text(encoding="utf-8") if "<" in words else None
    words = words[: words.index("<")] if "<" in words else words
    result = say(*words, input=piped, env=dict(one.split("=", 1) for one in given))
    assert result.exit_code == 0, f"{line}\n{result.output}"


def sh(line: str, typed: str = "") -> str:
    """What a line prints; `typed` is what it is answered when it asks."""
    only_says = {"MAKEFLAGS": "n"} if line in RUN_THIS else {}
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],  # noqa: S607
        env={**os.environ, "PATH": path(), **only_says},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert result.returncode == 0, f"{line}\n{result.stdout}{result.stderr}"
    return result.stdout


@contextmanager
def beside(line: str) -> Iterator[subprocess.Popen[str]]:
    """What goes on until it is told to end, beside the block."""
    with subprocess.Popen(
        ["bash", "-c", line],  # noqa: S607
        env={**os.environ, "PATH": path()},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def path() -> str:
    """The PATH of a terminal in which `.venv` is active."""
    return f"{Path(sys.executable).parent}:{os.environ['PATH']}"
