"""Messages from the board to agents: into their inboxes, with who has read them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from acd.service import Acd
from cti.base.ids import new_id
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.identity.people import People
from cti.office.messages import Messages, Persons, Text, Urgency
from cti.office.records import Office
from cti.store.listing import listed
from workflow.floor.hands import in_reach, leads
from workflow.floor.models import NoteRow
from workflow.floor.views import FloorQuery, Note, NoteView, ReaderView

MESSAGE = "floor.message"
KIND = "floor_note"


class Notes:
    """The service."""

    def __init__(self, office: Office, people: People, acd: Acd, messages: Messages) -> None:
        self._office, self._people, self._acd, self._messages = office, people, acd, messages
        messages.templates.add_kind(KIND, "现场消息")

    async def send(self, visitor: Visitor, note: Note) -> NoteView:
        """To the agents that it names, or to all who are signed in; NotFound when one is beyond reach, or nobody is
        there."""
        visitor.need(MESSAGE)
        within = {number for number, _ in await self._people.agents_within(visitor, MESSAGE)}
        signed_in = {one.agent for one in self._acd.agents() if one.state != "signed_out"}
        wanted = set(note.agents) or (within & signed_in) - {visitor.agent_no or ""}
        if not wanted or not wanted <= within:
            raise NotFound("no_such_agent", "没有这个座席" if wanted else "没有签入的座席")
        people = await self._people.some_agents(wanted)
        async with self._office.store.writing() as session:
            row = NoteRow(
                id=new_id(), organisation=visitor.organisation, region=visitor.region, text=note.text,
                urgent=note.urgent, sender=visitor.person, sender_name=visitor.name, people=len(people),
                at=self._office.clock.wall(),
            )  # fmt: skip
            session.add(row)
            await self._messages.tell(
                session, Persons(tuple(one.id for one in people.values())), Text(KIND, "现场消息", note.text),
                urgency=Urgency.URGENT if note.urgent else Urgency.NORMAL, key=_key(row.id), by=visitor.name,
            )  # fmt: skip
            after = {"agents": sorted(people), "all": not note.agents}
            await self._office.audit.write(session, visitor, "floor.message_sent", f"floor_note:{row.id}", after=after)
        return _view(row, 0)

    async def find(self, visitor: Visitor, query: FloorQuery) -> tuple[list[NoteView], int]:
        """A page of those sent within reach, the newest first, and how many there are."""
        limits = in_reach(NoteRow, visitor, MESSAGE, NoteRow.at, query)
        order: list[ColumnElement[Any]] = [NoteRow.at.desc(), NoteRow.id.desc()]
        async with self._office.store.reading() as session:
            found = await listed(session, NoteRow, limits, order, query.page, query.size)
            marks = await self._messages.read_marks(session, [_key(row.id) for row in found.rows])
        read = {key: sum(at is not None for at in people.values()) for key, people in marks.items()}
        return [_view(row, read.get(_key(row.id), 0)) for row in found.rows], found.total

    async def readers(self, visitor: Visitor, id: str) -> list[ReaderView]:
        """Who got one, of those within reach, and when he read it."""
        visitor.need(MESSAGE)
        async with self._office.store.reading() as session:
            row = await session.get(NoteRow, id)
            if row is None or not leads(visitor.reach(MESSAGE), row.organisation):
                raise NotFound("no_note", "没有这条消息")
            marks = (await self._messages.read_marks(session, [_key(id)])).get(_key(id), {})
        agents = await self._people.some_agents(
            {number for number, _ in await self._people.agents_within(visitor, MESSAGE)}
        )
        return [
            ReaderView(id=number, name=one.name, read_at=marks[one.id])
            for number, one in sorted(agents.items())
            if one.id in marks
        ]


def _key(id: str) -> str:
    return f"{KIND}:{id}"


def _view(row: NoteRow, read: int) -> NoteView:
    return NoteView(
        id=row.id, at=row.at, sender_name=row.sender_name, text=row.text, urgent=row.urgent, people=row.people,
        read=read,
    )  # fmt: skip
