"""What became of proposals: of each ticket that was registered beside a call, by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.records import Office
from workflow.assistant.models import CountRow
from workflow.assistant.rules import USE
from workflow.assistant.views import FIELDS, CountLine, CountQuery
from workflow.tickets.texts import TicketTexts

MOST_HELD = 2_000
"""Calls whose proposals are remembered until their ticket is there: in memory, since they say who called."""
DAYS = 30
COUNTED = tuple(one for one in FIELDS if one not in ("event_at", "keywords", "then_lead"))
"""Fields that the ticket keeps as they were proposed."""


class Counts:
    """Remembers what stood beside a call, and counts what was kept of it."""

    def __init__(self, office: Office, texts: TicketTexts) -> None:
        self._office, self._texts = office, texts
        self._held: dict[str, dict[str, str]] = {}

    def note(self, call: str, proposed: Mapping[str, str]) -> None:
        """These stand beside a call now: the best of each field."""
        before = self._held.pop(call, {})
        self._held[call] = {**before, **proposed}
        while len(self._held) > MOST_HELD:
            self._held.pop(next(iter(self._held)))

    async def registered(self, call: str, ticket: str) -> None:
        """A ticket was made of a call: count what was kept. A further ticket of the same call counts no more."""
        proposed = self._held.pop(call, None)
        if not proposed:
            return
        kept = await self._texts.registered(ticket)
        day = self._office.clock.wall().astimezone(ZONE).date()
        async with self._office.store.writing() as session:
            for field in COUNTED:
                if field not in proposed:
                    continue
                # One of several engines may count the same field at this moment.
                row = await session.get(CountRow, (day, kept.organisation, field), with_for_update=True)
                if row is None:
                    row = CountRow(
                        day=day, organisation=kept.organisation, region=kept.region, field=field, proposed=0, kept=0,
                        changed=0, empty=0,
                    )  # fmt: skip
                    session.add(row)
                row.proposed += 1
                value = kept.fields.get(field, "")
                if value == proposed[field]:
                    row.kept += 1
                elif value:
                    row.changed += 1
                else:
                    row.empty += 1

    async def lines(self, visitor: Visitor, query: CountQuery) -> list[CountLine]:
        """By field, within the organisations that the visitor reaches."""
        visitor.need(USE)
        until = query.until or self._office.clock.wall().astimezone(ZONE).date()
        since = query.since or until - timedelta(days=DAYS - 1)
        found = await self._sums(visitor, since, until)
        return [
            CountLine(
                id=field, title=FIELDS[field], proposed=proposed, kept=kept, changed=changed, empty=empty,
                rate=f"{kept / proposed:.1%}",
            )
            for field, proposed, kept, changed, empty in sorted(found, key=lambda one: list(FIELDS).index(one[0]))
        ]  # fmt: skip

    async def _sums(self, visitor: Visitor, since: date, until: date) -> Sequence[tuple[str, int, int, int, int]]:
        sums = (func.sum(one) for one in (CountRow.proposed, CountRow.kept, CountRow.changed, CountRow.empty))
        wanted = (
            select(CountRow.field, *sums)
            .where(CountRow.day >= since, CountRow.day <= until, *visitor.reach(USE).limits(CountRow))
            .group_by(CountRow.field)
        )
        async with self._office.store.reading() as session:
            rows = (await session.execute(wanted)).all()
        return [(field, *(int(one) for one in sums)) for field, *sums in rows if field in FIELDS]
