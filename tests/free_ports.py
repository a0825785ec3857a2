"""Ports for what tests start, each for one process of tests until it ends.

They lie above those that the system gives to whoever connects to somebody: one of these may be taken for a moment while
what is tested is started anew.
"""

from __future__ import annotations

import fcntl
import random
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

FIRST, AFTER = 61_000, 65_536
"""Linux gives 32768 to 60999 (`net.ipv4.ip_local_port_range`); below these the hotlines under test have their RTP."""
CLAIMS = Path(tempfile.gettempdir()) / "hotline-test-ports"
BOTH = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
_claimed: dict[int, TextIO] = {}


def free_port(kinds: Sequence[socket.SocketKind] = BOTH, hosts: Sequence[str] = ("127.0.0.1",)) -> int:
    """One that is free on all of these hosts, for TCP and UDP unless said otherwise, and that no other test claims."""
    CLAIMS.mkdir(exist_ok=True)
    # Nothing secret: two that begin at once are not to ask for the same ones.
    for port in random.sample(range(FIRST, AFTER), AFTER - FIRST):
        if port not in _claimed and _is_free(port, kinds, hosts) and _claim(port):
            return port
    raise OSError(f"no port from {FIRST} on is free")


def free_ports(count: int) -> list[int]:
    """So many different ones."""
    return [free_port() for _ in range(count)]


def _claim(port: int) -> bool:
    file = (CLAIMS / str(port)).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _claimed[port] = file
    return True


def _is_free(port: int, kinds: Sequence[socket.SocketKind], hosts: Sequence[str]) -> bool:
    try:
        for host in hosts:
            for kind in kinds:
                with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as probe:
                    probe.bind((host, port))
    except OSError:
        return False
    return True
