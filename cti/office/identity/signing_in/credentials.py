"""What people sign in with, as administrators and they themselves change it: passwords, locks, second factors.

Whoever changes another's must govern all his roles; people outside the visitor's reach do not exist for him.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import PersonChanged
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.settings import AccountSettings
from cti.base.visitor import Visitor
from cti.office.identity.agent_numbers import AgentNumbers
from cti.office.identity.audit.trail import Audit
from cti.office.identity.directory import Person, people_within
from cti.office.identity.governance import check_governs
from cti.office.identity.models import ApiKeyRow, PersonRow, SessionRow
from cti.office.identity.signing_in.attempts import Attempts
from cti.office.identity.signing_in.links import link
from cti.office.identity.signing_in.passwords import Passwords, check_policy, random_password
from cti.office.identity.signing_in.second_factor import SecondFactor
from cti.office.identity.signing_in.sessions import Sessions
from cti.store.engine import Store


class Credentials:
    """The service of credentials, and what every change of an account stands on."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Clock,
        passwords: Passwords,
        audit: Audit,
        sessions: Sessions,
        factor: SecondFactor,
        settings: AccountSettings,
    ) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._passwords = passwords
        self._audit = audit
        self._sessions = sessions
        self._factor = factor
        self._settings = settings
        self._old_passwords = Attempts(clock, settings.lock_after, settings.lock_minutes * 60)
        self._numbers = AgentNumbers(store, clock)

    async def reset_password(
        self, visitor: Visitor, person: str, password: str | None = None, *, change: bool = True
    ) -> str:
        """Give a new password, at random unless given; ends the person's sessions, keys and lock-out.

        With `change` the person must change it before anything else.
        """
        visitor.need("people.manage")
        async with self._store.reading() as session:
            row = await person_row(session, visitor, person, "people.manage")
            await check_governs(session, visitor, row.roles)
        if password is not None:
            self._check_policy(password, row.login, row.name, row.agent_no, row.organisation)
        new = password or self._random()
        await self._set_password(visitor, row, new, "person.password_reset", change)
        return new

    async def change_password(self, visitor: Visitor, old: str, new: str) -> None:
        """Change one's own password; ends one's sessions and keys. Invalid when the old is wrong or the new weak."""
        self._old_passwords.check(visitor.person)
        async with self._store.reading() as session:
            row = await session.get_one(PersonRow, visitor.person)
        if not await self._passwords.matches(old, row.password_hash):
            self._old_passwords.failed(visitor.person)
            raise Invalid("wrong_password", "原密码不正确", "old")
        self._check_policy(new, row.login, row.name, row.agent_no, row.organisation)
        for used in [row.password_hash, *row.password_past][: max(1, self._settings.passwords_kept)]:
            if await self._passwords.matches(new, used):
                raise Invalid("used_password", "不能使用最近用过的密码", "password")
        await self._set_password(visitor, row, new, "person.password_changed", False)

    async def unlock(self, visitor: Visitor, person: str) -> Person:
        """End a lock-out before its time."""
        visitor.need("people.manage")
        async with self._changing() as session:
            row = await person_row(session, visitor, person, "people.manage")
            await check_governs(session, visitor, row.roles)
            row.failures, row.locked_until = 0, None
            await self._sessions.forgive(session, row.login)
            await session.flush()
            await self._audit.write(session, visitor, "person.unlocked", f"person:{person}")
            return Person.of(row)

    async def clear_second_factor(self, visitor: Visitor, person: str) -> None:
        """Turn off the second factor of somebody who lost his telephone; ends his sessions and keys."""
        visitor.need("people.manage")
        async with self._changing() as session:
            row = await person_row(session, visitor, person, "people.manage")
            await check_governs(session, visitor, row.roles)
            await self._factor.clear(session, visitor, person)
            await self._end_sessions(session, person)
            await self._end_keys(session, person)
        self._sessions.forget(person)

    async def link(self, visitor: Visitor, person: str, issuer: str, subject: str) -> None:
        """Whoever is `subject` at a provider (its issuer) signs in there as this person."""
        visitor.need("people.manage")
        async with self._changing() as session:
            row = await person_row(session, visitor, person, "people.manage")
            await check_governs(session, visitor, row.roles)
            await link(session, self._audit, visitor, person, issuer, subject, self._clock)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncSession]:
        """A writing session that turns what the database finds out at the end into a refusal."""
        try:
            async with self._store.writing() as session:
                yield session
        except StaleDataError:
            raise Conflict("changed", "该人员已被他人修改，请刷新后重试") from None
        except IntegrityError:
            raise Conflict("taken", "账号或工号已被使用") from None

    async def _set_password(self, visitor: Visitor, before: PersonRow, password: str, action: str, due: bool) -> None:
        hashed, person = await self._passwords.hash(password), before.id
        async with self._changing() as session:
            row = await session.get_one(PersonRow, person)
            past = [row.password_hash, *row.password_past][: max(0, self._settings.passwords_kept - 1)]
            row.password_hash, row.failures, row.locked_until = hashed, 0, None
            row.password_past, row.password_at, row.password_due = past, self._clock.wall(), due
            row.demo = False
            await self._sessions.forgive(session, row.login)
            await self._end_sessions(session, person)
            await self._end_keys(session, person)
            await session.flush()
            found = Person.of(row)
            await self._audit.write(session, visitor, action, f"person:{person}")
        self._tell(found, "password")

    def _check_policy(self, password: str, login: str, name: str, agent_no: str | None, organisation: str) -> None:
        check_policy(password, login, name, agent_no or "", organisation, shortest=self._settings.shortest)

    def _random(self) -> str:
        return random_password(max(14, self._settings.shortest))

    async def _end_sessions(self, session: AsyncSession, person: str) -> None:
        await session.execute(
            update(SessionRow)
            .where(SessionRow.person == person, SessionRow.ended_at.is_(None))
            .values(ended_at=self._clock.wall())
        )

    async def _end_keys(self, session: AsyncSession, person: str) -> None:
        """A program's trust is its owner's: whoever is not trusted with his password any more has no keys either."""
        open_ones = ApiKeyRow.person == person, ApiKeyRow.ended_at.is_(None)
        await session.execute(update(ApiKeyRow).where(*open_ones).values(ended_at=self._clock.wall()))

    def _tell(self, person: Person, change: str) -> None:
        self._sessions.forget(person.id)
        self._bus.publish(
            PersonChanged(
                at=self._clock.wall(),
                person=person.id,
                agent=person.agent_no or "",
                organisation=person.organisation,
                change=change,
            )
        )


async def person_row(session: AsyncSession, visitor: Visitor, person: str, permission: str) -> PersonRow:
    """The row of somebody whom the permission reaches; NotFound."""
    row = await session.scalar(select(PersonRow).where(PersonRow.id == person, *people_within(visitor, permission)))
    if row is None:
        raise NotFound("no_person", "人员不存在")
    return row
