"""Pictures and files that a message shows by `attachment://` and its name (…/reference, "Using Attachments")."""

from collections.abc import Iterator, Mapping
from typing import Any

ATTACHED = "attachment://"
ADDRESSES = ("url", "icon_url")


def attached(value: Any) -> Iterator[str]:
    """The names of the files that embeds or components show, at any depth."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key in ADDRESSES and isinstance(below, str) and below.startswith(ATTACHED):
                yield below.removeprefix(ATTACHED)
            yield from attached(below)
    elif isinstance(value, list):
        for below in value:
            yield from attached(below)


def located(value: Any, addresses: Mapping[str, str]) -> Any:
    """The same embeds or components, with the address of each file in place of its name."""
    if not addresses:
        return value
    if isinstance(value, list):
        return [located(below, addresses) for below in value]
    if not isinstance(value, dict):
        return value
    return {key: _address(key, below, addresses) for key, below in value.items()}


def _address(key: str, value: Any, addresses: Mapping[str, str]) -> Any:
    if key in ADDRESSES and isinstance(value, str) and value.startswith(ATTACHED):
        return addresses.get(value.removeprefix(ATTACHED), value)
    return located(value, addresses)
