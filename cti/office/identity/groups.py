"""Groups of people (班组): an organisation's, with members from it and from what is below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.directory import Organisation, Person, load_organisations, subtree
from cti.office.identity.models import GroupRow, PersonRow
from cti.store.edits import edit, locked, unless_taken
from cti.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupData:
    """What can be said and changed of a group; `members` and `leader` are ids of people."""

    title: str
    organisation: str
    leader: str | None = None
    members: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group and its members by login."""

    id: str
    title: str
    organisation: str
    leader: str | None
    members: tuple[Person, ...]
    version: int


class Groups:
    """The service of groups."""

    def __init__(self, store: Store, clock: Clock, audit: Audit) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit

    async def all(self, visitor: Visitor, text: str = "", organisation: str = "") -> list[Group]:
        """Those of organisations within reach whose title contains `text`, by title."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            reached = _reached(visitor, "people.see", await load_organisations(session))
            wanted = select(GroupRow).where(GroupRow.title.icontains(text, autoescape=True))
            if organisation:
                wanted = wanted.where(GroupRow.organisation == organisation)
            rows = [
                row for row in await session.scalars(wanted.order_by(GroupRow.title)) if row.organisation in reached
            ]
            return await _groups(session, rows)

    async def find(self, visitor: Visitor, group: str) -> Group:
        """One; NotFound also for those out of reach."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            row = await session.get(GroupRow, group)
            _check_reach(visitor, "people.see", row, await load_organisations(session))
            assert row is not None
            return (await _groups(session, [row]))[0]

    async def add(self, visitor: Visitor, data: GroupData) -> Group:
        """A new group. Invalid, Conflict."""
        visitor.need("people.manage")
        with unless_taken("该机构已有同名班组", "title"):
            async with self._store.writing() as session:
                members = await self._checked(session, visitor, data)
                row = GroupRow(id=new_id(), **_values(data, members))
                session.add(row)
                await session.flush()
                (group,) = await _groups(session, [row])
                await self._audit.write(session, visitor, "group.added", f"group:{row.id}", after=_shown(group))
        return group

    async def edit(self, visitor: Visitor, group: str, version: int, data: GroupData) -> Group:
        """Change a group and its members; Conflict when somebody else did since `version`."""
        visitor.need("people.manage")
        with unless_taken("该机构已有同名班组", "title"):
            async with self._store.writing() as session:
                row = await locked(session, GroupRow, group)
                _check_reach(visitor, "people.manage", row, await load_organisations(session))
                assert row is not None
                (before,) = await _groups(session, [row])
                members = await self._checked(session, visitor, data)
                changed = await edit(session, row, version, _values(data, members), visitor, self._clock.wall())
                (found,) = await _groups(session, [row])
                if changed:
                    shown = _shown(before), _shown(found)
                    await self._audit.write(session, visitor, "group.edited", f"group:{group}", *shown)
        return found

    async def remove(self, visitor: Visitor, group: str) -> None:
        """Remove a group; its members stay."""
        visitor.need("people.manage")
        async with self._store.writing() as session:
            row = await locked(session, GroupRow, group)
            _check_reach(visitor, "people.manage", row, await load_organisations(session))
            assert row is not None
            (before,) = await _groups(session, [row])
            await self._audit.write(session, visitor, "group.removed", f"group:{group}", _shown(before))
            await session.delete(row)

    async def _checked(self, session: AsyncSession, visitor: Visitor, data: GroupData) -> list[str]:
        """The members, each once, the leader among them; all must be of the organisation or below it."""
        present = await load_organisations(session)
        organisation = present.get(data.organisation)
        if organisation is None or organisation.name not in _reached(visitor, "people.manage", present):
            raise Invalid("no_organisation", "机构不存在", "organisation")
        members = list(dict.fromkeys([*data.members, *([data.leader] if data.leader else [])]))
        inside = subtree(present, organisation.name) & _reached(visitor, "people.manage", present)
        wanted = select(PersonRow.id).where(PersonRow.id.in_(members), PersonRow.organisation.in_(inside))
        known = set(await session.scalars(wanted))
        for one in members:
            if one not in known:
                raise Invalid("no_person", "成员不存在，或不属于该机构", "leader" if one == data.leader else "members")
        return members


def _reached(visitor: Visitor, permission: str, present: dict[str, Organisation]) -> frozenset[str]:
    reach = visitor.reach(permission)
    return frozenset(one.name for one in present.values() if reach.covers(one.name, one.region))


def _check_reach(visitor: Visitor, permission: str, row: GroupRow | None, present: dict[str, Organisation]) -> None:
    if row is None or row.organisation not in _reached(visitor, permission, present):
        raise NotFound("no_group", "班组不存在")


async def _groups(session: AsyncSession, rows: Sequence[GroupRow]) -> list[Group]:
    wanted = {one for row in rows for one in row.members}
    people = await session.scalars(select(PersonRow).where(PersonRow.id.in_(wanted)).order_by(PersonRow.login))
    found = [Person.of(row) for row in people]
    return [
        Group(
            row.id,
            row.title,
            row.organisation,
            row.leader,
            tuple(one for one in found if one.id in row.members),
            row.version,
        )
        for row in rows
    ]


def _values(data: GroupData, members: list[str]) -> dict[str, Any]:
    values = {"title": data.title, "organisation": data.organisation, "leader": data.leader}
    return {**values, "members": sorted(members)}


def _shown(group: Group) -> dict[str, Any]:
    return {
        "title": group.title,
        "organisation": group.organisation,
        "leader": group.leader,
        "members": [one.login for one in group.members],
    }
