"""Days that changed after they were over: marked with what they were, since when and by what, for whom they changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from cti.base.clock import VirtualClock
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.figures.kept import late as lately
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.kept.models import FigureLateRow, FigureSpanRow
from cti.office.figures.late import Late, late
from cti.office.figures.library import FigureLibrary
from cti.office.identity.audit.trail import Audit
from cti.process.call_facts import call_facts
from cti.store.engine import Store
from cti.store.models import CallRow
from cti.telephony.queue_titles import QueueTitles
from tests.cti.office.figures.test_figures import CITY, EAST, NOW, figures_of, some_calls
from tests.cti.office.figures.test_kept import YEAR
from tests.office import ROOT

CALLS = [one for one in some_calls(21, 120) if one["queue"]]
CITYS = [one for one in CALLS if one["organisation"] == "city" and not one["outgoing"] and one["agents"]]


async def told(store: Store, *askers: Visitor) -> tuple[Figures, Audit]:
    """Figures whose days were told to these."""
    clock = VirtualClock(NOW)
    figures = await figures_of(store, CALLS, clock)
    figures.kept = Kept(store, clock, figures.library.sources)
    await figures.kept.round()
    for who in askers:
        for by in ((), ("queue",)):
            await figures.value(who, "answer_rate", YEAR, by)
    await figures.kept.round()
    return figures, Audit(store, clock)


async def change(store: Store, call: dict[str, Any], **values: Any) -> None:
    async with store.writing() as session:
        await session.execute(update(CallRow).where(CallRow.id == call["id"]).values(**values))


async def marked(figures: Figures, who: Visitor, by: tuple[str, ...] = ()) -> int:
    return (await figures.value(who, "answer_rate", YEAR, by)).late


async def detail(figures: Figures, audit: Audit, who: Visitor, by: tuple[str, ...] = ()) -> Late:
    return await late(figures, audit, who, "answer_rate", YEAR, by, {})


async def test_a_late_fact_marks_its_day_with_what_it_was_and_which_record_changed_it(store: Store) -> None:
    figures, audit = await told(store, CITY, EAST)
    assert figures.kept is not None
    call = next(one for one in CITYS if YEAR.since <= one["arrived_at"] < YEAR.until)
    before = (await figures.value(CITY, "answer_rate", YEAR)).total.now
    async with store.writing() as session:
        await audit.write(session, CITY, "recording.added", f"call:{call['id']}")
    await change(store, call, agents=[], reason="abandoned")
    assert await marked(figures, CITY) == 0, "counted from its rows until it is kept again"
    await figures.kept.round()
    assert (await marked(figures, CITY), await marked(figures, CITY, ("queue",)), await marked(figures, EAST)) == (
        1,
        1,
        0,
    )
    found = await detail(figures, audit, CITY)
    (line,) = found.lines
    assert line.day == call["arrived_at"].strftime("%Y-%m-%d") and line.changed_at == NOW
    assert (line.was.numerator, line.was.denominator) == (line.now.numerator + 1, line.now.denominator)
    assert found.was == before and found.now.numerator == before.numerator - 1
    (cause,) = line.causes
    assert cause.record == call["id"] and cause.action == "新增录音" and cause.at == NOW
    split = (await detail(figures, audit, CITY, ("queue", "month"))).lines
    assert [one.titles for one in split] == [("综合" if call["queue"] == "general" else "far",)]
    assert (await detail(figures, audit, EAST)).lines == []


async def test_what_changes_nothing_and_what_is_taken_back_leaves_no_mark(store: Store) -> None:
    figures, audit = await told(store, CITY)
    assert figures.kept is not None
    call = next(one for one in CITYS if YEAR.since <= one["arrived_at"] < YEAR.until)
    for values, days in (
        ({"satisfaction": "4"}, 0), ({"agents": []}, 1), ({"satisfaction": "2"}, 1), ({"agents": call["agents"]}, 0),
    ):  # fmt: skip
        await change(store, call, **values)
        await figures.kept.round()
        assert await marked(figures, CITY) == days, values
    async with store.reading() as session:
        assert not await session.scalar(select(func.count()).select_from(FigureLateRow))
    assert (await detail(figures, audit, CITY)).lines == []


async def test_a_recount_that_finds_another_number_is_told_as_its_reason(store: Store) -> None:
    figures, audit = await told(store, CITY)
    assert figures.kept is not None
    true = (await figures.value(CITY, "answer_rate", YEAR)).total.now
    day = next(one["arrived_at"] for one in CITYS if YEAR.since <= one["arrived_at"] < YEAR.until).strftime("%Y-%m-%d")
    async with store.writing() as session:  # as a fault of an older edition may have left it
        await session.execute(update(FigureSpanRow).where(FigureSpanRow.span == day).values(cells="[[7,9,0]]"))
    await figures.kept.rebuild()
    found = await detail(figures, audit, CITY)
    assert found.now == true and [one.day for one in found.lines] == [day]
    assert [(one.title, one.record) for one in found.lines[0].causes] == [("重算统计结果", "")]
    assert await marked(figures, CITY) == 1


async def test_days_that_are_kept_as_they_were_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    figures, _ = await told(store, CITY)
    assert figures.kept is not None
    for limit, value, wanted in (("MOST_DAYS", 2, [2, 2]), ("MOST", 3, [1, 2])):
        monkeypatch.setattr(lately, limit, value)
        for call in (one for one in CITYS if YEAR.since <= one["arrived_at"] < YEAR.until):
            await change(store, call, agents=[])
        await figures.kept.round()
        async with store.reading() as session:
            rows = select(FigureLateRow.cut, func.count()).group_by(FigureLateRow.cut)
            assert sorted(count for _, count in await session.execute(rows)) == wanted


async def test_a_period_that_was_over_when_its_definition_changed_is_told_by_the_one_before(
    sqlite_store: Store, tmp_path: Path
) -> None:
    clock = VirtualClock(NOW)
    figures = await figures_of(sqlite_store, CALLS, clock)
    library = FigureLibrary(tmp_path)
    library.offer(call_facts(QueueTitles()))
    library.deliver(ROOT / "cti" / "process" / "figures")
    figures.library = library
    text = (ROOT / "cti" / "process" / "figures" / "calls_arrived.yaml").read_text("utf-8")
    for note, more in (("第一版", ""), ("远线不计", "only: not outgoing and queue != 'far'\n")):
        lines = [one for one in text.splitlines() if not (more and one.startswith("only:"))] + [more]
        library.publish("\n".join(lines), author="a", message=note)
    found = await late(figures, Audit(sqlite_store, clock), CITY, "calls_arrived", YEAR, (), {})
    assert found.definition is not None and found.definition.message == "远线不计"
    older = library.revision("calls_arrived", found.definition.older)
    assert found.definition.was == (await figures.counted(CITY, older, YEAR)).total.now != found.now
    assert isinstance(found.definition.published_at, datetime)
