"""综合满意度 raw and adjusted: what was judged not to count is left out of the one, and no more."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text, update

from cti.base.ids import new_id
from cti.office.figures import Period
from cti.store.engine import Store
from tests.office import ROOT
from tests.workflow.analysis.test_twenty_figures import CITY, year_of
from tests.workflow.performance.performance_place import with_tables
from workflow.performance.facts import of_tickets
from workflow.performance.models import ExclusionRow
from workflow.tickets.models import TicketRow

YEAR = Period.around("year", date(2025, 1, 1))
LEFT_OUT = """SELECT 100.0 * SUM(satisfaction IN ('satisfied', 'basically')) / COUNT(*) FROM tickets
WHERE outcome = 'archived' AND ended_at BETWEEN '2024-12-31 16:00:00' AND '2025-12-31 15:59:59.999999'
AND satisfaction IN ('satisfied', 'basically', 'unsatisfied') AND NOT EXISTS (SELECT 1 FROM performance_exclusions e
WHERE e.record = tickets.id AND e.stage = 'granted' AND e.subject IN ('', tickets.lead))"""


def exclusion(record: str, stage: str, subject: str = "", organisation: str = "city") -> ExclusionRow:
    at = datetime(2025, 12, 1, tzinfo=UTC)
    return ExclusionRow(
        id=new_id(), organisation=organisation, region="320400", version=1, created_by="x", created_at=at,
        updated_at=at, screen="tickets", record=record, about="", subject=subject, agent="", subject_name="",
        code="unreasonable", reason="诉求不合理", stage=stage,
    )  # fmt: skip


async def test_what_was_judged_not_to_count_is_left_out_of_the_adjusted_alone(sqlite_store: Store) -> None:
    await with_tables(sqlite_store)
    figures = await year_of(sqlite_store, tickets=300, calls=0)
    undo = figures.extend("tickets", of_tickets)
    figures.library.deliver(ROOT / "workflow" / "performance" / "figures")
    assert figures.kept is not None

    async def said(name: str, who: Any = CITY) -> float | None:
        return (await figures.value(who, name, YEAR)).total.now.value

    await figures.kept.round()
    raw = await said("satisfaction")
    assert raw is not None and await said("satisfaction_adjusted") == raw
    await figures.kept.round()
    unhappy = select(TicketRow.id, TicketRow.lead).where(
        TicketRow.satisfaction == "unsatisfied", TicketRow.lead != "", TicketRow.ended_at >= YEAR.since
    )
    async with sqlite_store.writing() as session:
        (one, _), (two, lead), (three, _), (four, _), (five, _) = (await session.execute(unhappy.limit(5))).all()
        session.add_all([
            exclusion(one, "granted"), exclusion(two, "granted", lead), exclusion(three, "granted", "another"),
            exclusion(four, "asked"), exclusion(five, "refused"),
        ])  # fmt: skip
    for _ in ("touched days from their rows", "kept again"):
        async with sqlite_store.reading() as session:
            plain = await session.scalar(text(LEFT_OUT))
        found = await said("satisfaction_adjusted")
        assert found == pytest.approx(plain) and found > raw
        assert await said("satisfaction") == pytest.approx(raw)
        await figures.kept.round()
    async with sqlite_store.writing() as session:
        await session.execute(update(ExclusionRow).where(ExclusionRow.record == four).values(stage="granted"))
    assert (await said("satisfaction_adjusted") or 0) > found, "a judgement that comes late changes the past"
    undo()
    assert "not_counted" not in figures.library.sources["tickets"].facts
