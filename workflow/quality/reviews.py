"""Scored talks: given, scored, read, appealed, decided; by rules whose talk they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from acd.service import Acd
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor, system
from cti.office.parts import Comments, Files
from cti.office.records import Office, Records
from cti.office.records.kinds import RecordReference
from cti.office.references import AGENTS, PEOPLE, Reference
from cti.office.sharing.rule import Reached, Way
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from cti.store.announcing import announce
from cti.telephony.queue_titles import QueueTitles
from workflow.quality import acting
from workflow.quality.events import GoodTalkFound, TalkScored
from workflow.quality.inspectors import INSPECTORS, inspectors
from workflow.quality.keeping import Keeping
from workflow.quality.models import CalibrationRow, ItemScoreRow, ReviewRow
from workflow.quality.plans import Plans
from workflow.quality.rules import COUNTED, DECIDE, EXPORT, PLAN, SCORE, SEE
from workflow.quality.scoring.library import SheetLibrary
from workflow.quality.scoring.points import Answer, Result, checked, result_of
from workflow.quality.scoring.sheet import Sheet
from workflow.quality.telling import Telling
from workflow.quality.views import (
    PLANS,
    AnswerBody,
    Appealed,
    Decided,
    HandedOver,
    ReviewFields,
    ReviewQuery,
    ReviewView,
    Scored,
    Voided,
)

FINAL = "quality_final"
"""Timers of scores that nobody may appeal any more."""
OVER = system("质检申诉期限")


class Reviews(Records[ReviewRow, ReviewFields, ReviewView, ReviewQuery]):
    """The service. `Drawing` and calibrations make rows; people score and appeal."""

    table, fields, view, query = ReviewRow, ReviewFields, ReviewView, ReviewQuery
    kind: ClassVar[str] = "quality_review"
    title: ClassVar[str] = "质检评分"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = PLAN
    export_permission: ClassVar[str] = EXPORT
    sort: ClassVar[str] = "-talk_at"
    orders: ClassVar[tuple[str, ...]] = ("talk_at",)
    filters: ClassVar[tuple[str, ...]] = ("state", "agent", "inspector", "plan", "calibration")
    period: ClassVar[str] = "talk_at"
    refs: ClassVar[Mapping[str, Reference]] = {
        "agent": AGENTS, "inspector": INSPECTORS, "decided_by": PEOPLE,
        "plan": RecordReference(Plans, f"{PLANS}/choices", "title"),
    }  # fmt: skip
    unasked: ClassVar[tuple[str, ...]] = ("comment", "coaching", "appeal", "opinion", "call", "recording")
    parts: ClassVar = (Files(), Comments())
    screen: ClassVar[str] = "quality_reviews"

    def __init__(
        self,
        office: Office,
        sheets: SheetLibrary,
        acd: Acd,
        queues: QueueTitles,
        timers: Timers,
        keeping: Keeping,
        telling: Telling,
    ) -> None:
        super().__init__(office)
        self.sheets, self._acd, self._queues = sheets, acd, queues
        self._timers, self._keeping, self._telling = timers, keeping, telling
        self.over = TimerKind(FINAL, "质检申诉期限", self._final)

    # ── whose they are ───────────────────────────────────────────────────────────────────────────────────────────

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """Who leads agents sees those of his reach, an inspector what he scores, an agent his own scores.

        What several score blind is seen by others once the calibration is closed.
        """
        if not visitor.may(permission):
            return []
        mine: list[Way] = [[ReviewRow.inspector == visitor.person]] if visitor.person else []
        if permission == SCORE:
            return mine
        told = ReviewRow.calibration == "", ReviewRow.state.in_(COUNTED)
        own: list[Way] = [[ReviewRow.person == visitor.person, *told]] if visitor.person else []
        if permission == SEE and writing:
            return own
        scope, closed = visitor.reach(permission), select(CalibrationRow.id).where(CalibrationRow.state == "closed")
        found: list[Way] = []
        if scope.agent is None:
            shown = or_(ReviewRow.calibration == "", ReviewRow.calibration.in_(closed))
            found.append(Reached(scope, [*scope.limits(ReviewRow), shown]))
        if permission != SEE:
            return found
        return [*found, *own, *(mine if visitor.may(SCORE) else [])]

    def limits(self, visitor: Visitor, query: ReviewQuery) -> list[ColumnElement[bool]]:
        """Also those that the visitor scores, and those of his own talks."""
        found = super().limits(visitor, query)
        if query.mine:
            found.append(ReviewRow.inspector == visitor.person)
        if query.own:
            found += [ReviewRow.person == visitor.person, ReviewRow.state.in_(COUNTED), ReviewRow.calibration == ""]
        if query.unread:
            found.append(ReviewRow.read_at.is_(None))
        return found

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By the agent's number."""
        return ReviewRow.agent == text

    async def values(
        self, session: AsyncSession, body: ReviewFields, row: ReviewRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes one by hand."""
        raise Invalid("not_by_hand", "质检任务由质检计划抽取，不能手工新增")

    def words(self, visitor: Visitor, row: ReviewRow) -> dict[str, Any]:
        """With titles of queue, group and sheet."""
        group, sheet = self._acd.settings.groups.get(row.group), self.sheets.files.get(row.sheet)
        titles = {**self._queues.beside(row.queue)}
        if group is not None:
            titles["group"] = group.title or row.group
        if sheet is not None:
            titles["sheet"] = sheet.title
        return {**super().words(visitor, row), "titles": titles}

    def offered(self, row: ReviewRow, writes: bool) -> list[str]:
        """What `acting` says, and no more."""
        return []

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[ReviewRow], views: Sequence[ReviewView]
    ) -> None:
        """What the visitor may do with each, and its name."""
        await super().complete(session, visitor, rows, views)
        now = self.office.clock.wall()
        for row, view in zip(rows, views, strict=True):
            view.acts = [*view.acts, *acting.acts_of(row, visitor, now)]
            view.name = view.titles.get("agent", row.agent)

    def sheet_of(self, row: ReviewRow) -> tuple[Sheet, int]:
        """The sheet by which a talk was scored, or is to be scored now. NotFound where there is none any more."""
        try:
            found = self.sheets.revision(row.sheet, row.revision) if row.revision else self.sheets.current(row.sheet)
        except KeyError:
            raise NotFound("no_sheet", "评分标准已不存在，请联系管理员") from None
        return found.head, found.revision

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def score(self, visitor: Visitor, id: str, body: Scored) -> ReviewView:
        """Fill in the sheet. Invalid names the items that are wrong; Conflict for one's own talk, or one scored."""

        async def work(session: AsyncSession, row: ReviewRow) -> dict[str, Any]:
            values, result = self._filled(row, body.revision, body.answers, body.faults)
            now = self.office.clock.wall()
            values |= {
                "comment": body.comment, "coaching": body.coaching, "good": body.good, "scored_at": now,
                "state": "final" if row.calibration or not row.appeal_days else "scored",
            }  # fmt: skip
            if values["state"] == "scored":
                values["appeal_until"] = now + timedelta(days=row.appeal_days)
                await self._timers.set(session, FINAL, row.id, values["appeal_until"])
                await self._keeping.hold(session, visitor, row.recording, row.call)
            if not row.calibration:
                await self._count(session, row, values, now)
                self._announce(session, visitor, row, result, good=body.good)
            return values

        found = await self._act(visitor, id, "score", SCORE, work, version=body.version)
        self._timers.look()
        return found

    async def void(self, visitor: Visitor, id: str, body: Voided) -> ReviewView:
        """A talk that cannot be scored, and why."""

        async def work(session: AsyncSession, row: ReviewRow) -> dict[str, Any]:
            return {"state": "void", "void_why": body.why, "void_note": body.note}

        return await self._act(visitor, id, "void", SCORE, work)

    async def hand_over(self, visitor: Visitor, id: str, body: HandedOver) -> ReviewView:
        """Another scores it. Invalid for who may not score, or leads the talk himself."""

        async def work(session: AsyncSession, row: ReviewRow) -> dict[str, Any]:
            to = next(iter(await inspectors(session, [body.inspector])), None)
            if to is None:
                raise Invalid("inspector", "此人没有质检评分的权限", "inspector")
            if to.id == row.person or (to.agent and to.agent == row.agent):
                raise Invalid("himself", "不能分派给被质检的座席本人", "inspector")
            await self._telling.given(session, to.id, 1)
            return {"inspector": to.id}

        return await self._act(visitor, id, "hand_over", PLAN, work)

    async def confirm(self, visitor: Visitor, id: str) -> ReviewView:
        """The agent has read score and advice."""

        async def work(session: AsyncSession, row: ReviewRow) -> dict[str, Any]:
            return {"read_at": self.office.clock.wall()}

        return await self._act(visitor, id, "confirm", SEE, work)

    async def appeal(self, visitor: Visitor, id: str, body: Appealed) -> ReviewView:
        """The agent does not agree: the score waits for another's decision, and the recording is held."""

        async def work(session: AsyncSession, row: ReviewRow) -> dict[str, Any]:
            now = self.office.clock.wall()
            await self._timers.drop(session, FINAL, row.id)
            await self._keeping.hold(session, visitor, row.recording, row.call)
            return {"state": "appealed", "appeal": body.appeal, "appealed_at": now, "read_at": row.read_at or now}

        return await self._act(visitor, id, "appeal", SEE, work)

    async def decide(self, visitor: Visitor, id: str, body: Decided) -> ReviewView:
        """Somebody else than who scored and than who is scored lets the score stand, or scores anew."""

        async def work(session: AsyncSession, row: ReviewRow) -> dict[str, Any]:
            now = self.office.clock.wall()
            values: dict[str, Any] = {
                "state": "final", "opinion": body.opinion, "decided_by": visitor.person, "decided_at": now,
                "score_before": row.score,
            }  # fmt: skip
            if body.granted == "yes":
                given, result = self._filled(row, row.revision, body.answers, body.faults)
                values |= given
                await self._count(session, row, values, row.scored_at or now)
                self._announce(session, visitor, row, result)
            await self._keeping.release(session, visitor, row.recording, row.call)
            return values

        return await self._act(visitor, id, "decide", DECIDE, work)

    def _filled(
        self, row: ReviewRow, revision: int, answers: Sequence[AnswerBody], faults: Sequence[str]
    ) -> tuple[dict[str, Any], Result]:
        try:
            sheet = self.sheets.revision(row.sheet, revision).head
        except KeyError:
            raise Conflict("sheet", "评分标准没有这一版，请刷新") from None
        given = [Answer(one.item, one.points, one.note, one.second) for one in answers]
        checked(sheet, given, faults)
        result = result_of(sheet, given, faults)
        values = {
            "answers": [one.model_dump() for one in answers], "faults": sorted(set(faults)), "revision": revision,
            "score": result.score, "passed": result.passed, "fatal": result.fatal,
        }  # fmt: skip
        return values, result

    async def _count(self, session: AsyncSession, row: ReviewRow, values: Mapping[str, Any], at: datetime) -> None:
        """What figures count item by item is as the score is."""
        sheet = self.sheets.revision(row.sheet, int(values["revision"])).head
        await session.execute(delete(ItemScoreRow).where(ItemScoreRow.review == row.id))
        same = {
            "organisation": row.organisation, "region": row.region, "review": row.id, "sheet": row.sheet,
            "agent": row.agent, "group": row.group, "scored_at": at,
        }  # fmt: skip
        for one in values["answers"]:
            if one["points"] is not None:
                item = sheet.items[one["item"]]
                session.add(_item(same, one["item"], item.title, one["points"], item.points, fatal=False))
        for name in values["faults"]:
            session.add(_item(same, name, sheet.fatal[name].title, 0.0, 0.0, fatal=True))

    @staticmethod
    def _announce(
        session: AsyncSession, visitor: Visitor, row: ReviewRow, result: Result, *, good: bool = False
    ) -> None:
        whose = {
            "record": row.id, "organisation": row.organisation, "region": row.region, "by": visitor.login,
            "recording": row.recording, "call": row.call, "agent": row.agent,
        }  # fmt: skip
        at = row.updated_at
        announce(session, TalkScored(at=at, score=result.score, passed=result.passed, fatal=result.fatal, **whose))
        if good:
            announce(session, GoodTalkFound(at=at, **whose))

    async def _act(
        self, visitor: Visitor, id: str, act: str, permission: str, work: Any, *, version: int = 0
    ) -> ReviewView:
        visitor.need(permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True, permission=permission)
            acting.need(row, visitor, act, self.office.clock.wall())
            before = self.told(row)
            await self.apply(session, visitor, row, version or row.version, await work(session, row))
            if act == "score" and not row.calibration:
                await self._telling.scored(session, row)
            elif act == "appeal":
                await self._telling.appealed(session, row, visitor.name)
            elif act == "decide":
                await self._telling.decided(session, row, visitor.name)
            await self.audit(session, visitor, act, id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    async def _final(self, session: AsyncSession, due: Sequence[Due]) -> None:
        """Nobody appealed in time: the scores hold, and their recordings are held no more."""
        now = self.office.clock.wall()
        mine = ReviewRow.id.in_([one.key for one in due]), ReviewRow.state == "scored"
        rows = (await session.execute(select(ReviewRow.id, ReviewRow.recording, ReviewRow.call).where(*mine))).all()
        await session.execute(update(ReviewRow).where(*mine).values(state="final", updated_at=now))
        for _, recording, call in rows:
            await self._keeping.release(session, OVER, recording, call)


def _item(
    same: Mapping[str, Any], name: str, title: str, points: float, possible: float, *, fatal: bool
) -> ItemScoreRow:
    return ItemScoreRow(
        id=f"{same['review']}-{name}", item=name, title=title, points=points, possible=possible, fatal=fatal, **same
    )
