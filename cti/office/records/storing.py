"""How records come into their table: bodies made whole, rows made and changed, numbered, and found by their words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any

import structlog
from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.exc import StaleDataError

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.numbering import Facts
from cti.office.numbering import service as numbering
from cti.office.numbering.service import Taken
from cti.office.records.reach import Reached
from cti.office.records.rules import F, Q, R, V
from cti.office.records.settling import computed, settled
from cti.office.references import Reference
from cti.office.search import service as search
from cti.store.edits import edit

log = structlog.get_logger(__name__)

CHUNK = 50
PAUSE = 0.2
"""Seconds between two portions of records that are found from now on."""


def ids_in(value: str | Sequence[str] | None) -> Sequence[str]:
    """The ids in a column that points to one record or to several."""
    return [value] if value and isinstance(value, str) else value or ()


class Stored(Reached[R, F, V, Q]):
    """Records as verbs write them, each in its own session; these ask for no permission but what a body names.

    `references` says what columns point to, `listeners` who hears of changes once they are stored.
    """

    references: Mapping[str, Reference]
    listeners: list[Callable[[Sequence[str]], Awaitable[None] | None]]

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
                ids = [await self._pointed(session, visitor, key, one) for one in ids_in(said)]
                found[key] = ids if isinstance(said, list) else ids[0]
        faults.refuse()
        return body.model_copy(update=found)

    async def _pointed(self, session: AsyncSession, visitor: Visitor, key: str, words: str) -> str:
        reference = self.references[key]
        # An import names the same ones again and again.
        known: dict[tuple[str, str, str], list[str]] = session.info.setdefault("named", {})
        asked = (self.kind, key, words)
        ids = known.get(asked)
        if ids is None:
            ids = known[asked] = await reference.named(session, visitor, words)
        if words in ids:
            return words
        if len(ids) != 1:
            said = f"有多个{reference.title}叫“{words}”，请写明" if ids else f"没有{reference.title}“{words}”"
            raise Invalid(f"no_{key}", said, key)
        return ids[0]

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
        await self.indexed(session, row, fresh=True)
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

    async def indexed(self, session: AsyncSession, row: R, *, fresh: bool = False) -> None:
        """Let the row be found as it is now, or no more when it was removed, in the transaction of its change."""
        if not self.searched:
            return
        if row.removed_at is None:
            await search.keep(session, self.findable(row), fresh=fresh)
        else:
            await search.forget(session, self.kind, [row.id])

    def limits(self, visitor: Visitor, query: Q) -> list[ColumnElement[bool]]:
        """The conditions that the query's own filters make, and what is sought."""
        found = super().limits(visitor, query)
        return [*found, self.sought(visitor, query.search)] if query.search else found

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """What is found by what somebody wrote into the search field.

        By default the record of this number, those of this telephone number, or else those with these words: an index
        each, never two of unlike ways. Where records are found by none of these, all are.
        """
        by_number = getattr(self.table, self.numbered.column) == text if self.numbered is not None else None
        called = self.telephone.condition(self.table, text, self.area) if self.telephone is not None else None
        exact = [one for one in (by_number, called) if one is not None]
        if self.searched and called is None:
            # The record's own number is among the words that it is found by.
            return self.found_by(text)
        if self.numbered is None and self.telephone is None:
            return true()
        return or_(*exact) if exact else false()

    async def check_search(self, visitor: Visitor, query: Q) -> None:
        """Refuse to look for what the visitor sees masked, where he may not; see `cti.office.identity.lookups`."""
        if self.telephone is not None and query.search:
            number = self.telephone.sought(self.table, query.search, self.area)
            await self.office.lookups.number(visitor, self.kind, number, query.purpose)

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

    def on_change(self, listener: Callable[[Sequence[str]], Awaitable[None] | None]) -> Callable[[], None]:
        """Hear the ids of records that were made, changed, removed or restored, once that is stored."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def changed(self, ids: Sequence[str]) -> None:
        """Tell the listeners; one that fails does not make the change undone."""
        for listener in list(self.listeners):
            try:
                if (waiting := listener(ids)) is not None:
                    await waiting
            except Exception:
                log.exception("listener of records failed", kind=self.kind)
