"""A sum for who cannot solve the task of the site: a browser without scripts, perhaps one that reads to its user.

The question is signed and good once, so that nothing is kept of those that nobody answers.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict

from cti.base.clock import Clock
from cti.base.refusal import Invalid
from cti.web.challenge import Mac

SECONDS = 600
REMEMBERED = 10_000
DIGITS = "零一二三四五六七八九十"


class Questions:
    """Asks and checks sums of two small numbers."""

    def __init__(self, mac: Mac, clock: Clock) -> None:
        self._mac, self._clock = mac, clock
        self._used: OrderedDict[str, None] = OrderedDict()

    def ask(self) -> tuple[str, str]:
        """A question in words, and the token that comes back with its answer."""
        first, second = 1 + secrets.randbelow(9), 1 + secrets.randbelow(9)
        until = int(self._clock.wall().timestamp()) + SECONDS
        said = f"{secrets.token_hex(8)}.{until}"
        return f"{DIGITS[first]}加{DIGITS[second]}等于几？请填写数字", f"{said}.{self._sign(said, first + second)}"

    def check(self, token: str, answer: str) -> None:
        """Take an answer, once. Invalid."""
        said, _, mac = token.rpartition(".")
        until = said.rpartition(".")[2]
        if not answer.isascii() or not answer.isdecimal() or len(answer) > 3 or not until.isdecimal():
            raise Invalid("wrong_sum", "请填写算式的结果（数字）", "answer")
        if not hmac.compare_digest(mac.encode(), self._sign(said, int(answer)).encode()):
            raise Invalid("wrong_sum", "算式的结果不对，请回答新的问题", "answer")
        if token in self._used or int(until) < self._clock.wall().timestamp():
            raise Invalid("wrong_sum", "问题已过期，请回答新的问题", "answer")
        self._used[token] = None
        while len(self._used) > REMEMBERED:
            self._used.popitem(last=False)

    def _sign(self, said: str, answer: int) -> str:
        return self._mac("portal question", f"{said} {answer}".encode())[:32]
