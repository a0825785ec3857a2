"""The service of one kind of records: every module's own is a subclass that says what they are and adds its rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar

import msgspec
import structlog
from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.exc import StaleDataError

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults, Invalid, NotAllowed, NotFound, Refusal
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct, Remove, Restore
from cti.office.bulk.asking import BulkAnswer, Failure
from cti.office.conditions import records as conditions
from cti.office.identity.audit import Audit
from cti.office.identity.directory import Organisation, load_organisations
from cti.office.identity.lookups import Lookups
from cti.office.identity.masking import HIDDEN, SEE_NUMBERS, Disclosure
from cti.office.numbering import Facts
from cti.office.numbering import service as numbering
from cti.office.numbering.service import Taken
from cti.office.records.query import (
    Moment,
    Moments,
    RecordPage,
    Tally,
    TallyPage,
    order_of,
    plain,
)
from cti.office.records.rules import F, Q, R, Rules, V
from cti.office.records.settling import computed, rules_of, settled
from cti.office.references import ORGANISATIONS, PEOPLE, REGIONS, Reference
from cti.office.screens.forms import columns_of
from cti.office.search import service as search
from cti.office.sharing.rule import Way, given_in, within
from cti.office.sharing.service import given_to
from cti.office.timeline.changes import Changes
from cti.office.timeline.entries import TimelinePage, TimelineQuery
from cti.office.timeline.sources import Subject, Timelines, TimelineSource, page_of
from cti.store.edits import edit, edits_of
from cti.store.engine import Store
from cti.store.listing import Listed, listed_in_ways

log = structlog.get_logger(__name__)

T = TypeVar("T")
CHUNK = 50
PAUSE = 0.2
"""Seconds between two portions of records that are found from now on."""
MOST_COUNTED = 100
MOST_TALLIED = 100
MANY = 2000
"""Whoever was given more records than this has them looked for in the order of the list, not one by one."""
USUAL: Mapping[str, Reference] = {"organisation": ORGANISATIONS, "region": REGIONS, "created_by": PEOPLE}
"""What columns of all records point to."""
PUBLIC = ("organisation", "region")
"""Columns that say whose a record is: no view of the audit's has them, and nothing in them is masked."""


class Countable(Protocol):
    """A list whose rows can be counted: with the filters of its `query`, no further than `most`."""

    query: type[Any]

    async def count(self, visitor: Visitor, query: Any, most: int) -> int:
        """How many there are for the visitor."""
        ...


@dataclass(frozen=True, slots=True)
class Office:
    """What services of records stand on. Rows made by the house itself belong to `organisation` in `region`."""

    store: Store
    clock: Clock
    audit: Audit
    organisation: str
    region: str
    lookups: Lookups
    timelines: Timelines = field(default_factory=Timelines)
    services: dict[str, Records[Any, Any, Any, Any]] = field(default_factory=dict)
    """Those that run, by the kind of their records."""
    counted: dict[str, Countable] = field(default_factory=dict)
    """Lists of other things that can be counted like records, by the kind that they name as `records`."""
    bulky: dict[str, Any] = field(default_factory=dict)
    """What else takes acts with many of its rows, by its kind: it answers what `cti.office.bulk` asks of a service."""
    foundations: dict[type, Any] = field(default_factory=dict)

    def countable(self, kind: str) -> Countable | None:
        """What counts the rows of lists of a kind; None when nobody does."""
        return self.services.get(kind) or self.counted.get(kind)

    def need(self, kind: type[T]) -> T:
        """What parts of records stand on, such as the service of files; LookupError when the house has none."""
        found = self.foundations.get(kind)
        if not isinstance(found, kind):
            raise LookupError(f"nobody offers {kind.__module__}.{kind.__qualname__}")
        return found


class Records(Rules[R, F, V, Q]):
    """The service of one kind of records. TypeError for fields whose rules cannot be kept."""

    def __init__(self, office: Office) -> None:
        self.office = office
        rules_of(self.fields)
        office.audit.kinds.setdefault(self.kind, self.title)
        office.services[self.kind] = self
        self.references = {key: one.bound(office.services) for key, one in {**USUAL, **self.refs}.items()}
        self.base = ""
        """Where its routes are, once they are made."""
        self._listeners: list[Callable[[Sequence[str]], Awaitable[None] | None]] = []

    def on_change(self, listener: Callable[[Sequence[str]], Awaitable[None] | None]) -> Callable[[], None]:
        """Hear the ids of records that were made, changed, removed or restored, once that is stored."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def find(self, visitor: Visitor, query: Q) -> RecordPage[V]:
        """A page of the records within reach."""
        visitor.need(self.see)
        await self.check_query(visitor, query)
        async with self.office.store.reading() as session:
            found = await self._listed(session, visitor, query)
            items = await self.shown_all(session, visitor, found.rows)
        if self.is_private:
            await Disclosure(self.office.audit).seen(visitor, SEE_NUMBERS, self.kind, [row.id for row in found.rows])
        return RecordPage(items=items, total=found.total, page=query.page, size=query.size)

    def wanted(self, visitor: Visitor, query: Q) -> tuple[list[ColumnElement[bool]], list[ColumnElement[Any]]]:
        """The conditions and the order that a query means for a visitor."""
        return [*self.readable(visitor), *self.filtered(visitor, query)], self._order(query)

    def filtered(self, visitor: Visitor, query: Q) -> list[ColumnElement[bool]]:
        """The conditions that a query makes, whoever asks."""
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

    def _order(self, query: Q) -> list[ColumnElement[Any]]:
        return order_of(self.table, self.sorts, query.sort or self.sort_of(query))

    async def count(self, visitor: Visitor, query: Q, most: int = MOST_COUNTED) -> int:
        """How many records the list of this query has, counted no further than `most`."""
        visitor.need(self.see)
        await self.check_query(visitor, query)
        limits, _ = self.wanted(visitor, query)
        some = select(self.table.id).where(*limits).limit(most).subquery()
        async with self.office.store.reading() as session:
            return await session.scalar(select(func.count()).select_from(some)) or 0

    async def tally(self, visitor: Visitor, query: Q, key: str) -> TallyPage:
        """How many records of a query have which value in a column that is `tallied`."""
        visitor.need(self.see)
        await self.check_search(visitor, query)
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
        filters, ways = self.filtered(visitor, query), self.ways(visitor, self.see)
        if len(ways) > 1 and self.sharing.given:
            given = await given_to(session, self.kind, visitor, self.see, MANY + 1)
            if given == 0:
                del ways[-1]
            elif given > MANY:
                ways[-1] = [given_in(self.table, self.kind, visitor, self.see)]
        limits = [[*way, *filters] for way in ways] or [[false()]]
        return await listed_in_ways(
            session, self.table, self.table.id, limits, self._order(query), query.page, query.size
        )

    async def check_query(self, visitor: Visitor, query: Q) -> None:
        """Refuse a query that looks for what the visitor sees masked, in `search` or in its conditions."""
        await self.check_search(visitor, query)
        await conditions.check(self, visitor, query.where, query.purpose)

    async def check_search(self, visitor: Visitor, query: Q) -> None:
        """Refuse to look for what the visitor sees masked, where he may not; see `cti.office.identity.lookups`."""

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
            body = await self.resolved(session, visitor, body, row)
            if (organisation := getattr(body, "organisation", None)) and organisation != row.organisation:
                owner = await self._owner(session, visitor, organisation)
            values = {**owner, **await self.values(session, body, row, owner["organisation"])}
            await self.apply(session, visitor, row, version, values)
            if both := self.differences((before, real), (self.told(row), self.real(row)), id):
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

    async def part_of(
        self, session: AsyncSession, visitor: Visitor, id: str, *, change: bool = False, permission: str = "",
        part: str = "",
    ) -> R:  # fmt: skip
        """The row whose part is looked at, or changed: by `permission`, else by that to edit. NotFound, Conflict.

        NotAllowed where he may read the record, but not this `part` of it.
        """
        visitor.need(permission or (self.edit_permission if change else self.see))
        row = await self.row(session, visitor, id, lock=change, permission=permission)
        if change and row.removed_at is not None:
            raise Conflict("removed", f"该{self.title}已删除，请先恢复")
        if part and not self.sees_part(visitor, row, part):
            raise NotAllowed("not_inside", f"您不能查看该{self.title}的这部分内容")
        return row

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

    # ── whose records are whose ──────────────────────────────────────────────────────────────────────────────────

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """The ways in which rows are a visitor's by a permission: `sharing`, and what a module adds to it."""
        house = self.office.organisation
        return self.sharing.ways(self.table, self.kind, visitor, permission, house=house, writing=writing)

    def readable(self, visitor: Visitor, permission: str = "") -> list[ColumnElement[bool]]:
        """The condition on the rows that a visitor may read; `permission` is the one to do it by, else `see`."""
        return [within(self.ways(visitor, permission or self.see))]

    def writable(self, visitor: Visitor, permission: str = "") -> list[ColumnElement[bool]]:
        """The condition on the rows that he may change, by `edit_permission` where none is given."""
        return [within(self.ways(visitor, permission or self.edit_permission, writing=True))]

    async def readable_of(self, session: AsyncSession, visitor: Visitor, ids: Iterable[str]) -> set[str]:
        """Those of some records that a visitor may read."""
        wanted = select(self.table.id).where(self.table.id.in_(list(ids)), *self.readable(visitor))
        return set(await session.scalars(wanted))

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
            met = [(view, ids) for view in views if (ids := _ids(getattr(view, key, None)))]
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

    async def resolved(self, session: AsyncSession, visitor: Visitor, body: F, row: R | None = None) -> F:
        """The body as it counts, with ids where it names by title what it points to.

        Invalid for what is not there, or not his, and for what is shown and not filled in. What stays as it is in the
        row is not asked again: it may be switched off by now.
        """
        faults, found = Faults(), dict[str, Any]()
        with faults.gathered():
            body = settled(body)
        for key in self.refs:
            said = getattr(body, key, None)
            if not said or (row is not None and said == getattr(row, key)):
                continue
            with faults.gathered():
                ids = [await self._pointed(session, visitor, key, one) for one in _ids(said)]
                found[key] = ids if isinstance(said, list) else ids[0]
        faults.refuse()
        return body.model_copy(update=found)

    async def _pointed(self, session: AsyncSession, visitor: Visitor, key: str, words: str) -> str:
        reference = self.references[key]
        ids = await reference.named(session, visitor, words)
        if words in ids:
            return words
        if len(ids) != 1:
            said = f"有多个{reference.title}叫“{words}”，请写明" if ids else f"没有{reference.title}“{words}”"
            raise Invalid(f"no_{key}", said, key)
        return ids[0]

    # ── what a module's own verbs are made of ────────────────────────────────────────────────────────────────────

    async def row(
        self, session: AsyncSession, visitor: Visitor, id: str, *, lock: bool = False, permission: str = ""
    ) -> R:
        """The row, locked in a writing session; NotFound also for those that he may not read, locked: not change.

        `permission` is the one to change it by, where that is not `edit_permission`.
        """
        limits = self.writable(visitor, permission) if lock else self.readable(visitor)
        wanted = select(self.table).where(self.table.id == id, *limits)
        if lock:
            wanted = wanted.with_for_update(of=self.table).execution_options(populate_existing=True)
        found = await session.scalar(wanted)
        if found is None:
            raise NotFound(f"no_{self.kind}", f"{self.title}不存在")
        return found

    @cached_property
    def _column_names(self) -> tuple[str, ...]:
        return tuple(one.key for one in class_mapper(self.table).column_attrs)

    async def insert(self, session: AsyncSession, visitor: Visitor, body: F, number: Taken | None = None) -> R:
        """A new row in the session, with its number: the one that was drawn, or else the next."""
        row = await self.drafted(session, visitor, body)
        if self.numbered is not None:
            if number is None:
                facts = Facts(row.organisation, row.region, row.created_at)
                number = await numbering.take(session, self.kind, self.numbered, facts, visitor.name, row.id)
            else:
                await numbering.give(session, number, row.id)
            setattr(row, self.numbered.column, number.number)
        session.add(row)
        await session.flush()
        await self.follow(session, row)
        await self.indexed(session, row)
        return row

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: F) -> R:
        """A new row that is not yet anywhere, with all rules asked: a session that reads is enough."""
        faults, values = Faults(), dict[str, Any]()
        owner = await self._owner(session, visitor, getattr(body, "organisation", None) or "")
        with faults.gathered():
            body = await self.resolved(session, visitor, body)
        with faults.gathered():
            values = await self.values(session, body, None, owner["organisation"])
        faults.refuse()
        values |= computed(self.fields, {name: values.get(name) for name in self._column_names})
        now = self.office.clock.wall()
        made: Callable[..., R] = self.table
        return made(
            id=new_id(),
            created_by=visitor.person,
            created_at=now,
            updated_at=now,
            **{**owner, **values, **self.derived(values)},
        )

    async def apply(
        self, session: AsyncSession, visitor: Visitor, row: R, version: int, values: Mapping[str, Any]
    ) -> None:
        """Change a locked row; Conflict when it was read at another version than it has."""
        columns = {name: values.get(name, getattr(row, name)) for name in self._column_names}
        values = {**values, **computed(self.fields, columns)}
        if row.version == version and any(getattr(row, name) != value for name, value in values.items()):
            row.updated_at = self.office.clock.wall()
            for name, value in self.derived(values).items():
                setattr(row, name, value)
        if await edit(session, row, version, values, visitor, self.office.clock.wall()):
            await self.follow(session, row)
            await self.indexed(session, row)

    async def indexed(self, session: AsyncSession, row: R) -> None:
        """Let the row be found as it is now, or no more when it was removed, in the transaction of its change."""
        if not self.searched:
            return
        if row.removed_at is None:
            await search.keep(session, self.findable(row))
        else:
            await search.forget(session, self.kind, [row.id])

    def found_by(self, words: str) -> ColumnElement[bool]:
        """The condition that all the words stand in a record, for `limits`."""
        return self.table.id.in_(search.records_with(words, self.kind, self.office.store.is_sqlite))

    async def catch_up(self) -> None:
        """Let records be found that were stored before their kind was searched, the newest first."""
        table = self.table
        while True:
            async with self.office.store.writing() as session:
                oldest = await search.oldest(session, self.kind)
                older = [table.id < oldest] if oldest else []
                wanted = select(table).where(table.removed_at.is_(None), *older).order_by(table.id.desc()).limit(CHUNK)
                rows = (await session.scalars(wanted)).all()
                for row in rows:
                    await search.keep(session, self.findable(row))
            if len(rows) < CHUNK:
                return
            # Others write in between.
            await asyncio.sleep(PAUSE)

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

    async def heard_of(self, session: AsyncSession, row: R) -> Sequence[str]:
        """What recordings are about it, as the audit names them (`recording:…`): see `cti.office.looks`."""
        return ()

    async def titled(self, session: AsyncSession, visitor: Visitor, row: R) -> str:
        """What a record is called in a preview of acts with many."""
        return self.name_of(self.shown(visitor, row))

    def name_of(self, view: V) -> str:
        """What a record is called by people, as its view may tell it: its number, and its name or title."""
        keys = [*([self.numbered.column] if self.numbered is not None else []), *self.searched[:1], "title", "name"]
        said = [str(found) for key in dict.fromkeys(keys) if (found := getattr(view, key, None))]
        return " ".join(said[:2]) or f"{self.title} …{view.id[-6:]}"

    def page_of(self, id: str) -> str:
        """Where the console shows a record; empty when it has no page."""
        return f"/{self.screen}/{id}" if self.screen else ""

    def differences(
        self, before: tuple[dict[str, Any], dict[str, Any]], after: tuple[dict[str, Any], dict[str, Any]], id: str
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """What changed, before and after, as the audit has it; None when nothing did.

        Each is what was told (masked) and what is real, by key. What is real decides: two names that look alike once
        masked are a change, and each stands there masked with a keyed hash, by which it can be proved and not guessed.
        """
        keys = [
            key
            for key in {**before[0], **before[1]}
            if before[1].get(key) != after[1].get(key) or before[0].get(key) != after[0].get(key)
        ]
        if not keys:
            return None
        old, new = ({key: self._hidden(*said, key, id) for key in keys} for said in (before, after))
        return old, new

    def _hidden(self, told: dict[str, Any], real: dict[str, Any], key: str, id: str) -> Any:
        if key not in real or key in PUBLIC or told.get(key) == real[key]:
            return real[key] if key in PUBLIC else told.get(key)
        shown, said = told.get(key, HIDDEN), msgspec.json.encode(real[key]).decode()
        return {"shown": shown, "hash": self.office.audit.digest(self.kind, id, key, said)}

    async def changed(self, ids: Sequence[str]) -> None:
        """Tell the listeners; one that fails does not make the change undone."""
        for listener in list(self._listeners):
            try:
                if (waiting := listener(ids)) is not None:
                    await waiting
            except Exception:
                log.exception("listener of records failed", kind=self.kind)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[AsyncSession]:
        """A writing session that turns what the database finds out at the end into a refusal."""
        try:
            async with self.office.store.writing() as session:
                yield session
        except StaleDataError:
            raise Conflict("changed", f"该{self.title}已被他人修改，请刷新后重试") from None
        except IntegrityError:
            raise Conflict("taken", f"已有相同的{self.title}") from None

    @asynccontextmanager
    async def _drawn(self, visitor: Visitor, body: F) -> AsyncIterator[Taken | None]:
        """The number of a record that will be, where such are drawn beforehand."""
        rule = self.numbered
        if rule is None or rule.gapless:
            yield None
            return
        async with self.office.store.reading() as session:
            # What is refused at once takes none.
            row = await self.drafted(session, visitor, body)
        facts = Facts(row.organisation, row.region, row.created_at)
        async with numbering.drawn(self.office.store, self.kind, rule, facts, visitor.name) as taken:
            yield taken

    async def _owner(self, session: AsyncSession, visitor: Visitor, organisation: str) -> dict[str, str]:
        name = organisation or visitor.organisation
        if not name:
            return {"organisation": self.office.organisation, "region": self.office.region}
        # An import asks for the same ones again and again.
        known: dict[str, Organisation] = session.info.setdefault("organisations", {})
        if name not in known:
            known.update(await load_organisations(session))
        found = known.get(name)
        if found is None or not visitor.reach(self.edit_permission).covers(found.name, found.region):
            raise Invalid("no_organisation", "机构不存在", "organisation")
        return {"organisation": found.name, "region": found.region}

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


def _ids(value: str | Sequence[str] | None) -> Sequence[str]:
    return [value] if value and isinstance(value, str) else value or ()


def _edit_words(fields: Sequence[str], names: Mapping[str, str]) -> str:
    if fields == ["removed_at"]:
        return "删除或恢复"
    return f"修改了{'、'.join(names.get(one, one) for one in fields)}"
