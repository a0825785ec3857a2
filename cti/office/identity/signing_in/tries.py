"""Wrong tries to sign in, counted by account and network, by account from everywhere, and by known browser.

Whoever guesses from one network closes the account to that network. Whoever guesses from many closes it to browsers
that are not known. A browser from which the person signed in before has a count of its own, so no stranger closes it.
A login that nobody has is counted, and refused, in the same way and in the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base import addresses
from cti.base.clock import Clock
from cti.base.refusal import TooMany
from cti.base.settings import AccountSettings
from cti.office.identity.models import PersonRow, SignInTriesRow
from cti.store.engine import Store

PURPOSE = "tries to sign in"
NETWORKS = 4
"""From everywhere together so many times as often as from one network."""
LOCK_LAST = timedelta(hours=1)
FORGOTTEN = timedelta(days=1)
"""After so long without a failure a count begins anew."""


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a failure counts, and how many of them lock."""

    key: str
    limit: int


def network_of(address: str) -> str:
    """Whose tries count together, as text: `10.0.0.1`, `2001:db8:1:2::/64`, or what is no address as it is."""
    found = addresses.network_of(address)
    return address if found is None else str(found).removesuffix("/32")


class Tries:
    """The counters. Their keys are keyed hashes: what was typed as a login may have been a password."""

    def __init__(self, store: Store, clock: Clock, settings: AccountSettings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings

    def told_as(self, login: str) -> str:
        """How a login that may be a mistyped password is called in logs and audit."""
        return self._hash(f"login {login}")[:12]

    def counters(self, login: str, address: str, browser: str | None) -> list[Counter]:
        """Those of a try; `browser` is the known one's id."""
        limit = self._settings.lock_after
        if browser is not None:
            return [Counter(self._hash(f"browser {browser}"), limit)]
        near = Counter(self._hash(f"near {login} {network_of(address)}"), limit)
        return [near, Counter(self._hash(f"far {login}"), limit * NETWORKS)]

    async def check(self, counters: Sequence[Counter]) -> None:
        """Refuse while one is locked: TooMany."""
        now = self._clock.wall()
        wanted = select(func.max(SignInTriesRow.locked_until)).where(_of(counters), SignInTriesRow.locked_until > now)
        async with self._store.reading() as session:
            until = await session.scalar(wanted)
        if until is not None:
            wait = (until - now).total_seconds()
            raise TooMany("locked", f"密码多次错误，请在 {max(1, round(wait / 60))} 分钟后再试", wait)

    async def failed(self, session: AsyncSession, login: str, counters: Sequence[Counter]) -> timedelta | None:
        """Count a failure; returns for how long it locks. Tries at the same moment all count: the database adds."""
        now, longest = self._clock.wall(), None
        dialect = sqlite if self._store.is_sqlite else postgresql
        hashed = self._hash(f"login {login}")
        for one in counters:
            row = SignInTriesRow
            fresh = dialect.insert(row).values(key=one.key, login=hashed, failures=1, at=now)
            again = fresh.on_conflict_do_update(
                index_elements=[row.key], set_={"failures": row.failures + 1, "at": now}
            )
            failures = await session.scalar(again.returning(row.failures)) or 0
            if failures % one.limit == 0:
                first = timedelta(minutes=self._settings.lock_minutes)
                lock = min(first * 2 ** min(failures // one.limit - 1, 10), max(first, LOCK_LAST))
                await session.execute(update(row).where(row.key == one.key).values(locked_until=now + lock))
                longest = max(lock, longest or lock)
        await session.execute(delete(SignInTriesRow).where(SignInTriesRow.at < now - FORGOTTEN))
        values: dict[str, object] = {"failures": PersonRow.failures + 1}
        if longest:
            # For whoever looks through the accounts: somebody tried, and was shut out.
            values["locked_until"] = now + longest
        await session.execute(update(PersonRow).where(PersonRow.login == login).values(**values))
        return longest

    async def succeeded(self, session: AsyncSession, login: str, counters: Sequence[Counter]) -> None:
        """Begin anew where the person is; what strangers tried elsewhere stays counted."""
        far = self._hash(f"far {login}")
        await session.execute(delete(SignInTriesRow).where(_of([one for one in counters if one.key != far])))
        shown = update(PersonRow).where(PersonRow.login == login, or_(PersonRow.failures > 0, _ever_locked()))
        await session.execute(shown.values(failures=0, locked_until=None))

    async def forgive(self, session: AsyncSession, login: str) -> None:
        """Open an account again from everywhere."""
        await session.execute(delete(SignInTriesRow).where(SignInTriesRow.login == self._hash(f"login {login}")))

    def _hash(self, text: str) -> str:
        return self._store.cipher.index(PURPOSE, text)[:64]


def _of(counters: Sequence[Counter]) -> ColumnElement[bool]:
    return SignInTriesRow.key.in_([one.key for one in counters])


def _ever_locked() -> ColumnElement[bool]:
    return PersonRow.locked_until.is_not(None)
