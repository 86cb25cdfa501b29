"""How often somebody may try to log in: some times at once, and then now and again, but never no more."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from core.floods import MINUTE_S, Floods, Level, Who

A_MINUTE = 6
AGAIN_S = round(MINUTE_S / A_MINUTE)


class Guesses:
    """Each address has a bucket of tries that fills evenly; all of an IPv6 network's have one together.

    A browser from which somebody has logged in before has a bucket of its own, so whoever guesses from the same
    address, such as that of a proxy, does not keep out the one who knows the token.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._floods = Floods({Level.PERSON: A_MINUTE})

    def may_try(self, address: str, browser: str) -> bool:
        """Count one try; false when it is not to be looked at."""
        who = f"browser {browser}" if browser else network(address)
        return self._floods.admit((Who(Level.PERSON, who),), self._clock()) is None


def network(address: str) -> str:
    """An IPv4 address, or the network of 64 bits that somebody with an IPv6 address has whole."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or parsed.exploded[:19])
    return str(parsed)
