"""Sessions: signing in and out, and whose token it is. Tables keep only a token's hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import NotFound, NotSignedIn
from cti.base.settings import AccountSettings
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.directory import load_visitor, people_within
from cti.office.identity.governance import check_governs
from cti.office.identity.models import PersonRow, SessionRow
from cti.office.identity.signing_in.first_things import first_things
from cti.office.identity.signing_in.gate import Gate, bare
from cti.store.engine import Store

log = structlog.get_logger(__name__)

SEEN_EVERY = timedelta(minutes=1)
CACHED_SECONDS = 5.0
"""How long another engine's change to a person or session may go unnoticed here."""
KNOWN = 5000
"""Cached sessions from which on the outdated ones are thrown away."""
MOST_LISTED = 1000


@dataclass(frozen=True, slots=True)
class _Known:
    visitor: Visitor
    browser_hash: str
    until: float


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is open; `current` is the visitor's own of this moment."""

    id: str
    person: str
    login: str
    name: str
    created_at: datetime
    seen_at: datetime
    address: str
    browser: str
    current: bool

    @classmethod
    def of(cls, row: SessionRow, person: PersonRow, visitor: Visitor) -> OpenSession:
        """As the list of sessions shows it; `visitor` is whose row this is."""
        told = (row.id, person.id, person.login, person.name, row.created_at, row.seen_at, row.address, row.browser)
        return cls(*told, current=row.id == visitor.session)


class Sessions:
    """From somebody who was let in to a Visitor, as long as the session lives."""

    def __init__(self, store: Store, clock: Clock, gate: Gate, audit: Audit, settings: AccountSettings) -> None:
        self._store = store
        self._clock = clock
        self._gate = gate
        self._audit = audit
        self._settings = settings
        self._known: dict[str, _Known] = {}

    async def sign_in(
        self, login: str, password: str, address: str, browser: str, code: str = "", browser_token: str = ""
    ) -> tuple[Visitor, str]:
        """The visitor and a new token. NotSignedIn, TooMany; both are counted and audited; see `Gate`."""
        person = await self._gate.admit(login, password, address, code, browser_token)
        return await self.begin(person, address, browser)

    async def begin_local(self, login: str, browser: str) -> str:
        """A token for a command on this machine that plays somebody of the accounts for a first look. NotFound."""
        async with self._store.reading() as session:
            wanted = PersonRow.login == login, PersonRow.demo, PersonRow.disabled_at.is_(None)
            person = await session.scalar(select(PersonRow).where(*wanted))
        if person is None:
            raise NotFound("no_demo", f"{login} is no account for a first look: give login and password")
        return (await self.begin(person, "127.0.0.1", browser, "local", local=True))[1]

    async def remember_browser(self, visitor: Visitor, token: str) -> str | None:
        """A token for the browser in which the visitor signed in; None when the one that it showed stays good."""
        return await self._gate.browsers.remember(visitor.person, token)

    async def forgive(self, session: AsyncSession, login: str) -> None:
        """Open an account again to whoever was shut out."""
        await self._gate.forgive(session, login)

    async def begin(
        self,
        person: PersonRow,
        address: str,
        browser: str,
        how: str = "",
        *,
        strong: bool = False,
        local: bool = False,
    ) -> tuple[Visitor, str]:
        """A session of somebody who is known to be himself; `how` he is known goes into the audit.

        `strong`: whoever knows him asked for a second factor. `local`: a command on this machine, of whoever owns the
        hotline's data, is him; it has no duties.
        """
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
            browser=browser[:200],
            strong=strong,
            local=local,
        )
        async with self._store.writing() as session:
            await self._end_oldest(session, person.id, now)
            session.add(row)
            await session.flush()
            after = {"how": how} if how else None
            await self._audit.write(session, bare(person, address), "session.begun", f"person:{person.id}", after=after)
        visitor = await self.visitor(token, address, browser)
        if visitor is None:
            raise NotSignedIn("disabled", "账号已停用，请联系管理员", "login")
        return visitor, token

    async def _end_oldest(self, session: AsyncSession, person: str, now: datetime) -> None:
        """Make room for one more."""
        wanted = select(SessionRow.id).where(*self._open(now), SessionRow.person == person)
        present = (await session.scalars(wanted.order_by(SessionRow.seen_at.desc()))).all()
        if old := present[self._settings.sessions - 1 :]:
            await session.execute(update(SessionRow).where(SessionRow.id.in_(old)).values(ended_at=now))
            self.forget(person)

    def _open(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (
            SessionRow.ended_at.is_(None),
            SessionRow.created_at >= now - timedelta(hours=self._settings.session_hours),
            SessionRow.seen_at >= now - timedelta(minutes=self._settings.idle_minutes),
        )

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
            settings = self._settings
            expired = now - row.created_at > timedelta(hours=settings.session_hours)
            expired = expired or now - row.seen_at > timedelta(minutes=settings.idle_minutes)
            if row.ended_at is not None or expired or person.disabled_at is not None:
                return None
            visitor, roles = await load_visitor(session, person, now)
        if now - row.seen_at > SEEN_EVERY:
            async with self._store.writing() as session:
                await session.execute(update(SessionRow).where(SessionRow.id == row.id).values(seen_at=now))
        must = () if row.local else first_things(person, roles, now, self._settings, strong=row.strong)
        permissions = frozenset[str]() if must else visitor.permissions
        visitor = replace(visitor, permissions=permissions, session=row.id, address=row.address, must=must)
        return _Known(visitor, row.browser_hash, self._clock.now() + CACHED_SECONDS)

    async def sign_out(self, visitor: Visitor) -> None:
        """End the visitor's session."""
        await self._end(visitor, "session.ended")

    async def own(self, visitor: Visitor) -> list[OpenSession]:
        """The visitor's own open sessions, the newest first."""
        return await self._listed(visitor, [SessionRow.person == visitor.person])

    async def find(self, visitor: Visitor, person: str = "", text: str = "") -> list[OpenSession]:
        """Open sessions of people within reach, of one of them or those whose login or name contains `text`."""
        visitor.need("people.manage")
        limits = people_within(visitor, "people.manage")
        if person:
            limits.append(PersonRow.id == person)
        if text:
            limits.append(or_(*(one.icontains(text, autoescape=True) for one in (PersonRow.login, PersonRow.name))))
        return await self._listed(visitor, limits)

    async def _listed(self, visitor: Visitor, limits: list[ColumnElement[bool]]) -> list[OpenSession]:
        wanted = (
            select(SessionRow, PersonRow)
            .join(PersonRow, PersonRow.id == SessionRow.person)
            .where(*self._open(self._clock.wall()), *limits)
            .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
            .limit(MOST_LISTED)
        )
        async with self._store.reading() as session:
            rows = (await session.execute(wanted)).all()
        return [OpenSession.of(row, person, visitor) for row, person in rows]

    async def end(self, visitor: Visitor, session_id: str) -> None:
        """End a session: one's own, or that of somebody within reach whom the visitor governs. NotFound."""
        async with self._store.writing() as session:
            limits = [SessionRow.id == session_id, SessionRow.ended_at.is_(None)]
            if not visitor.may("people.manage"):
                limits.append(SessionRow.person == visitor.person)
            else:
                limits.append(
                    or_(SessionRow.person == visitor.person, and_(true(), *people_within(visitor, "people.manage")))
                )
            wanted = select(SessionRow, PersonRow).join(PersonRow, PersonRow.id == SessionRow.person).where(*limits)
            found = (await session.execute(wanted)).first()
            if found is None:
                raise NotFound("no_session", "会话不存在或已结束")
            row, person = found.SessionRow, found.PersonRow
            if person.id != visitor.person:
                await check_governs(session, visitor, person.roles)
            row.ended_at = self._clock.wall()
            action = "session.ended" if person.id == visitor.person else "session.killed"
            await self._audit.write(session, visitor, action, f"session:{row.id}", after={"login": person.login})
        self.forget(person.id)

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
