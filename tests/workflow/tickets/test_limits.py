"""Limits of tickets by type and region: one place says how long and how often, and what a reply must show."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid
from cti.office.files.models import FileRow
from cti.office.screens import fields_of
from cti.store.engine import Store
from tests.workflow.tickets.texts import Texts
from tests.workflow.tickets.ticket_town import AGENT, EAST, LEADER, WATER, WELL_DONE, TicketTown, town_on
from workflow.tickets.limits import Limits, LimitsFields
from workflow.tickets.models import TicketCallRow


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


async def say(town: TicketTown, visitor: Any = LEADER, **said: Any) -> None:
    await town.tickets.ticket_limits.create(visitor, LimitsFields.model_validate(said))


async def test_the_nearest_limit_counts_and_each_by_itself(town: TicketTown) -> None:
    """Pain: limits differ by city and type, and stood in code (5. Practice of Chinese 12345: rules found)."""
    limits = town.tickets.ticket_limits
    assert limits.of("city", "320400", "complaint") == Limits()
    await say(town, extensions=3, answer_least=20)
    await say(town, type="enquiry", extensions=1)
    await say(town, place="320404", extensions=2)
    await say(town, EAST, reminders=9)
    assert limits.of("city", "320400", "complaint") == Limits(extensions=3, answer_least=20)
    assert limits.of("city", "320400", "enquiry") == Limits(extensions=1, answer_least=20)
    assert limits.of("east", "320404", "complaint") == Limits(extensions=2, answer_least=20, reminders=9)
    assert limits.of("west", "320411", "complaint").reminders == 5, "a county's own are its own"
    with pytest.raises(Conflict, match="已有规则"):
        await say(town, type="enquiry", extensions=2)


async def test_forms_and_process_go_by_the_same_limits_at_once(town: TicketTown) -> None:
    ticket, task = await town.dispatched()
    await say(town, extension_days=2, title_most=10, answer_least=30, reminders=1)
    await town.act(WATER, ticket, "sign", task)
    with pytest.raises(Invalid, match="每次延时为1至2个工作日"):
        await town.act(WATER, ticket, "ask_extension", task, days=3, reason="停水范围大")
    with pytest.raises(Invalid, match="不少于30个字"):
        await town.act(WATER, ticket, "reply", task, answer=WELL_DONE, contacted=True)
    with pytest.raises(Invalid, match="标题最长 10 字"):
        await town.add(title="一二三四五六七八九十甲")
    await town.act(AGENT, ticket, "remind", note="还没有水")
    with pytest.raises(Invalid, match="今日已催单1次"):
        await town.act(AGENT, ticket, "remind", note="还没有水")
    await town.wait(86400)
    await town.act(AGENT, ticket, "remind", note="还没有水")


async def test_a_reply_shows_by_which_evidence_the_work_is_done(town: TicketTown) -> None:
    """Pain: 虚假办结, a ticket was closed by a pasted answer (5): a close needs evidence."""
    await say(town, type="complaint", evidence=["file", "recording"])
    ticket, task = await town.dispatched()
    await town.act(WATER, ticket, "sign", task)
    reply = {"answer": WELL_DONE, "contacted": True}
    with pytest.raises(Invalid, match="办结须有依据"):
        await town.act(WATER, ticket, "reply", task, **reply)
    await call_of(town, ticket, "roads")
    with pytest.raises(Invalid, match="办结须有依据"):
        await town.act(WATER, ticket, "reply", task, **reply)
    await call_of(town, ticket, "water")
    await town.act(WATER, ticket, "reply", task, **reply)
    assert (await town.get(LEADER, ticket)).stage == "result"
    other, task = await town.dispatched()
    async with town.office.store.writing() as session:
        session.add(
            FileRow(
                id=new_id(), kind="ticket", record=other, name="现场.jpg", type="image/jpeg", size=1, sha256="x",
                blob=new_id(), place="disk", scan="clean", found="", person="01ATwater", by="water",
                added_at=town.clock.wall(), removed_at=None, removed_by="", missing_at=None,
            )
        )  # fmt: skip
    await town.act(WATER, other, "sign", task)
    await town.act(WATER, other, "reply", task, **reply)
    praise, task = await town.dispatched(type="praise")
    await town.act(WATER, praise, "sign", task)
    await town.act(WATER, praise, "reply", task, **reply)


async def test_what_is_answered_at_once_shows_on_what_it_rests(town: TicketTown) -> None:
    """Pain: 虚假办结 (5): the hotline's own answers too rest on a text, a file or a talk, where the rule says so."""
    town.citing.offer("article", Texts())
    await say(town, direct_least=8)
    ticket = (await town.add()).id
    with pytest.raises(Invalid, match="不少于8个字"):
        await town.act(AGENT, ticket, "answer", answer="已经恢复")
    await say(town, type="enquiry", grounds=["citation"])
    await say(town, type="help", grounds=["citation", "file", "call"])
    enquiry = (await town.add(type="enquiry")).id
    with pytest.raises(Invalid, match="答复须有依据"):
        await town.act(AGENT, enquiry, "answer", answer=WELL_DONE)
    with pytest.raises(Invalid, match="引用的内容不存在"):
        await town.act(AGENT, enquiry, "answer", answer=WELL_DONE, citations=["我的记忆"])
    await town.act(AGENT, enquiry, "answer", answer=WELL_DONE, citations=["article:card"])
    helped = (await town.add(type="help")).id
    await town.act(AGENT, helped, "submit")
    with pytest.raises(Invalid, match="答复须有依据"):
        await town.act(LEADER, helped, "close", answer=WELL_DONE)
    await call_of(town, helped, "water", "registered")
    with pytest.raises(Invalid, match="答复须有依据"):
        await town.act(LEADER, helped, "close", answer=WELL_DONE)
    await call_of(town, helped, "city", "registered")
    await town.act(LEADER, helped, "close", answer=WELL_DONE)
    await town.act(AGENT, ticket, "answer", answer=WELL_DONE)


async def call_of(town: TicketTown, ticket: str, organisation: str, purpose: str = "department") -> None:
    """A recorded talk of a department with the citizen."""
    id = new_id()
    async with town.office.store.writing() as session:
        row = TicketCallRow(
            id=new_id(), ticket=ticket, call=id, purpose=purpose, organisation=organisation,
            at=town.clock.wall(), person="", by=organisation,
        )  # fmt: skip
        session.add(row)
        assert await session.scalar(select(TicketCallRow.id).limit(1)) is not None

    async def booked(call: str) -> Any:
        return SimpleNamespace(recordings=("01REC",))

    town.tickets.calls.booked = booked  # type: ignore[method-assign] # what the books of calls would say


def test_the_type_is_chosen_by_its_words() -> None:
    """A union of choices was a field for free text, in which people had to know the code of a type."""
    (kind,) = [one for one in fields_of(LimitsFields) if one.key == "type"]
    assert kind.kind == "choice"
    assert [one.title for one in kind.options][:2] == ["全部类型", "咨询"]
