"""Routes of the floor."""

from __future__ import annotations

from cti.base.http.routes import Paged, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.screens import Choice
from workflow.floor.alarms import FloorAlarms
from workflow.floor.hands import Hands, view
from workflow.floor.notes import MESSAGE, Notes
from workflow.floor.rules import RULES as EDIT
from workflow.floor.rules import Rules
from workflow.floor.topics import LEAD, WORK, OwnHand
from workflow.floor.views import BASE, RULES, AlarmView, FloorQuery, HandView, Note, NoteView, Raised, ReaderView


def routes(hands: Hands, notes: Notes, rules: Rules, alarms: FloorAlarms) -> list[Route]:
    """Hands, messages, alarms, and the usual ones of the rules."""

    async def own(visitor: Visitor) -> OwnHand:
        return hands.own(visitor)

    async def lift(visitor: Visitor, body: Raised) -> OwnHand:
        return await hands.lift(visitor, body.note)

    async def take_back(visitor: Visitor) -> OwnHand:
        return await hands.take_back(visitor)

    async def answer(visitor: Visitor, id: str) -> None:
        await hands.answer(visitor, id)

    async def all_hands(visitor: Visitor, query: FloorQuery) -> Paged[HandView]:
        found = await hands.find(visitor, query)
        return Paged(
            items=[view(row) for row in found.rows], total=found.total, page=query.page, size=query.size
        )  # fmt: skip

    async def send(visitor: Visitor, body: Note) -> NoteView:
        return await notes.send(visitor, body)

    async def sent(visitor: Visitor, query: FloorQuery) -> Paged[NoteView]:
        items, total = await notes.find(visitor, query)
        return Paged(items=items, total=total, page=query.page, size=query.size)

    async def readers(visitor: Visitor, id: str, query: FloorQuery) -> Paged[ReaderView]:
        return Paged.cut(await notes.readers(visitor, id), query)

    async def all_alarms(visitor: Visitor, query: FloorQuery) -> Paged[AlarmView]:
        found = await alarms.find(visitor, query)
        items = [AlarmView.model_validate(row, from_attributes=True) for row in found.rows]
        return Paged(items=items, total=found.total, page=query.page, size=query.size)

    async def queues(visitor: Visitor) -> list[Choice]:
        return await rules.choices(visitor)

    return [
        *record_routes(rules, RULES, imports=False),
        Route("GET", f"{BASE}/queues", queues, EDIT, "可监测的队列"),
        Route("GET", f"{BASE}/hand", own, WORK, "本人的求助"),
        Route("POST", f"{BASE}/hand", lift, WORK, "举手求助"),
        Route("POST", f"{BASE}/hand/take_back", take_back, WORK, "撤回求助"),
        Route("GET", f"{BASE}/hands", all_hands, LEAD, "座席求助记录"),
        Route("POST", f"{BASE}/hands/{{id}}/answer", answer, LEAD, "响应求助"),
        Route("POST", f"{BASE}/notes", send, MESSAGE, "发送现场消息"),
        Route("GET", f"{BASE}/notes", sent, MESSAGE, "现场消息记录"),
        Route("GET", f"{BASE}/notes/{{id}}/readers", readers, MESSAGE, "现场消息的阅读情况"),
        Route("GET", f"{BASE}/alarms", all_alarms, LEAD, "现场预警记录"),
    ]
