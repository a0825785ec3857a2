"""Routes of the phone book."""

from __future__ import annotations

from typing import Literal

import pydantic

from cti.base.http.routes import Query, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.screens import Choice
from softphone.desk import Desk
from softphone.dial_out import DialOut
from workflow.contacts.service import ContactNode, Contacts

BASE = "/api/contacts"
WORK = "agent.work"


class BookQuery(Query):
    """Which of the two books: our own people, or those of other houses."""

    book: Literal["internal", "external"] = "internal"


class ContactSearch(Query):
    """A part of a name, initials, or a part of a number."""

    search: str = pydantic.Field(default="", max_length=60)


class ContactTarget(pydantic.BaseModel):
    """Where an agent can consult or transfer to: `to` is what the desk takes."""

    to: str
    name: str
    phone: str


def routes(contacts: Contacts, desk: Desk, out: DialOut) -> list[Route]:
    """The usual routes of records, the tree, and whom one can choose and dial."""

    async def tree(visitor: Visitor, query: BookQuery) -> list[ContactNode]:
        return await contacts.tree(visitor, query.book)

    async def options(visitor: Visitor, query: ContactSearch) -> list[Choice]:
        return await contacts.options(visitor, query.search)

    async def targets(visitor: Visitor, query: ContactSearch) -> list[ContactTarget]:
        found = await contacts.find(visitor, contacts.query(search=query.search, size=20))
        return [
            ContactTarget(to=f"outside:{number}", name=one.name, phone=number)
            for one in found.items
            for number in [one.phone, *one.phones]
            if number
        ]

    async def dial(visitor: Visitor, id: str) -> None:
        number = await contacts.number_of(visitor, id)
        if desk.is_talking(visitor):
            await desk.act(visitor, "consult", to=f"outside:{number}")
        else:
            out.dial(visitor, number)

    async def invite(visitor: Visitor, id: str) -> None:
        await desk.act(visitor, "invite", to=f"outside:{await contacts.number_of(visitor, id)}")

    return [
        *record_routes(contacts, BASE),
        Route("GET", f"{BASE}/tree", tree, contacts.see, "通讯录树"),
        Route("GET", f"{BASE}/options", options, contacts.see, "选择联系人"),
        Route("GET", f"{BASE}/targets", targets, contacts.see, "可以拨打的联系人"),
        Route("POST", f"{BASE}/{{id}}/dial", dial, WORK, "拨打联系人；通话中则为咨询"),
        Route("POST", f"{BASE}/{{id}}/invite", invite, WORK, "请联系人加入通话，开成会议"),
    ]
