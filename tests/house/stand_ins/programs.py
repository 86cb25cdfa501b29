"""Puts programs that change a machine, or need one of their own, in the way of commands that are run."""

import os
import sys
from pathlib import Path

PROGRAMS = {
    "docker": "engine.main",
    "journalctl": "systemd.journalctl",
    "sudo": "sudo.main",
    "systemctl": "systemd.systemctl",
    "systemd-sysusers": "systemd.sysusers",
    "systemd-tmpfiles": "systemd.tmpfiles",
}
PROGRAM = """#!{python}
import sys
from tests.house.stand_ins import {module}
sys.exit({module}.{function}(sys.argv[1:]))
"""


def path_with(folder: Path) -> str:
    """A PATH on which the stand-ins come first; they are put into this folder."""
    folder.mkdir()
    for name, stand_in in PROGRAMS.items():
        module, _, function = stand_in.partition(".")
        program = folder / name
        program.write_text(PROGRAM.format(python=sys.executable, module=module, function=function), encoding="utf-8")
        program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"
