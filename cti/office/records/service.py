"""The service of one kind of records: every module's own is a subclass that says what they are and adds its rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import class_mapper

from cti.base.http.routes import Route
from cti.base.refusal import Conflict, Refusal
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct, Remove, Restore
from cti.office.bulk.asking import BulkAnswer, Failure
from cti.office.conditions import records as conditions
from cti.office.identity.masking import SEE_NUMBERS, Disclosure
from cti.office.records.auditing import differences
from cti.office.records.office import Office
from cti.office.records.query import (
    Moment,
    Moments,
    RecordPage,
    Tally,
    TallyPage,
    order_of,
    plain,
)
from cti.office.records.rules import F, Q, R, V
from cti.office.records.settling import rules_of
from cti.office.records.storing import Stored, ids_in
from cti.office.references import ORGANISATIONS, PEOPLE, REGIONS, Reference
from cti.office.screens.description import Action
from cti.office.screens.forms import columns_of
from cti.office.sharing.rule import Way
from cti.office.sharing.service import apart
from cti.office.timeline.changes import Changes
from cti.office.timeline.entries import TimelinePage, TimelineQuery
from cti.office.timeline.sources import Subject, TimelineSource, page_of
from cti.store.edits import edits_of
from cti.store.listing import Listed, counted_in_ways, listed_in_ways

MOST_COUNTED = 100
MOST_TALLIED = 100
USUAL: Mapping[str, Reference] = {"organisation": ORGANISATIONS, "region": REGIONS, "created_by": PEOPLE}
"""What columns of all records point to."""


class Records(Stored[R, F, V, Q]):
    """The service of one kind of records. TypeError for fields whose rules cannot be kept."""

    def __init__(self, office: Office) -> None:
        self.office = office
        rules_of(self.fields)
        office.audit.kinds.setdefault(self.kind, self.title)
        titles = {key: field.title for key, field in self.view.model_fields.items() if field.title}
        office.audit.fields.setdefault(self.kind, titles)
        office.services[self.kind] = self
        self.references = {key: one.bound(office.services) for key, one in {**USUAL, **self.refs}.items()}
        self.base = ""
        """Where its routes are, once they are made."""
        self.listeners = []

    async def find(self, visitor: Visitor, query: Q) -> RecordPage[V]:
        """A page of the records within reach."""
        visitor.need(self.see)
        await self.check_query(visitor, query)
        async with self.office.store.reading() as session:
            found = await self._listed(session, visitor, query)
            items = await self.shown_all(session, visitor, found.rows)
        if self.is_private:
            await Disclosure(self.office.audit).seen(visitor, SEE_NUMBERS, self.kind, [row.id for row in found.rows])
        return RecordPage(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    def wanted(self, visitor: Visitor, query: Q) -> tuple[list[ColumnElement[bool]], list[ColumnElement[Any]]]:
        """The conditions and the order that a query means for a visitor."""
        return [*self.readable(visitor), *self.filtered(visitor, query)], self._order(visitor, query)

    def filtered(self, visitor: Visitor, query: Q) -> list[ColumnElement[bool]]:
        """The conditions that a query makes. NotAllowed for one by what the visitor sees masked."""
        self.check_shown(visitor, *query.model_dump(exclude_defaults=True))
        removed = self.table.removed_at
        limits: list[ColumnElement[bool]] = [removed.is_not(None) if query.removed else removed.is_(None)]
        if query.organisation:
            limits.append(self.table.organisation == query.organisation)
        for key, reference in self.references.items():
            if key not in USUAL and (wanted := getattr(query, key, None)):
                limits.append(reference.below(getattr(self.table, key), wanted))
        limits += [limit for part in self.parts for limit in part.limits(self, visitor, query)]
        limits += conditions.limits_of(self, visitor, query.where)
        return [*limits, *self.limits(visitor, query)]

    def _order(self, visitor: Visitor, query: Q) -> list[ColumnElement[Any]]:
        wanted = query.sort or self.sort_of(visitor, query)
        if (key := wanted.removeprefix("-")) in self.sorts:
            # A key of the list may have another name than its column.
            self.check_shown(visitor, *{key, self.sorts[key].key})
        return order_of(self.table, self.sorts, wanted)

    async def count(self, visitor: Visitor, query: Q, most: int = MOST_COUNTED) -> int:
        """How many records the list of this query has, counted no further than `most`. Invalid for what it refuses."""
        visitor.need(self.see)
        await self.check_query(visitor, query)
        self._order(visitor, query)
        async with self.office.store.reading() as session:
            return await counted_in_ways(session, self.table.id, await self._gone(session, visitor, query), most)

    async def tally(self, visitor: Visitor, query: Q, key: str) -> TallyPage:
        """How many records of a query have which value in a column that is `tallied`."""
        visitor.need(self.see)
        await self.check_query(visitor, query)
        self.check_shown(visitor, key)
        limits, _ = self.wanted(visitor, query)
        column = getattr(self.table, key)
        wanted = select(column, func.count()).where(*limits).group_by(column).order_by(func.count().desc(), column)
        async with self.office.store.reading() as session:
            found = {plain(value): count for value, count in (await session.execute(wanted.limit(MOST_TALLIED))).all()}
            words = await self._words_of(session, visitor, key, found)
        order = [*(value for value in words if value in found), *(value for value in found if value not in words)]
        return TallyPage(items=[Tally(value=one, title=words.get(one, one), count=found[one]) for one in order])

    async def _words_of(
        self, session: AsyncSession, visitor: Visitor, key: str, found: Mapping[str, int]
    ) -> Mapping[str, str]:
        if (reference := self.references.get(key)) is not None:
            titles = await reference.titles(session, visitor, set(found) - {""})
            return {value: titles[value] for value in found if value in titles}
        (column,) = columns_of(self.view, key)
        return {one.value: one.title for one in column.options}

    async def _listed(self, session: AsyncSession, visitor: Visitor, query: Q) -> Listed[R]:
        """The page: each way in which rows are the visitor's is gone by its own index."""
        limits = await self._gone(session, visitor, query)
        return await listed_in_ways(
            session, self.table, self.table.id, limits, self._order(visitor, query), query.page, query.size
        )

    async def _gone(self, session: AsyncSession, visitor: Visitor, query: Q) -> list[Way]:
        filters = self.filtered(visitor, query)
        return [[*way, *filters] for way in await apart(session, self.ways(visitor, self.see))] or [[false()]]

    async def check_query(self, visitor: Visitor, query: Q) -> None:
        """Refuse a query that looks for what the visitor sees masked, in `search` or in its conditions."""
        await self.check_search(visitor, query)
        await conditions.check(self, visitor, query.where, query.purpose)

    async def get(self, visitor: Visitor, id: str) -> V:
        """One record, removed ones too; NotFound also for those out of reach."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            found = await self.shown_whole(session, visitor, row)
            await self.complete(session, visitor, [row], [found])
        if self.is_private:
            await self.office.audit.look(visitor, f"{self.kind}.seen", f"{self.kind}:{id}")
        return found

    async def changes(self, visitor: Visitor, id: str, page: int, size: int) -> Moments:
        """Who changed what of one record, the newest first; as many as are known."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            edits = (await edits_of(session, row))[::-1]
        names = {one.key: one.columns[0].doc or one.key for one in class_mapper(self.table).column_attrs}
        said = [Moment(at=one.at, by=one.name, title=_edit_words(one.fields, names)) for one in edits]
        said.append(Moment(at=row.created_at, title="创建"))
        begin = (page - 1) * size
        return Moments(items=said[begin : begin + size], total=len(said), page=page, size=size)

    @cached_property
    def sources(self) -> tuple[TimelineSource, ...]:
        """What the timeline of these records has of its own; others add theirs to the office's."""
        every = [one for model in (self.fields, self.view) for one in columns_of(model)]
        own = Changes(tuple(every), self.office.audit.kinds)
        return (own, *(source for part in self.parts for source in part.sources(self)))

    async def timeline(self, visitor: Visitor, id: str, query: TimelineQuery) -> TimelinePage:
        """All that happened with one record, the newest first."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            sources = [*self.sources, *self.office.timelines.of(self.kind)]
            return await page_of(session, Subject(self.kind, id, row.created_at, visitor), sources, query)

    async def create(self, visitor: Visitor, body: F, filled: Mapping[str, Any] | None = None) -> V:
        """A new record; `filled` is what its parts asked for in the form, by their names."""
        visitor.need(self.edit_permission)
        async with self._drawn(visitor, body) as number, self.changing() as session:
            row = await self.insert(session, visitor, body, number)
            await self.audit(session, visitor, "added", row.id, after=self.told(row))
            for part in self.parts:
                if part.name in (filled or {}):
                    await part.made(session, self, visitor, row.id, (filled or {})[part.name])
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([row.id])
        return found

    async def edit(self, visitor: Visitor, id: str, version: int, body: F) -> V:
        """Change a record that was read at `version`; Conflict `changed` says who was quicker."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.removed_at is not None:
                raise Conflict("removed", f"该{self.title}已删除，请先恢复")
            before, real = self.told(row), self.real(row)
            owner = {"organisation": row.organisation}
            body = self.numbers_kept(visitor, await self.resolved(session, visitor, body, row), row)
            if (organisation := getattr(body, "organisation", None)) and organisation != row.organisation:
                owner = await self._owner(session, visitor, organisation)
            values = {**owner, **await self.values(session, body, row, owner["organisation"])}
            await self.apply(session, visitor, row, version, values)
            if both := differences(self.office.audit, self.kind, id, (before, real), (self.told(row), self.real(row))):
                await self.audit(session, visitor, "edited", id, *both)
            found = await self.shown_whole(session, visitor, row)
            await self.complete(session, visitor, [row], [found])
        await self.changed([id])
        return found

    async def remove(self, visitor: Visitor, id: str) -> bool:
        """Take a record out of the lists; False when it was already."""
        return await self._set_removed(visitor, id, True)

    async def restore(self, visitor: Visitor, id: str) -> bool:
        """Bring a removed record back; False when it was there."""
        return await self._set_removed(visitor, id, False)

    async def purge(self, visitor: Visitor, id: str) -> None:
        """Take a removed record away for good, with all its parts; the audit keeps that it was there. Conflict."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.removed_at is None:
                raise Conflict("not_removed", f"该{self.title}没有删除，不能彻底清除")
            for part in self.parts:
                await part.purge(session, self, [id])
            await self.audit(session, visitor, "purged", id, before=self.told(row))
            await session.delete(row)
        await self.changed([id])

    async def _set_removed(self, visitor: Visitor, id: str, removed: bool) -> bool:
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if (row.removed_at is not None) == removed:
                return False
            await (self.check_removed if removed else self.check_restored)(session, row)
            values = {"removed_at": self.office.clock.wall() if removed else None}
            await self.apply(session, visitor, row, row.version, values)
            await self.audit(session, visitor, "removed" if removed else "restored", id, after=self.told(row))
        await self.changed([id])
        return True

    def own_routes(self, base: str) -> list[Route]:
        """Routes below `base` that a sort of records has beside the usual ones."""
        return []

    @classmethod
    def own_actions(cls, base: str) -> tuple[Action, ...]:
        """What can be done with a record by these."""
        return ()

    def bulk_acts(self) -> tuple[BulkAct, ...]:
        """What can be done with many at once: a module adds its own."""
        return (Remove(), Restore(), *(act for part in self.parts for act in part.bulk()))

    async def bulk(self, ids: Iterable[str], work: Callable[[str], Awaitable[object]]) -> BulkAnswer:
        """Do the same for many, each on its own; what is refused for one stops no other."""
        done, failed = 0, []
        for id in dict.fromkeys(ids):
            try:
                await work(id)
                done += 1
            except Refusal as refusal:
                failed.append(Failure(id=id, detail=refusal.detail))
        return BulkAnswer(done=done, failed=failed)

    # ── what is told with them ───────────────────────────────────────────────────────────────────────────────────

    async def shown_all(self, session: AsyncSession, visitor: Visitor, rows: Sequence[R]) -> list[V]:
        """Records as the visitor may see them, with titles and acts; no row costs a query of its own."""
        views = [self.shown(visitor, row) for row in rows]
        await self.complete(session, visitor, rows, views)
        return views

    async def complete(self, session: AsyncSession, visitor: Visitor, rows: Sequence[R], views: Sequence[V]) -> None:
        """Fill in the titles of what the records point to, what the visitor may do with each now, what parts show."""
        writes: set[str] = set()
        if rows and visitor.may(self.edit_permission):
            wanted = select(self.table.id).where(self.table.id.in_([row.id for row in rows]), *self.writable(visitor))
            writes = set(await session.scalars(wanted))
        for row, view in zip(rows, views, strict=True):
            more = [act for part in self.parts for act in part.offered(self, visitor, row, row.id in writes)]
            view.acts = [*self.offered(row, row.id in writes), *more]
        for key, reference in self.references.items():
            met = [(view, ids) for view in views if (ids := ids_in(getattr(view, key, None)))]
            if not met:
                continue
            titles = await reference.titles(session, visitor, {id for _, ids in met for id in ids})
            for view, ids in met:
                if words := "、".join(titles[id] for id in ids if id in titles):
                    view.titles[key] = words
        by_id = {view.id: view for view in views}
        for part in self.parts if views else ():
            for id, values in (await part.beside(session, self, visitor, list(by_id))).items():
                for key, value in values.items():
                    setattr(by_id[id], key, value)

    # ── what a module's own verbs are made of ────────────────────────────────────────────────────────────────────

    async def audit(
        self,
        session: AsyncSession,
        visitor: Visitor,
        action: str,
        id: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """An entry of the audit about a record."""
        await self.office.audit.write(session, visitor, f"{self.kind}.{action}", f"{self.kind}:{id}", before, after)
        if id:
            await self.happened(session, visitor, action, id)

    async def happened(self, session: AsyncSession, visitor: Visitor, act: str, id: str, words: str = "") -> None:
        """Let the parts know what somebody did with a record: the audit's verb, or in `words`."""
        for part in self.parts:
            await part.happened(session, self, visitor, act, id, words)


def _edit_words(fields: Sequence[str], names: Mapping[str, str]) -> str:
    if fields == ["removed_at"]:
        return "删除或恢复"
    return f"修改了{'、'.join(names.get(one, one) for one in fields)}"
