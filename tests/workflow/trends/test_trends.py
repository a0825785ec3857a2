"""Matters of tickets, and sudden rises, on each database."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.office.messages.models import MessageRow
from cti.testing.office import BOSS, EAST, WEST, visitor
from tests.workflow.trends.test_words import NOW
from tests.workflow.trends.trend_town import TrendTown
from workflow.trends.models import MatterTicketRow
from workflow.trends.said import KEPT_SECONDS, Said
from workflow.trends.views import Handled, Joined, MatterName, MatterQuery, RiseQuery, WordQuery


@pytest.fixture
async def town(store):
    return await TrendTown.on(store)


async def matters(town, who=BOSS, **asked):
    found = await town.trends.matters(who, MatterQuery.model_validate(asked))
    return {one.title: one for one in found.items}


async def test_tickets_about_the_same_are_one_matter(town):
    for number in range(3):
        town.tell(f"w{number}", f"幸福里停水{number}")
        town.clock.advance(60)
    town.tell("r0", "人民路路灯不亮")
    await town.gather()
    found = await matters(town, least=1)
    assert {title: one.count for title, one in found.items()} == {"幸福里停水0": 3, "人民路路灯不亮": 1}
    assert [one.title for one in (await town.trends.matters(BOSS, MatterQuery())).items] == ["幸福里停水0"]
    tickets = await town.trends.tickets(BOSS, "w0", 1, 20)
    assert [one.ticket for one in tickets.items] == ["w2", "w1", "w0"]
    page = await town.trends.matter(BOSS, "w0")
    assert (sum(day.count for day in page.days), page.places) == (3, "钟楼区")


async def test_what_is_told_again_counts_against_the_time_before(town):
    town.tell("w0", "幸福里停水")
    await town.gather()
    town.clock.advance(8 * 86400)
    for number in range(1, 4):
        town.tell(f"w{number}", f"幸福里停水{number}")
    await town.gather()
    one = (await matters(town))["幸福里停水"]
    assert (one.count, one.before, one.grown) == (3, 1, 2)
    town.clock.advance(61 * 86400)
    town.tell("w9", "幸福里停水又来")
    await town.gather()
    assert (await matters(town, least=1))["幸福里停水又来"].count == 1, "after two months it is another matter"


async def test_withdrawn_and_confidential_tickets_are_no_part_of_it(town):
    town.tell("w0", "幸福里停水")
    town.tell("w1", "幸福里停水二")
    town.tell("w2", "幸福里停水三", confidential=True)
    await town.gather()
    assert (await matters(town))["幸福里停水"].count == 2
    town.clock.advance(5)
    town.tell("w1", "幸福里停水二", gone=True)
    await town.gather()
    assert (await matters(town, least=1))["幸福里停水"].count == 1


async def test_while_nobody_can_say_what_is_alike_tickets_wait_and_none_is_lost(town):
    town.texts.ready = False
    town.tell("w0", "幸福里停水")
    await town.gather()
    assert await matters(town, least=1) == {}
    town.texts.ready = True
    await town.gather()
    assert (await matters(town, least=1))["幸福里停水"].count == 1


async def test_a_new_engine_goes_on_where_the_last_one_was(town, store):
    town.tell("w0", "幸福里停水")
    await town.gather()
    town.clock.advance(5)
    town.tell("w1", "幸福里停水二")
    again = TrendTown(town.office)
    again.texts.words = town.texts.words
    await again.gather()
    await town.gather()
    assert (await matters(town))["幸福里停水"].count == 2
    async with store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(MatterTicketRow)) == 2


async def test_a_county_counts_its_own_tickets_and_never_reads_of_others(town):
    town.tell("w0", "幸福里停水", "west")
    town.tell("e0", "幸福里停水东", "east")
    town.tell("e1", "幸福里停水东二", "east")
    await town.gather()
    assert {title: one.count for title, one in (await matters(town, EAST, least=1)).items()} == {"幸福里停水东": 2}
    with pytest.raises(NotFound):
        await town.trends.matter(EAST, "w0")
    with pytest.raises(NotFound):
        await town.trends.name(EAST, "w0", MatterName(name="停水"))
    with pytest.raises(NotFound):
        await town.trends.join(EAST, "e0", Joined(matter="w0"))
    with pytest.raises(NotFound):
        await town.trends.set_apart(WEST, "e1")
    with pytest.raises(NotAllowed):
        await matters(town, visitor("无权", "east", "tickets.see"))


async def test_people_name_join_and_part_matters_and_the_next_ticket_follows(town):
    for id, title in (("w0", "幸福里停水"), ("w1", "幸福里停水二"), ("p0", "自来水公司停水")):
        town.tell(id, title)
        town.clock.advance(1)
    await town.gather()
    await town.trends.join(BOSS, "p0", Joined(matter="w0"))
    await town.trends.name(BOSS, "w0", MatterName(name="城东停水"))
    await town.trends.set_apart(BOSS, "w1")
    found = await matters(town, least=1)
    assert {title: one.count for title, one in found.items()} == {"城东停水": 2, "幸福里停水二": 1}
    assert list(await matters(town, search="城东", least=1)) == ["城东停水"]
    town.tell("p0", "自来水公司停水了")
    await town.gather()
    assert (await matters(town, least=1))["城东停水"].count == 2, "what a person said stays"
    town.tell("p1", "自来水公司又停")
    await town.gather()
    assert (await matters(town, least=1))["城东停水"].count == 3
    with pytest.raises(Conflict):
        await town.trends.join(BOSS, "w0", Joined(matter="w0"))
    with pytest.raises(Conflict):
        await town.trends.set_apart(BOSS, "w1")


async def test_a_rise_is_told_once_grows_ends_and_is_handled_once(town, store):
    for number in range(5):
        town.tell(f"w{number}", f"幸福里停水{number}")
        town.clock.advance(60)
    await town.gather()
    await town.rises.look()
    await town.rises.look()
    (rise,) = (await town.rises.find(BOSS, RiseQuery())).rows
    assert (rise.kind, rise.title, rise.count, rise.ended_at) == ("matter", "幸福里停水0", 5, None)
    async with store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(MessageRow)) == 1
    for number in range(5, 8):
        town.tell(f"w{number}", f"幸福里停水{number}")
    await town.gather()
    await town.rises.look()
    assert (await town.rises.find(BOSS, RiseQuery())).rows[0].count == 8
    await town.rises.handle(BOSS, rise.id, Handled(note="已通知水务集团抢修"))
    with pytest.raises(Conflict):
        await town.rises.handle(BOSS, rise.id, Handled(note="又一次"))
    town.clock.advance(3700)
    await town.rises.look()
    (rise,) = (await town.rises.find(BOSS, RiseQuery(state="handled"))).rows
    assert rise.ended_at == town.clock.wall() and rise.handled_by == BOSS.name


async def test_of_a_category_days_before_say_what_is_usual(town):
    for day in range(10):
        for number in range(3):
            town.tell(f"r{day}{number}", f"第{day}天{number}号路坏了", category="road")
        await town.gather()
        town.clock.advance(86400)
    for number in range(5):
        town.tell(f"x{number}", f"第{number}条路不平", category="road")
        town.tell(f"y{number}", f"新{number}类水问题", category="water")
    await town.gather()
    await town.rises.look()
    found = {one.title: one for one in (await town.rises.find(BOSS, RiseQuery(kind="category"))).rows}
    assert set(found) == {"城建 / 供水"}, "five of what had three a day are no rise; five of what had none are"
    assert not (await town.rises.find(BOSS, RiseQuery(kind="matter"))).rows
    town.clock.advance(timedelta(minutes=30).total_seconds())
    for number in range(5, 20):
        town.tell(f"x{number}", f"第{number}条路不平", category="road")
    await town.gather()
    await town.rises.look()
    assert {one.title for one in (await town.rises.find(BOSS, RiseQuery())).rows} == {"城建 / 供水", "城建 / 道路"}


async def test_in_a_new_house_no_category_rises(town):
    for number in range(9):
        town.tell(f"y{number}", f"新{number}类水问题", category="water")
    await town.gather()
    await town.rises.look()
    assert not (await town.rises.find(BOSS, RiseQuery())).rows


async def test_a_county_handles_its_own_rises_alone(town):
    for number in range(5):
        town.tell(f"e{number}", f"幸福里停水{number}", "east")
    await town.gather()
    await town.rises.look()
    assert not (await town.rises.find(WEST, RiseQuery())).rows
    (rise,) = (await town.rises.find(EAST, RiseQuery())).rows
    with pytest.raises(NotFound):
        await town.rises.handle(WEST, rise.id, Handled(note="x"))
    await town.rises.handle(EAST, rise.id, Handled(note="x"))


async def test_words_are_of_what_one_may_read_and_counted_anew_after_some_minutes(town):
    for at, title in enumerate(NOW):
        town.tell(f"e{at}", title, "east")
    await town.gather()
    said = Said(town.office)

    async def words(who):
        return {one.word for one in (await said.words(who, WordQuery(search="搅拌"))).items}

    assert await words(EAST) == {"搅拌站"} and await words(WEST) == set()
    for at, title in enumerate(NOW):
        town.tell(f"w{at}", title.replace("搅拌站", "搅拌厂"), "west")
    await town.gather()
    assert await words(WEST) == set(), "kept"
    town.clock.advance(KEPT_SECONDS + 1)
    assert await words(WEST) == {"搅拌厂"}
    with pytest.raises(Conflict):
        await said.words(EAST, WordQuery(source="talks"))
    with pytest.raises(NotAllowed):
        await said.words(visitor("无权", "east", "tickets.see"), WordQuery())
