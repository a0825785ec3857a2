"""The rules of transcripts: whose they are, what is kept of them, and how they are found."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import structlog
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.call import Call
from cti.base.ids import new_id
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS
from cti.office.records import Office, Records
from cti.office.records.telephones import Telephone
from cti.office.sharing import Shared
from cti.office.sharing.rule import Way
from cti.store.calls import calls_of_agent
from cti.telephony.queue_titles import QueueTitles
from workflow.transcripts.book import Book, OpenTranscript, whole_text
from workflow.transcripts.kept_lines import keep_lines, kept_lines, replace_lines
from workflow.transcripts.lines import Line
from workflow.transcripts.masking import without_telephones
from workflow.transcripts.measuring.keeping import Measuring
from workflow.transcripts.models import TranscriptRow
from workflow.transcripts.narrowing import Narrowing, said_by
from workflow.transcripts.views import (
    CallTranscript,
    LineView,
    RepairView,
    SpeakingView,
    TranscriptFields,
    TranscriptQuery,
    TranscriptView,
)

log = structlog.get_logger(__name__)

ASKED_AT_ONCE = 500
SHOWN = 200
"""Characters of what was said that a list shows."""


class Transcripts(Records[TranscriptRow, TranscriptFields, TranscriptView, TranscriptQuery]):
    """The service. Rows come from talks; people only read them."""

    table, fields, view, query = TranscriptRow, TranscriptFields, TranscriptView, TranscriptQuery
    kind: ClassVar[str] = "transcript"
    title: ClassVar[str] = "通话转写"
    see: ClassVar[str] = "transcripts.see"
    edit_permission: ClassVar[str] = "transcripts.see"
    export_permission: ClassVar[str] = "transcripts.export"
    sort: ClassVar[str] = "-began_at"
    sharing: ClassVar[Shared] = Shared(own=())
    telephone: ClassVar[Telephone | None] = Telephone("number")
    searched: ClassVar[tuple[str, ...]] = ("text",)
    filters: ClassVar[tuple[str, ...]] = ("state", "agent", "queue")
    period: ClassVar[str] = "began_at"
    is_private: ClassVar[bool] = True

    def __init__(self, office: Office, queues: QueueTitles, area: str) -> None:
        super().__init__(office)
        self.queues, self.area = queues, area
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._unwritten: dict[str, dict[int, Line]] = {}
        self.book: Book | None = None
        self.trouble = ""
        """Why nothing is written down; empty when it is."""
        self.measuring: Measuring | None = None
        self.narrowing = Narrowing()
        self.names: Mapping[str, str] = {}
        """Names of agents by their numbers."""

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """By when the talk was."""
        return {"began_at": TranscriptRow.began_at}

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """Who reaches his own only reads those of calls in which he took part."""
        found = super().ways(visitor, permission, writing=writing)
        if found and (agent := visitor.reach(permission).agent) is not None:
            found[0].append(calls_of_agent(TranscriptRow.call, agent))
        return found

    def limits(self, visitor: Visitor, query: TranscriptQuery) -> list[ColumnElement[bool]]:
        """Also by words that were said, by whom, and by what is known of the call."""
        found = [*super().limits(visitor, query), *self.narrowing.limits(visitor, query)]
        return [*found, self.found_by(query.words), *said_by(query.words, query.side)] if query.words else found

    def words(self, visitor: Visitor, row: TranscriptRow) -> dict[str, Any]:
        """Whole numbers by right; the queue's title; the beginning of what was said."""
        said = row.text[:SHOWN].replace("\n", "　")
        return {**super().words(visitor, row), "said": said, "titles": self.queues.beside(row.queue)}

    async def values(
        self, session: AsyncSession, body: TranscriptFields, row: TranscriptRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes one by hand."""
        raise Invalid("not_by_hand", "通话转写由通话产生，不能手工新增")

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def texts(self, visitor: Visitor, since: datetime, until: datetime, most: int) -> list[str]:
        """All words of the newest talks of a time that the visitor may read, at most so many."""
        visitor.need(self.see)
        moment = TranscriptRow.began_at
        wanted = select(TranscriptRow.text).where(*self.readable(visitor), moment >= since, moment < until)
        async with self.office.store.reading() as session:
            return list(await session.scalars(wanted.order_by(moment.desc()).limit(most)))

    async def of_call(self, visitor: Visitor, call: str, after: int = 0) -> CallTranscript:
        """What was said in a call that the visitor may read, lines after a number. NotFound where there is nothing."""
        visitor.need(self.see)
        live = self.book.find(call) if self.book is not None else None
        if live is not None and self._is_his(visitor, live.call):
            return self._live(visitor, live, after)
        async with self.office.store.reading() as session:
            wanted = select(TranscriptRow).where(TranscriptRow.call == call, *self.readable(visitor))
            row = await session.scalar(wanted)
            if row is None:
                raise NotFound("no_transcript", self.trouble or "这通电话没有转写")
            lines = await kept_lines(session, call)
        return CallTranscript(
            call=call, state=row.state, began_at=row.began_at, speaking=[],
            lines=[self._line(visitor, one) for one in lines if one.number > after], later=row.state == "waiting",
        )  # fmt: skip

    def sees(self, visitor: Visitor, call: Call) -> bool:
        """Whether a visitor may read what is said in a call that goes on."""
        return visitor.may(self.see) and self._is_his(visitor, call)

    def _is_his(self, visitor: Visitor, call: Call) -> bool:
        scope = visitor.reach(self.see)
        if not scope.covers(call.organisation, call.region):
            return False
        return (
            scope.agent is None
            or scope.agent in call.agents
            or (call.talk is not None and call.talk.agent == scope.agent)
        )

    def _live(self, visitor: Visitor, one: OpenTranscript, after: int) -> CallTranscript:
        # Nobody clicks on words of a recording that is not there yet.
        new = [replace(it, times=()) for it in one.in_order if it.number > after]
        lines = [self._line(visitor, it) for it in new]
        return CallTranscript(
            call=one.call.id, state="live", began_at=_began(one), lines=lines,
            speaking=self.speaking(visitor, one), behind=one.is_behind, later=bool(one.unheard), trouble=self.trouble,
        )  # fmt: skip

    def speaking(self, visitor: Visitor, one: OpenTranscript) -> list[SpeakingView]:
        """What is being said, as far as the visitor may read it."""
        whole = visitor.may(SEE_NUMBERS)
        return [
            SpeakingView(
                side=it.side, agent=it.agent, name=self.names.get(it.agent, ""),
                text=it.text if whole else without_telephones(it.text), apart=it.apart,
            )
            for it in one.speaking.values()
        ]  # fmt: skip

    def _line(self, visitor: Visitor, one: Line) -> LineView:
        return LineView(
            number=one.number, side=one.side, agent=one.agent, name=self.names.get(one.agent, ""), at=one.at,
            seconds=one.seconds, text=_for(visitor, one.text), times=one.times, kind=one.kind, apart=one.apart,
            repairs=[RepairView(start=it.start, end=it.end, heard=it.heard) for it in one.repairs],
        )  # fmt: skip

    # ── what happened ────────────────────────────────────────────────────────────────────────────────────────────

    def keep(self, one: OpenTranscript, lines: Sequence[Line]) -> None:
        """Write lines of a talk that goes on, soon and in order: those of a moment go together."""
        id = one.call.id
        self._unwritten.setdefault(id, {}).update({line.number: line for line in lines})
        if id not in self._writing:
            self._writing[id] = asyncio.get_running_loop().create_task(self._write(one), name=f"transcript of {id}")

    async def _write(self, one: OpenTranscript) -> None:
        id = one.call.id
        try:
            while id in self._unwritten:
                lines = self._unwritten.pop(id)
                try:
                    async with self.office.store.writing() as session:
                        if await self._row(session, id) is None:
                            session.add(self._new(one))
                        await keep_lines(session, id, lines.values())
                except Exception:
                    # They go with the next ones, or when the call is over.
                    self._unwritten[id] = {**lines, **self._unwritten.get(id, {})}
                    raise
        except Exception:
            log.exception("lines of a transcript are not kept yet", call=id)
        finally:
            self._writing.pop(id, None)

    async def written(self, id: str) -> None:
        """Returns when all lines of a call that are known are stored."""
        if (task := self._writing.get(id)) is not None:
            await asyncio.shield(task)

    async def close(self, one: OpenTranscript) -> None:
        """The call is over: what was said in it can be searched."""
        await self.written(one.call.id)
        self._unwritten.pop(one.call.id, None)
        await self.set_lines(one.call.id, one.in_order, "whole" if one.is_whole else "waiting")

    async def set_lines(self, call: str, lines: Sequence[Line], state: str, *, tried: int = 0) -> None:
        """What was said in a call that is over, as far as it is known."""
        together = await self.measuring.together(call) if self.measuring is not None else []
        async with self.office.store.writing() as session:
            row = await self._row(session, call)
            if row is None:
                return
            await replace_lines(session, call, lines)
            if self.measuring is not None:
                await self.measuring.keep(session, row, lines, together)
            row.text = without_telephones(whole_text(lines))
            row.lines, row.state, row.updated_at = len(lines), state, self.office.clock.wall()
            row.tries += tried
            await self.indexed(session, row)
        await self.changed([row.id])

    async def waiting(self) -> list[str]:
        """The calls of which something is to be written down from the recording, the oldest first."""
        wanted = select(TranscriptRow.call).where(TranscriptRow.state == "waiting").order_by(TranscriptRow.began_at)
        async with self.office.store.reading() as session:
            return list(await session.scalars(wanted))

    async def tried(self, call: str) -> int:
        """How often it was tried to write down the rest of a call from its recordings."""
        async with self.office.store.reading() as session:
            row = await self._row(session, call)
        return 0 if row is None else row.tries

    async def so_far(self, call: str) -> list[Line]:
        """What was said in a call until now, for the house itself; nothing of one that is not known."""
        live = self.book.find(call) if self.book is not None else None
        lines = live.in_order if live is not None else await self.lines_of(call)
        return [one for one in lines if one.text]

    async def lines_of(self, call: str) -> list[Line]:
        """All lines of a call, for the house itself."""
        async with self.office.store.reading() as session:
            return await kept_lines(session, call)

    async def saying(self, words: str, calls: Collection[str]) -> set[str]:
        """Which of these calls have all the words, for the house itself."""
        found, ids = set[str](), sorted(calls)
        async with self.office.store.reading() as session:
            for at in range(0, len(ids), ASKED_AT_ONCE):
                some = TranscriptRow.call.in_(ids[at : at + ASKED_AT_ONCE])
                found |= set(await session.scalars(select(TranscriptRow.call).where(some, self.found_by(words))))
        return found

    async def left_open(self) -> dict[str, list[Line]]:
        """What an engine that died was writing, by call."""
        async with self.office.store.reading() as session:
            calls = list(await session.scalars(select(TranscriptRow.call).where(TranscriptRow.state == "live")))
            return {call: await kept_lines(session, call) for call in calls}

    async def _row(self, session: AsyncSession, call: str) -> TranscriptRow | None:
        found: TranscriptRow | None = await session.scalar(select(TranscriptRow).where(TranscriptRow.call == call))
        return found

    def _new(self, one: OpenTranscript) -> TranscriptRow:
        call, now = one.call, self.office.clock.wall()
        agent = call.talk.agent if call.talk is not None else ""
        number = call.caller.digits
        return TranscriptRow(
            id=new_id(), organisation=call.organisation, region=call.region, version=1, created_by="", created_at=now,
            updated_at=now, call=call.id, agent=agent, queue=call.queues[-1] if call.queues else "", number=number,
            number_index=number, number_last_four=number, began_at=_began(one) or now, state="live", tries=0, lines=0,
            text="", caller_text="", agent_text="", seconds=0.0, measured=False,
        )  # fmt: skip


def _for(visitor: Visitor, text: str) -> str:
    return text if visitor.may(SEE_NUMBERS) else without_telephones(text)


def _began(one: OpenTranscript) -> datetime | None:
    return one.call.talk.answered_at if one.call.talk is not None else None
