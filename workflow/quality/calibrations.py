"""Calibrations (校准): several score one talk blind, and it is shown how much they agree, as κ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.people import People
from cti.office.records import Office
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import PEOPLE, Reference
from cti.office.sharing import Shared
from cti.store.calls import StoredCalls
from cti.store.recordings.recordings import Recording, RecordingStore
from workflow.quality.desk import items_of
from workflow.quality.drawing.candidates import Candidate
from workflow.quality.drawing.service import UNSCORED, about
from workflow.quality.inspectors import INSPECTORS, inspectors_of
from workflow.quality.models import CalibrationRow, ReviewRow
from workflow.quality.rules import PLAN
from workflow.quality.scoring.agreement import in_words, kappa
from workflow.quality.scoring.library import SheetLibrary
from workflow.quality.scoring.sheet import Sheet
from workflow.quality.telling import Telling
from workflow.quality.views import (
    AgreementView,
    AnswerBody,
    CalibrationFields,
    CalibrationQuery,
    CalibrationView,
    RaterView,
)

STATES = {"open": "评分中", "closed": "已完成"}
LISTEN = "recordings.listen"
DONE = ("final", "void")


class Calibrations(SteppedRecords[CalibrationRow, CalibrationFields, CalibrationView, CalibrationQuery]):
    """The service. Scores of a calibration count in no figure; each is seen by its own inspector until the end."""

    table, fields, view, query = CalibrationRow, CalibrationFields, CalibrationView, CalibrationQuery
    kind: ClassVar[str] = "quality_calibration"
    title: ClassVar[str] = "质检校准"
    see: ClassVar[str] = PLAN
    edit_permission: ClassVar[str] = PLAN
    export_permission: ClassVar[str] = PLAN
    sharing: ClassVar[Shared] = Shared(own=())
    screen: ClassVar[str] = "quality_calibrations"
    filters: ClassVar[tuple[str, ...]] = ("state",)
    refs: ClassVar[Mapping[str, Reference]] = {"inspectors": INSPECTORS}
    few: ClassVar[bool] = True
    states: ClassVar[Mapping[str, str]] = STATES
    steps: ClassVar[tuple[Step, ...]] = (Step("close", "结束", ("open",), "closed", PLAN, tone="danger"),)

    def __init__(
        self,
        office: Office,
        sheets: SheetLibrary,
        recordings: RecordingStore,
        calls: StoredCalls,
        people: People,
        telling: Telling,
    ) -> None:
        super().__init__(office)
        self._sheets, self._recordings, self._calls = sheets, recordings, calls
        self._people, self._telling = people, telling

    def limits(self, visitor: Visitor, query: CalibrationQuery) -> list[ColumnElement[bool]]:
        """Also by a part of the title."""
        found = super().limits(visitor, query)
        return [*found, CalibrationRow.title.contains(query.search, autoescape=True)] if query.search else found

    async def values(
        self, session: AsyncSession, body: CalibrationFields, row: CalibrationRow | None, organisation: str
    ) -> dict[str, Any]:
        """Only the title is changed later."""
        if row is not None:
            return {"title": body.title}
        faults = Faults()
        if not self._sheets.is_for(body.sheet, organisation):
            faults.found(Invalid("sheet", "没有这个评分标准", "sheet"))
        if len(set(body.inspectors)) < len(body.inspectors):
            faults.found(Invalid("twice", "同一人选了两次", "inspectors"))
        faults.refuse()
        same = {key: getattr(body, key) for key in ("title", "recording", "sheet", "inspectors")}
        return {**same, "state": "open", "kappa": None, "agreed": None, "average": None, "spread": None}

    async def insert(
        self, session: AsyncSession, visitor: Visitor, body: CalibrationFields, number: Any = None
    ) -> CalibrationRow:
        """With a talk to score for each. Invalid for a recording that the visitor may not hear, or an inspector whose
        own talk it is."""
        recording = await self._recordings.find(body.recording, visitor.reach(LISTEN))
        if recording is None or recording.state != "stored" or not recording.agent:
            raise Invalid("recording", "没有这条录音，或它不是座席通话、已清理", "recording")
        may = {one.id: one for one in await inspectors_of(session, visitor)}
        for person in body.inspectors:
            if person not in may:
                raise Invalid("inspectors", "所选人员中有人没有质检评分的权限", "inspectors")
            if may[person].agent == recording.agent:
                raise Invalid("himself", f"{may[person].name}不能给本人的通话评分", "inspectors")
        row = await super().insert(session, visitor, body, number)
        await self._give(session, row, recording)
        return row

    async def _give(self, session: AsyncSession, row: CalibrationRow, recording: Recording) -> None:
        call = (await self._calls.some({recording.call})).get(recording.call)
        if call is None:
            raise Invalid("recording", "这条录音不知属于哪通来电", "recording")
        agent = (await self._people.some_agents({recording.agent})).get(recording.agent)
        talk = about(Candidate(recording, call, ""), agent.id if agent is not None else "")
        now = self.office.clock.wall()
        for person in row.inspectors:
            session.add(
                ReviewRow(
                    id=new_id(), organisation=row.organisation, region=row.region, version=1, created_by="",
                    created_at=now, updated_at=now, plan="", sheet=row.sheet, appeal_days=0, inspector=person, **talk,
                    **{**UNSCORED, "calibration": row.id},
                )
            )  # fmt: skip
            await self._telling.given(session, person, 1)
        await session.flush()

    async def complete(
        self,
        session: AsyncSession,
        visitor: Visitor,
        rows: Sequence[CalibrationRow],
        views: Sequence[CalibrationView],
    ) -> None:
        """With how many have scored."""
        await super().complete(session, visitor, rows, views)
        mine = ReviewRow.calibration.in_([row.id for row in rows]), ReviewRow.state.in_(DONE)
        wanted = select(ReviewRow.calibration, func.count()).where(*mine).group_by(ReviewRow.calibration)
        counts = dict((await session.execute(wanted)).tuples().all())
        for view in views:
            view.scored = counts.get(view.id, 0)
            view.kappa_words = in_words(view.kappa) if view.state == "closed" else ""
            sheet = self._sheets.files.get(view.sheet)
            if sheet is not None:
                view.titles["sheet"] = sheet.title

    async def check_removed(self, session: AsyncSession, row: CalibrationRow) -> None:
        """What was scored stays."""
        raise Conflict("kept", "校准不能删除；不再评分时请点“结束”")

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: CalibrationRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """It is over: how much they agree is reckoned of who has scored. Conflict when fewer than two have."""
        rows = await self._rows(session, row.id)
        if len([one for one in rows if one.state == "final"]) < 2:
            raise Conflict("too_few", "至少两人评分后才能结束")
        for one in rows:
            if one.state == "open":
                one.state, one.void_why, one.void_note = "void", "other", "校准已结束"
        return agreement_of(self._sheet(row, rows), rows)

    async def scored(self, calibration: str) -> None:
        """Somebody has scored: after the last it closes by itself."""
        async with self.changing() as session:
            row = await session.get(CalibrationRow, calibration, with_for_update=True)
            if row is None or row.state != "open":
                return
            rows = await self._rows(session, calibration)
            if any(one.state == "open" for one in rows) or sum(one.state == "final" for one in rows) < 2:
                return
            for key, value in {**agreement_of(self._sheet(row, rows), rows), "state": "closed"}.items():
                setattr(row, key, value)
            row.updated_at = self.office.clock.wall()
        await self.changed([calibration])

    async def agreement(self, visitor: Visitor, id: str) -> AgreementView:
        """Item by item; who scored what is told once it is closed. NotFound."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            rows = await self._rows(session, row.id)
            names = await PEOPLE.titles(session, visitor, {one.inspector for one in rows})
        closed = row.state == "closed"
        sheet = self._sheet(row, rows)
        raters = [
            RaterView(
                inspector=one.inspector, name=names.get(one.inspector, ""), state=one.state,
                score=one.score if closed else None, answers=_answers(one) if closed else {},
            )
            for one in rows
        ]  # fmt: skip
        return AgreementView(
            items=items_of(sheet, None, [], []), raters=raters, kappa=row.kappa,
            words=in_words(row.kappa) if closed else "", closed=closed,
        )  # fmt: skip

    def _sheet(self, row: CalibrationRow, rows: Sequence[ReviewRow]) -> Sheet:
        """The revision by which it was scored, or is now."""
        revision = max((one.revision for one in rows), default=0)
        found = self._sheets.revision(row.sheet, revision) if revision else self._sheets.current(row.sheet)
        return found.head

    @staticmethod
    async def _rows(session: AsyncSession, calibration: str) -> list[ReviewRow]:
        wanted = select(ReviewRow).where(ReviewRow.calibration == calibration).order_by(ReviewRow.id)
        return list(await session.scalars(wanted))


def agreement_of(sheet: Sheet, rows: Sequence[ReviewRow]) -> dict[str, Any]:
    """κ, the share of items that all gave the same, the average score and how far scores lie apart."""
    done = [one for one in rows if one.state == "final" and one.score is not None]
    given = [levels_of(sheet, one) for one in done]
    ratings = [[one[name] for one in given] for name in sheet.looked]
    scores = [one.score or 0.0 for one in done]
    value = kappa(ratings) if given else None
    return {
        "kappa": None if value is None else round(value, 3),
        "agreed": round(100 * sum(len(set(one)) == 1 for one in ratings) / len(ratings), 1) if given else None,
        "average": round(sum(scores) / len(scores), 2) if scores else None,
        "spread": round(max(scores) - min(scores), 2) if scores else None,
    }


def levels_of(sheet: Sheet, row: ReviewRow) -> dict[str, str]:
    """What each item was given in words that are the same for all items: points of one are no points of another."""
    points = _answers(row)
    found = {}
    for name, item in sheet.items.items():
        given = points.get(name)
        found[name] = (
            "none" if given is None else "full" if given >= item.points else "nothing" if given <= 0 else "part"
        )
    return {**found, **{name: "nothing" if name in row.faults else "full" for name in sheet.fatal}}


def _answers(row: ReviewRow) -> dict[str, float | None]:
    given = [AnswerBody.model_validate(one) for one in row.answers]
    return {**{one.item: one.points for one in given}, **dict.fromkeys(row.faults, 0.0)}
