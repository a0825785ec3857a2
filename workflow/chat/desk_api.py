"""Routes of who writes to citizens, of the list of chats, and of the entrances."""

from __future__ import annotations

from cti.base.http.routes import Query, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from workflow.chat.desk import SUPERVISE, TALK, ChatDesk
from workflow.chat.entrances import ENTRANCES, Entrances
from workflow.chat.service import Chats
from workflow.chat.views import (
    BASE,
    DESK,
    AfterQuery,
    HandOn,
    MessageView,
    MyChats,
    ReadTo,
    WholeChat,
    Written,
    for_staff,
)

ONE = f"{DESK}/{{id}}"


def routes(chats: Chats, desk: ChatDesk, entrances: Entrances) -> list[Route]:
    """The table."""

    async def whole(visitor: Visitor, id: str, query: AfterQuery) -> WholeChat:
        return await desk.whole(visitor, id, query.after)

    async def mine(visitor: Visitor, query: Query) -> MyChats:
        return desk.mine(visitor)

    async def take(visitor: Visitor, id: str) -> WholeChat:
        return await desk.take(visitor, id)

    async def decline(visitor: Visitor, id: str) -> None:
        await desk.decline(visitor, id)

    async def write(visitor: Visitor, id: str, body: Written) -> MessageView:
        return for_staff(await desk.write(visitor, id, body.text, body.key))

    async def note(visitor: Visitor, id: str, body: Written) -> MessageView:
        return for_staff(await desk.note(visitor, id, body.text, body.key))

    async def join(visitor: Visitor, id: str, body: Written) -> MessageView:
        return for_staff(await desk.join(visitor, id, body.text, body.key))

    async def read(visitor: Visitor, id: str, body: ReadTo) -> None:
        await desk.read(visitor, id, body.number)

    async def types(visitor: Visitor, id: str) -> None:
        desk.types(visitor, id)

    async def hand_on(visitor: Visitor, id: str, body: HandOn) -> None:
        await desk.hand_on(visitor, id, body.to, body.note)

    async def end(visitor: Visitor, id: str) -> None:
        desk.end(visitor, id)

    return [
        Route("GET", f"{BASE}/{{id}}/messages", whole, chats.see, "在线会话的消息"),
        Route("GET", DESK, mine, TALK, "我的在线会话"),
        Route("GET", ONE, whole, TALK, "接待中的会话"),
        Route("POST", f"{ONE}/take", take, TALK, "接入会话"),
        Route("POST", f"{ONE}/decline", decline, TALK, "不接入会话"),
        Route("POST", f"{ONE}/messages", write, TALK, "回复市民"),
        Route("POST", f"{ONE}/notes", note, TALK, "写内部备注"),
        Route("POST", f"{ONE}/join", join, SUPERVISE, "督导加入会话"),
        Route("POST", f"{ONE}/read", read, TALK, "会话已读"),
        Route("POST", f"{ONE}/typing", types, TALK, "座席正在输入"),
        Route("POST", f"{ONE}/hand-on", hand_on, TALK, "转接会话"),
        Route("POST", f"{ONE}/end", end, TALK, "结束会话"),
        *(route for route in record_routes(chats, BASE, imports=False) if route.method == "GET"),
        *record_routes(entrances, ENTRANCES, imports=False),
    ]
