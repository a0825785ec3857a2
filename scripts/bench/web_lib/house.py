"""Sessions that are given: `token-N` is person N, so that many can be signed in without passwords."""

from __future__ import annotations

from cti.identity.visitor import Visitor
from cti.settings import HttpSettings
from cti.web.guard import COOKIE, csrf_of

UNLIMITED = HttpSettings(person_per_second=1e6, address_per_second=1e6)


class GivenSessions:
    """The sessions of `count` supervisors."""

    def __init__(self, count: int) -> None:
        self._visitors = {f"token-{number}": _visitor(number) for number in range(count)}

    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        """The person of a token."""
        return self._visitors.get(token)


def _visitor(number: int) -> Visitor:
    name = f"8{number:04d}"
    return Visitor(
        name, name, "赵敏", name, "city", "320400", permissions=frozenset({"board.see"}), session=f"session-{number}"
    )


def headers_of(number: int) -> dict[str, str]:
    """The headers of a person."""
    token = f"token-{number}"
    return {"Cookie": f"{COOKIE}={token}", "X-CSRF": csrf_of(token), "User-Agent": "bench"}
