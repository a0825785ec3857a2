"""Addresses in settings: what is none is refused before anything starts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Annotated

import pydantic


def _address(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is no IP address") from None
    return text


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is neither an IP address nor a network") from None
    return text


def _peer(text: str) -> str:
    last = text.rpartition(".")[2]
    if HOST_NAME.fullmatch(text) and not last.isdecimal():
        return text
    return _network(text)


HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
Bound = Annotated[str, pydantic.AfterValidator(_address)]
"""An address of this machine, or all of them (`0.0.0.0`, `::`)."""
Network = Annotated[str, pydantic.AfterValidator(_network)]
Peer = Annotated[str, pydantic.AfterValidator(_peer)]
"""Who may come: an address, a network, or the name of a machine."""


def is_name(peer: str) -> bool:
    """Whether a peer is named, not numbered."""
    try:
        ipaddress.ip_network(peer, strict=False)
    except ValueError:
        return True
    return False


def is_among(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of these networks; what is no address lies in none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(one, strict=False) for one in networks)


def network_of(address: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """What one household or office has: an IPv4 address, or the /64 of an IPv6 address (RFC 6177); None for what is no
    address.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return ipaddress.IPv6Network((found, 64), strict=False)
        found = found.ipv4_mapped
    return ipaddress.IPv4Network(found)


def is_loopback(host: str) -> bool:
    """Whether an address, or a host to listen on, is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
