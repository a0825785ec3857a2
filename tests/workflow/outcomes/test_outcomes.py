"""Every talk ends in a ticket, in an addition to one, or in a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.call import Call, Talk
from cti.base.clock import VirtualClock
from cti.base.events import TalkEnded
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.form_drafts import FormDrafts
from cti.office.identity.models import AuditRow
from cti.office.records import Office, RecordQuery
from cti.office.screens import lint
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.own_calls import OwnCalls
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from tests.cti.web.conftest import GivenSessions
from tests.office import BOSS, EAST, WEST, a_call, office_on, transactions, visitor
from workflow.lists.api import routes as list_routes
from workflow.lists.service import Lists
from workflow.lists.views import ListEntryFields, ListEntryQuery
from workflow.outcomes.api import routes
from workflow.outcomes.ended import EndedTalks
from workflow.outcomes.reasons import Reasons
from workflow.outcomes.screens import SCREENS, SLOTS
from workflow.outcomes.service import FORM, Outcomes
from workflow.outcomes.views import Accepted, OutcomeFields, OutcomeQuery, OutcomeView, ReasonFields
from workflow.tickets.calls.behind import DialledFor


def an_agent(number: str, name: str, organisation: str = "city") -> Visitor:
    """Who reaches but his own."""
    scope = Scope(agent=number)
    return Visitor(
        f"01{name}", number, name, number, organisation, "320400", scope=scope,
        permissions=frozenset({"outcomes.see", "outcomes.fill"}),
    )  # fmt: skip


QUEUES = QueueTitles(lambda: {"general": "综合受理"})
WANG, LI = an_agent("1001", "王芳"), an_agent("1002", "李娜")


class Floor:
    """Calls that are open, and who is in them."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.engagements = SimpleNamespace(with_call=self._with)

    def find(self, id: str) -> Call | None:
        return self.calls.get(id)

    def _with(self, id: str) -> list[Any]:
        call = self.calls.get(id)
        return [SimpleNamespace(agent=call.talk.agent)] if call is not None and call.talk is not None else []


@dataclass
class House:
    office: Office
    journal: Journal
    floor: Floor
    drafts: FormDrafts
    lists: Lists
    reasons: Reasons
    outcomes: Outcomes
    ended: EndedTalks
    dialled: dict[str, DialledFor]
    """Calls that were dialled from a ticket."""

    def talks(self, agent: Visitor = WANG, caller: str = "13800000001", *, outgoing: bool = False, **more: Any) -> Call:
        """A talk that goes on."""
        call = a_call(self.office, caller, **more)
        call.outgoing = outgoing
        call.talk = Talk(agent.agent_no or "", "general", "l1", answered_at=self.office.clock.wall())
        call.queues.append("general")
        call.agents.append(agent.agent_no or "")
        self.floor.calls[call.id] = call
        return call

    async def ends(self, call: Call, seconds: float = 30.0) -> None:
        """It is over, stored, and heard of."""
        await self.is_stored(call, seconds)
        await self.ended.catch_up()

    async def is_stored(self, call: Call, seconds: float = 30.0) -> None:
        """It is over, and stored."""
        assert call.talk is not None
        about = {"call": call.id, "organisation": call.organisation, "region": call.region}
        agent, call.talk = call.talk.agent, None
        self.floor.calls.pop(call.id, None)
        self.journal.save(call)
        self.journal.append(
            TalkEnded(at=self.office.clock.wall(), **about, agent=agent, seconds=seconds, ended_by="agent")
        )
        await self.journal.flushed()

    async def reason(self, title: str) -> str:
        return next(one.value for one in await self.reasons.choices(WANG) if one.title == title)

    async def says(self, call: Call, title: str, who: Visitor = WANG, **more: Any) -> OutcomeView:
        return await self.outcomes.fill(who, call.id, OutcomeFields(reason=await self.reason(title), **more))

    async def all(self, who: Visitor = BOSS, **query: Any) -> list[OutcomeView]:
        return (await self.outcomes.find(who, OutcomeQuery(**query))).items


class Agents:
    """Who the agents are."""

    @staticmethod
    async def some_agents(numbers: Collection[str]) -> dict[str, Any]:
        known = {"1001": WANG, "1002": LI}
        return {one: SimpleNamespace(id=known[one].person, name=known[one].name) for one in numbers if one in known}


@pytest_asyncio.fixture
async def house(sqlite_store: Store) -> AsyncIterator[House]:
    async with house_on(sqlite_store) as found:
        yield found


@asynccontextmanager
async def house_on(store: Store) -> AsyncIterator[House]:
    office = await office_on(store, "lists", "outcomes")
    journal, floor = Journal.start(store, lambda event: None), Floor()
    books, drafts = StoredCalls(store), FormDrafts(store, office.clock)
    lists, reasons, dialled = Lists(office, "0519"), Reasons(office), dict[str, DialledFor]()
    await reasons.deliver()

    async def dialled_for(session: AsyncSession, calls: Collection[str]) -> dict[str, DialledFor]:
        return {call: dialled[call] for call in calls if call in dialled}

    outcomes = Outcomes(office, reasons, drafts, cast(Any, floor), books, lists, dialled_for, QUEUES, "0519")
    ended = EndedTalks(books, journal, cast(Any, Agents), outcomes.talked)
    await ended.begin()
    journal.on_stored(ended.stored)
    await ended.catch_up()
    yield House(office, journal, floor, drafts, lists, reasons, outcomes, ended, dialled)
    await journal.close()


async def test_a_talk_of_which_nobody_said_anything_is_seen(house: House) -> None:
    """What came of a talk without a ticket was known to nobody, and no leader saw which talks had come to nothing."""
    said, silent = house.talks(), house.talks(LI, "13900000002")
    await house.says(said, "答复完毕", note="告知办理地点")
    await house.ends(said, 42.0)
    await house.ends(silent)
    assert [(one.agent_name, one.number, one.seconds) for one in await house.all(how="none")] == [
        ("李娜", "13900000002", 30.0)
    ]
    (one,) = await house.all(how="reason")
    assert (one.agent_name, one.reason_title, one.note, one.seconds) == ("王芳", "答复完毕", "告知办理地点", 42.0)
    assert one.titles["queue"] == "综合受理"
    # Later by a leader.
    (owed,) = await house.all(how="none")
    body = OutcomeFields(reason=await house.reason("中断"))
    assert (await house.outcomes.settle(BOSS, owed.id, body)).filled_name == "王芳"
    assert await house.all(how="none") == []


async def test_the_same_end_told_twice_is_counted_once(house: House) -> None:
    call = house.talks()
    await house.ends(call)
    again = EndedTalks(StoredCalls(house.office.store), house.journal, cast(Any, Agents), house.outcomes.talked)
    await again.catch_up()
    assert [one.seconds for one in await house.all()] == [30.0]


async def test_who_is_quicker_than_the_writing_down_of_his_talk_says_it_all_the_same(house: House) -> None:
    """What is said in the second after a talk is not lost, and the talk keeps its length."""
    said, ticketed = house.talks(), house.talks(caller="13900000002")
    await house.is_stored(said, 42.0)
    await house.is_stored(ticketed, 50.0)
    await house.says(said, "答复完毕")
    async with house.office.store.writing() as session:
        await house.outcomes.told_by(session, WANG, ticketed.id, "ticket", "01T", "T2026-1 水管爆裂")
    await house.ended.catch_up()
    assert [(one.how, one.seconds) for one in await house.all()] == [("ticket", 50.0), ("reason", 42.0)]


async def test_an_agent_who_talks_twice_in_a_call_owes_one_outcome(house: House) -> None:
    call = house.talks()
    await house.is_stored(call, 10.0)
    cast(VirtualClock, house.office.clock).advance(60)
    call.talk = Talk("1001", "general", "l1", answered_at=house.office.clock.wall())
    await house.is_stored(call, 20.0)
    await house.ended.catch_up()
    assert [(one.agent_name, one.seconds) for one in await house.all()] == [("王芳", 30.0)]


async def test_many_talks_at_once_cost_a_few_transactions(house: House) -> None:
    """Each talk cost seven sessions of the database, twice as much as all else of its call."""
    for at in range(60):
        await house.is_stored(house.talks(caller=f"139000000{at:02}"), 10.0)
    with transactions(house.office.store) as begun:
        await house.ended.catch_up()
    assert len(await house.all(size=100)) == 60
    # The agents, the calls, the rows.
    assert len(begun) <= 4


async def test_the_draft_goes_with_what_was_said(house: House) -> None:
    call = house.talks()
    await house.drafts.save(WANG, FORM, call.id, title="", values={"note": "半句"}, seen=0)
    with pytest.raises(Invalid):
        await house.outcomes.fill(WANG, call.id, OutcomeFields(reason="01NONE"))
    assert len(await house.drafts.mine(WANG)) == 1
    with pytest.raises(NotFound):
        await house.outcomes.mine(WANG, call.id)
    await house.says(call, "答复完毕", note="半句话")
    assert await house.drafts.mine(WANG) == []
    assert (await house.outcomes.mine(WANG, call.id)).note == "半句话"


async def test_a_ticket_says_that_it_came_of_a_talk(house: House) -> None:
    call = house.talks()
    async with house.office.store.writing() as session:
        await house.outcomes.told_by(session, WANG, call.id, "ticket", "01T", "T2026-1 水管爆裂")
        await house.outcomes.told_by(session, LI, call.id, "ticket", "01T", "of no talk of hers")
    await house.ends(call)
    (one,) = await house.all()
    assert (one.how, one.record_title, one.reason_title) == ("ticket", "T2026-1 水管爆裂", "")
    with pytest.raises(Conflict, match="T2026-1"):
        await house.says(call, "答复完毕")


async def test_a_talk_that_was_dialled_from_a_ticket_is_that_tickets(store: Store) -> None:
    """Each of ten revisits asked its agent what it had come to, though it had been dialled from the ticket's page."""
    async with house_on(store) as house:
        call, other, failed = house.talks(outgoing=True), house.talks(LI, outgoing=True), house.talks(outgoing=True)
        for one in (call, failed):
            house.dialled[one.id] = DialledFor("01T", "T2026-1 水管爆裂", "王芳")
        # Nothing is asked beside the talk, and nothing is written down before it ends.
        mine = await house.outcomes.mine(WANG, call.id)
        assert (mine.how, mine.record, mine.record_title) == ("handling", "01T", "T2026-1 水管爆裂")
        with pytest.raises(Conflict, match="T2026-1"):
            await house.says(call, "误拨")
        with pytest.raises(NotFound):
            await house.outcomes.mine(LI, call.id)
        with pytest.raises(NotFound):
            await house.outcomes.mine(LI, other.id)
        assert await house.all() == []
        # The citizen who was not reached talked with nobody.
        failed.talk = None
        await house.ends(call, 42.0)
        await house.ends(other)
        assert [(one.how, one.record, one.filled_name, one.seconds) for one in await house.all(how="handling")] == [
            ("handling", "01T", "王芳", 42.0)
        ]
        assert [one.agent_name for one in await house.all(how="none")] == ["李娜"]
        assert len(await house.all()) == 2
        # A ticket that was made of it meanwhile says more.
        async with house.office.store.writing() as session:
            await house.outcomes.told_by(session, WANG, call.id, "ticket", "01U", "T2026-2 路灯")
        assert [one.record for one in await house.all(how="ticket")] == ["01U"]


async def test_each_agent_says_it_of_his_own_talks(house: House) -> None:
    call = house.talks()
    with pytest.raises(NotFound):
        await house.says(call, "答复完毕", LI)
    await house.ends(call)
    with pytest.raises(NotFound):
        await house.says(call, "答复完毕", LI)
    (one,) = await house.all(WANG)
    assert await house.all(LI) == []
    with pytest.raises(NotFound):
        await house.outcomes.settle(LI, one.id, OutcomeFields(reason=await house.reason("误拨")))
    with pytest.raises(NotAllowed):
        await house.says(call, "误拨", visitor("看客", "city", "outcomes.see"))
    assert (await house.outcomes.of_call(LI, call.id)).items == []
    assert len((await house.outcomes.of_call(WANG, call.id)).items) == 1


async def test_a_county_sees_its_own(house: House) -> None:
    await house.ends(house.talks(organisation="east"))
    assert (len(await house.all(EAST)), len(await house.all(WEST)), len(await house.all())) == (1, 0, 1)


async def test_who_has_the_caller_on_the_line_sees_what_earlier_talks_came_to(house: House) -> None:
    before = house.talks(LI)
    await house.says(before, "骚扰", LI, note="辱骂")
    await house.ends(before)
    call = house.talks()
    (one,) = (await house.outcomes.earlier(WANG, call.id)).items
    assert (one.reason_title, one.note, one.agent_name, one.number) == ("骚扰", "辱骂", "李娜", "138****0001")
    for who, which in ((LI, call), (WANG, before)):
        with pytest.raises(NotFound):
            await house.outcomes.earlier(who, which.id)
    await house.ends(call)
    assert len((await house.outcomes.earlier(WANG, call.id)).items) == 1, "while he writes it up"
    assert (await house.outcomes.earlier(WANG, house.talks(caller="anonymous").id)).items == []


async def test_from_nuisance_to_the_black_list(house: House) -> None:
    call, other, third = house.talks(), house.talks(caller="13900000002"), house.talks(caller="13700000003")
    with pytest.raises(Invalid, match="不能申请"):
        await house.says(call, "误拨", propose=True)
    with pytest.raises(Invalid, match="未显示号码"):
        await house.says(house.talks(caller="anonymous"), "骚扰", propose=True)
    for one in (call, other, third):
        await house.says(one, "骚扰", propose=True)
        await house.ends(one)
    assert (await house.lists.find(BOSS, ListEntryQuery())).total == 0, "the leader decides"
    third_, second, first = await house.all(proposal="open")
    with pytest.raises(NotAllowed):
        await house.outcomes.accept(WANG, first.id, Accepted(reason="多次辱骂"))
    done = await house.outcomes.accept(BOSS, first.id, Accepted(reason="多次辱骂"))
    assert (done.proposal, done.decided_name) == ("accepted", "王芳")
    (entry,) = (await house.lists.find(BOSS, ListEntryQuery())).items
    assert (entry.list, entry.pattern, entry.reason) == ("black", "13800000001", "多次辱骂")
    with pytest.raises(Conflict, match="已经审核"):
        await house.outcomes.decline(BOSS, first.id)
    with pytest.raises(Conflict, match="已审核"):
        await house.says(call, "误拨")
    # One that stands there already is what was wanted; one on the white list is not.
    await house.lists.create(BOSS, ListEntryFields(list="black", pattern="13900000002", reason="早已列入"))
    assert (await house.outcomes.accept(BOSS, second.id, Accepted(reason="又来"))).proposal == "accepted"
    await house.lists.create(BOSS, ListEntryFields(list="white", pattern="13700000003", reason="VIP"))
    with pytest.raises(Conflict, match="已在名单中"):
        await house.outcomes.accept(BOSS, third_.id, Accepted(reason="误判"))
    assert (await house.outcomes.decline(BOSS, third_.id)).proposal == "declined"
    async with house.office.store.reading() as session:
        actions = list(await session.scalars(select(AuditRow.action).where(AuditRow.action.like("outcome.%"))))
    assert actions == ["outcome.filled"] * 3 + ["outcome.accepted", "outcome.accepted", "outcome.declined"]


async def test_the_administrator_keeps_the_reasons(house: House) -> None:
    assert [one.title for one in await house.reasons.choices(WANG)][:3] == ["答复完毕", "无声", "误拨"]
    with pytest.raises(NotAllowed):
        await house.reasons.create(WANG, ReasonFields(title="方言"))
    await house.reasons.create(BOSS, ReasonFields(title="方言", place=1, noted=True))
    with pytest.raises(Conflict):
        await house.reasons.create(BOSS, ReasonFields(title="方言"))
    with pytest.raises(Invalid, match="须填写备注"):
        await house.says(house.talks(), "方言")
    silent = next(one for one in (await house.reasons.find(BOSS, RecordQuery())).items if one.title == "无声")
    await house.reasons.remove(BOSS, silent.id)
    await house.reasons.deliver()
    assert [one.title for one in await house.reasons.choices(WANG)][:2] == ["方言", "答复完毕"]
    with pytest.raises(Invalid, match="刚刚被删除"):
        await house.outcomes.fill(WANG, house.talks().id, OutcomeFields(reason=silent.id))


async def test_screens_and_what_stands_beside_a_call_fit_the_routes(house: House) -> None:
    web = Web(GivenSessions())
    web.add(routes(house.outcomes, house.reasons))
    calls, books = cast("Any", house.floor), StoredCalls(house.office.store)
    web.add(list_routes(house.lists, OwnCalls(calls, books)))
    assert lint.problems(SCREENS, web.endpoints, SLOTS) == []
