"""The second factor: codes from an app on one's telephone, and recovery codes for when it is lost."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import segno
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ciphers.suites import SUITES
from cti.base.clock import Clock
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import PersonRow, SessionRow
from cti.office.identity.signing_in import totp
from cti.office.identity.signing_in.attempts import Attempts
from cti.office.identity.signing_in.passwords import ALPHABET, Passwords
from cti.store.columns import placed
from cti.store.engine import Store

RECOVERY = "recovery code"
RECOVERY_CODES, RECOVERY_LENGTH = 10, 10
TOTP_CODE = re.compile(r"\d{6}")
TRIES, TRY_SECONDS = 5, 300.0


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret that waits to be confirmed: for typing, and as a picture (SVG) for the app."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    svg: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactorState:
    """Since when somebody has one (None: he has none), and how many recovery codes are left."""

    since: datetime | None
    recovery_left: int


class SecondFactor:
    """The service of one's own second factor."""

    def __init__(self, store: Store, clock: Clock, passwords: Passwords, audit: Audit, issuer: str) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._audit = audit
        self._issuer = issuer
        self._tries = Attempts(clock, TRIES, TRY_SECONDS)

    async def state(self, visitor: Visitor) -> FactorState:
        """Whether the visitor has one."""
        async with self._store.reading() as session:
            row = await _person(session, visitor)
        return FactorState(row.totp_since, len(row.recovery))

    async def begin(self, visitor: Visitor, password: str) -> Enrolment:
        """A new secret for an app, by the password; it counts once it is confirmed. Conflict when there is one."""
        async with self._store.reading() as session:
            await self._check_password(visitor, await _person(session, visitor), password)
        secret = totp.new_secret()
        async with self._store.writing() as session:
            row = await _person(session, visitor)
            if row.totp_since is not None:
                raise Conflict("second_factor_on", "二次验证已启用，如需更换请先停用")
            await _set(session, row.id, totp_secret=placed(PersonRow.totp_secret, secret, row.id))
        uri = totp.uri_of(secret, visitor.login, self._issuer)
        picture = io.BytesIO()
        segno.make(uri, error="m").save(picture, kind="svg", scale=4, border=2, xmldecl=False)
        return Enrolment(secret, uri, picture.getvalue().decode())

    async def confirm(self, visitor: Visitor, code: str) -> list[str]:
        """Turn it on by a first code from the app; returns the recovery codes, shown this once.

        Other sessions end: they may be of whoever had the password alone.
        """
        self._tries.check(visitor.person)
        async with self._store.writing() as session:
            row = await _person(session, visitor)
            if row.totp_since is not None:
                raise Conflict("second_factor_on", "二次验证已启用")
            if row.totp_secret is None:
                raise Conflict("not_begun", "请先扫描二维码")
            step = totp.matching_step(row.totp_secret, code, self._clock.wall().timestamp())
            if step is None:
                self._tries.failed(visitor.person)
                raise Invalid("wrong_code", "动态验证码不正确，请确认手机时间准确", "code")
            codes, hashes = self._recovery_codes()
            await _set(session, row.id, totp_since=self._clock.wall(), totp_step=step, recovery=hashes)
            await self._end_others(session, visitor)
            await self._audit.write(session, visitor, "person.second_factor_on", f"person:{row.id}")
        return codes

    async def renew(self, visitor: Visitor, code: str) -> list[str]:
        """New recovery codes in place of the old."""
        codes, hashes = self._recovery_codes()
        async with self._store.reading() as session:
            row = await _person(session, visitor)
        await self._check(visitor, row, code)
        async with self._store.writing() as session:
            await _set(session, row.id, recovery=hashes)
            await self._audit.write(session, visitor, "person.recovery_renewed", f"person:{row.id}")
        return codes

    async def turn_off(self, visitor: Visitor, password: str, code: str) -> None:
        """Turn it off, by password and code; other sessions end."""
        async with self._store.reading() as session:
            row = await _person(session, visitor)
        await self._check_password(visitor, row, password)
        await self._check(visitor, row, code)
        async with self._store.writing() as session:
            await self._end_others(session, visitor)
            await self.clear(session, visitor, row.id)

    async def clear(self, session: AsyncSession, visitor: Visitor, person: str) -> None:
        """Turn a person's off in the transaction of an administrator, who has checked that he may."""
        await _set(session, person, totp_secret=None, totp_since=None, recovery=[])
        await self._audit.write(session, visitor, "person.second_factor_off", f"person:{person}")

    async def accepts(self, row: PersonRow, code: str, visitor: Visitor) -> bool:
        """Whether a code is right; one from the app or a recovery code is good once. For people who have it on."""
        if TOTP_CODE.fullmatch(code):
            step = totp.matching_step(row.totp_secret or "", code, self._clock.wall().timestamp())
            if step is None:
                return False
            fresh = update(PersonRow).where(PersonRow.id == row.id, PersonRow.totp_step < step)
            async with self._store.writing() as session:
                # By the database: of two who show one code at the same moment, one is refused.
                used = await session.scalar(fresh.values(totp_step=step).returning(PersonRow.id))
            return used is not None
        wanted = self._hashes(code)
        async with self._store.writing() as session:
            found = await session.get(PersonRow, row.id, with_for_update=True, populate_existing=True)
            if found is None or wanted.isdisjoint(found.recovery):
                return False
            await _set(session, row.id, recovery=[one for one in found.recovery if one not in wanted])
            left = {"left": len(found.recovery) - 1}
            await self._audit.write(session, visitor, "person.recovery_code_used", f"person:{row.id}", after=left)
        return True

    async def _check_password(self, visitor: Visitor, row: PersonRow, password: str) -> None:
        self._tries.check(visitor.person)
        if not await self._passwords.matches(password, row.password_hash):
            self._tries.failed(visitor.person)
            raise Invalid("wrong_password", "密码不正确", "password")

    async def _end_others(self, session: AsyncSession, visitor: Visitor) -> None:
        others = SessionRow.person == visitor.person, SessionRow.id != visitor.session, SessionRow.ended_at.is_(None)
        await session.execute(update(SessionRow).where(*others).values(ended_at=self._clock.wall()))

    async def _check(self, visitor: Visitor, row: PersonRow, code: str) -> None:
        if row.totp_since is None:
            raise Conflict("second_factor_off", "二次验证尚未启用")
        self._tries.check(visitor.person)
        if not await self.accepts(row, code, visitor):
            self._tries.failed(visitor.person)
            raise Invalid("wrong_code", "动态验证码不正确或已使用", "code")

    def _recovery_codes(self) -> tuple[list[str], list[str]]:
        raw = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
        half = RECOVERY_LENGTH // 2
        return [f"{one[:half]}-{one[half:]}" for one in raw], [self._hash(one) for one in raw]

    def _hash(self, code: str) -> str:
        return self._store.cipher.index(RECOVERY, _plain(code))

    def _hashes(self, code: str) -> set[str]:
        """By each set of algorithms: there may be another now than when the codes were made."""
        return {self._store.cipher.in_suite(one.name).index(RECOVERY, _plain(code)) for one in SUITES}


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").strip()


async def _person(session: AsyncSession, visitor: Visitor) -> PersonRow:
    row = await session.get(PersonRow, visitor.person, populate_existing=True)
    if row is None:
        raise NotFound("no_person", "人员不存在")
    return row


async def _set(session: AsyncSession, person: str, **values: object) -> None:
    # Not through the row: it is no edit of the person, whose version stays.
    await session.execute(update(PersonRow).where(PersonRow.id == person).values(**values))
