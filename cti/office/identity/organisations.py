"""The tree of organisations, each bound to a region; what lies below lies within the region of what is above."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.identity.audit.trail import Audit
from cti.office.identity.directory import Organisation, level_of, load_organisations, load_roles, subtree
from cti.office.identity.models import OrganisationRow, PersonRow
from cti.office.identity.permissions import Level
from cti.office.identity.signing_in.sessions import Sessions
from cti.store.edits import edit, locked, unless_taken
from cti.store.engine import Store

SEE, MANAGE = "people.see", "organisations.manage"
RANGE = re.compile(r"([0-9]{2,8})-([0-9]{2,8})")


Closing = Callable[[AsyncSession, Visitor, Organisation, Organisation | None], Awaitable[None]]
"""An organisation that is dissolved, and into which it is merged, if into one; a refusal keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationData:
    """What can be said and changed of an organisation."""

    title: str
    region: str
    parent: str | None
    agent_numbers: str = ""


class Organisations:
    """The service of organisations."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._sessions = sessions
        self.closing: list[Closing] = []
        """Who has something to say, or to do, when one is dissolved, in that transaction."""

    async def begin(self, top: Organisation) -> None:
        """Make the first organisation where there is none; the house does it at each start."""
        async with self._store.writing() as session:
            if not await load_organisations(session):
                session.add(OrganisationRow(name=top.name, title=top.title, region=top.region, parent=top.parent))

    async def all(self, visitor: Visitor) -> list[Organisation]:
        """Those within reach, by name."""
        visitor.need(SEE)
        async with self._store.reading() as session:
            found = await load_organisations(session)
        return [one for one in found.values() if _covers(visitor, SEE, one)]

    async def every(self) -> dict[str, Organisation]:
        """All of the house by name, whoever asks: for what checks against them."""
        async with self._store.reading() as session:
            return await load_organisations(session)

    async def own_title(self, visitor: Visitor) -> str:
        """What the visitor's own is called."""
        async with self._store.reading() as session:
            row = await session.get(OrganisationRow, visitor.organisation)
        return row.title if row is not None else visitor.organisation

    async def find(self, visitor: Visitor, name: str) -> Organisation:
        """One; NotFound also for those out of reach."""
        visitor.need(SEE)
        async with self._store.reading() as session:
            found = (await load_organisations(session)).get(name)
        if found is None or not _covers(visitor, SEE, found):
            raise NotFound("no_organisation", "机构不存在")
        return found

    async def add(self, visitor: Visitor, organisation: Organisation) -> Organisation:
        """A new one below one within reach. Invalid, Conflict."""
        visitor.need(MANAGE)
        name = organisation.name
        with unless_taken("机构标识已被使用", "name"):
            async with self._store.writing() as session:
                present = await load_organisations(session)
                if name in present:
                    raise Conflict("taken", "机构标识已被使用", "name")
                if organisation.parent is None:
                    raise Invalid("no_organisation", "请选择上级机构", "parent")
                self.check(visitor, present, organisation)
                _check_numbers(visitor, present, organisation)
                row = OrganisationRow(
                    name=name,
                    title=organisation.title,
                    region=organisation.region,
                    parent=organisation.parent,
                    agent_numbers=organisation.agent_numbers,
                )
                session.add(row)
                await session.flush()
                made = Organisation.of(row)
                await self._audit.write(
                    session, visitor, "organisation.added", f"organisation:{name}", after=_shown(made)
                )
        self._sessions.forget_all()
        return made

    async def edit(self, visitor: Visitor, name: str, version: int, data: OrganisationData) -> Organisation:
        """Change one; Conflict when somebody else did since `version`, or when what is below would not fit."""
        visitor.need(MANAGE)
        async with self._store.writing() as session:
            row = await self._row(session, visitor, name)
            present, before = await load_organisations(session), Organisation.of(row)
            after = Organisation(
                name, **asdict(data), closed=before.closed, version=before.version, successor=before.successor
            )
            if (after.parent is None) != (before.parent is None):
                raise Invalid("top", "最上级机构没有上级，其他机构必须有上级", "parent")
            self.check(visitor, present, after)
            if (after.agent_numbers, after.parent) != (before.agent_numbers, before.parent):
                _check_numbers(visitor, present, after)
            await self._check_people(session, present, after)
            if await edit(session, row, version, asdict(data), visitor, self._clock.wall()):
                shown = _shown(before), _shown(Organisation.of(row))
                await self._audit.write(session, visitor, "organisation.edited", f"organisation:{name}", *shown)
            found = Organisation.of(row)
        self._sessions.forget_all()
        return found

    async def set_closed(self, visitor: Visitor, name: str, closed: bool, successor: str = "") -> Organisation:
        """Close one that has no enabled people and no open organisation below it, or open it again.

        What points to it points to its `successor` from then on; without one, what must point somewhere keeps it.
        """
        visitor.need(MANAGE)
        async with self._store.writing() as session:
            row = await self._row(session, visitor, name)
            present = await load_organisations(session)
            if closed:
                await self._check_empty(session, present, row)
                into = self._successor(visitor, present, name, successor)
                for told in self.closing if row.closed_at is None else ():
                    await told(session, visitor, present[name], into)
            elif row.parent is not None and present[row.parent].closed:
                raise Conflict("parent_closed", "上级机构已撤销，请先恢复上级机构")
            at = self._clock.wall() if closed else None
            if (row.closed_at is not None) != closed:
                said = {"closed_at": at, "successor": successor if closed else ""}
                await edit(session, row, row.version, said, visitor, self._clock.wall())
                action = "organisation.closed" if closed else "organisation.opened"
                after = {"successor": successor} if closed and successor else None
                await self._audit.write(session, visitor, action, f"organisation:{name}", after=after)
            return Organisation.of(row)

    @staticmethod
    def _successor(
        visitor: Visitor, present: dict[str, Organisation], name: str, successor: str
    ) -> Organisation | None:
        if not successor:
            return None
        found = present.get(successor)
        if found is None or found.closed or found.name == name or not _covers(visitor, MANAGE, found):
            raise Invalid("no_organisation", "并入的机构不存在或已撤销", "successor")
        return found

    def check(self, visitor: Visitor, present: dict[str, Organisation], wanted: Organisation) -> None:
        """That it is within reach, fits below its parent and above its children."""
        regions.check(wanted.region)
        _parse_range(wanted.agent_numbers)
        before = present.get(wanted.name)
        if not visitor.reach(MANAGE).covers(wanted.name if before else wanted.parent or "", wanted.region):
            raise Invalid("no_region", "该行政区域不在您的管理范围内", "region")
        if wanted.parent is not None:
            above = present.get(wanted.parent)
            moved = before is None or before.parent != wanted.parent
            if above is None or (moved and not _covers(visitor, MANAGE, above)):
                raise Invalid("no_organisation", "上级机构不存在", "parent")
            if moved and above.closed:
                raise Invalid("closed", "上级机构已撤销", "parent")
            if before is not None and wanted.parent in subtree(present, wanted.name):
                raise Invalid("circle", "上级机构不能是本机构或其下级", "parent")
            if not regions.is_within(wanted.region, above.region):
                detail = f"应在上级机构的行政区域（{regions.title_of(above.region) or above.region}）之内"
                raise Invalid("region", detail, "region")
        for one in present.values():
            if one.parent == wanted.name and not regions.is_within(one.region, wanted.region):
                raise Conflict("region", f"下级机构“{one.title}”不在该行政区域之内", "region")

    async def _check_people(
        self, session: AsyncSession, present: dict[str, Organisation], wanted: Organisation
    ) -> None:
        """That the roles of its people are still for its level."""
        level = level_of(wanted, {**present, wanted.name: wanted})
        if level is level_of(present[wanted.name], present):
            return
        roles = await load_roles(session)
        having = await session.scalars(select(PersonRow.roles).where(PersonRow.organisation == wanted.name))
        held = {name for names in having for name in names if name in roles}
        if unfit := sorted(roles[name].title for name in held if roles[name].level not in (Level.ANY, level)):
            raise Conflict("role_level", f"该机构人员的角色“{unfit[0]}”不适用于新的层级", "region")

    async def _check_empty(self, session: AsyncSession, present: dict[str, Organisation], row: OrganisationRow) -> None:
        if row.parent is None:
            raise Conflict("top", "最上级机构不能撤销")
        if below := [one.title for one in present.values() if one.parent == row.name and not one.closed]:
            raise Conflict("in_use", f"请先撤销下级机构“{below[0]}”")
        limits = PersonRow.organisation == row.name, PersonRow.disabled_at.is_(None)
        people = await session.scalar(select(func.count()).select_from(PersonRow).where(*limits))
        if people:
            raise Conflict("in_use", f"该机构还有 {people} 名在用人员，请先调动或停用")

    async def _row(self, session: AsyncSession, visitor: Visitor, name: str) -> OrganisationRow:
        row = await locked(session, OrganisationRow, name)
        if row is None or not visitor.reach(MANAGE).covers(row.name, row.region):
            raise NotFound("no_organisation", "机构不存在")
        return row


def range_of(organisation: Organisation, present: dict[str, Organisation]) -> tuple[int, int, int] | None:
    """The numbers that its agents' lie in: first, last and how many digits; its own range or that of one above."""
    one: Organisation | None = organisation
    while one is not None:
        if one.agent_numbers:
            return _parse_range(one.agent_numbers)
        one = present.get(one.parent or "")
    return None


def ranges_of_others(organisation: Organisation, present: dict[str, Organisation]) -> list[tuple[int, int, int]]:
    """The ranges of others that one without a range of its own may take no number from."""
    if organisation.agent_numbers:
        return []
    line, at = {organisation.name}, organisation.parent
    while at in present and at not in line:
        line.add(at)
        at = present[at].parent
    ranges = (_parse_range(one.agent_numbers) for one in present.values() if one.name not in line)
    return [one for one in ranges if one is not None]


def is_in(number: str, ranges: Iterable[tuple[int, int, int]]) -> bool:
    """Whether a number lies in one of some ranges."""
    return any(len(number) == digits and first <= int(number) <= last for first, last, digits in ranges)


def _check_numbers(visitor: Visitor, present: dict[str, Organisation], wanted: Organisation) -> None:
    """Refuse a range of agent numbers that is not the visitor's to give.

    The city gives each county its range; a county divides its own among what lies below it.
    """
    if visitor.reach(MANAGE) == EVERYTHING:
        return
    above = present.get(wanted.parent or "")
    if above is None or not _covers(visitor, MANAGE, above):
        raise NotAllowed("range_above", "本机构的工号范围由上级机构分配")
    if not (found := _parse_range(wanted.agent_numbers)):
        return
    whole = range_of(above, present)
    if whole is None or found[2] != whole[2] or not whole[0] <= found[0] <= found[1] <= whole[1]:
        raise Invalid("agent_numbers", "工号范围应在上级机构的工号范围之内", "agent_numbers")


def _parse_range(text: str) -> tuple[int, int, int] | None:
    if not text:
        return None
    found = RANGE.fullmatch(text)
    if found is None or len(found[1]) != len(found[2]) or found[1] > found[2]:
        raise Invalid("agent_numbers", "工号范围应如 2001-2999，首尾位数相同", "agent_numbers")
    return int(found[1]), int(found[2]), len(found[1])


def in_tree_order(organisations: Iterable[Organisation]) -> list[tuple[int, Organisation]]:
    """Each after what is above it, with its depth below the topmost of those given."""
    found = {one.name: one for one in organisations}
    below: dict[str, list[Organisation]] = {}
    for one in sorted(found.values(), key=lambda one: (one.region, one.name)):
        below.setdefault(one.parent if one.parent in found else "", []).append(one)
    ordered: list[tuple[int, Organisation]] = []
    waiting = [(0, one) for one in reversed(below.get("", []))]
    while waiting:
        depth, one = waiting.pop()
        ordered.append((depth, one))
        waiting += [(depth + 1, child) for child in reversed(below.get(one.name, []))]
    return ordered


def _covers(visitor: Visitor, permission: str, one: Organisation) -> bool:
    return visitor.reach(permission).covers(one.name, one.region)


def _shown(one: Organisation) -> dict[str, Any]:
    return {key: value for key, value in asdict(one).items() if key not in ("name", "version")}
