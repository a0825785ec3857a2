"""The module of the tutorial works as it says, on each database, in no more lines than it says."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cti.base.bus import Bus
from cti.base.events import EVENT_TYPES
from cti.base.manifest import read_manifest
from cti.base.numbers.number import Number
from cti.base.plugin_events import events_of, take_in
from cti.base.refusal import Conflict, NotFound
from cti.base.settings import MessageSettings
from cti.base.times.calendars import SEEDED, Calendars
from cti.office.messages import Messages
from cti.office.records.filters import without_index
from cti.office.screens import lint
from cti.office.timeline.entries import TimelineQuery
from cti.office.timers.kinds import Due
from cti.office.timers.service import Timers
from cti.store.columns import Base
from cti.store.comparing import differences, own_tables
from cti.store.engine import Store
from cti.testing.tables import migrated
from cti.web.host import Web
from tests.cti.web.conftest import GivenSessions
from tests.office import BOSS, EAST, WEST, a_call, office_on

MODULE = Path(__file__).parent / "matters"
MOST = 450
"""As many lines as the tutorial says that it has, its component among them."""
PACKAGE = "tests.tutorial.matters"


def test_it_has_no_more_lines_than_the_tutorial_says() -> None:
    files = [*MODULE.glob("*.*"), *MODULE.glob("web/*")]
    lines = [line for one in files for line in one.read_text("utf-8").splitlines()]
    assert len(lines) <= MOST


@pytest.fixture(scope="module")
def models() -> Iterator[None]:
    """Its tables and events are among those of all modules while these tests run, and no longer."""
    importlib.import_module(f"{PACKAGE}.models")
    take_in(MODULE, PACKAGE)
    yield
    for name in events_of(MODULE, PACKAGE):
        del EVENT_TYPES[name]
    for table in own_tables(PACKAGE):
        Base.metadata.remove(Base.metadata.tables[table])


@pytest.fixture
async def module(store: Store, models: None) -> AsyncIterator[Any]:
    """The module on a migrated store."""
    service = importlib.import_module(f"{PACKAGE}.service")
    office = await office_on(store)
    await migrated(store, [MODULE])
    timers = Timers(store, office.clock, Bus())
    messages = Messages(store, office.clock, timers, MessageSettings())
    office.foundations[Messages] = messages
    messages.templates.add_kind("matter", "诉求")
    messages.templates.add(*service.TEMPLATES)
    views = importlib.import_module(f"{PACKAGE}.views")
    calendars = Calendars.load(SEEDED)
    categories = service.Categories(office)
    matters = service.Matters(office, calendars, timers, views.MatterSettings())
    yield SimpleNamespace(office=office, store=store, matters=matters, categories=categories, views=views)


async def made(module: Any, **said: Any) -> Any:
    body = {"title": "小区停水", "content": "家中停水两天", "caller": "13800000001", **said}
    return await module.matters.create(BOSS, module.views.MatterFields.model_validate(body))


async def dispatched(module: Any, **said: Any) -> Any:
    one = await made(module, **said)
    return await module.matters.step(BOSS, one.id, "dispatch", module.views.Dispatch(lead="east", assisting=["west"]))


async def test_a_matter_goes_to_departments_and_comes_back(module: Any) -> None:
    matters, said = module.matters, module.views.Said(text="已恢复供水")
    one = await dispatched(module)
    assert (one.state, one.lead, one.titles["lead"]) == ("sent", "east", "east")
    assert one.number.startswith("320400")
    for wrong, who in (("answer", EAST), ("close", BOSS)):
        with pytest.raises(Conflict, match="待签收"):
            await matters.step(who, one.id, wrong, said)
    with pytest.raises(NotFound):
        await matters.step(WEST, one.id, "sign")
    assert (await matters.get(WEST, one.id)).acts == ["sign", "send_back"], "who assists reads it"
    await matters.step(EAST, one.id, "sign")
    await matters.step(EAST, one.id, "answer", said)
    closed = await matters.step(BOSS, one.id, "close")
    assert (closed.state, closed.answer) == ("closed", "已恢复供水")
    timeline = await matters.timeline(BOSS, one.id, TimelineQuery())
    assert len(timeline.items) == 5, "made and four steps"
    back = await dispatched(module)
    returned = await matters.step(EAST, back.id, "send_back", said)
    assert (returned.state, returned.lead) == ("new", "")


async def test_others_see_nothing_and_search_finds_words_and_numbers(module: Any) -> None:
    matters, query = module.matters, module.matters.query
    mine, other = await dispatched(module), await made(module, title="路灯不亮", content="整条街都黑了", caller="")
    with pytest.raises(NotFound):
        await matters.get(EAST, other.id)
    for search, found in (("路灯", [other.id]), ("13800000001", [mine.id]), (mine.number, [mine.id]), ("井盖", [])):
        assert [one.id for one in (await matters.find(BOSS, query(search=search))).items] == found
    assert [one.id for one in (await matters.find(EAST, query())).items] == [mine.id]
    assert (await matters.find(BOSS, query(lead="east"))).total == 1
    by_lead = await matters.tally(BOSS, query(), "lead")
    assert {one.value: one.count for one in by_lead.items} == {"east": 1, "": 1}


async def test_who_is_late_is_told_once_and_categories_stand_in_a_tree(module: Any) -> None:
    matters = module.matters
    water = await module.categories.create(BOSS, module.categories.fields(name="供水"))
    pipe = await module.categories.create(BOSS, module.categories.fields(name="爆管", parent=water.id))
    one = await dispatched(module, category=pipe.id)
    assert one.titles["category"] == "供水/爆管"
    assert (await matters.find(BOSS, module.matters.query(category=water.id))).total == 1
    async with module.store.writing() as session:
        await matters.late.go_off(session, [Due(one.id, one.due_at, {})])
    late = await matters.get(BOSS, one.id)
    assert late.overdue
    await matters.step(EAST, one.id, "sign")
    async with module.store.writing() as session:
        await matters.late.go_off(session, [Due(one.id, one.created_at, {})])
    assert (await matters.find(BOSS, module.matters.query(overdue=True))).total == 1


async def test_a_caller_s_matter_has_his_call_and_number(module: Any) -> None:
    call = a_call(module.office, "13800000009")
    with pytest.raises(NotFound):
        await module.matters.registered(BOSS, call.id)
    body = module.views.MatterFields(title="井盖缺失", content="很危险")
    one = await module.matters.of_call(BOSS, call, body)
    found = await module.matters.registered(BOSS, call.id)
    assert (found.id, found.caller, found.call) == (one.id, "138****0009" if "*" in one.caller else one.caller, call.id)
    progress = importlib.import_module(f"{PACKAGE}.progress")
    ask, asked = progress.progress(module.matters).answer, progress.Asked(number=one.number)
    assert (await ask(asked, SimpleNamespace(caller=Number.parse("13800000009")))).state == "new"
    assert await ask(asked, SimpleNamespace(caller=Number.parse("13800000001"))) is None, "not from another number"


async def test_each_step_is_told_to_others_once_it_is_stored_and_to_lists_that_are_open(module: Any) -> None:
    events, topics = (importlib.import_module(f"{PACKAGE}.{one}") for one in ("events", "topics"))
    told: list[Any] = []
    module.store.publish = told.append
    one = await dispatched(module)
    [event] = [one for one in told if isinstance(one, events.MatterStepped)]
    assert (event.record, event.step, event.state, event.by) == (one.id, "dispatch", "sent", BOSS.person)
    with pytest.raises(Conflict):
        await module.matters.step(BOSS, one.id, "close")
    assert sum(isinstance(one, events.MatterStepped) for one in told) == 1, "what was refused is not told"
    hub = SimpleNamespace(changes=[], change=lambda *words: hub.changes.append(words))
    topics.LIVE.tell(hub, event.record, {})
    assert hub.changes == [("matters", one.id, {}, None, {})]


async def test_a_list_is_filtered_and_sorted_by_what_has_an_index(module: Any) -> None:
    assert [*without_index(module.matters), *without_index(module.categories)] == []
    one, query = await made(module), module.matters.query
    assert (await module.matters.find(BOSS, query(state="new", type="help", overdue=False))).total == 1
    assert (await module.matters.find(BOSS, query(state="sent"))).total == 0
    at = one.created_at
    for asked, total in (({"from": at}, 1), ({"to": at}, 0), ({"from": at + timedelta(seconds=1)}, 0)):
        assert (await module.matters.find(BOSS, query.model_validate(asked))).total == total


async def test_its_manifest_screens_and_tables_fit(module: Any) -> None:
    assert read_manifest(MODULE, PACKAGE).name == "matters"
    api, screens = (importlib.import_module(f"{PACKAGE}.{one}") for one in ("api", "screens"))
    importlib.import_module(f"{PACKAGE}.plugin")
    web = Web(GivenSessions())
    web.add(api.routes(module.matters, module.categories, SimpleNamespace()))
    components = {f"matters/{one.stem}" for one in (MODULE / "web").glob("*.vue")}
    found = lint.problems(screens.SCREENS, web.endpoints, screens.SLOTS, screens.TILES, components)
    assert [one for one in found if "/api/options/organisations" not in one] == [], "that one is the house's"
    async with module.store.engine.connect() as connection:
        found = await connection.run_sync(differences)
    own = tuple(f"table {name}:" for name in own_tables(PACKAGE))
    assert [one for one in found if one.startswith(own)] == []
