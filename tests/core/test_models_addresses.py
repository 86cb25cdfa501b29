import socket

import pytest

from core import addresses
from core.addresses import OffLimits


@pytest.mark.parametrize("host", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_what_everybody_can_reach_is_public(host: str) -> None:
    assert addresses.is_public(host)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "::127.0.0.1",
        "::ffff:0:7f00:1",
        "fec0::1",
        "ff0e::1",
        "2002:7f00:1::",
    ],
)
def test_what_only_some_can_reach_is_not(host: str) -> None:
    assert not addresses.is_public(host)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/v1",
        "https://127.0.0.1/v1",
        "https://[::1]/v1",
        "https://localhost/v1",
        "https://model.internal/v1",
        "https://user:password@api.example.com/v1",
        "https://api.example.com/v1?key=1",
        "https://api.example.com:99999/v1",
        "ftp://api.example.com",
        "",
        "https://",
    ],
)
def test_an_address_that_cannot_be_meant_has_a_problem(url: str) -> None:
    assert addresses.problem(url)


def test_an_address_that_may_be_public_has_none() -> None:
    assert addresses.problem("https://api.example.com:8443/v1") == ""
    assert addresses.problem("https://1.1.1.1/v1") == ""


def test_the_address_that_a_connection_is_made_to_is_what_counts() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))
    with pytest.raises(OffLimits):
        addresses.public_socket(info)
    addresses.public_socket((*info[:4], ("1.1.1.1", 443))).close()
