"""A process in the background, as an init system or a container engine keeps one; what is known of it is in a folder:
`keeper`, the process that waits for it, `log`, and `code`, its exit code, once it has ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

PATIENCE_S = 90.0
AGAIN_S = 1.0


def start(
    kept: Path, command: Sequence[str], folder: Path, environment: Mapping[str, str], ends_with: Sequence[int]
) -> None:
    """It is started again after every other exit code than these, unless it was told to end."""
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "code").unlink(missing_ok=True)
    codes = ",".join(str(code) for code in ends_with)
    with (kept / "log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, __file__, kept, codes, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (kept / "keeper").write_text(str(keeper.pid))


def stop(kept: Path, patience_s: float) -> None:
    """SIGTERM, and SIGKILL when it has not ended in time."""
    os.kill(int((kept / "keeper").read_text()), signal.SIGTERM)
    try:
        until(lambda: has_ended(kept), patience_s)
    except TimeoutError:
        kill(kept)


def kill(kept: Path) -> None:
    """End it and its keeper, however it is."""
    with suppress(FileNotFoundError, ProcessLookupError):
        os.killpg(int((kept / "keeper").read_text()), signal.SIGKILL)


def has_ended(kept: Path) -> bool:
    return (kept / "code").exists()


def log(kept: Path) -> str:
    return (kept / "log").read_text(encoding="utf-8", errors="replace")


def follow(kept: Path) -> None:
    """Print its log, and all that comes, until it ends."""
    with (kept / "log").open("rb") as log:
        is_over = False
        while not is_over:
            is_over = has_ended(kept)
            sys.stdout.buffer.write(log.read())
            sys.stdout.flush()
            time.sleep(0.05)


def until_it_says(kept: Path, words: str, times: int = 1) -> None:
    """Raises AssertionError with its log when it never does."""
    with suppress(TimeoutError):
        until(lambda: log(kept).count(words) >= times or has_ended(kept))
    assert log(kept).count(words) >= times, log(kept)


def until(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Raises TimeoutError."""
    deadline = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)


def _keep(kept: Path, ends_with: Sequence[int], command: Sequence[str]) -> None:
    """Run it until it is to stay ended, and write down how it ended."""
    running: list[subprocess.Popen[bytes]] = []
    told: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        told.append(number)
        for process in running:
            process.send_signal(number)

    signal.signal(signal.SIGTERM, end)
    code = None
    while code is None or not (told or code in ends_with):
        if code is not None:
            time.sleep(AGAIN_S)
        running[:] = [subprocess.Popen(command)]
        if told:
            running[0].send_signal(told[-1])
        code = running[0].wait()
    ended = kept / "ended"
    ended.write_text(str(code))
    ended.rename(kept / "code")


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), [int(code) for code in sys.argv[2].split(",")], sys.argv[3:])
