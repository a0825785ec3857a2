"""Twenty figures of a year agree with plain SQL that knows nothing of definitions, from the rows and as kept days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from bench.analysis_lib.rows import fill
from sqlalchemy import func, select, text

from cti.base.clock import VirtualClock
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.identity.models import OrganisationRow
from cti.office.processes.models import CaseDeadlineRow
from cti.office.workshop.owning import Owning
from cti.process.call_facts import call_facts
from cti.store.engine import Store
from cti.store.models import CallRow
from cti.telephony.queue_titles import QueueTitles
from cti.testing.tables import migrated
from tests.office import ROOT
from workflow.tickets.facts import sources
from workflow.tickets.models import TicketRow, TicketTaskRow

NOW = datetime(2025, 12, 31, 2, tzinfo=UTC)
YEAR = Period.around("year", date(2025, 1, 1))
RIGHTS = frozenset({"calls.see", "tickets.see", "reports.see"})
CITY = Visitor("c", "c", "c", None, "city", "320400", permissions=RIGHTS, scope=Scope())
UNIT = Visitor("u", "u", "u", None, "unit0", "320402", permissions=RIGHTS, scope=Scope(frozenset({"unit0"})))

IN_YEAR = "BETWEEN '2024-12-31 16:00:00' AND '2025-12-31 15:59:59.999999'"
CALLS = f"FROM calls WHERE outgoing = 0 AND arrived_at {IN_YEAR}"
ASKED = f"{CALLS} AND queue <> ''"
TICKETS = f"FROM tickets WHERE removed_at IS NULL AND created_at {IN_YEAR}"
ENDED = f"FROM tickets WHERE removed_at IS NULL AND outcome = 'archived' AND ended_at {IN_YEAR}"
THERE = "ticket IN (SELECT id FROM tickets WHERE removed_at IS NULL)"
TASKS = f"FROM ticket_tasks WHERE {THERE} AND role <> 'unit' AND"
LIMITS = f'FROM case_deadlines d JOIN tickets t ON t."case" = d.root WHERE t.removed_at IS NULL AND d.due_at {IN_YEAR}'
RETURNED = "EXISTS (SELECT 1 FROM ticket_tasks k WHERE k.ticket = tickets.id AND k.outcome = 'returned')"
GIVEN = "EXISTS (SELECT 1 FROM ticket_tasks k WHERE k.ticket = tickets.id)"


def kept(clock: str) -> str:
    share = "100.0 * SUM(state = 'ended' AND NOT missed) / SUM(state = 'ended' OR missed)"
    return f"SELECT {share} {LIMITS} AND clock = '{clock}'"


PLAIN = {
    "calls_arrived": f"SELECT COUNT(*) {CALLS}",
    "answer_rate": f"SELECT 100.0 * SUM(agents <> '[]') / COUNT(*) {ASKED}",
    "answered_in_15": f"SELECT 100.0 * SUM(agents <> '[]' AND wait_seconds <= 15) / COUNT(*) {ASKED}",
    "abandoned_rate": f"SELECT 100.0 * SUM(reason = 'abandoned' AND agents = '[]') / COUNT(*) {ASKED}",
    "average_wait": f"SELECT AVG(wait_seconds) {CALLS} AND agents <> '[]'",
    "average_talk": f"SELECT AVG(talk_seconds) {CALLS} AND agents <> '[]'",
    "call_satisfaction": f"SELECT 100.0 * SUM(satisfaction < '4') / COUNT(*) {CALLS} "
    "AND agents <> '[]' AND satisfaction <> ''",
    "tickets_registered": f"SELECT COUNT(*) {TICKETS}",
    "complaints_registered": f"SELECT COUNT(*) {TICKETS} AND type = 'complaint'",
    "phone_share": f"SELECT 100.0 * SUM(channel = 'phone') / COUNT(*) {TICKETS}",
    "reminded_rate": f"SELECT 100.0 * SUM(reminders > 0) / COUNT(*) {TICKETS}",
    "tickets_finished": f"SELECT COUNT(*) {ENDED}",
    "satisfaction": f"SELECT 100.0 * SUM(satisfaction IN ('satisfied', 'basically')) / COUNT(*) {ENDED} "
    "AND satisfaction IN ('satisfied', 'basically', 'unsatisfied')",
    "solved_rate": f"SELECT 100.0 * SUM(solved = 'yes') / COUNT(*) {ENDED} AND solved <> ''",
    "direct_answer_rate": f"SELECT 100.0 * SUM(NOT {GIVEN}) / COUNT(*) {ENDED}",
    "dispatch_accuracy": f"SELECT 100.0 * SUM(NOT {RETURNED}) / COUNT(*) {ENDED} AND {GIVEN}",
    "handling_hours": f"SELECT AVG(julianday(ended_at) - julianday(created_at)) * 24 {ENDED}",
    "unit_tasks_given": f"SELECT COUNT(*) {TASKS} begun_at {IN_YEAR}",
    "unit_tasks_done": f"SELECT COUNT(*) {TASKS} outcome = 'replied' AND ended_at {IN_YEAR}",
    "returned_rate": f"SELECT 100.0 * SUM(outcome = 'returned') / COUNT(*) {TASKS} ended_at {IN_YEAR}",
    "dispatched_on_time": kept("review"),
    "signed_on_time": kept("sign"),
    "units_on_time": kept("handle"),
    "finished_on_time": kept("whole"),
    "revisited_on_time": kept("revisit"),
}
"""Each as somebody would count it who has the tables and no definition."""


async def year_of(store: Store, tickets: int = 300, calls: int = 400) -> Figures:
    await migrated(store, [ROOT / "workflow" / "tickets"])
    async with store.writing() as session:
        session.add(OrganisationRow(
            name="city", title="市热线", region="320400", parent=None, agent_numbers="", version=1
        ))  # fmt: skip
    await fill(store, tickets, calls, NOW - timedelta(days=1), 1.1)
    library, clock = FigureLibrary(None), VirtualClock(NOW)
    for source in (*sources(sqlite=True), call_facts(QueueTitles())):
        library.offer(source)
    for folder in ("cti/process", "workflow/tickets"):
        library.deliver(ROOT / folder / "figures")
    figures = Figures(store, clock, library, Owning("city", "320400", FIGURES), {})
    figures.kept = Kept(store, clock, library.sources)
    return figures


async def test_a_week_that_is_copied_fills_the_year(store: Store) -> None:
    await migrated(store, [ROOT / "workflow" / "tickets"])
    async with store.writing() as session:
        session.add(OrganisationRow(
            name="city", title="市热线", region="320400", parent=None, agent_numbers="", version=1
        ))  # fmt: skip
    await fill(store, 52 * 20, 52 * 10, NOW, 1.0, many=1)
    async with store.reading() as session:
        for table, moment, each in ((TicketRow, TicketRow.created_at, 20), (CallRow, CallRow.arrived_at, 10)):
            assert await session.scalar(select(func.count()).select_from(table)) == 52 * each
            assert await session.scalar(select(func.count(table.id.distinct()))) == 52 * each
            last = select(func.count()).where(moment >= NOW - timedelta(days=7))
            assert each - 2 <= (await session.scalar(last) or 0) <= each + 2
        tasks = select(func.count()).select_from(TicketTaskRow).join(TicketRow, TicketTaskRow.ticket == TicketRow.id)
        given = select(func.count()).where(TicketRow.lead != "")
        assert await session.scalar(tasks) == await session.scalar(given)
        limits = select(CaseDeadlineRow.root).join(TicketRow, TicketRow.case == CaseDeadlineRow.root)
        loose = select(func.count()).where(CaseDeadlineRow.root.not_in(limits))
        assert await session.scalar(loose) == 0
        running = (await session.scalars(select(TicketRow.created_at).where(TicketRow.outcome == ""))).all()
        assert running and min(running) > NOW - timedelta(days=120)
        assert not await session.scalar(select(func.count()).where(TicketRow.ended_at >= NOW))
        late = select(func.count()).where(CaseDeadlineRow.missed, CaseDeadlineRow.due_at >= NOW)
        assert not await session.scalar(late)


async def test_twenty_figures_agree_with_plain_sql_and_follow_a_late_fact(sqlite_store: Store) -> None:
    figures = await year_of(sqlite_store)
    assert figures.kept is not None and len(PLAIN) >= 20
    await figures.kept.round()
    for turn in ("from the rows", "as kept", "after late facts", "kept again"):
        if turn == "after late facts":
            async with sqlite_store.writing() as session:
                for late in (
                    "UPDATE tickets SET satisfaction = 'unsatisfied' WHERE rowid % 7 = 0 AND outcome <> ''",
                    "UPDATE calls SET agents = '[]', reason = 'abandoned' WHERE rowid % 11 = 0 AND queue <> ''",
                    "UPDATE ticket_tasks SET outcome = 'returned' WHERE rowid % 5 = 0 AND outcome <> ''",
                    "UPDATE case_deadlines SET missed = 1 WHERE rowid % 9 = 0",
                    "DELETE FROM ticket_tasks WHERE rowid % 13 = 0",
                    "UPDATE tickets SET removed_at = created_at WHERE rowid % 10 = 0",
                ):
                    await session.execute(text(late))
        async with sqlite_store.reading() as session:
            plain = {name: await session.scalar(text(said)) for name, said in PLAIN.items()}
        for name, value in plain.items():
            assert value, name
            found = (await figures.value(CITY, name, YEAR)).total.now.value
            assert found == pytest.approx(value), f"{name} {turn}"
        await figures.value(UNIT, "tickets_registered", YEAR)
        await figures.kept.round()
    async with sqlite_store.reading() as session:
        own = await session.scalar(text(
            f"SELECT COUNT(*) {TICKETS} AND EXISTS "
            "(SELECT 1 FROM ticket_tasks k WHERE k.ticket = tickets.id AND k.organisation = 'unit0')"
        ))  # fmt: skip
    assert (await figures.value(UNIT, "tickets_registered", YEAR)).total.now.value == own
