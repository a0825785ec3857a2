"""The ports of a hotline: which setting names each, what may not be, and which are free now."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

Setting = tuple[str, str]
"""A section and its key."""
BASE = "HOTLINE_PORT_BASE"
ROOM = 1000
"""How many ports a hotline takes from its base on."""
LAYOUT: Mapping[Setting, int] = {
    ("http", "port"): 0,
    ("switch", "sip_port"): 1,
    ("switch", "ws_port"): 2,
    ("switch", "control_port"): 3,
    ("switch", "session_port"): 4,
    ("broker", "port"): 5,
    ("public", "port"): 7,
    ("switch", "rtp_first"): 100,
    ("switch", "rtp_last"): ROOM - 1,
}
"""Where each setting lies above the base. `WSS`, which not everybody has, is moved where it is set."""
WSS: tuple[Setting, int] = (("switch", "wss_port"), 6)


@dataclass(frozen=True, slots=True)
class Listening:
    """A port, the address on which it is bound, and the setting that names each. `kinds` are `tcp`, `udp`."""

    host: str
    port: int
    setting: Setting
    host_setting: Setting
    kinds: tuple[str, ...] = ("tcp",)

    @property
    def name(self) -> str:
        """The setting as people write it."""
        return ".".join(self.setting)

    def at_any_port(self) -> Listening:
        """The same address, and a port that is free for sure."""
        return replace(self, port=0)


def shifted(base: str, *, wss: bool) -> dict[Setting, int]:
    """Every port of a hotline whose ports begin at `base`; ValueError says why there is no room for them."""
    if not base.isdecimal() or not 1024 <= int(base) <= 65536 - ROOM:
        raise ValueError(f"{BASE}={base}: must be a number from 1024 to {65536 - ROOM}")
    layout = {**LAYOUT, **(dict([WSS]) if wss else {})}
    return {setting: int(base) + offset for setting, offset in layout.items()}


def clashes(listening: Iterable[Listening]) -> Iterator[tuple[Setting, str]]:
    """Settings that name a port which another one has on the same address."""
    for one, other in combinations(listening, 2):
        if one.port == other.port and set(one.kinds) & set(other.kinds) and _meet(one.host, other.host):
            yield other.setting, f"{other.name}: {other.port} is {one.name} already"


def _meet(one: str, other: str) -> bool:
    wild = {"0.0.0.0", "::"}  # noqa: S104 # compared, not bound
    return one == other or one in wild or other in wild


def not_free(listening: Iterable[Listening]) -> Iterator[tuple[Setting, str]]:
    """Settings that name an address which is none of this machine, or a port that somebody else has now."""
    foreign: set[Setting] = set()
    for one in listening:
        for kind in one.kinds:
            code = _try(one.host, one.port, kind)
            if code == errno.EADDRINUSE:
                yield one.setting, f"{one.name}: {kind} port {one.port} on {one.host} is used by another program"
                break
            if code == errno.EACCES:
                yield one.setting, f"{one.name}: {kind} port {one.port} on {one.host} may not be used by this user"
                break
            if code is not None and one.host_setting not in foreign:
                foreign.add(one.host_setting)
                yield one.host_setting, f"{'.'.join(one.host_setting)}: {one.host} is no address of this machine"
                break


def _try(host: str, port: int, kind: str) -> int | None:
    """Why a port cannot be bound, as a number of `errno`; None when it can."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return errno.EADDRNOTAVAIL
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as tried:
            if family == socket.AF_INET6:
                tried.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if kind == "tcp":
                # As servers do: a connection that has just ended does not keep its port.
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((str(address), port))
            if kind == "tcp":
                tried.listen(1)
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return None
