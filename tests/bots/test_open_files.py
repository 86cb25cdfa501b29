import subprocess
import sys

CODE = """
import resource
from bots.commands import open_files
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
open_files.allow()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def limits(soft: int, hard: int) -> list[int]:
    """What a process that began with these limits has then."""
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(soft=soft, hard=hard)], capture_output=True, text=True, check=True
    )
    return [int(one) for one in done.stdout.split()]


def test_as_many_files_may_be_open_as_the_system_allows() -> None:
    assert limits(256, 4_096) == [4_096, 4_096]
    assert limits(512, 512) == [512, 512]
