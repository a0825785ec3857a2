"""Accounts on the public site: made at the first sign-in, bound to the citizen's record, closed by himself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.citizen import Citizen
from cti.base.http.routes import Exchange
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotSignedIn
from cti.base.visitor import system
from cti.office.public_sessions.service import PublicSessions
from cti.office.records import Office
from workflow.citizens.service import Citizens
from workflow.citizens.views import GENDERS, CitizenFields
from workflow.portal.models import (
    PortalAccountRow,
    PortalDraftRow,
    PortalFavouriteRow,
    PortalIdentityRow,
    PortalMessageRow,
)
from workflow.tickets.by_citizens.own import OwnRequests

BY = system("门户网站")
PROBE = "probe"
"""The account of nobody: see `probing.py`. It stands in no table."""
MOST_EXPORTED = 200
"""Requests that an export has in full."""
Leaving = Callable[[AsyncSession, Number], Awaitable[None]]
Recognising = Callable[[Exchange], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's account; `citizen` is the id of his record."""

    id: str
    name: str
    citizen: str
    created_at: datetime


class Accounts:
    """The service. Each function is about the account of whoever is signed in, and of nobody else."""

    def __init__(self, office: Office, citizens: Citizens, own: OwnRequests, sessions: PublicSessions) -> None:
        self._office, self._store, self._citizens = office, office.store, citizens
        self._own, self._sessions = own, sessions
        self._leaving: list[Leaving] = []
        self._known: list[Recognising] = []
        self.dropping: list[Callable[[AsyncSession, str], Awaitable[None]]] = []
        """Each lets go of what it keeps for the account of this id, in the transaction that closes it."""

    def on_leaving(self, listener: Leaving) -> Callable[[], None]:
        """Let go of what a plugin keeps for an account, in the transaction that closes it. Returns the undo."""
        self._leaving.append(listener)
        return lambda: self._leaving.remove(listener)

    def recognise(self, known: Recognising) -> Callable[[], None]:
        """Tell at the sign-in by a code which number a browser's citizen had before, known elsewhere. The undo."""
        self._known.append(known)
        return lambda: self._known.remove(known)

    async def had(self, exchange: Exchange) -> str:
        """The number (canonical digits) that he had before by what plugins know of his browser; empty when unknown."""
        for known in self._known:
            if number := await known(exchange):
                return number
        return ""

    async def open(self, citizen: Citizen) -> Account:
        """The account of who has just signed in; made at the first time, with the record of his number.

        An account from before the number was his is perhaps somebody else's: it goes, and he begins anew.
        """
        if (found := await self._found(citizen)) is not None:
            if citizen.held_since is None or found.created_at >= citizen.held_since:
                return found
            await self._drop(found, citizen.number, "lapsed")
        now, digits = self._office.clock.wall(), citizen.number.digits
        row = PortalAccountRow(
            id=new_id(), number=digits, number_index=digits, name="", citizen=await self._record(citizen), password="",
            created_at=now, agreed_at=now, organisation=self._office.organisation, region=self._office.region,
        )  # fmt: skip
        try:
            async with self._store.writing() as session:
                session.add(row)
                await self._office.audit.write(
                    session, BY, "portal_account.opened", f"portal_account:{row.id}",
                    after={"number": citizen.number.masked},
                )  # fmt: skip
        except IntegrityError:
            # Of two who came at once the other was first.
            return await self.of(citizen)
        return _told(row)

    async def of(self, citizen: Citizen) -> Account:
        """The account. NotSignedIn when it was closed meanwhile."""
        if (found := await self._found(citizen)) is None:
            raise NotSignedIn("no_account", "请先登录")
        return found

    async def has(self, citizen: Citizen) -> bool:
        """Whether there is one: who signed in elsewhere on the site has perhaps agreed to none."""
        return await self._found(citizen) is not None

    async def _found(self, citizen: Citizen) -> Account | None:
        if citizen.is_probe:
            return Account(PROBE, "", "", self._office.clock.wall())
        wanted = select(PortalAccountRow).where(PortalAccountRow.number_index == citizen.number.digits)
        async with self._store.reading() as session:
            row = await session.scalar(wanted)
        return None if row is None else _told(row)

    async def checked_name(self, account: Account) -> str:
        """His name as the provider of the unified sign-in has checked it (实名); empty when none has."""
        wanted = select(PortalIdentityRow).where(PortalIdentityRow.account == account.id)
        async with self._store.reading() as session:
            row = await session.scalar(wanted)
        return (row.name or "") if row is not None else ""

    async def _record(self, citizen: Citizen) -> str:
        """His record among the citizens, the one by which he is known on the telephone."""
        known = await self._citizens.of_number(citizen.number, self._office.organisation)
        if known:
            return known[0].id
        return (await self._citizens.create(BY, CitizenFields(numbers=[citizen.number.national]))).id

    async def _kept_by_telephone(self, citizen: Citizen) -> dict[str, str]:
        """What the hotline's record of his number says of him; nothing of one from before the number was his."""
        known = await self._citizens.of_number(citizen.number, self._office.organisation)
        if not known or (citizen.held_since is not None and known[0].created_at < citizen.held_since):
            return {}
        return {"姓名": known[0].name, "性别": GENDERS.get(known[0].gender, ""), "地址": known[0].address}

    async def rename(self, citizen: Citizen, name: str) -> None:
        """How he wants to be called; his record learns it only when it has no name."""
        account = await self.of(citizen)
        async with self._store.writing() as session:
            (await session.get_one(PortalAccountRow, account.id)).name = name
        record = next(iter(await self._citizens.of_number(citizen.number, self._office.organisation)), None)
        if record is not None and not record.name and name:
            known = await self._citizens.get(BY, record.id)
            body = known.model_dump(include=set(CitizenFields.model_fields)) | {"name": name}
            await self._citizens.edit(BY, record.id, known.version, CitizenFields.model_validate(body))

    async def export(self, citizen: Citizen) -> dict[str, Any]:
        """All that the site keeps of him, and his requests as he may see them (PIPL, article 45)."""
        account = await self.of(citizen)
        lines = await self._own.lines(citizen, 1, MOST_EXPORTED)
        requests = [await self._own.one(citizen, one.number) for one in lines.rows]
        mine = select(PortalFavouriteRow).where(PortalFavouriteRow.account == account.id)
        told = select(PortalMessageRow).where(PortalMessageRow.account == account.id)
        async with self._store.writing() as session:
            favourites = (await session.scalars(mine.order_by(PortalFavouriteRow.at))).all()
            messages = (await session.scalars(told.order_by(PortalMessageRow.at))).all()
            draft = await session.get(PortalDraftRow, account.id)
            await self._note(session, account, "exported")
        return {
            "手机号码": citizen.number.national, "称呼": account.name,
            "实名": await self.checked_name(account), "开户时间": account.created_at.isoformat(),
            "市民档案": await self._kept_by_telephone(citizen),
            "诉求": [msgspec.to_builtins(one, enc_hook=_plain) for one in requests],
            "诉求总数": lines.total,
            "收藏": [{"标题": one.title, "时间": one.at.isoformat()} for one in favourites],
            "消息": [{"工单编号": one.number, "进度": one.words, "时间": one.at.isoformat()} for one in messages],
            "草稿": msgspec.json.decode(draft.body) if draft is not None else None,
        }  # fmt: skip

    async def leave(self, citizen: Citizen, confirmed: str) -> None:
        """Close the account: all that the site keeps of him goes, and his sessions end; requests stay on file."""
        account = await self.of(citizen)
        if confirmed != citizen.number.digits[-4:]:
            raise Conflict("not_confirmed", "请填写您手机号码的后四位以确认注销")
        await self._drop(account, citizen.number, "left")
        await self._sessions.end(citizen, everywhere=True)

    async def sign_out(self, citizen: Citizen, *, everywhere: bool) -> None:
        """End his session; everywhere all of them, and whatever comes to his browsers while he is away."""
        if everywhere and (account := await self._found(citizen)) is not None:
            async with self._store.writing() as session:
                for drop in self.dropping:
                    await drop(session, account.id)
        await self._sessions.end(citizen, everywhere=everywhere)

    async def prove_earlier(self, citizen: Citizen, number: str, name: str) -> None:
        """He names a request of this number and the name in it: what was registered since is his. NotFound, TooMany."""
        await self.of(citizen)
        await self._sessions.proved_earlier(citizen, await self._own.registered_at(citizen, number, name))

    async def _drop(self, account: Account, number: Number, why: str) -> None:
        async with self._store.writing() as session:
            for table in (PortalDraftRow, PortalFavouriteRow, PortalMessageRow, PortalIdentityRow):
                await session.execute(delete(table).where(table.account == account.id))
            for drop in self.dropping:
                await drop(session, account.id)
            for listener in self._leaving:
                await listener(session, number)
            await session.execute(delete(PortalAccountRow).where(PortalAccountRow.id == account.id))
            await self._note(session, account, why)

    async def _note(self, session: AsyncSession, account: Account, what: str) -> None:
        await self._office.audit.write(session, BY, f"portal_account.{what}", f"portal_account:{account.id}")


def _told(row: PortalAccountRow) -> Account:
    return Account(row.id, row.name, row.citizen, row.created_at)


def _plain(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else str(value)
