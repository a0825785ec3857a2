"""Agent numbers (工号): which may be given in an organisation, which is free, and who had one when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.directory import Organisation, load_organisations
from cti.office.identity.models import AgentNumberRow, PersonRow
from cti.office.identity.organisations import is_in, range_of, ranges_of_others
from cti.store.engine import Store

FIRST, LAST = 1001, 9999
"""Where an organisation has no range of its own."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has or had a number; `until` is None for the one who has it."""

    person: str
    name: str
    since: datetime
    until: datetime | None


async def had(session: AsyncSession, numbers: Collection[str], since: datetime, until: datetime) -> dict[str, str]:
    """Who had these numbers between two moments, by number: their ids, the last where there were several."""
    now = select(PersonRow.agent_no, PersonRow.id).where(PersonRow.agent_no.in_(numbers))
    found = {number or "": person for number, person in await session.execute(now)}
    then = select(AgentNumberRow.number, AgentNumberRow.person).where(
        AgentNumberRow.number.in_(numbers), AgentNumberRow.given_at < until,
        or_(AgentNumberRow.taken_at.is_(None), AgentNumberRow.taken_at > since),
    )  # fmt: skip
    return found | dict((await session.execute(then.order_by(AgentNumberRow.id))).tuples().all())


class AgentNumbers:
    """The service of agent numbers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def next(self, visitor: Visitor, organisation: str) -> str:
        """The lowest number of the organisation's range that nobody ever had, else the lowest that is free."""
        visitor.need("people.manage")
        async with self._store.reading() as session:
            present = await load_organisations(session)
            found = present.get(organisation)
            if found is None or not visitor.reach("people.manage").covers(found.name, found.region):
                raise NotFound("no_organisation", "机构不存在")
            had = set(await session.scalars(select(AgentNumberRow.number)))
            has = set(await session.scalars(select(PersonRow.agent_no).where(PersonRow.agent_no.is_not(None))))
        first, last, digits = range_of(found, present) or (FIRST, LAST, 4)
        others = ranges_of_others(found, present)
        for taken in (had | has, has):
            numbers = (f"{one:0{digits}}" for one in range(first, last + 1))
            free = (one for one in numbers if one not in taken and not is_in(one, others))
            if number := next(free, None):
                return number
        raise Conflict("no_number", "该机构的工号已用完，请调整工号范围")

    async def holders(self, visitor: Visitor, number: str) -> list[Holder]:
        """Who had a number, the latest first; only people within reach are told."""
        visitor.need("people.see")
        wanted = (
            select(AgentNumberRow, PersonRow)
            .join(PersonRow, PersonRow.id == AgentNumberRow.person)
            .where(AgentNumberRow.number == number)
            .order_by(AgentNumberRow.id.desc())
        )
        async with self._store.reading() as session:
            present = await load_organisations(session)
            rows = (await session.execute(wanted)).all()
        reach = visitor.reach("people.see")
        return [
            Holder(person.id, person.name, row.given_at, row.taken_at)
            for row, person in rows
            if reach.covers(person.organisation, present[person.organisation].region)
        ]

    async def given(self, session: AsyncSession, person: str, before: str | None, now: str | None) -> None:
        """Note that a person's number changed, in the transaction of the change."""
        if before == now:
            return
        at = self._clock.wall()
        if before is not None:
            ended = AgentNumberRow.number == before, AgentNumberRow.taken_at.is_(None)
            await session.execute(update(AgentNumberRow).where(*ended).values(taken_at=at))
        if now is not None:
            session.add(AgentNumberRow(id=new_id(), number=now, given_at=at, person=person))


def check_in_range(number: str, organisation: Organisation, present: dict[str, Organisation]) -> None:
    """Refuse a number outside the organisation's range, or within that of another."""
    found = range_of(organisation, present)
    if found is not None and not is_in(number, [found]):
        first, last, digits = found
        raise Invalid("agent_no", f"该机构的工号应在 {first:0{digits}} 至 {last:0{digits}} 之间", "agent_no")
    if is_in(number, ranges_of_others(organisation, present)):
        raise Invalid("agent_no", "该工号在其他机构的工号范围内", "agent_no")
