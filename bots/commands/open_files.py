"""How many files and connections a serving process may have open."""

import resource
from contextlib import suppress

# Each live reply has a connection to its model and a lock on a file: enough for many thousands of them.
ENOUGH = 65_536


def allow() -> None:
    """Raise the limit as far as the system lets this process, which begins with 1,024 as a rule.

    That low limit is for programs that use select(); whoever does not may raise it: systemd.io, "File Descriptor
    Limits".
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
