"""Opens and ends sessions of citizens on the public site. By none of them is anybody of the staff signed in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.citizen import Citizen
from cti.base.ids import new_id
from cti.base.numbers.number import Number, NumberKind
from cti.base.rates import AddressRate
from cti.base.refusal import Invalid, NotFound, NotSignedIn
from cti.base.visitor import Visitor, system
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.templates import Templates
from cti.office.public_sessions.codes import CODE, KIND, Codes
from cti.office.public_sessions.holders import RESTING, Holders
from cti.office.public_sessions.models import PublicHolderRow, PublicSessionRow
from cti.office.records.office import Office
from cti.store.listing import Listed, listed

SEE, END = "public_sessions.see", "public_sessions.end"
UNUSED, LONGEST = timedelta(minutes=30), timedelta(hours=12)
KEPT = timedelta(days=180)
SEEN_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(days=1)
"""How long after its last use a session that ran out still says whose text it was."""
TRIES_AN_HOUR = 20
"""How often one address may ask for a code or try one."""
SITE = system("public_site")
PROBE = Number.parse("12345")
"""Whose session the house opens to try its own site: no mobile, so no code can be sent to it and nobody enters so."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the list: a whole number, and why it is looked for where numbers are masked; open ones alone."""

    number: str = ""
    purpose: str = ""
    open: bool = False


class PublicSessions:
    """The service. `area` is the city's area code; `resting` is how long a number rests before it is sold again."""

    def __init__(
        self, office: Office, citizens: CitizenMessages, area: str, resting: timedelta = RESTING
    ) -> None:  # fmt: skip
        self._office, self._store, self._clock, self._area = office, office.store, office.clock, area
        self.codes = Codes(office.store, office.clock, citizens, office.organisation, office.region)
        self.holders = Holders(office.store, office.clock, resting)
        self._tries = AddressRate(office.clock, TRIES_AN_HOUR / 3600, TRIES_AN_HOUR)

    # ── the citizen ──

    async def send_code(self, said: str, address: str) -> None:
        """Send a code to a mobile number. Invalid for other numbers, TooMany."""
        number = self.mobile(said)
        self._tries.take(address)
        async with self._store.writing() as session:
            await self.codes.send(session, number)

    async def begin(self, said: str, code: str, address: str, browser: str, *, same: str = "") -> tuple[Citizen, str]:
        """A session, and its token. Invalid alike for a wrong code, one that is over and one that was never sent.

        `same` is a number (canonical digits) of which it was shown elsewhere that he is who had it before.
        """
        number = self.mobile(said)
        self._tries.take(address)
        async with self._store.writing() as session:
            if is_right := await self.codes.take(session, number, code):
                since = await self.holders.proved(session, number, same=same == number.digits)
                id, token = await self._opened(session, number, address, browser, "sms")
        if not is_right:
            raise Invalid("wrong_code", "验证码不正确或已过期，请核对，或重新获取", "code")
        return Citizen(id, Number.parse(number.digits), since), token

    async def resume(self, digits: str, address: str, browser: str, by: str) -> tuple[Citizen, str]:
        """A session of who was recognised elsewhere (`by`) as the one who has shown this number to be his.

        NotSignedIn when that is so long ago that the number may be another's.
        """
        number = Number.parse(digits)
        async with self._store.writing() as session:
            since = await self.holders.held_still(session, number)
            if since is None:
                raise NotSignedIn("prove_again", "请用短信验证码确认手机号码仍由您使用")
            id, token = await self._opened(session, number, address, browser, by)
        return Citizen(id, number, since), token

    @asynccontextmanager
    async def probe(self, browser: str) -> AsyncIterator[str]:
        """The token of a session of nobody, by which the house tries its own site; it is gone afterwards."""
        async with self._store.writing() as session:
            id, token = await self._opened(session, PROBE, "127.0.0.1", browser)
        try:
            yield token
        finally:
            async with self._store.writing() as session:
                await session.execute(delete(PublicSessionRow).where(PublicSessionRow.id == id))

    async def _opened(
        self, session: AsyncSession, number: Number, address: str, browser: str, by: str = ""
    ) -> tuple[str, str]:
        """Noted in the audit, unless it is nobody's."""
        token, now = secrets.token_urlsafe(32), self._clock.wall()
        row = PublicSessionRow(
            id=new_id(), token_hash=_hash(token), number=number.digits, number_index=number.digits,
            browser_hash=_hash(browser), address=address, created_at=now, seen_at=now,
            organisation=self._office.organisation, region=self._office.region,
        )  # fmt: skip
        session.add(row)
        await session.execute(delete(PublicSessionRow).where(PublicSessionRow.created_at < now - KEPT))
        if by:
            said_of = {"number": number.masked, "address": address, "by": by}
            await self._office.audit.write(
                session, SITE, "public_session.begun", f"public_session:{row.id}", after=said_of
            )  # fmt: skip
        return row.id, token

    async def citizen(self, token: str, browser: str) -> Citizen | None:
        """Whose token it is; None when it is unknown, over, ended, or shown by another browser."""
        if not token:
            return None
        now = self._clock.wall()
        async with self._store.reading() as session:
            wanted = (
                select(PublicSessionRow, PublicHolderRow.held_since)
                .join(PublicHolderRow, PublicHolderRow.number_index == PublicSessionRow.number_index, isouter=True)
                .where(PublicSessionRow.token_hash == _hash(token), *_open(now))
            )
            row, since = (await session.execute(wanted)).tuples().one_or_none() or (None, None)
        if row is None or not hmac.compare_digest(row.browser_hash, _hash(browser)):
            return None
        if row.seen_at + SEEN_EVERY < now:
            mine = update(PublicSessionRow).where(PublicSessionRow.id == row.id, PublicSessionRow.ended_at.is_(None))
            async with self._store.writing() as session:
                await session.execute(mine.values(seen_at=now))
        # Who signed in before this was asked has shown nothing of the time before.
        number = Number.parse(row.number)
        return Citizen(row.id, number, since or row.created_at - self.holders.resting, is_probe=number == PROBE)

    async def ran_out(self, token: str, browser: str) -> Citizen | None:
        """Whose token it was, shown by the same browser, where it ran out by itself in the last day; else None.

        For keeping what he had typed for him, and nothing else: he is not signed in by it.
        """
        if not token:
            return None
        wanted = select(PublicSessionRow).where(
            PublicSessionRow.token_hash == _hash(token),
            PublicSessionRow.ended_at.is_(None),
            PublicSessionRow.seen_at > self._clock.wall() - KEPT_FOR,
        )
        async with self._store.reading() as session:
            row = await session.scalar(wanted)
        if row is None or not hmac.compare_digest(row.browser_hash, _hash(browser)):
            return None
        number = Number.parse(row.number)
        return None if number == PROBE else Citizen(row.id, number)

    async def proved_earlier(self, citizen: Citizen, at: datetime) -> None:
        """He has shown that the number was his at that time."""
        async with self._store.writing() as session:
            await self.holders.proved_earlier(session, citizen.number, at)
            subject, said_of = f"public_session:{citizen.session}", {"number": citizen.number.masked}
            await self._office.audit.write(session, SITE, "public_session.proved_earlier", subject, after=said_of)

    async def end(self, citizen: Citizen, *, everywhere: bool = False) -> None:
        """End a citizen's session, or all of his number."""
        mine = PublicSessionRow.number_index == citizen.number.digits if everywhere else (
            PublicSessionRow.id == citizen.session
        )  # fmt: skip
        async with self._store.writing() as session:
            wanted = update(PublicSessionRow).where(mine, PublicSessionRow.ended_at.is_(None))
            await session.execute(wanted.values(ended_at=self._clock.wall()))

    # ── the staff ──

    async def find(self, visitor: Visitor, wanted: Wanted, page: int, size: int) -> Listed[PublicSessionRow]:
        """A page of sessions, the newest first."""
        visitor.need(SEE)
        limits = visitor.reach(SEE).limits(PublicSessionRow)
        if wanted.number:
            digits = self.mobile(wanted.number).digits
            await self._office.lookups.number(visitor, "public_session", digits, wanted.purpose)
            limits.append(PublicSessionRow.number_index == digits)
        if wanted.open:
            limits += _open(self._clock.wall())
        order = (PublicSessionRow.created_at.desc(), PublicSessionRow.id.desc())
        async with self._store.reading() as session:
            return await listed(session, PublicSessionRow, limits, order, page, size)

    async def kill(self, visitor: Visitor, id: str) -> None:
        """End somebody's session. NotFound also for what lies out of reach."""
        visitor.need(END)
        limits = [PublicSessionRow.id == id, *visitor.reach(END).limits(PublicSessionRow)]
        async with self._store.writing() as session:
            row = await session.scalar(select(PublicSessionRow).where(*limits).with_for_update())
            if row is None:
                raise NotFound("no_session", "没有这个登录会话")
            if row.ended_at is None:
                row.ended_at = self._clock.wall()
                await self._office.audit.write(session, visitor, "public_session.ended", f"public_session:{id}")

    def is_open(self, row: PublicSessionRow) -> bool:
        """Whether it still opens something."""
        now = self._clock.wall()
        return row.ended_at is None and row.created_at > now - LONGEST and row.seen_at > now - UNUSED

    def mobile(self, said: str) -> Number:
        """The mobile number that somebody said to be his. Invalid for other numbers."""
        number = Number.parse(said, area=self._area)
        if number.kind is not NumberKind.MOBILE:
            raise Invalid("no_mobile", "请填写手机号码", "number")
        return number


def offer(templates: Templates) -> None:
    """Bring the text of the code."""
    templates.add_kind(KIND, CODE.title)
    templates.add(CODE)


def _open(now: datetime) -> list[ColumnElement[bool]]:
    return [
        PublicSessionRow.ended_at.is_(None),
        PublicSessionRow.created_at > now - LONGEST,
        PublicSessionRow.seen_at > now - UNUSED,
    ]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
