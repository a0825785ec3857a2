"""Automatic dispatch on a database, by the tickets' own process: when it may, what it does, how it is undone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.office.identity.directory import scope_of
from cti.office.identity.permissions import Reach
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import (
    AGENT,
    EAST,
    LEADER,
    ORGANISATIONS,
    REVIEWER,
    WATER,
    WELL_DONE,
    TicketTown,
    town_on,
)
from workflow.assistant.dispatching.gate import LEAST_SETTLED, Record, lacks, lower_bound
from workflow.assistant.dispatching.records import Dispatches
from workflow.assistant.dispatching.rule import DispatchRule
from workflow.assistant.dispatching.sending import Sending, reviewer
from workflow.assistant.dispatching.story import BesideDispatch, DispatchStory
from workflow.assistant.dispatching.views import DispatchQuery, RuleEdit, Verdict
from workflow.assistant.filing import Filing
from workflow.assistant.learning.figures import Figures
from workflow.assistant.learning.reasons import words_for
from workflow.assistant.learning.worker import Text, work
from workflow.assistant.models import DispatchRow, ModelRow
from workflow.assistant.rules import DISPATCH
from workflow.tickets.events import TicketMoved, TicketTaskEnded
from workflow.tickets.service import KIND
from workflow.tickets.texts import TicketTexts

BOSS = replace(LEADER, permissions=LEADER.permissions | {DISPATCH, "assistant.use"})
EAST_BOSS = replace(EAST, permissions=EAST.permissions | {DISPATCH, "assistant.use"})
WATERY = "小区停水，自来水管爆裂，水压不足"
ROADWORK = "路灯不亮，路面坑洼，井盖松动"

LINES = [
    Text(text=f"{word}{number}号", label=label)
    for label, said in (("water", WATERY), ("roads", ROADWORK))
    for word in said.split("，")
    for number in range(20)
]


def figures(texts: int = 400, reach: float = 0.5, right: float = 0.97) -> Figures:
    return Figures(
        texts=texts, first=0.8, two=0.9, five=1.0, calibration=0.02, classes=[], confusions=[],
        sure=dict.fromkeys(("0.8", "0.9", "0.95"), (reach, right)),
    )  # fmt: skip


@dataclass
class House:
    town: TicketTown
    rule: DispatchRule
    dispatches: Dispatches
    sending: Sending
    filing: Filing

    async def on(self, **changed: Any) -> None:
        now = await self.rule.get(BOSS)
        body = {"is_on": True, "threshold": "0.8", "share": 100, "version": now.version, **changed}
        await self.rule.put(BOSS, RuleEdit.model_validate(body))

    async def submitted(self, content: str = WATERY, **said: Any) -> str:
        ticket = (await self.town.add(title=content[:4], content=content, **said)).id
        await self.town.act(AGENT, ticket, "submit")
        return str(ticket)

    async def moved(self, ticket: str, stage: str) -> None:
        row = await self.town.get(REVIEWER, ticket)
        await self.sending.take(
            TicketMoved(
                at=self.town.clock.wall(), record=ticket, organisation=row.organisation, region=row.region,
                number=row.number, by="", step=stage, stage=stage,
            )
        )  # fmt: skip

    async def listed(self, **asked: Any) -> list[Any]:
        return list((await self.dispatches.find(BOSS, DispatchQuery.model_validate(asked))).items)


async def house_on(store: Store, folder: Path, known: Figures | None) -> House:
    town = await town_on(store, "assistant")
    texts = TicketTexts(town.office.store)
    filing = Filing(town.office.store, town.clock, texts, folder)
    if known is not None:
        model, card = work(LINES, None)
        await put_model(town, filing, model.to_bytes(), known, card.texts)
    rule, dispatches = DispatchRule(town.office), Dispatches(town.office, town.acts, texts)
    sending = Sending(town.office, texts, town.acts, filing, rule, dispatches, lambda: 0.5)
    town.office.timelines.add(DispatchStory(filing, town.offering.is_inside), KIND)
    town.offering.beside = BesideDispatch(filing)
    return House(town, rule, dispatches, sending, filing)


async def put_model(town: TicketTown, filing: Filing, file: bytes, known: Figures, count: int) -> None:
    now, id = town.clock.wall(), new_id()
    filing.folder.mkdir(parents=True, exist_ok=True)
    filing.path(id).write_bytes(file)
    async with town.office.store.writing() as session:
        session.add(
            ModelRow(
                id=id, organisation="city", region="320400", created_by="", created_at=now, updated_at=now, version=1,
                purpose="department", number=1, state="in_use", why="", until=now, tickets=count, repeated=0, first=0.9,
                figures=known.model_dump(), compared=None, seconds=1.0, megabytes=1.0,
                digest=hashlib.sha256(file).hexdigest(),
            )
        )  # fmt: skip


@pytest_asyncio.fixture
async def house(sqlite_store: Store, tmp_path: Path) -> House:
    return await house_on(sqlite_store, tmp_path, figures())


async def test_it_is_off_at_first_and_refused_without_a_good_model(sqlite_store: Store, tmp_path: Path) -> None:
    bare = await house_on(sqlite_store, tmp_path, None)
    assert not (await bare.rule.get(BOSS)).is_on
    assert "还没有在用的主办单位模型" in (await bare.rule.note(BOSS)).words
    with pytest.raises(Invalid, match="还没有在用") as refused:
        await bare.on()
    assert refused.value.field == "is_on"
    ticket = await bare.submitted()
    assert not await bare.sending.send(ticket)
    await bare.on(is_on=False, threshold="0.9")
    assert (await bare.rule.get(BOSS)).threshold == "0.9", "what is not switched on may be prepared"


async def test_the_rule_of_the_house_is_the_citys_and_of_one_at_a_time(house: House) -> None:
    with pytest.raises(NotAllowed, match="全市"):
        await house.rule.put(EAST_BOSS, RuleEdit(is_on=True, threshold="0.8", share=5, version=0))
    with pytest.raises(NotAllowed):
        await house.rule.get(REVIEWER)
    with pytest.raises(NotAllowed):
        await house.rule.put(replace(BOSS, session=""), RuleEdit(is_on=True, threshold="0.8", share=5, version=0))
    await house.on()
    with pytest.raises(Conflict):
        await house.on(version=0)


async def test_a_sure_ticket_goes_by_the_process_with_its_clocks_and_the_story_says_why(
    store: Store, tmp_path: Path
) -> None:
    house = await house_on(store, tmp_path, figures())
    await house.on()
    ticket = await house.submitted()
    await house.moved(ticket, "review")
    seen = await house.town.get(REVIEWER, ticket)
    assert (seen.stage, seen.lead) == ("handling", "water")
    assert seen.due_at is not None
    told = await house.town.tickets.timeline(REVIEWER, ticket, TimelineQuery())
    mine = next(one for one in told.items if one.kind == "assistant")
    assert (mine.title, mine.by) == ("自动派给水务局", "智能派单")
    assert "概率" in mine.text and "依据：" in mine.text
    assert any(one.kind == "case" and one.by == "智能派单" for one in told.items), "the process knows who acted"
    unit = await house.town.tickets.timeline(WATER, ticket, TimelineQuery())
    assert all(one.kind != "assistant" for one in unit.items), "a department is not told how sure it was"
    (line,) = await house.listed()
    assert (line.unit, line.titles["unit"], line.title, line.state, line.review) == (
        "water", "水务局", WATERY[:4], "sent", "waiting",
    )  # fmt: skip
    assert line.acts == ["take_back", "judge"]


@pytest.mark.parametrize("said", [{"urgent": True}, {"confidential": True}, {"content": "邻居养狗扰民"}])
async def test_what_is_urgent_secret_or_unsure_waits_for_people(house: House, said: dict[str, Any]) -> None:
    await house.on(threshold="0.95")
    ticket = await house.submitted(**{"content": WATERY, **said})
    assert not await house.sending.send(ticket)
    assert (await house.town.get(LEADER, ticket)).stage == "review"


async def test_what_somebody_has_taken_up_is_his(house: House) -> None:
    await house.on()
    ticket = await house.submitted()
    await house.town.acts.take(REVIEWER, ticket)
    assert not await house.sending.send(ticket)


async def test_a_ticket_is_dispatched_by_itself_once_and_the_one_click_undoes_it(house: House) -> None:
    await house.on()
    ticket = await house.submitted()
    assert await house.sending.send(ticket)
    undo = next(one for one in await house.town.offering.offers(REVIEWER, ticket) if one.name == "take_back_dispatch")
    assert undo.at_once
    with pytest.raises((NotAllowed, Conflict)):
        await house.dispatches.take_back(AGENT, ticket)
    with pytest.raises(NotFound):
        await house.dispatches.take_back(EAST, ticket)
    await house.dispatches.take_back(REVIEWER, ticket)
    assert (await house.town.get(REVIEWER, ticket)).stage == "review"
    assert [one.state for one in await house.listed(state="missed")] == ["missed"]
    await house.moved(ticket, "review")
    assert (await house.town.get(REVIEWER, ticket)).stage == "review", "a second time people decide"
    dispatch = next(
        one for one in await house.town.offering.offers(REVIEWER, ticket) if one.name.startswith("dispatch")
    )
    lead = next(one for one in dispatch.form if one.key == "lead")
    assert lead.proposed == (), "who may not use the assistant is proposed nothing"
    dispatch = next(one for one in await house.town.offering.offers(BOSS, ticket) if one.name.startswith("dispatch"))
    lead = next(one for one in dispatch.form if one.key == "lead")
    assert lead.proposed[0].value == "water"
    assert lead.proposed[0].title.startswith("水务局 ")


async def test_a_recall_by_hand_is_a_miss_and_an_answer_is_none(house: House) -> None:
    await house.on()
    first, second = await house.submitted(), await house.submitted()
    for one in (first, second):
        assert await house.sending.send(one)
    await house.town.act(REVIEWER, first, "recall", reason="应由市政局办理")
    await house.moved(first, "review")
    task = await house.town.task(second, "water")
    await house.town.act(WATER, second, "sign", task)
    await house.town.act(WATER, second, "reply", task, answer=WELL_DONE, contacted=True)
    row = await house.town.get(REVIEWER, second)
    await house.sending.take(
        TicketTaskEnded(
            at=house.town.clock.wall(), record=second, organisation=row.organisation, region=row.region,
            number=row.number, by="", task=task, department="water", outcome="replied",
        )
    )  # fmt: skip
    await house.moved(second, "review")
    states = {one.ticket: one.state for one in await house.listed()}
    assert states == {first: "missed", second: "answered"}
    with pytest.raises((Conflict, NotAllowed)):
        await house.dispatches.take_back(REVIEWER, second)


async def test_a_sample_is_judged_once_within_reach(house: House) -> None:
    await house.on()
    ticket = await house.submitted()
    await house.sending.send(ticket)
    (line,) = await house.listed(review="waiting")
    with pytest.raises(NotFound):
        await house.dispatches.judge(EAST_BOSS, line.id, Verdict(verdict="right"))
    with pytest.raises(NotAllowed):
        await house.dispatches.judge(REVIEWER, line.id, Verdict(verdict="right"))
    judged = await house.dispatches.judge(BOSS, line.id, Verdict(verdict="wrong", note="属市政"))
    assert (judged.review, judged.note) == ("wrong", "属市政")
    with pytest.raises(Conflict):
        await house.dispatches.judge(BOSS, line.id, Verdict(verdict="right"))


async def test_misses_of_the_model_in_use_stop_it(house: House) -> None:
    await house.on()
    async with house.town.office.store.writing() as session:
        for number in range(LEAST_SETTLED):
            session.add(settled(house.town, number, "missed" if number < 4 else "answered"))
    note = await house.rule.note(BOSS)
    assert not note.good
    assert "派错 4 件" in note.words
    assert not await house.sending.send(await house.submitted())


def settled(town: TicketTown, number: int, state: str) -> DispatchRow:
    now = town.clock.wall()
    return DispatchRow(
        id=new_id(), organisation="city", region="320400", created_by="", created_at=now, updated_at=now, version=1,
        ticket=f"t{number}", number=str(number), unit="water", probability=0.9, words="", others="", model=1,
        state=state, review="", note="",
    )  # fmt: skip


async def test_a_refusal_of_the_process_leaves_nothing(house: House) -> None:
    await house.on()
    ticket = await house.submitted()

    async def refuse(*_: Any, **__: Any) -> str:
        raise Conflict("taken", "刚被领取")

    house.town.acts.act_in = refuse  # type: ignore[method-assign]
    assert not await house.sending.send(ticket)
    async with house.town.office.store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(DispatchRow)) == 0


async def test_the_house_acts_with_a_reviewers_rights_of_one_hotline(house: House) -> None:
    ticket = await house.submitted()
    waiting = await TicketTexts(house.town.office.store).waiting(ticket)
    assert waiting is not None
    who = reviewer(waiting)
    assert not who.may("tickets.void")
    assert not who.reach("tickets.review").covers("east", "320404")
    east = scope_of(Reach.REGION, "", ORGANISATIONS["east"], ORGANISATIONS)
    assert east.covers("east", "320404")


@pytest.mark.parametrize(
    ("known", "record", "words"),
    [
        (None, Record(0, 0), "还没有在用"),
        (figures(texts=150), Record(0, 0), "只有 75 件"),
        (figures(right=0.92), Record(0, 0), "置信下限"),
        (figures(), Record(30, 4), "派错 4 件"),
        (figures(), Record(29, 29), ""),
        (figures(), Record(40, 4), ""),
    ],
)
def test_what_is_missing_is_said(known: Figures | None, record: Record, words: str) -> None:
    found = "；".join(lacks(known, record, "0.9"))
    assert words in found
    assert bool(found) == bool(words)


@given(st.floats(0, 1), st.integers(1, 100_000))
def test_the_bound_lies_below_the_share(share: float, texts: int) -> None:
    bound = lower_bound(share, texts)
    assert 0 <= bound <= share + 1e-9
    assert bound <= lower_bound(share, texts * 2) + 1e-9


def test_the_bound_is_wilsons() -> None:
    assert round(lower_bound(0.95, 200), 4) == 0.9104


def test_reasons_are_words_of_the_text_and_speak_for_the_class() -> None:
    model, _ = work(LINES, None)
    text = "人民路123号自来水管爆裂"
    words = words_for(model, text, "water", "roads")
    assert words
    assert all(one in text for one in words)
    assert not any(one.isdigit() for one in words)
    assert words_for(model, text, "parks") == []
    assert words_for(model, "水", "water") == []


async def test_a_model_that_is_in_use_since_a_moment_dispatches(sqlite_store: Store, tmp_path: Path) -> None:
    """For half a minute after a look at the models a ticket was left to people, and never tried again."""
    house = await house_on(sqlite_store, tmp_path, None)
    await house.filing.refresh()
    model, card = work(LINES, None)
    await put_model(house.town, house.filing, model.to_bytes(), figures(), card.texts)
    await house.on()
    assert await house.sending.send(await house.submitted())
