"""Telling people inside the transaction: who hears it, once, replaced by key, told to others when nobody reads it."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from cti.base.refusal import Invalid
from cti.base.settings import MessageSettings
from cti.office.identity.models import PersonRow
from cti.office.messages import (
    AtWork,
    Filled,
    InGroup,
    Leaders,
    Persons,
    Template,
    Text,
    Urgency,
    WithRight,
    WithRole,
)
from cti.office.messages.models import InboxRow, MessageRow
from cti.office.messages.service import Unread
from cti.office.messages.whom import Whom
from tests.cti.office.messages.post_office import PostOffice, visitor

NOTE = Text("note", "明天停电", "请提前保存")
ANN = Persons(("ann",))


async def tell(office: PostOffice, *whom: Whom, what: Text | Filled = NOTE, **more: object) -> set[str]:
    async with office.store.writing() as session:
        told = await office.messages.tell(session, whom, what, **more)  # type: ignore[arg-type]
    return set(told.persons)


WHO: list[tuple[Whom, set[str]]] = [
    (Persons(("ann", "off", "nobody")), {"ann"}),
    (WithRole("agent"), {"ann", "bob", "cat", "dan"}),
    (WithRole("agent", organisation="county"), {"cat", "dan"}),
    (WithRole("agent", organisation="county", below=False), {"cat"}),
    (WithRole("agent", region="320481"), {"cat", "dan"}),
    (WithRight("board.see"), {"bob", "eve"}),
    (WithRight("board.see", organisation="other"), {"eve"}),
    (WithRight("nobody.has_it"), {"eve"}),
    # Below an organisation only who reaches it from there: others would hear of what is not theirs.
    (WithRight("work.sign", organisation="county"), {"cat"}),
    (WithRight("work.read", organisation="county"), {"cat", "dan"}),
    (WithRight("work.read", organisation="city"), {"eve"}),
    # An organisation's own people do its work; while it has none, those of the nearest above who reach down.
    (AtWork("work.sign", "county"), {"cat"}),
    (AtWork("work.sign", "village"), {"dan"}),
    (AtWork("work.sign", "hamlet"), {"dan"}),
    (AtWork("work.read", "street"), {"cat"}),
    (AtWork("agent.work", "other"), {"eve"}),
    (AtWork("board.see", "street"), set()),
    (AtWork("work.sign", "nowhere"), set()),
    (InGroup("g"), {"ann", "bob", "cat"}),
    (InGroup("none"), set()),
    (Leaders(("ann", "dan")), {"bob"}),
]


async def test_who_is_meant(each_office: PostOffice) -> None:
    office = each_office
    for whom, persons in WHO:
        assert await tell(office, whom, what=Text("note", str(whom))) == persons, whom
        for login in persons:
            assert (await office.titles(login))[0] == str(whom)


async def test_several_audiences_are_told_once_each(office: PostOffice) -> None:
    assert await tell(office, ANN, InGroup("g"), WithRole("agent", organisation="city", below=False)) == {
        "ann", "bob", "cat",
    }  # fmt: skip
    assert await office.titles("ann") == ["明天停电"]


async def test_a_transaction_that_fails_has_told_nobody(office: PostOffice) -> None:
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with office.store.writing() as session:
            await office.messages.tell(session, ANN, NOTE)
            raise RuntimeError("changed my mind")
    assert (await office.titles("ann"), office.told) == ([], [])


async def test_a_savepoint_tells_nobody_before_the_end(office: PostOffice) -> None:
    async with office.store.writing() as session:
        async with session.begin_nested():
            await office.messages.tell(session, ANN, NOTE)
        assert office.told == []
    assert [one.persons for one in office.told] == [("ann",)]


async def test_the_same_is_told_once_and_new_people_hear_it(each_office: PostOffice) -> None:
    office = each_office
    assert await tell(office, ANN, key="power") == {"ann"}
    assert await tell(office, ANN, key="power") == set()
    assert await tell(office, ANN, Persons(("bob",)), key="power") == {"bob"}
    assert await office.titles("ann") == ["明天停电"]
    assert len(office.told) == 2


async def test_what_changed_replaces_what_was_said_and_is_unread_again(each_office: PostOffice) -> None:
    office = each_office
    await tell(office, ANN, Persons(("bob",)), key="power")
    await office.inbox.mark_all(visitor("ann"), "")
    office.clock.advance(60)
    assert await tell(office, ANN, what=Text("note", "后天停电"), key="power") == {"ann"}
    assert await office.titles("ann", unread=True) == ["后天停电"]
    assert await office.titles("bob") == [], "it is his no longer"
    assert office.told[-1].gone == ("bob",)


async def test_what_is_over_leaves_the_inboxes_where_nobody_read_it(each_office: PostOffice) -> None:
    office = each_office
    await tell(office, ANN, Persons(("bob",)), key="power")
    await office.inbox.mark_all(visitor("bob"), "")
    async with office.store.writing() as session:
        await office.messages.withdraw(session, "power")
        await office.messages.withdraw(session, "unknown")
    assert (await office.titles("ann"), await office.titles("bob")) == ([], ["明天停电"])
    assert await tell(office, ANN, key="power") == {"ann"}, "the key is free again"


async def test_two_at_one_moment_with_one_key_tell_it_once(each_office: PostOffice) -> None:
    told = await asyncio.gather(*(tell(each_office, ANN, key="power") for _ in range(4)))
    assert sorted(map(len, told)) == [0, 0, 0, 1]
    async with each_office.store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(MessageRow)) == 1


async def test_a_template_is_filled_and_what_is_wrong_in_one_is_refused(office: PostOffice) -> None:
    templates = office.messages.templates
    template = Template("note.power", "note", "停电", "{时间}停电", "{地点}于{时间}停电", {"时间": "", "地点": ""})
    undo = templates.add(template)
    await tell(office, ANN, what=Filled("note.power", {"时间": "8 点", "地点": "三楼"}))
    said = office.told[-1].said
    assert (said.title, said.text, said.outline) == ("8 点停电", "三楼于8 点停电", "****于****停电")
    undo()
    with pytest.raises(Invalid, match="no_template"):
        await tell(office, ANN, what=Filled("note.power"))
    for text, said in (("{谁}", "没有变量“谁”"), ("{时间", "花括号")):
        with pytest.raises(ValueError, match=said):
            templates.add(Template("note.bad", "note", "", "", text, {"时间": ""}))


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example/", "relative"])
async def test_a_link_leads_into_the_console_only(office: PostOffice, link: str) -> None:
    with pytest.raises(ValueError, match="no path of the console"):
        await tell(office, ANN, link=link)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_reading_and_counting(each_office: PostOffice) -> None:
    office = each_office
    office.messages.templates.add_kind("alarm", "告警")
    await tell(office, ANN)
    await tell(office, ANN, what=Text("alarm", "磁盘将满"), urgency=Urgency.URGENT)
    counts = await office.inbox.counts(["ann", "bob"])
    assert [(one.unread, one.urgent) for one in counts.values()] == [(2, 1), (0, 0)]
    assert await office.titles("ann", kind="alarm") == ["磁盘将满"]
    first = office.told[0].message
    read: list[str] = []
    office.inbox.on_read = read.append
    assert await office.inbox.mark(visitor("bob"), [first], read=True) == 0, "it is not his"
    assert await office.inbox.mark(visitor("ann"), [first], read=True) == 1
    assert await office.titles("ann", unread=True) == ["磁盘将满"]
    assert await office.inbox.mark(visitor("ann"), [first], read=False) == 1
    assert await office.inbox.mark_all(visitor("ann"), "note") == 1
    assert await office.inbox.mark_all(visitor("ann"), "") == 1
    assert await office.titles("ann", unread=True) == [] and read == ["ann"] * 4


# ── unread ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_urgent_ones_that_nobody_reads_go_to_the_leader(each_office: PostOffice) -> None:
    office = each_office
    await tell(office, Persons(("ann", "cat")), urgency=Urgency.URGENT, link="/alarms/1")
    await office.wait(14)
    assert await office.titles("bob") == []
    await office.wait(2)
    assert await office.titles("bob") == ["〔未读升级〕明天停电"]
    assert "15 分钟无人查看" in office.told[-1].said.text and office.told[-1].link == "/alarms/1"
    await office.wait(60)
    assert len(office.told) == 2, "the leader's is told to nobody else"


async def test_one_that_somebody_has_read_stays_where_it_is(office: PostOffice) -> None:
    await tell(office, Persons(("ann", "cat")), urgency=Urgency.URGENT)
    await office.inbox.mark_all(visitor("cat"), "")
    await office.wait(30)
    assert await office.titles("bob") == []


async def test_a_rule_of_its_own_says_whom_and_when(office: PostOffice) -> None:
    await tell(office, ANN, unread=Unread(5, [WithRole("boss")]), key="power")
    await office.wait(6)
    assert await office.titles("eve") == ["〔未读升级〕明天停电"]
    await tell(office, ANN, what=Text("note", "又停电"), unread=Unread(5, [WithRole("boss")]), key="later")
    async with office.store.writing() as session:
        await office.messages.withdraw(session, "later")
    await office.wait(6)
    assert len(await office.titles("eve")) == 1, "it was over before"


async def test_a_house_may_leave_urgent_ones_alone(office: PostOffice) -> None:
    office.messages.settings = MessageSettings(unread_minutes=0)
    await tell(office, ANN, urgency=Urgency.URGENT)
    await office.wait(60)
    assert await office.titles("bob") == []


# ── many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_old_messages_go_in_slices(each_office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    office = each_office
    monkeypatch.setattr("cti.office.messages.service.SWEPT_AT_ONCE", 2)
    for number in range(3):
        await tell(office, ANN, what=Text("note", str(number)))
    office.clock.advance(timedelta(days=181).total_seconds())
    await tell(office, ANN, what=Text("note", "new"))
    for left in (["new", "2"], ["new"], ["new"]):
        async with office.store.writing() as session:
            await office.messages.sweep(session, office.clock.wall())
        assert await office.titles("ann") == left


async def test_five_hundred_are_told_in_a_fifth_of_a_second(each_office: PostOffice) -> None:
    """Each inbox was a row of its own to make in Python: that takes as long as there are people."""
    office = each_office
    now = office.clock.wall()
    async with office.store.writing() as session:
        session.add_all(
            PersonRow(
                id=f"p{number}", login=f"p{number}", name="x", organisation="county", roles=["clerk"],
                password_hash="x", created_at=now,
            )
            for number in range(500)
        )  # fmt: skip
    await tell(office, WithRole("clerk"))
    begun = time.process_time()
    assert len(await tell(office, WithRole("clerk"), what=Text("note", "again"))) == 500
    assert time.process_time() - begun < 0.2
    async with office.store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(InboxRow)) == 1000


async def test_ten_thousand_are_told_at_once_and_each_reads_it(each_office: PostOffice) -> None:
    """A typhoon: one transaction, one event, no row by row."""
    office = each_office
    now = office.clock.wall()
    people = [f"p{number}" for number in range(10_000)]
    async with office.store.writing() as session:
        rows = [
            {"id": one, "login": one, "name": "x", "organisation": "county", "roles": ["clerk"], "password_hash": "x",
             "created_at": now, "version": 1}
            for one in people
        ]  # fmt: skip
        await session.execute(insert(PersonRow), rows)
    begun = time.process_time()
    assert await tell(office, WithRole("clerk"), urgency=Urgency.URGENT, key="typhoon") == set(people)
    assert await tell(office, WithRole("clerk"), urgency=Urgency.URGENT, key="typhoon") == set(), "heard already"
    assert time.process_time() - begun < 4
    assert len(office.told) == 1
    counts = await office.inbox.counts(people)
    assert len(counts) == 10_000 and {one.unread for one in counts.values()} == {1}
    await office.wait(11)
    assert await office.titles("bob") == [], "nobody leads them: it goes to nobody else"
