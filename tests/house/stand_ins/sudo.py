"""`sudo [-H] [-u USER] COMMAND …` runs the command, as whoever runs it.

On a machine that is a folder (DESTDIR), what is there is meant by a path, and its user's home by `-H`.
"""

import getopt
import os
import re
from pathlib import Path

from tests.house.stand_ins import systemd

ABSOLUTE = re.compile(r"(?<!\S)/[\w./-]+")


def main(words: list[str]) -> int:
    try:
        listed, command = getopt.getopt(words, "Hu:")
    except getopt.GetoptError as error:
        raise SystemExit(f"sudo: {error}") from error
    given = dict(listed)
    if machine := os.environ.get("DESTDIR"):
        command = [ABSOLUTE.sub(lambda path: _there(machine, path[0]), word) for word in command]
        if "-H" in given:
            os.environ["HOME"] = machine + systemd.users(Path(machine))[given["-u"]]
    os.execvp(command[0], command)  # noqa: S606


def _there(machine: str, path: str) -> str:
    return machine + path if Path(machine + path).exists() else path
