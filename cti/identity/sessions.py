"""Sessions: signing in and out, and whose token it is. Tables keep only a token's hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update

from cti.clock import Clock
from cti.identity.attempts import Attempts
from cti.identity.audit import Audit
from cti.identity.directory import load_organisations, load_roles, load_switched_off, scope_of, widest
from cti.identity.models import PersonRow, SessionRow
from cti.identity.passwords import Passwords
from cti.identity.visitor import Visitor
from cti.ids import new_id
from cti.refusal import NotSignedIn, TooMany
from cti.store.engine import Store

log = structlog.get_logger(__name__)

LIFETIME = timedelta(hours=14)
IDLE = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=1)
CACHED_SECONDS = 5.0
"""How long another engine's change to a person or session may go unnoticed here."""
KNOWN = 5000
"""Cached sessions from which on the outdated ones are thrown away."""

LOCK_AFTER = 5
LOCK_FIRST, LOCK_LAST = timedelta(minutes=5), timedelta(hours=1)
ADDRESS_FAILURES, ADDRESS_SECONDS = 30, 300.0


@dataclass(frozen=True, slots=True)
class _Known:
    visitor: Visitor
    browser_hash: str
    until: float


class Sessions:
    """Everything between a password and a Visitor."""

    def __init__(self, store: Store, clock: Clock, passwords: Passwords, audit: Audit) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._audit = audit
        self._known: dict[str, _Known] = {}
        self._by_address = Attempts(clock, ADDRESS_FAILURES, ADDRESS_SECONDS)
        self._by_unknown_login = Attempts(clock, LOCK_AFTER, LOCK_FIRST.total_seconds())

    async def sign_in(self, login: str, password: str, address: str, browser: str) -> tuple[Visitor, str]:
        """The visitor and a new token. NotSignedIn, TooMany; both are counted and audited."""
        self._by_address.check(address)
        login = login.lower()
        async with self._store.reading() as session:
            person = await session.scalar(select(PersonRow).where(PersonRow.login == login))
        if person is None:
            self._by_unknown_login.check(login)
        else:
            self._check_lock(person.locked_until)
        if not await self._passwords.matches(password, person.password_hash if person else None) or person is None:
            await self._failed(person, login, address)
            raise NotSignedIn("wrong_password", "账号或密码不正确", "password")
        if person.disabled_at is not None:
            raise NotSignedIn("disabled", "账号已停用，请联系管理员", "login")
        return await self._begin(person, address, browser)

    def _check_lock(self, until: datetime | None) -> None:
        now = self._clock.wall()
        if until is not None and until > now:
            wait = (until - now).total_seconds()
            raise TooMany("locked", f"密码多次错误，账号已锁定，请在 {max(1, round(wait / 60))} 分钟后再试", wait)

    async def _failed(self, person: PersonRow | None, login: str, address: str) -> None:
        self._by_address.failed(address)
        if person is None:
            self._by_unknown_login.failed(login)
            log.warning("sign-in refused", login=login, address=address)
            return
        who = _bare(person, address)
        async with self._store.writing() as session:
            # Counted by the database: tries at the same moment all count, and none counts as an edit of the person.
            failures = await session.scalar(
                update(PersonRow)
                .where(PersonRow.id == person.id)
                .values(failures=PersonRow.failures + 1)
                .returning(PersonRow.failures)
            )
            locked = None
            if failures and failures % LOCK_AFTER == 0:
                locked = min(LOCK_FIRST * 2 ** min(failures // LOCK_AFTER - 1, 10), LOCK_LAST)
                until = self._clock.wall() + locked
                await session.execute(update(PersonRow).where(PersonRow.id == person.id).values(locked_until=until))
            after = {"failures": failures, "locked_seconds": locked.total_seconds() if locked else 0}
            await self._audit.write(session, who, "session.refused", f"person:{person.id}", after=after)

    async def _begin(self, person: PersonRow, address: str, browser: str) -> tuple[Visitor, str]:
        token = secrets.token_urlsafe(32)
        now = self._clock.wall()
        row = SessionRow(
            id=new_id(),
            token_hash=_hash(token),
            person=person.id,
            created_at=now,
            seen_at=now,
            ended_at=None,
            address=address,
            browser_hash=_hash(browser),
        )
        async with self._store.writing() as session:
            # Others may have guessed while this password was checked.
            self._check_lock(await session.scalar(select(PersonRow.locked_until).where(PersonRow.id == person.id)))
            await session.execute(
                update(PersonRow).where(PersonRow.id == person.id).values(failures=0, locked_until=None)
            )
            session.add(row)
            await session.flush()
            await self._audit.write(session, _bare(person, address), "session.begun", f"person:{person.id}")
        visitor = await self.visitor(token, address, browser)
        if visitor is None:
            raise NotSignedIn("disabled", "账号已停用，请联系管理员", "login")
        return visitor, token

    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        """The person behind a token; None when it is unknown, expired, ended, or shown by another browser.

        A token shown by another browser is taken for stolen: its session ends.
        """
        key, browser_hash = _hash(token), _hash(browser)
        known = self._known.get(key)
        if known is None or known.until <= self._clock.now():
            known = await self._look_up(key)
            if known is None:
                self._known.pop(key, None)
                return None
            self._remember(key, known)
        visitor = known.visitor if known.visitor.address == address else replace(known.visitor, address=address)
        if known.browser_hash != browser_hash:
            log.warning("session shown by another browser", person=visitor.person, address=address)
            await self._end(visitor, "session.stolen")
            return None
        return visitor

    def _remember(self, key: str, known: _Known) -> None:
        if len(self._known) >= KNOWN:
            now = self._clock.now()
            self._known = {one: found for one, found in self._known.items() if found.until > now}
        self._known[key] = known

    async def _look_up(self, token_hash: str) -> _Known | None:
        now = self._clock.wall()
        wanted = (
            select(SessionRow, PersonRow)
            .join(PersonRow, PersonRow.id == SessionRow.person)
            .where(SessionRow.token_hash == token_hash)
        )
        async with self._store.reading() as session:
            found = (await session.execute(wanted)).first()
            if found is None:
                return None
            row, person = found.SessionRow, found.PersonRow
            expired = now - row.created_at > LIFETIME or now - row.seen_at > IDLE
            if row.ended_at is not None or expired or person.disabled_at is not None:
                return None
            roles = [role for name, role in (await load_roles(session)).items() if name in person.roles]
            organisations = await load_organisations(session)
            organisation = organisations[person.organisation]
            off = await load_switched_off(session, organisation.region)
        if now - row.seen_at > SEEN_EVERY:
            async with self._store.writing() as session:
                await session.execute(update(SessionRow).where(SessionRow.id == row.id).values(seen_at=now))
        visitor = Visitor(
            person=person.id,
            login=person.login,
            name=person.name,
            agent_no=person.agent_no,
            organisation=person.organisation,
            region=organisation.region,
            roles=tuple(role.name for role in roles),
            permissions=frozenset().union(*(role.permissions for role in roles)) - off,
            scope=scope_of(widest(roles), person.agent_no, organisation, organisations),
            auto_answer=person.auto_answer,
            session=row.id,
            address=row.address,
        )
        return _Known(visitor, row.browser_hash, self._clock.now() + CACHED_SECONDS)

    async def sign_out(self, visitor: Visitor) -> None:
        """End the visitor's session."""
        await self._end(visitor, "session.ended")

    async def _end(self, visitor: Visitor, action: str) -> None:
        async with self._store.writing() as session:
            await session.execute(
                update(SessionRow)
                .where(SessionRow.id == visitor.session, SessionRow.ended_at.is_(None))
                .values(ended_at=self._clock.wall())
            )
            await self._audit.write(session, visitor, action, f"session:{visitor.session}")
        self.forget(visitor.person)

    def forget(self, person: str) -> None:
        """Read a person's sessions anew: the person or its sessions changed."""
        self._known = {key: known for key, known in self._known.items() if known.visitor.person != person}

    def forget_all(self) -> None:
        """Read all sessions anew: roles, organisations or regions changed."""
        self._known.clear()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _bare(person: PersonRow, address: str) -> Visitor:
    return Visitor(person.id, person.login, person.name, person.agent_no, person.organisation, "", address=address)
