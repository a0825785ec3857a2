"""People: who has an account and what they may do. Each change checks the permission and is audited.

Nobody gives, takes from, or resets somebody who may do more than himself; people outside the visitor's reach do not
exist for him.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.agent_numbers import check_in_range
from cti.office.identity.directory import Person, load_organisations, load_visitor, people_within, subtree
from cti.office.identity.governance import check_gives, check_governs, check_levels
from cti.office.identity.models import PersonRow
from cti.office.identity.roles import has_role
from cti.office.identity.signing_in.credentials import Credentials, person_row
from cti.office.identity.signing_in.passwords import ALPHABET

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
AGENT_NO = re.compile(r"[0-9]{2,8}")
SIP_SECRET_LENGTH = 24
WEB_PHONE = "secret of a browser's phone"
HIDDEN = ("id", "version", "second_factor", "locked_until")
"""What the audit of an edit leaves out."""
SORTS = {
    "login": PersonRow.login,
    "name": PersonRow.name,
    "agent_no": PersonRow.agent_no,
    "organisation": PersonRow.organisation,
    "created_at": PersonRow.created_at,
}
"""What a list of people can be sorted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData:
    """What can be said and changed of a person."""

    login: str
    name: str
    agent_no: str | None
    organisation: str
    roles: Sequence[str]
    auto_answer: bool = False


@dataclass(frozen=True, slots=True)
class AgentAccount:
    """Somebody who talks: the agent number (工号), the secrets of the desk phone and of the browser's."""

    agent_no: str
    name: str
    organisation: str
    auto_answer: bool
    sip_secret: str = field(repr=False)
    web_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people by login, and how many there are in all."""

    items: tuple[Person, ...]
    total: int


class People(Credentials):
    """The service of accounts."""

    async def search(
        self,
        visitor: Visitor,
        text: str = "",
        organisation: str = "",
        page: int = 1,
        size: int = 50,
        *,
        role: str = "",
        disabled: bool | None = None,
        sort: str = "login",
    ) -> PeoplePage:
        """People within reach whose login, name or agent number contains `text`.

        `organisation` takes those below it along; `sort` is one of `SORTS`, with a minus before it for the other way.
        """
        visitor.need("people.see")
        limits = people_within(visitor, "people.see")
        if organisation:
            async with self._store.reading() as session:
                below = subtree(await load_organisations(session), organisation)
            limits.append(PersonRow.organisation.in_(below))
        if role:
            limits.append(has_role(role))
        if disabled is not None:
            limits.append(PersonRow.disabled_at.is_not(None) if disabled else PersonRow.disabled_at.is_(None))
        if text:
            columns = (PersonRow.login, PersonRow.name, PersonRow.agent_no)
            limits.append(or_(*(column.icontains(text, autoescape=True) for column in columns)))
        column = SORTS[sort.removeprefix("-")]
        order = column.desc().nulls_last() if sort.startswith("-") else column.asc().nulls_last()
        listing = select(PersonRow).where(*limits).order_by(order, PersonRow.login)
        listing = listing.limit(size).offset((page - 1) * size)
        async with self._store.reading() as session:
            total = await session.scalar(select(func.count()).select_from(PersonRow).where(*limits)) or 0
            rows = (await session.scalars(listing)).all()
        return PeoplePage(tuple(Person.of(row) for row in rows), total)

    async def find(self, visitor: Visitor, person: str) -> Person:
        """One; NotFound also for those out of reach."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            return Person.of(await person_row(session, visitor, person, "people.see"))

    async def by_login(self, visitor: Visitor, login: str) -> Person:
        """The person with this login; NotFound as in `find`."""
        visitor.need("people.see")
        wanted = select(PersonRow).where(PersonRow.login == login.lower(), *people_within(visitor, "people.see"))
        async with self._store.reading() as session:
            row = await session.scalar(wanted)
        if row is None:
            raise NotFound("no_person", "人员不存在")
        return Person.of(row)

    async def add(
        self, visitor: Visitor, data: PersonData, password: str | None = None, *, change: bool = True
    ) -> tuple[Person, str]:
        """A new account and its password, made at random unless given. Invalid, Conflict, NotAllowed.

        With `change` the person must change the password before anything else.
        """
        visitor.need("people.manage")
        if password is not None:
            self._check_policy(password, data.login, data.name, data.agent_no, data.organisation)
        return await self.add_unchecked(visitor, data, password or self._random(), change=change)

    async def check_new(
        self, visitor: Visitor, data: PersonData, password: str | None = None, known: Collection[str] = ()
    ) -> None:
        """Refuse all that `add` would refuse, but for fields that are `known` to be wrong; only reads."""
        visitor.need("people.manage")
        faults = Faults()
        async with self._store.reading() as session:
            row = PersonRow(id=new_id(), password_hash="", created_at=self._clock.wall(), failures=0)
            await self._check(session, visitor, row, data, faults, known)
        if password is not None:
            with faults.gathered():
                self._check_policy(password, data.login, data.name, data.agent_no, data.organisation)
        faults.refuse()

    async def add_unchecked(
        self, visitor: Visitor, data: PersonData, password: str, *, change: bool = False, demo: bool = False
    ) -> tuple[Person, str]:
        """As `add`, with a password that no policy checks: for demonstrations only.

        With `demo` it is an account for a first look, until it gets another password.
        """
        visitor.need("people.manage")
        now = self._clock.wall()
        row = PersonRow(
            id=new_id(),
            password_hash=await self._passwords.hash(password),
            password_at=now,
            password_due=change,
            demo=demo,
            created_at=now,
            failures=0,
            sip_secret=None,
        )
        async with self._changing() as session:
            await self._fill(session, visitor, row, data)
            person = Person.of(row)
            await self._audit.write(session, visitor, "person.added", f"person:{row.id}", after=_shown(person))
        self._tell(person, "added")
        return person, password

    async def edit(self, visitor: Visitor, person: str, version: int, data: PersonData) -> Person:
        """Change a person; Conflict when somebody else did since `version`."""
        visitor.need("people.manage")
        async with self._changing() as session:
            row = await person_row(session, visitor, person, "people.manage")
            if row.version != version:
                raise Conflict("changed", "该人员已被他人修改，请刷新后重试")
            await check_governs(session, visitor, row.roles)
            before = Person.of(row)
            await self._fill(session, visitor, row, data)
            found = Person.of(row)
            await self._audit.write(
                session, visitor, "person.edited", f"person:{person}", _shown(before), _shown(found)
            )
        self._tell(found, "edited")
        return found

    async def give_roles(self, visitor: Visitor, person: str, version: int, roles: Sequence[str]) -> Person:
        """Change what a person may do, and nothing else of him: for those who manage roles, not accounts."""
        visitor.need("roles.manage")
        async with self._changing() as session:
            row = await person_row(session, visitor, person, "roles.manage")
            if row.version != version:
                raise Conflict("changed", "该人员已被他人修改，请刷新后重试")
            present, before = await load_organisations(session), Person.of(row)
            separate = self._settings.separate_duties
            await check_gives(session, visitor, person, row.roles, roles, separate=separate)
            await check_levels(session, roles, present[row.organisation], present)
            row.roles = list(roles)
            await session.flush()
            found = Person.of(row)
            told = {"roles": list(before.roles)}, {"roles": list(found.roles)}
            await self._audit.write(session, visitor, "person.edited", f"person:{person}", *told)
        self._tell(found, "edited")
        return found

    async def set_enabled(self, visitor: Visitor, person: str, enabled: bool) -> Person:
        """Disable an account, which ends its sessions and keys, or enable it again. Nobody disables himself."""
        visitor.need("people.manage")
        if person == visitor.person:
            raise Conflict("self", "不能停用自己的账号")
        async with self._changing() as session:
            row = await person_row(session, visitor, person, "people.manage")
            await check_governs(session, visitor, row.roles)
            row.disabled_at = None if enabled else row.disabled_at or self._clock.wall()
            if not enabled:
                await self._end_sessions(session, person)
                await self._end_keys(session, person)
            await session.flush()
            found = Person.of(row)
            action = "person.enabled" if enabled else "person.disabled"
            await self._audit.write(session, visitor, action, f"person:{person}")
        self._tell(found, "enabled" if enabled else "disabled")
        return found

    async def set_auto_answer(self, visitor: Visitor, auto: bool) -> None:
        """Whether one's own phone answers by itself."""
        async with self._changing() as session:
            await session.execute(update(PersonRow).where(PersonRow.id == visitor.person).values(auto_answer=auto))
            await self._audit.write(
                session, visitor, "person.answer_mode", f"person:{visitor.person}", after={"auto": auto}
            )
            found = Person.of(await session.get_one(PersonRow, visitor.person))
        self._tell(found, "edited")

    async def agents(self) -> list[AgentAccount]:
        """All enabled people with an agent number, for the house itself: the switch's phones, the matching."""
        wanted = select(PersonRow).where(PersonRow.agent_no.is_not(None), PersonRow.disabled_at.is_(None))
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted.order_by(PersonRow.agent_no))).all()
        return [
            AgentAccount(
                row.agent_no or "",
                row.name,
                row.organisation,
                row.auto_answer,
                row.sip_secret or "",
                self._web_secret(row),
            )
            for row in rows
        ]

    async def agents_within(self, visitor: Visitor, permission: str) -> list[tuple[str, str]]:
        """Number and name of each enabled agent whom the permission reaches, by number."""
        limits = PersonRow.agent_no.is_not(None), PersonRow.disabled_at.is_(None), *people_within(visitor, permission)
        wanted = select(PersonRow.agent_no, PersonRow.name).where(*limits).order_by(PersonRow.agent_no)
        async with self._store.reading() as session:
            return [(row.agent_no or "", row.name) for row in (await session.execute(wanted)).all()]

    async def visitor_of(self, agent_no: str) -> Visitor | None:
        """The enabled person with this agent number, as the one who asks: what may he do?"""
        wanted = select(PersonRow).where(PersonRow.agent_no == agent_no, PersonRow.disabled_at.is_(None))
        async with self._store.reading() as session:
            row = await session.scalar(wanted)
            return (await load_visitor(session, row, self._clock.wall()))[0] if row is not None else None

    async def agent(self, agent_no: str) -> Person | None:
        """The enabled person with this agent number, for the house itself."""
        wanted = select(PersonRow).where(PersonRow.agent_no == agent_no, PersonRow.disabled_at.is_(None))
        async with self._store.reading() as session:
            row = await session.scalar(wanted)
        return None if row is None else Person.of(row)

    async def some_agents(self, numbers: Collection[str]) -> dict[str, Person]:
        """The enabled people with these agent numbers, by number, for the house itself."""
        wanted = select(PersonRow).where(PersonRow.agent_no.in_(numbers), PersonRow.disabled_at.is_(None))
        async with self._store.reading() as session:
            return {row.agent_no or "": Person.of(row) for row in await session.scalars(wanted)}

    async def agent_within(self, visitor: Visitor, permission: str, agent_no: str) -> Person | None:
        """The enabled person with this agent number, when the permission reaches him."""
        limits = PersonRow.agent_no == agent_no, PersonRow.disabled_at.is_(None), *people_within(visitor, permission)
        async with self._store.reading() as session:
            row = await session.scalar(select(PersonRow).where(*limits))
        return None if row is None else Person.of(row)

    async def web_secret(self, visitor: Visitor) -> str:
        """The secret of one's own browser's phone; NotFound for those without an agent number."""
        async with self._store.reading() as session:
            row = await session.get_one(PersonRow, visitor.person)
        if row.agent_no is None:
            raise NotFound("no_phone", "您没有工号，没有分配话机")
        return self._web_secret(row)

    async def new_phone_secret(self, visitor: Visitor) -> str:
        """A new secret of one's own desk phone, in place of the old, told this once; NotFound as above."""
        new = _phone_secret()
        async with self._changing() as session:
            row = await session.get_one(PersonRow, visitor.person)
            if row.agent_no is None:
                raise NotFound("no_phone", "您没有工号，没有分配话机")
            row.sip_secret = new
            await session.flush()
            found = Person.of(row)
            await self._audit.write(session, visitor, "person.phone_secret", f"person:{row.id}")
        self._tell(found, "phone")
        return new

    def _web_secret(self, row: PersonRow) -> str:
        # Nobody types it, so it is kept nowhere; whoever gets a new password gets a new one.
        return self._store.cipher.index(WEB_PHONE, f"{row.id} {row.password_hash}")

    async def _fill(self, session: AsyncSession, visitor: Visitor, row: PersonRow, data: PersonData) -> None:
        faults = Faults()
        await self._check(session, visitor, row, data, faults)
        faults.refuse()
        before = row.agent_no
        row.login, row.name, row.agent_no = data.login.lower(), data.name, data.agent_no
        row.organisation, row.roles, row.auto_answer = data.organisation, list(data.roles), data.auto_answer
        if row.agent_no is not None and row.sip_secret is None:
            row.sip_secret = _phone_secret()
        session.add(row)
        await session.flush()
        await self._numbers.given(session, row.id, before, row.agent_no)

    async def _check(
        self,
        session: AsyncSession,
        visitor: Visitor,
        row: PersonRow,
        data: PersonData,
        faults: Faults,
        known: Collection[str] = (),
    ) -> None:
        """Tell `faults` all that is wrong with a person's data, but for fields that are known to be."""
        present = await load_organisations(session)
        organisation = present.get(data.organisation)
        if "organisation" not in known:
            if organisation is None or not visitor.reach("people.manage").covers(
                organisation.name, organisation.region
            ):
                faults.found(Invalid("no_organisation", "机构不存在", "organisation"))
                organisation = None
            elif organisation.closed:
                faults.found(Invalid("closed", "该机构已撤销", "organisation"))
        login, number = data.login.lower(), data.agent_no
        if "login" not in known and not LOGIN.fullmatch(login):
            faults.found(Invalid("login", "账号应为 2 至 40 个字母、数字、点、横线或下划线", "login"))
        if number is not None and "agent_no" not in known:
            with faults.gathered():
                if not AGENT_NO.fullmatch(number):
                    raise Invalid("agent_no", "工号应为 2 至 8 位数字", "agent_no")
                if organisation is not None and (number, data.organisation) != (row.agent_no, row.organisation):
                    check_in_range(number, organisation, present)
        if "roles" not in known:
            with faults.gathered():
                separate = self._settings.separate_duties
                await check_gives(session, visitor, row.id, row.roles or (), data.roles, separate=separate)
                if organisation is not None:
                    await check_levels(session, data.roles, organisation, present)
        for column, value, name, title in (
            (PersonRow.login, login, "login", "账号"),
            (PersonRow.agent_no, number, "agent_no", "工号"),
        ):
            wanted = select(PersonRow.id).where(column == value, PersonRow.id != row.id)
            if value and not {name} & {*known, *faults.fields} and await session.scalar(wanted) is not None:
                faults.found(Conflict("taken", f"{title}已被使用", name))


def _phone_secret() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(SIP_SECRET_LENGTH))


def _shown(person: Person) -> dict[str, Any]:
    return {name: value for name, value in asdict(person).items() if name not in HIDDEN}
