"""A task that costs a program more than a person: find a number whose hash with the task begins with so many zero bits.

It needs no pictures, no outside service and no eyes. `GET /challenge` gives a task, good for ten minutes and once; the
page finds the number (`web/site/challenge.js`) and sends `X-Challenge: TASK:NUMBER` with its request.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable

from cti.base.clock import Clock
from cti.base.refusal import NotAllowed

HEADER = "X-Challenge"
SECONDS = 600
REMEMBERED = 100_000
"""Tasks that were used and are not over yet; beyond, the oldest is forgotten."""
LONGEST = 200

Mac = Callable[[str, bytes], str]
"""A keyed hash for a purpose, in hex."""


class Challenge:
    """Gives tasks out and checks what comes back; `effort` is the number of zero bits."""

    def __init__(self, mac: Mac, clock: Clock, effort: int) -> None:
        self._mac, self._clock, self.effort = mac, clock, effort
        self._used: OrderedDict[str, float] = OrderedDict()

    def task(self) -> str:
        """A new task, signed by us: nothing is kept of it before it comes back."""
        until = int(self._clock.wall().timestamp()) + SECONDS
        said = f"{secrets.token_hex(12)}.{until}.{self.effort}"
        return f"{said}.{self._sign(said)}"

    def check(self, said: str) -> None:
        """Take a solved task, once. NotAllowed."""
        task, _, number = said[:LONGEST].rpartition(":")
        head, _, mac = task.rpartition(".")
        parts = head.split(".")
        if len(parts) != 3 or not hmac.compare_digest(mac.encode(), self._sign(head).encode()):
            raise NotAllowed("challenge", "请先完成验证")
        until, now = int(parts[1]), self._clock.wall().timestamp()
        if until < now or task in self._used:
            raise NotAllowed("challenge", "验证已过期，请再试一次")
        if not is_solved(task, number, int(parts[2])):
            raise NotAllowed("challenge", "请先完成验证")
        while self._used and (len(self._used) >= REMEMBERED or next(iter(self._used.values())) < now):
            self._used.popitem(last=False)
        self._used[task] = until

    def _sign(self, said: str) -> str:
        return self._mac("challenge", said.encode())[:32]


def is_solved(task: str, number: str, effort: int) -> bool:
    """Whether SHA-256 of task, colon and number begins with `effort` zero bits."""
    if not number.isascii() or not number.isdecimal() or len(number) > 20:
        return False
    digest = hashlib.sha256(f"{task}:{number}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - effort) == 0
