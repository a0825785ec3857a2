"""Passwords: what is good enough, and argon2id (RFC 9106) in its own thread, so that a login never delays a call."""

from __future__ import annotations

import asyncio
import secrets
import string
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import argon2

from cti.base.refusal import Invalid, TooMany
from cti.office.identity.signing_in.weak_passwords import is_weak

LONGEST = 128
CLASSES = 3
WAITING = 500
"""Checks that may wait for the thread."""

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without characters that are mistaken for each other."""


def random_password(length: int = 14) -> str:
    """A password that is good enough."""
    while True:
        found = "".join(secrets.choice(ALPHABET) for _ in range(length))
        if _classes(found) >= CLASSES:
            return found


def check_policy(password: str, *names: str, shortest: int = 10) -> None:
    """Refuse a weak password; `names` (login, name, agent number, organisation) must not stand in it."""
    small = password.lower()
    if not shortest <= len(password) <= LONGEST:
        raise Invalid("weak_password", f"密码应为 {shortest} 至 {LONGEST} 个字符", "password")
    if _classes(password) < CLASSES:
        raise Invalid("weak_password", "密码应包含大写字母、小写字母、数字、符号中的至少三种", "password")
    if any(name and len(name) > 2 and name.lower() in small for name in names):
        raise Invalid("weak_password", "密码不能包含账号、姓名、工号或机构标识", "password")
    if is_weak(password, names) or len(set(password)) < 5:
        text = "密码过于常见：不要用常见词、地名或姓名的拼音、年份、连续或键盘相邻的字符拼成，改换其中的字母也不行"
        raise Invalid("weak_password", text, "password")


def _classes(password: str) -> int:
    groups = (string.ascii_uppercase, string.ascii_lowercase, string.digits)
    found = [any(one in group for one in password) for group in groups]
    return sum(found) + any(one not in "".join(groups) for one in password)


class Passwords:
    """Hashes and checks, one at a time. The costs are OWASP's for argon2id: 19 MiB, two passes."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """The hash to store."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._hasher.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether it is the password; takes as long when there is no such person (`stored` None).

        TooMany when too many others wait.
        """
        if self._waiting >= WAITING:
            raise TooMany("busy", "登录人数过多，请稍后再试", 5)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._matches, password, stored)
        finally:
            self._waiting -= 1

    @cached_property
    def _nobody(self) -> str:
        """What is compared for a person who is not there."""
        return self._hasher.hash(secrets.token_hex(16))

    def _matches(self, password: str, stored: str | None) -> bool:
        # Made at the first check, whoever signs in: no start waits for it, and no answer tells who is there.
        nobody = self._nobody
        try:
            return self._hasher.verify(stored or nobody, password) and stored is not None
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    def close(self) -> None:
        """End the thread; what waits to be hashed is given up."""
        self._thread.shutdown(wait=False, cancel_futures=True)
