"""Where a workspace's own endpoint may be: in public networks only, whatever its name is made to lead to.

It is looked at when the connection is made, with the address that it is made to: a name that is checked first and
resolved again later may lead elsewhere by then.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

# What lies outside is reserved, local or translated: iana.org/assignments/ipv6-address-space.
GLOBAL_UNICAST = IPv6Network("2000::/3")


class OffLimits(OSError):
    """A connection to this address is not made: it is not a public one."""

    def __init__(self) -> None:
        super().__init__("the address is not a public one")


def is_public(host: str) -> bool:
    """Whether an IP address can be reached from everywhere, by itself or as what it is embedded in."""
    address = ip_address(host.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _translated(address)
        if inner is None:
            return address in GLOBAL_UNICAST and address.is_global
        address = inner
    return address.is_global and not address.is_multicast


def _translated(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address within one of NAT64's well-known prefix (RFC 6052)."""
    is_nat64 = int(address) >> 32 == int(IPv6Address("64:ff9b::")) >> 32
    return IPv4Address(int(address) & 0xFFFF_FFFF) if is_nat64 else None


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for a connection to what a name was resolved to. Raises OffLimits."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise OffLimits
    return socket.socket(family=family, type=kind, proto=protocol)


def problem(url: str) -> str:
    """Why an address cannot be a workspace's own endpoint, as far as it can be told without asking; empty if it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is not an address."
    if parts.scheme != "https" or not parts.hostname:
        return "The address must begin with https://."
    if parts.username or parts.password or parts.query or parts.fragment:
        return "The address must not hold a name, a password or anything after a question mark; the key goes beside it."
    if port == 0 or not _may_be_public(parts.hostname):
        return "The address must be one that can be reached from everywhere."
    return ""


def _may_be_public(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return "." in host.strip(".") and not host.lower().rstrip(".").endswith((".local", ".internal", ".localhost"))
