"""Processes and forms of a running house: published, counted, forms checked, cases moved to other revisions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import AlarmCleared, AlarmRaised, Event
from cti.base.files import documents
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.base.times.calendars import CalendarFile, Calendars
from cti.base.visitor import Visitor, system
from cti.office.identity.audit.words import title_of
from cti.office.identity.directory import Organisation
from cti.office.identity.models import AuditRow
from cti.office.identity.permissions import PERMISSIONS
from cti.office.identity.service import Identity
from cti.office.processes.api import FormsApi, PreviewBody, ProcessesApi
from cti.office.processes.case import Actor, Moved
from cti.office.processes.deadlines import DUE
from cti.office.processes.desk import EDIT, READ
from cti.office.processes.models import CaseDeadlineRow
from cti.office.processes.room import Ground, ProcessRoom
from cti.office.processes.trials import Move, Trial
from cti.office.timers.models import TimerRow
from cti.office.timers.service import Timers
from cti.office.workshop.watcher import LibraryWatcher
from cti.store.engine import Store
from cti.store.migration import migrate
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.office import cheap_passwords, visitor

FORM = "form: note\ntitle: 说明\nfields:\n  text: {title: 说明, type: long, required: true}\n"
TEXT = """\
process: simple
title: 简单流程
about: thing
start: begin
values: {asked: 0}
clocks:
  whole: {title: 时限, during: [begin, work], limits: {amount: 2, unit: working_days}}
steps:
  begin:
    title: 登记
    who: {permission: people.see}
    actions:
      send: {title: 送办, form: note, next: work}
      end: {title: 直接办结, next: done}
  work:
    title: 办理
    who: {permission: people.see}
    actions: {finish: {title: 办结, next: done}, note: {title: 备注}}
  done: {title: 已办结, outcome: done}
cast: {people: {wang: {may: people.see}}}
tests:
  - {name: 送办, opens: wang, moves: [{who: wang, does: send, form: {text: 急}, step: work}]}
"""
NEXT = TEXT.replace("values: {asked: 0}", "values: {asked: 0, more: 1}")
BOSS = replace(visitor("boss"), person="01boss")
COUNTY = replace(visitor("county", "north", READ, EDIT, "people.see"), scope=Scope(organisations=frozenset({"north"})))


class Place:
    """A house with one kind of record."""

    def __init__(self, store: Store, tmp: Path, clock: VirtualClock, identity: Identity) -> None:
        self.store, self.clock, self.told = store, clock, list[Event]()
        bus = Bus()
        bus.subscribe(Event, self.told.append)
        self.timers = Timers(store, clock, bus)
        self.calendars = Calendars()
        self.room = ProcessRoom(
            Ground(tmp, store, clock, bus, identity.audit, self.timers, self.calendars, ("city", "320400"), PERMISSIONS)
        )
        self.room.cases.about("thing", self._facts, self._hear)

    async def _facts(self, session: AsyncSession, record: str) -> Mapping[str, Any]:
        return {}

    async def _hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        return

    async def publish(self, text: str = TEXT, visitor: Visitor = BOSS) -> int:
        if "note" not in self.room.forms.names:
            await self.room.form_desk.publish(BOSS, "note", FORM, "第一版")
        return (await self.room.desk.publish(visitor, "simple", text, "改动")).revision

    async def open(self, organisation: str = "city", region: str = "320400") -> str:
        async with self.store.writing() as session:
            moved = await self.room.cases.open(
                session, BOSS, "simple", "thing", "t1", organisation=organisation, region=region
            )
        return moved.root

    async def act(self, case: str, action: str, **form: Any) -> None:
        async with self.store.writing() as session:
            await self.room.cases.act(session, BOSS, case, action, form)

    async def due(self, case: str) -> datetime:
        async with self.store.reading() as session:
            return (await session.get_one(CaseDeadlineRow, (case, "whole"))).due_at

    async def revision_of(self, case: str) -> tuple[int, Mapping[str, Any]]:
        async with self.store.reading() as session:
            found = (await self.room.cases.family(session, case)).cases[case]
        return found.revision, found.values


async def _place(store: Store, tmp_path: Path) -> Place:
    clock = VirtualClock(at(MONDAY, "10:00"))
    identity = await Identity.open(
        store, Bus(), clock, Organisation("city", "市热线", "320400", None), passwords=cheap_passwords()
    )
    identity.close()
    if "north" not in await identity.organisations.every():
        await identity.organisations.add(system("test"), Organisation("north", "北区", "320411", "city"))
    return Place(store, tmp_path / "data", clock, identity)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """On SQLite."""
    store = await Store.open(None, tmp_path)
    await migrate(store)
    yield await _place(store, tmp_path)
    await store.close()


@pytest.fixture
async def each(store: Store, tmp_path: Path) -> Place:
    """On each database."""
    return await _place(store, tmp_path)


async def test_a_draft_is_published_audited_and_rolled_back(place: Place) -> None:
    await place.publish()
    desk = place.room.desk
    draft = await desk.save_draft(BOSS, "simple", NEXT, base=1, seen="")
    with pytest.raises(Conflict):
        await desk.save_draft(BOSS, "simple", TEXT, base=1, seen="")
    assert await place.publish(draft.text) == 2
    lines, parts = desk.diff(BOSS, "simple", 1, 2)
    assert "+values: {asked: 0, more: 1}" in lines and parts.changed == ()
    assert (await desk.roll_back(BOSS, "simple", 1)).restores == 1
    async with place.store.reading() as session:
        actions = set(await session.scalars(select(AuditRow.action)))
    assert {"form.publish", "process.publish", "process.draft", "process.roll_back"} <= actions


async def test_what_lint_or_its_own_tests_refuse_is_not_published(place: Place) -> None:
    await place.publish()
    for text in (TEXT.replace("next: work}", "next: wrk}"), TEXT.replace("step: work}", "step: done}")):
        with pytest.raises(Invalid) as error:
            await place.publish(text)
        assert error.value.more["findings"]
    with pytest.raises(NotAllowed):
        await place.publish(NEXT, COUNTY)
    with pytest.raises(Invalid, match="没有表单"):
        await place.publish(TEXT.replace("form: note", "form: other"))
    assert place.room.processes.current("simple").revision == 1


async def test_a_county_changes_its_own_files_and_not_the_citys(place: Place) -> None:
    await place.publish()
    desk = place.room.desk
    with pytest.raises(NotAllowed):
        await desk.save_draft(COUNTY, "simple", TEXT)
    own = TEXT.replace("process: simple", "process: own\norganisation: north\nreplaces: simple\nregions: '320411'")
    await desk.save_draft(COUNTY, "own", own)
    await desk.publish(BOSS, "own", own, "县区版")
    far = await place.open("north", "320411")
    async with place.store.reading() as session:
        assert (await place.room.cases.family(session, far)).cases[far].process == "own"
    assert desk.may_see(replace(COUNTY, organisation="x", scope=Scope(organisations=frozenset({"x"}))), "own") is False


async def test_what_is_filled_in_is_checked_by_the_form(place: Place) -> None:
    await place.publish()
    case = await place.open()
    with pytest.raises(Invalid) as error:
        await place.act(case, "send", text=" ")
    assert (error.value.field, error.value.more["errors"]) == ("text", {"text": "请填写说明"})
    async with place.store.reading() as session:
        fields = await place.room.cases.form(session, BOSS, case, "send")
        assert [(one.key, one.kind, one.required) for one in fields] == [("text", "long", True)]
        with pytest.raises(NotFound):
            await place.room.cases.form(session, BOSS, case, "end")
    await place.act(case, "send", text="急")


async def test_open_cases_are_counted_at_their_steps_and_how_long_they_stay(each: Place) -> None:
    place = each
    await place.publish()
    cases = [await place.open() for _ in range(3)]
    await place.open("north", "320411")
    place.clock.advance(3600)
    await place.act(cases[0], "send", text="急")
    await place.act(cases[0], "note")
    place.clock.advance(7200)
    await place.act(cases[1], "send", text="急")
    await place.act(cases[0], "finish")
    graph = await place.room.desk.graph(BOSS, "simple")
    assert {one.name: one.now for one in graph.nodes} == {"begin": 2, "work": 1, "done": 0}
    assert [(one.way, one.target) for one in graph.edges if one.source == "begin"] == [
        ("送办", "work"), ("直接办结", "done"),
    ]  # fmt: skip
    found = await place.room.desk.figures(BOSS, "simple", MONDAY, MONDAY)
    begin, work = found.steps["begin"], found.steps["work"]
    assert (begin.now, begin.entered, begin.median, begin.p90) == (2, 4, 7200, 10080)
    assert begin.actions == {"send": 2} and begin.longest_now == 10800
    assert (work.now, work.entered, work.median, work.actions) == (1, 2, 7200, {"finish": 1})
    assert found.actions == {"send": 2, "note": 1, "finish": 1}
    county = await place.room.desk.graph(COUNTY, "simple")
    assert sum(one.now for one in county.nodes) == 1
    assert (await place.room.desk.figures(BOSS, "simple", date(2026, 1, 1), date(2026, 1, 2))).steps[
        "begin"
    ].entered == 0


async def test_open_cases_go_by_another_revision_only_when_they_are_moved_and_fit(each: Place) -> None:
    place = each
    await place.publish()
    fits, stuck, over = [await place.open() for _ in range(3)]
    await place.act(stuck, "send", text="急")
    await place.act(over, "end")
    without = (
        NEXT.replace("form: note, next: work", "form: note, next: done")
        .replace("during: [begin, work]", "during: [begin]")
        .replace("step: work}", "step: done}")
    )
    begin = without.index("  work:\n")
    await place.publish(without[:begin] + without[without.index("  done: {") :])
    desk = place.room.desk
    assert (await place.revision_of(fits))[0] == 1
    dry = await desk.move_cases(BOSS, "simple", 2, dry=True)
    assert (dry.moved, dry.unfit, [one.case for one in dry.misfits]) == (1, 1, [stuck])
    assert dry.misfits[0].why == ("新版没有“办理”环节",)
    assert (await place.revision_of(fits))[0] == 1
    done = await desk.move_cases(BOSS, "simple", 2, dry=False)
    assert (done.moved, done.unfit) == (1, 1)
    assert await place.revision_of(fits) == (2, {"asked": 0, "more": 1})
    assert [(await place.revision_of(one))[0] for one in (stuck, over)] == [1, 1]
    async with place.store.reading() as session:
        assert await place.room.cases.broken(session, fits) == ""
        assert (await place.room.cases.events(session, fits))[-1].kind == "CaseMoved"
    summary = await desk.summary(BOSS, "simple")
    assert (summary.revision, summary.now, summary.older) == (2, 2, 1)
    with pytest.raises(NotFound):
        await desk.move_cases(BOSS, "simple", 9, dry=True)
    with pytest.raises(NotAllowed):
        await desk.move_cases(COUNTY, "simple", 2, dry=True)


async def test_a_case_keeps_its_revision_when_the_file_is_broken(place: Place, tmp_path: Path) -> None:
    await place.publish()
    case = await place.open()
    path = tmp_path / "data" / "processes" / "simple.yaml"
    watcher = LibraryWatcher(place.room.processes)
    path.write_text("process: simple\nsteps: {", "utf-8")
    while not await watcher.look():
        await asyncio.sleep(0)
    await watcher.look()
    assert [one.line for one in place.room.processes.refused["simple"]]
    await place.act(case, "send", text="急")
    assert (await place.room.desk.summary(BOSS, "simple")).problems


async def test_an_engine_that_starts_over_a_broken_file_goes_on_with_the_cases(each: Place, tmp_path: Path) -> None:
    """What was published stays in effect, and new cases begin by it, until the file is mended."""
    await each.publish()
    stands = await each.open()
    path = tmp_path / "data" / "processes" / "simple.yaml"
    path.write_text("process: simple\nsteps: {", "utf-8")
    next_one = await _place(each.store, tmp_path)
    watcher = LibraryWatcher(next_one.room.processes)
    for _ in range(3):
        await watcher.look()
    assert [one.line for one in next_one.room.processes.refused["simple"]]
    await next_one.act(stands, "send", text="急")
    new = await next_one.open()
    assert (await next_one.revision_of(new))[0] == (await next_one.revision_of(stands))[0] == 1
    path.write_text(NEXT, "utf-8")
    for _ in range(3):
        await watcher.look()
    await next_one.act(stands, "finish")
    assert (await next_one.revision_of(await next_one.open()))[0] == 2


async def test_a_refused_file_is_an_alarm_until_it_is_mended(place: Place, tmp_path: Path) -> None:
    await place.publish()
    path = tmp_path / "data" / "forms" / "note.yaml"
    path.write_text(FORM.replace("long", "lng"), "utf-8")
    task = asyncio.create_task(place.room.watch())
    raised = await _heard(place, AlarmRaised)
    assert raised.name == "refused:form:note" and "表单 note 有错误" in raised.text
    path.write_text(FORM, "utf-8")
    path.write_text(FORM.replace("required: true", "required: false"), "utf-8")
    assert (await _heard(place, AlarmCleared)).name == "refused:form:note"
    task.cancel()


async def _heard(place: Place, kind: type[Any]) -> Any:
    async with asyncio.timeout(20):
        while True:
            if found := [one for one in place.told if isinstance(one, kind)]:
                return found[-1]
            await asyncio.sleep(0.02)


async def test_files_of_a_plugin_are_delivered_and_an_admins_own_stay(place: Place, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    for name, text in (("forms/note", FORM), ("processes/simple", TEXT)):
        (plugin / name).parent.mkdir(parents=True)
        (plugin / f"{name}.yaml").write_text(text, "utf-8")
    await place.room.deliver(plugin)
    assert place.room.processes.current("simple").revision == 1
    (plugin / "processes/simple.yaml").write_text(NEXT, "utf-8")
    await place.room.deliver(plugin)
    assert place.room.processes.current("simple").revision == 2
    await place.publish(TEXT)
    (plugin / "processes/simple.yaml").write_text(NEXT.replace("more: 1", "more: 2"), "utf-8")
    await place.room.deliver(plugin)
    assert place.room.processes.current("simple").revision == 3


async def test_a_play_tells_what_each_may_do_and_what_is_due(place: Place) -> None:
    await place.publish()
    trial = Trial(name="x", at="2026-09-28 10:00", moves=(Move(who="wang", does="send", form={"text": "急"}),))
    report = await place.room.desk.play(BOSS, TEXT, trial)
    assert [(one.who, one.action, one.form) for one in report.offers] == [("wang", "finish", ""), ("wang", "note", "")]
    (clock,) = report.cases[0].clocks
    assert (clock.state, clock.due) == ("running", "2026-09-30 17:30") and report.failures == []
    api = ProcessesApi(place.room.desk, place.room.form_desk, place.room.processes, PERMISSIONS)
    words = await api.vocabulary(BOSS)
    assert words.names["form"] == {"note": "说明"} and words.schema["title"] == "Process"


async def test_running_deadlines_follow_a_calendar_that_changed(each: Place, tmp_path: Path) -> None:
    place = each
    await place.publish()
    runs, over = await place.open(), await place.open()
    await place.act(over, "end")
    recomputing = place.room._recomputing
    assert await recomputing.follow() == 1
    assert await place.due(runs) == datetime(2026, 9, 30, 9, 30, tzinfo=UTC)
    ended = await place.due(over)
    late = "calendars: {office: {week: {mon-fri: '09:00-19:00'}}}"
    place.calendars.take(documents.parse(late, "x").validate(CalendarFile))
    assert await recomputing.follow() == 1
    assert await place.due(runs) == datetime(2026, 9, 30, 11, 0, tzinfo=UTC)
    assert await place.due(over) == ended
    assert await recomputing.follow() == 0
    async with place.store.reading() as session:
        timers = {row.key: row.due_at for row in await session.scalars(select(TimerRow)) if row.kind == DUE}
    assert timers == {f"{runs}:whole": datetime(2026, 9, 30, 11, 0, tzinfo=UTC)}
    # A calendar that is gone leaves deadlines as they were, and does not stand in the way of others.
    place.calendars.take(documents.parse("calendars: {}", "x").validate(CalendarFile))
    assert await recomputing.follow() == 1
    assert await place.due(runs) == datetime(2026, 9, 30, 11, 0, tzinfo=UTC)


async def test_stays_do_not_outlive_what_they_count(place: Place) -> None:
    await place.publish()
    case = await place.open()
    place.clock.advance(timedelta(hours=1).total_seconds())
    await place.act(case, "end")
    found = await place.room.desk.figures(BOSS, "simple", MONDAY, MONDAY)
    assert (found.steps["begin"].actions, found.steps["done"].now) == ({"end": 1}, 0)


async def test_a_form_is_previewed_once_its_conditions_have_what_they_read(place: Place) -> None:
    api = FormsApi(place.room.form_desk, place.room.forms)
    text = FORM + "parts: [{title: 企业, if: record.enterprise, fields: {code: {title: 代码}}}]\n"
    bare = await api.preview(BOSS, PreviewBody(text=text))
    assert (bare.fields, bare.findings, bool(bare.lacking)) == ([], [], True)
    whole = await api.preview(BOSS, PreviewBody(text=text, record={"enterprise": True}, values={"text": ""}))
    assert [one.key for one in whole.fields] == ["text", "code"] and whole.errors == {"text": "请填写说明"}


async def test_the_audit_calls_acts_by_the_words_of_the_process(place: Place) -> None:
    await place.publish()
    named = place.room._ground.audit.named
    assert title_of("case.send", named=named) == "办理：送办"
    assert title_of("case.opened", named=named) == "开始流程办理"
    assert title_of("case.nowhere", named=named) == "case.nowhere"
