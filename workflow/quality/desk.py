"""All that stands beside a talk while it is scored: the sheet, what is marked beforehand, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import ColumnElement, func, select

from cti.base.refusal import Refusal
from cti.base.visitor import Visitor
from cti.store.calls import StoredCalls
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.outline import Outlines
from recorder.timeline import Part, parts_in
from workflow.quality.models import ReviewRow
from workflow.quality.reviews import Reviews
from workflow.quality.rules import SCORE, SEE
from workflow.quality.scoring.marks import KINDS, Measured, Said, marks, measured_of
from workflow.quality.scoring.sheet import FULL, NONE, Item, Looked, Sheet
from workflow.quality.views import AnswerBody, DeskView, ItemView, LevelView, MarkView, ReviewView
from workflow.transcripts.lines import Line

log = structlog.get_logger(__name__)


class Words(Protocol):
    """What was said in a call: the transcripts."""

    async def lines_of(self, call: str) -> Sequence[Line]:
        """All lines of a call, for the house itself."""
        ...


class Desk:
    """Nothing is changed here. `words` are there while transcripts run."""

    def __init__(self, reviews: Reviews, recordings: RecordingStore, calls: StoredCalls, outlines: Outlines) -> None:
        self._reviews, self._recordings, self._calls, self._outlines = reviews, recordings, calls, outlines
        self.words: Words | None = None

    async def next(self, visitor: Visitor) -> DeskView | None:
        """The visitor's oldest talk that waits to be scored; None when there is none."""
        visitor.need(SCORE)
        async with self._reviews.office.store.reading() as session:
            wanted = select(ReviewRow.id).where(*_his_open(visitor)).order_by(ReviewRow.talk_at, ReviewRow.id).limit(1)
            id = await session.scalar(wanted)
        return None if id is None else await self.of(visitor, id)

    async def of(self, visitor: Visitor, id: str) -> DeskView:
        """One talk with its sheet. NotFound for whom it is not there."""
        visitor.need(SEE)
        async with self._reviews.office.store.reading() as session:
            row = await self._reviews.row(session, visitor, id)
            (view,) = await self._reviews.shown_all(session, visitor, [row])
            others = [*_his_open(visitor), ReviewRow.id != row.id]
            left = await session.scalar(select(func.count()).select_from(ReviewRow).where(*others)) or 0
            wanted = select(ReviewRow.id).where(*others).order_by(ReviewRow.talk_at, ReviewRow.id).limit(1)
            following = await session.scalar(wanted) or ""
        sheet, revision = self._reviews.sheet_of(row)
        found, trouble = await self._marks(sheet, row)
        return DeskView(
            review=view.model_copy(update={"revision": revision}), sheet_title=sheet.title, passing=sheet.passing,
            items=items_of(sheet, view, row.answers, row.faults), trouble=trouble, next=following, left=left,
            marks=found,
        )  # fmt: skip

    async def _marks(self, sheet: Sheet, row: ReviewRow) -> tuple[list[MarkView], str]:
        """What is marked, and why nothing is where something is missing."""
        recording = next(iter(await self._recordings.of_ids([row.recording])), None)
        if recording is None or recording.state != "stored":
            return [], "录音缺失或已按保存期限清理"
        measured, said = await self._measured(recording), await self._said(recording)
        found = [
            MarkView(item=one.item, kind=one.kind, title=KINDS[one.kind], words=one.words, second=one.second)
            for one in marks(sheet, said, measured)
        ]
        return found, "" if said else "这通电话没有转写，只标出声音的情况"

    async def _measured(self, recording: Recording) -> Measured | None:
        try:
            return measured_of((await self._outlines.of(recording)).speech)
        except (Refusal, OSError) as error:
            log.warning("a recording cannot be measured", recording=recording.id, reason=str(error))
            return None

    async def _said(self, recording: Recording) -> list[Said]:
        if self.words is None or not recording.call:
            return []
        lines = [one for one in await self.words.lines_of(recording.call) if one.kind == "said" and not one.apart]
        if not lines:
            return []
        parts = await parts_in(self._calls.stories, recording.call, self._reviews.office.clock.wall())
        mine = [one for one in parts if one.recording == recording.id]
        found = [(second_of(one.at, mine, recording), one) for one in lines]
        return [Said(one.side, at, one.seconds, one.text) for at, one in found if at is not None]


def second_of(at: datetime, parts: Sequence[Part], recording: Recording) -> float | None:
    """At which second of a recording a moment of its call is heard; None for one that is not in it."""
    for one in parts:
        if one.since <= at and (one.until is None or at <= one.until):
            return round(one.second + (at - one.since).total_seconds(), 1)
    if parts:
        return None
    second = (at - recording.started_at).total_seconds()
    return round(max(second, 0.0), 1) if -1.0 <= second <= (recording.seconds or 0.0) else None


def items_of(
    sheet: Sheet, view: ReviewView | None, answers: Sequence[dict[str, object]], faults: Sequence[str]
) -> list[ItemView]:
    """The items of a sheet in order, then the fatal faults, each with what it was given."""
    given = {str(one["item"]): AnswerBody.model_validate(one) for one in answers}
    scored = view is None or view.score is not None
    return [
        *(_item(name, item, given.get(name) if scored else None) for name, item in sheet.items.items()),
        *(_fault(name, one, name in faults) for name, one in sheet.fatal.items()),
    ]


def _item(name: str, item: Item, given: AnswerBody | None) -> ItemView:
    levels = [LevelView(title=title, points=points) for title, points in item.choices]
    return ItemView(
        item=name, title=item.title, about=item.about, points=item.points, levels=levels, optional=item.optional,
        fatal=False, given=given,
    )  # fmt: skip


def _fault(name: str, one: Looked, hit: bool) -> ItemView:
    levels = [LevelView(title=title, points=0.0) for title in (FULL, NONE)]
    return ItemView(
        item=name, title=one.title, about=one.about, points=0.0, levels=levels, optional=False, fatal=True, hit=hit
    )


def _his_open(visitor: Visitor) -> list[ColumnElement[bool]]:
    return [ReviewRow.inspector == visitor.person, ReviewRow.state == "open", ReviewRow.removed_at.is_(None)]
