"""Ports for servers that have to be told theirs before they start."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import cycle

# Nobody who asks for any port is given one of these (Documentation/networking/ip-sysctl.rst, ip_local_port_range).
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """One that nobody listens on, and that this process has not been given lately."""
    for port in _ports():
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("there is no free port")


@cache
def _ports() -> Iterator[int]:
    first = secrets.randbelow(len(PORTS))
    return cycle([*PORTS[first:], *PORTS[:first]])
