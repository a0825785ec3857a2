"""What became of a record's cases stands in its timeline, on each database."""

from __future__ import annotations

from cti.office.timeline.cases import CaseEvents
from cti.office.timeline.entries import TimelineEntry, TimelineQuery
from cti.office.timeline.sources import Subject, page_of
from tests.cti.office.processes.test_service import AGENT, WATER, Definitions, Town, town

__all__ = ["town"]


async def told(town: Town, size: int, record: str = "t1", kind: str = "ticket") -> list[TimelineEntry]:
    found: list[TimelineEntry] = []
    place, subject = "", Subject(kind, record, town.clock.wall(), AGENT)
    async with town.store.reading() as session:
        while True:
            query = TimelineQuery(before=place, size=size)
            page = await page_of(session, subject, [CaseEvents(Definitions().revision)], query)
            found += page.items
            if not (place := page.next):
                return found


async def test_steps_and_acts_of_a_case_and_its_tasks_are_told_in_order(town: Town) -> None:
    _, lead = await town.dispatched()
    await town.act(WATER, lead, "sign")
    every = await told(town, 50)
    titles = [one.title for one in every][::-1]
    standard, department = Definitions().known["standard"], Definitions().known["department"]
    assert titles[0] == f"开始：{standard.title}"
    assert f"交办：{department.title}" in titles
    first = standard.steps[standard.start]
    assert first.actions["submit"].title in titles
    assert [one.by for one in every if "（water）" in one.title] or any("water" in one.title for one in every)
    assert len({one.id for one in every}) == len(every)
    assert not any("DeadlineNear" in title or title == "" for title in titles)
    for size in (1, 3, 4):
        assert [one.id for one in await told(town, size)] == [one.id for one in every]
    assert await told(town, 5, "t2") == [] and await told(town, 5, kind="lead") == []
