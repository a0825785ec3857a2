"""Exams and practice that people are told to do: announced to whom, until when, and what came of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.chosen import ChosenPerson
from cti.office.records import Office
from cti.office.records.kinds import RecordReference
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import Reference
from cti.office.sharing import Shared
from cti.office.timers.service import Timers
from workflow.training import rules
from workflow.training.exams.models import ExamRow, PaperRow, SittingRow
from workflow.training.exams.papers import Papers
from workflow.training.exams.sitting_rules import ABSENT, MARKED, OVER, SITTING, SUBMITTED, WAITING
from workflow.training.exams.views import PAPERS, STATES, ExamFields, ExamQuery, ExamView, More
from workflow.training.participants import LEARNERS, LEARNING_UNITS, check_chosen, participants, role_titles
from workflow.training.telling import Telling

END = "training.exam_end"
"""The timer of an exam's end."""


class Exams(SteppedRecords[ExamRow, ExamFields, ExamView, ExamQuery]):
    """The service. Whoever sits has a row for each attempt, made when the exam is announced."""

    table, fields, view, query = ExamRow, ExamFields, ExamView, ExamQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "training_exam"
    title: ClassVar[str] = "考试"
    screen: ClassVar[str] = "training_exams"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=())
    refs: ClassVar[Mapping[str, Reference]] = {
        "paper": RecordReference(Papers, f"{PAPERS}/choices", "title"),
        "organisations": LEARNING_UNITS,
        "people": LEARNERS,
    }  # fmt: skip
    filters: ClassVar[tuple[str, ...]] = ("purpose", "state")
    few: ClassVar[bool] = True
    states: ClassVar[Mapping[str, str]] = STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("announce", "发布", ("draft",), "open", rules.EDIT, tone="primary"),
        Step("close", "结束", ("open",), "closed", rules.EDIT),
        Step("release", "公布成绩", ("closed",), "released", rules.EDIT, tone="primary"),
        Step("cancel", "取消", ("draft", "open"), "cancelled", rules.EDIT, tone="danger"),
    )

    def __init__(self, office: Office, papers: Papers, timers: Timers, telling: Telling) -> None:
        super().__init__(office)
        self.papers, self._timers, self._telling = papers, timers, telling

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the title."""
        return ExamRow.title.contains(text, autoescape=True)

    async def values(
        self, session: AsyncSession, body: ExamFields, row: ExamRow | None, organisation: str
    ) -> dict[str, Any]:
        """With a window that has a length and somebody to sit it. Once announced only what harms nobody. Invalid."""
        faults = Faults()
        if body.ends_at <= body.begins_at:
            faults.found(Invalid("ends_at", "结束时间必须晚于开始时间", "ends_at"))
        with faults.gathered():
            check_chosen(body)
        values = await super().values(session, body, row, organisation)
        if row is not None and row.state != "draft":
            kept = (
                "paper",
                "each",
                "begins_at",
                "minutes",
                "organisations",
                "roles",
                "people",
                "shuffled",
                "pass_percent",
            )
            if any(values[key] != getattr(row, key) for key in kept):
                faults.found(Conflict("announced", "已发布，只能修改名称、结束时间、次数和查看成绩的规则"))
            if row.state != "open" and values["ends_at"] != row.ends_at:
                faults.found(Conflict("closed", "已结束，不能修改结束时间", "ends_at"))
        faults.refuse()
        begun = {"state": "draft", "seed": secrets.randbelow(2**31), "items": [], "released_at": None}
        return values if row is not None else {**values, **begun}

    async def follow(self, session: AsyncSession, row: ExamRow) -> None:
        """Its end is a timer, and those who sit go on no longer than it does."""
        if row.state == "open":
            await self._timers.set(session, END, row.id, row.ends_at)
        else:
            await self._timers.drop(session, END, row.id)

    # ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: ExamRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """What else a step does. Conflict."""
        now = self.office.clock.wall()
        match step.name:
            case "announce":
                if row.ends_at <= now:
                    raise Conflict("over", "结束时间已过，请先修改时间")
                found = await participants(session, visitor, row)
                if not found:
                    raise Conflict("nobody", "没有符合条件的参加人员")
                items = await self._items(session, row)
                await self.invite(session, row, found)
                await self._telling.announced(session, row, [one.id for one in found], visitor.name)
                return {"items": items}
            case "close" | "cancel":
                await self.stop(session, row.id)
            case "release":
                if await session.scalar(_open_of(row.id, (SITTING, SUBMITTED))):
                    raise Conflict("unmarked", "还有答卷没有阅完，阅完后再公布")
                sat = await session.scalars(
                    select(SittingRow.person).where(SittingRow.exam == row.id, SittingRow.state == MARKED).distinct()
                )
                await self._telling.released(session, row, list(sat), visitor.name)
                return {"released_at": now}
        return {}

    async def _items(self, session: AsyncSession, row: ExamRow) -> list[list[Any]]:
        """The items that all get; none where each draws his own, which is tried once here."""
        paper = await session.get(PaperRow, row.paper)
        if paper is None or paper.removed_at is not None:
            raise Conflict("no_paper", "试卷已删除，请重新选择")
        drawn = await self.papers.draw(session, paper, row.seed)
        editions = await self.papers.questions.editions_of(session, [one for one, _ in drawn])
        items = [[editions[one], points] for one, points in drawn if one in editions]
        if not items:
            raise Conflict("empty", "试卷中没有可用的题目")
        return [] if row.each and paper.way == "drawn" else items

    async def own_items(self, session: AsyncSession, exam: ExamRow, seed: object) -> list[list[Any]]:
        """The items of one sitting: those of all, or its own. A writing session. Conflict."""
        if exam.items:
            return [list(one) for one in exam.items]
        paper = await session.get_one(PaperRow, exam.paper)
        drawn = await self.papers.draw(session, paper, f"{exam.seed} {seed}")
        editions = await self.papers.questions.editions_of(session, [one for one, _ in drawn])
        return [[editions[one], points] for one, points in drawn if one in editions]

    async def invite(self, session: AsyncSession, row: ExamRow, whom: Sequence[ChosenPerson], attempt: int = 1) -> int:
        """Let people sit it, who are not yet invited; how many are new."""
        known = set(
            await session.scalars(
                select(SittingRow.person).where(SittingRow.exam == row.id, SittingRow.attempt == attempt)
            )
        )
        fresh = [one for one in whom if one.id not in known]
        now = self.office.clock.wall()
        rows = [
            {
                "id": new_id(), "exam": row.id, "purpose": row.purpose, "person": one.id, "person_name": one.name,
                "attempt": attempt, "state": WAITING, "items": [], "seed": secrets.randbelow(2**31), "ended_by": "",
                "of": 0.0, "leaves": 0, "away": 0, "organisation": one.organisation, "region": one.region,
                "created_by": "", "created_at": now, "updated_at": now, "version": 1,
            }
            for one in fresh
        ]  # fmt: skip
        if rows:
            await session.execute(insert(SittingRow), rows)
        return len(rows)

    async def stop(self, session: AsyncSession, exam: str) -> None:
        """Nobody begins it any more: who did not is absent, who sits is over now, by his own timer."""
        now = self.office.clock.wall()
        mine = SittingRow.exam == exam
        waiting = update(SittingRow).where(mine, SittingRow.state == WAITING)
        await session.execute(waiting.values(state=ABSENT, updated_at=now))
        ids = list(await session.scalars(select(SittingRow.id).where(mine, SittingRow.state == SITTING)))
        await session.execute(update(SittingRow).where(SittingRow.id.in_(ids)).values(due_at=now, ended_by="stopped"))
        await self._timers.set_all(session, "training.sitting", dict.fromkeys(ids, now))

    async def add_people(self, visitor: Visitor, id: str, body: More) -> int:
        """Invite more people; who was absent may come now. NotFound, Conflict."""
        visitor.need(rules.EDIT)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.state != "open" or row.removed_at is not None:
                raise Conflict("state", "只有已发布且未结束的考试可以补充人员")
            found = await participants(session, visitor, _Only(body.people))
            if not found:
                raise NotFound("nobody", "没有符合条件的人员")
            added = await self.invite(session, row, found)
            await self._telling.announced(session, row, [one.id for one in found], visitor.name)
            await self.audit(session, visitor, "people_added", id, after={"people": [one.name for one in found]})
        await self.changed([id])
        return added

    async def redraw(self, visitor: Visitor, id: str) -> ExamView:
        """The paper as it is now, for all who have not begun; who sits keeps what he has. NotFound, Conflict."""
        visitor.need(rules.EDIT)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.state != "open" or row.removed_at is not None:
                raise Conflict("state", "只有已发布且未结束的考试可以更新试题")
            await self.apply(session, visitor, row, row.version, {"items": await self._items(session, row)})
            await self.audit(session, visitor, "redrawn", id)
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    def offered(self, row: ExamRow, writes: bool) -> list[str]:
        """Beside the steps: more people, and the paper as it is now."""
        more = ["add_people", "redraw"] if writes and row.state == "open" and row.removed_at is None else []
        return [*super().offered(row, writes), *more]

    async def check_removed(self, session: AsyncSession, row: ExamRow) -> None:
        """Not while people sit it. Conflict."""
        if row.state == "open":
            raise Conflict("open", "正在进行，请先结束或取消")

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[ExamRow], views: Sequence[ExamView]
    ) -> None:
        """With its roles' titles and how far it is, counted at once."""
        await super().complete(session, visitor, rows, views)
        if not rows:
            return
        titles = await role_titles(session)
        for view in views:
            view.titles["roles"] = "、".join(titles.get(one, one) for one in view.roles)
        sitting = SittingRow
        counts = {
            "invited": sitting.attempt == 1,
            "sat": and_(sitting.attempt == 1, sitting.state.in_((SITTING, *OVER))),
            "unmarked": sitting.state == SUBMITTED,
            "passed": and_(sitting.state == MARKED, sitting.passed.is_(True)),
        }
        wanted = (
            select(
                sitting.exam, func.avg(sitting.points),
                *(func.sum(case((one, 1), else_=0)) for one in counts.values()),
            )
            .where(sitting.exam.in_([row.id for row in rows]), sitting.removed_at.is_(None))
            .group_by(sitting.exam)
        )  # fmt: skip
        by_id = {view.id: view for view in views}
        for exam, average, *found in (await session.execute(wanted)).all():
            view = by_id[exam]
            view.average = None if average is None else round(float(average), 1)
            view.invited, view.sat, view.unmarked, view.passed = (int(one) for one in found)


class _Only:
    """Single people."""

    organisations: Sequence[str] = ()
    roles: Sequence[str] = ()

    def __init__(self, people: Sequence[str]) -> None:
        self.people = people


def _open_of(exam: str, states: Sequence[str]) -> Any:
    return select(SittingRow.id).where(SittingRow.exam == exam, SittingRow.state.in_(states)).limit(1)
