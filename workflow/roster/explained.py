"""Why a month's roster is as it is, and who changed it by hand."""

from __future__ import annotations

from cti.base.http.routes import Paged
from cti.base.visitor import Visitor
from cti.office.references import PEOPLE
from cti.store.listing import listed
from workflow.roster.models import ChangeRow
from workflow.roster.rosters import Rosters
from workflow.roster.rules import PLAN
from workflow.roster.solving.explaining import explain
from workflow.roster.table_views import ChangesQuery, ChangeView, GapView, PersonShare


class Explained:
    """For who plans."""

    def __init__(self, rosters: Rosters) -> None:
        self._rosters, self._office, self._planning = rosters, rosters.office, rosters.planning

    async def explain(self, visitor: Visitor, id: str) -> tuple[list[GapView], list[PersonShare]]:
        """Why a roster is as it is now: what is not covered, and what falls to whom."""
        visitor.need(PLAN)
        async with self._office.store.reading() as session:
            row = await self._rosters.row(session, visitor, id)
            month = await self._planning.month(session, row, self._office.clock.wall())
        report = explain(month.problem, month.given)
        gaps = [
            GapView(
                id=f"{one.day} {one.title}", day=one.day, title=one.title, needed=one.needed, there=one.there,
                whys="，".join(f"{why.reason} {why.people} 人" for why in one.whys),
            )
            for one in report.gaps
        ]  # fmt: skip
        people = [
            PersonShare(
                person=one.person, name=one.name, shifts=one.shifts, hours=_hours(one.minutes),
                contract=_hours(one.target), beside=_hours(one.minutes - one.target), nights=one.nights,
                weekends=one.weekends, unmet=one.unmet, breaches="；".join(one.breaches),
            )
            for one in report.people
        ]  # fmt: skip
        return gaps, people

    async def changes(self, visitor: Visitor, id: str, query: ChangesQuery) -> Paged[ChangeView]:
        """Who changed a roster by hand, the newest first."""
        visitor.need(PLAN)
        async with self._office.store.reading() as session:
            await self._rosters.row(session, visitor, id)
            limits, order = [ChangeRow.roster == id], [ChangeRow.id.desc()]
            found = await listed(session, ChangeRow, limits, order, query.page, query.size)
            ids = {one["person"] for row in found.rows for one in (*row.before, *row.after)}
            names = await PEOPLE.titles(session, visitor, ids)
        items = [
            ChangeView(
                id=row.id, at=row.at, by_name=row.by_name, why=row.why, undone=row.undone,
                **{
                    side: "；".join(f"{names.get(one['person'], '')} {one['words']}" for one in some)
                    for side, some in (("before", row.before), ("after", row.after))
                },
            )
            for row in found.rows
        ]  # fmt: skip
        return Paged(items=items, total=found.total, page=query.page, size=query.size, more=found.more)


def _hours(minutes: int) -> float:
    return round(minutes / 60, 1)
