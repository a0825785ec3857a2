"""Sessions that are given: `token-N` is person N, so that many can be signed in without passwords."""

from __future__ import annotations

from collections.abc import Collection

from cti.base.http.guard import COOKIE, csrf_of
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import HttpSettings
from cti.base.visitor import Visitor

UNLIMITED = HttpSettings(person_per_second=1e6, address_per_second=1e6)


class GivenSessions:
    """The sessions of `count` supervisors, with `permissions`."""

    def __init__(self, count: int, permissions: Collection[str] = ("board.see",)) -> None:
        self._visitors: dict[str, Visitor] = {}
        for number in range(count):
            self.add(number, EVERYTHING, permissions)

    def add(self, number: int, scope: Scope, permissions: Collection[str]) -> None:
        """One more, who sees what lies in `scope`."""
        self._visitors[f"token-{number}"] = _visitor(number, scope, permissions)

    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        """The person of a token."""
        return self._visitors.get(token)


def _visitor(number: int, scope: Scope, permissions: Collection[str]) -> Visitor:
    name, session = f"8{number:04d}", f"session-{number}"
    return Visitor(
        name, name, "赵敏", name, "city", "320400", permissions=frozenset(permissions), scope=scope, session=session
    )


def headers_of(number: int) -> dict[str, str]:
    """The headers of a person."""
    token = f"token-{number}"
    return {"Cookie": f"{COOKIE}={token}", "X-CSRF": csrf_of(token), "User-Agent": "bench"}
