"""What tickets say, for parts of the house that learn from it: no person is asked for rights, so nobody is shown it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import NotFound
from cti.store.engine import Store
from workflow.tickets.models import CatalogueRow, TicketCategoryRow, TicketRow, TicketTaskRow

PAGE = 500
LEFT_OUT = ("voided", "withdrawn")
"""Outcomes of tickets that were none."""


@dataclass(frozen=True, slots=True)
class TicketText:
    """A ticket's words, and where it was filed: `category` and `lead` are empty while nobody has said them; `answer` is
    what the citizen was told.
    """

    id: str
    title: str
    content: str
    address: str
    category: str
    lead: str
    created_at: datetime
    answer: str = ""


@dataclass(frozen=True, slots=True)
class TicketWords:
    """What a ticket says, and where it happened; `gone` is one that is none any more."""

    id: str
    title: str
    content: str
    place: str
    address: str
    created_at: datetime
    changed_at: datetime
    gone: bool
    number: str = ""
    organisation: str = ""
    region: str = ""
    category: str = ""
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits to be dispatched for the first time, and that nobody has taken up."""

    id: str
    number: str
    title: str
    content: str
    organisation: str
    region: str
    urgent: bool
    confidential: bool


@dataclass(frozen=True, slots=True)
class Registered:
    """What was registered of a ticket, by the fields of its form."""

    organisation: str
    region: str
    fields: Mapping[str, str]


class TicketTexts:
    """Reads them; `host.provide`d by the tickets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def newest(self, most: int) -> AsyncIterator[Sequence[TicketText]]:
        """At most so many tickets, the newest first, in pages; what was voided or withdrawn is left out."""
        limits = [TicketRow.removed_at.is_(None), TicketRow.outcome.not_in(LEFT_OUT)]
        columns = (
            TicketRow.id, TicketRow.title, TicketRow.content, TicketRow.address, TicketRow.category, TicketRow.lead,
            TicketRow.created_at, TicketRow.answer,
        )  # fmt: skip
        order = (TicketRow.created_at.desc(), TicketRow.id.desc())
        told, last = 0, None
        while told < most:
            wanted = select(*columns).where(*limits).order_by(*order).limit(min(PAGE, most - told))
            if last is not None:
                at, id = last
                wanted = wanted.where(
                    (TicketRow.created_at < at) | ((TicketRow.created_at == at) & (TicketRow.id < id))
                )
            async with self._store.reading() as session:
                rows = (await session.execute(wanted)).all()
            if not rows:
                return
            yield [
                TicketText(id, title, content, address or "", category or "", lead or "", at, answer or "")
                for id, title, content, address, category, lead, at, answer in rows
            ]
            told += len(rows)
            last = rows[-1][6], rows[-1][0]

    async def changed(self, since: datetime | None, after: str, most: int) -> Sequence[TicketWords]:
        """At most so many that were changed since then, the earliest change first; those of that moment whose id comes
        after `after`. Without `since` the most lately changed, those too in the order of their change.
        """
        at = TicketRow.updated_at
        columns = (
            TicketRow.id, TicketRow.title, TicketRow.content, TicketRow.place, TicketRow.address, TicketRow.created_at,
            at, TicketRow.removed_at, TicketRow.outcome, TicketRow.number, TicketRow.organisation, TicketRow.region,
            TicketRow.category, TicketRow.confidential,
        )  # fmt: skip
        wanted = select(*columns)
        if since is None:
            wanted = wanted.order_by(at.desc(), TicketRow.id.desc())
        else:
            later = (at > since) | ((at == since) & (TicketRow.id > after))
            wanted = wanted.where(later).order_by(at, TicketRow.id)
        async with self._store.reading() as session:
            rows = (await session.execute(wanted.limit(most))).all()
        return [
            TicketWords(
                row.id, row.title, row.content, row.place, row.address or "", row.created_at, row.updated_at,
                row.removed_at is not None or row.outcome in LEFT_OUT, row.number or "", row.organisation, row.region,
                row.category or "", row.confidential,
            )
            for row in (rows if since is not None else rows[::-1])
        ]  # fmt: skip

    async def registered(self, id: str) -> Registered:
        """What stands in one. NotFound."""
        async with self._store.reading() as session:
            row = await session.get(TicketRow, id)
        if row is None:
            raise NotFound("no_ticket", "没有这张工单")
        keys = ("title", "content", "type", "place", "address", "category", "caller_name", "caller_gender", "contact")
        fields = {key: str(getattr(row, key) or "") for key in keys}
        return Registered(row.organisation, row.region, {**fields, "urgent": "true" if row.urgent else ""})

    async def waiting(self, id: str) -> Waiting | None:
        """The ticket, if it waits for its reviewer, nobody has taken it up, and no department ever had it."""
        had = select(TicketTaskRow.case).where(TicketTaskRow.ticket == id).limit(1)
        async with self._store.reading() as session:
            row = await session.get(TicketRow, id)
            if row is None or row.stage != "review" or row.person or row.outcome or await session.scalar(had):
                return None
        return Waiting(
            row.id, row.number or "", row.title, row.content, row.organisation, row.region, row.urgent,
            row.confidential,
        )  # fmt: skip

    async def titles(self, session: AsyncSession, ids: Collection[str]) -> Mapping[str, str]:
        """What tickets are called, by their ids; confidential ones are left out."""
        wanted = select(TicketRow.id, TicketRow.title).where(TicketRow.id.in_(ids), TicketRow.confidential.is_(False))
        return dict((await session.execute(wanted)).tuples().all())

    async def categories(self) -> Mapping[str, str]:
        """The paths of all categories that there are, by id."""
        wanted = select(TicketCategoryRow.id, TicketCategoryRow.path).where(TicketCategoryRow.removed_at.is_(None))
        async with self._store.reading() as session:
            return dict((await session.execute(wanted)).tuples().all())

    async def category_names(self) -> list[str]:
        """What categories are called, each by its own name: words that a recogniser should expect."""
        wanted = select(TicketCategoryRow.name).where(TicketCategoryRow.removed_at.is_(None)).distinct()
        async with self._store.reading() as session:
            return list(await session.scalars(wanted))

    async def grounds(self) -> Mapping[str, str]:
        """What the dispatch catalogue says of categories, by their id: all their entries' grounds."""
        found: dict[str, str] = {}
        wanted = select(CatalogueRow.category, CatalogueRow.ground).where(CatalogueRow.removed_at.is_(None))
        async with self._store.reading() as session:
            for category, ground in (await session.execute(wanted)).tuples():
                found[category] = f"{found.get(category, '')} {ground}".strip()
        return found
