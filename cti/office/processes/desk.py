"""What people do with processes beside what the workshop does with every file: picture, figures, plays, revisions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from cti.base.clock import Clock
from cti.base.files.findings import Finding
from cti.base.refusal import NotFound, Refusal
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.processes import stays
from cti.office.processes.library import ProcessFile, ProcessLibrary
from cti.office.processes.models import CaseRow
from cti.office.processes.other_revision import Misfit
from cti.office.processes.pictures import ProcessGraph, picture
from cti.office.processes.play_report import Report
from cti.office.processes.service import Cases
from cti.office.processes.stays import StepFigures
from cti.office.processes.trials import Trial
from cti.office.workshop.owning import Owning, Rights
from cti.office.workshop.service import FileSummary, Workshop
from cti.store.engine import Store

READ, EDIT, PUBLISH = "processes.read", "processes.edit", "processes.publish"
PROCESSES = Rights(READ, EDIT, PUBLISH, "流程")
FORMS = Rights(READ, EDIT, PUBLISH, "表单")
MOST_MISFITS = 200
"""Cases that do not fit which a dry run names; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSummary(FileSummary):
    """A process in a list. `replaces` and `regions` say where it goes in the place of another; `now` counts open cases
    and `older` those that go by an older revision."""

    about: str
    steps: int
    replaces: str
    regions: list[str]
    now: int
    older: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a text is: what lint says of it, and its picture as far as it can be read."""

    findings: list[Finding]
    graph: ProcessGraph | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A process in numbers over a period: each step, and how often each action was taken in cases of the period."""

    steps: dict[str, StepFigures]
    actions: dict[str, int]
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Moving:
    """Open cases of other revisions: how many were or would be moved, and those that do not fit."""

    revision: int
    moved: int
    misfits: list[Misfit]
    unfit: int


class ProcessDesk(Workshop[ProcessFile]):
    """Every function first checks the visitor's permission, and whose process it is."""

    def __init__(
        self,
        library: ProcessLibrary,
        cases: Cases,
        clock: Clock,
        store: Store,
        audit: Audit,
        owning: Owning,
        titles: Mapping[str, str],
    ) -> None:
        super().__init__(library, clock, store, audit, owning)
        self._library = library
        self._cases = cases
        self._titles = titles

    async def processes(self, visitor: Visitor) -> list[ProcessSummary]:
        """All processes, also those that are only drafts, or files that were refused."""
        names = self.names(visitor)
        counts = await self._counts(visitor, *names)
        return [self._summary(visitor, name, counts) for name in names]

    async def summary(self, visitor: Visitor, name: str) -> ProcessSummary:
        """One process, or one that is only a draft."""
        self.need_known(visitor, name)
        return self._summary(visitor, name, await self._counts(visitor, name))

    def _summary(self, visitor: Visitor, name: str, counts: Mapping[str, Mapping[int, int]]) -> ProcessSummary:
        found, about = self._library.files.get(name), self.about(visitor, name)
        head = found.head if found is not None else None
        by_revision = counts.get(name, {})
        return ProcessSummary(
            **{one.name: getattr(about, one.name) for one in fields(about)},
            about=head.about if head is not None else "",
            steps=len(head.steps) if head is not None else 0,
            replaces=(head.replaces or "") if head is not None else "",
            regions=list(head.regions) if head is not None else [],
            now=sum(by_revision.values()),
            older=sum(count for revision, count in by_revision.items() if revision != about.revision),
        )

    async def _counts(self, visitor: Visitor, *names: str) -> dict[str, dict[int, int]]:
        """Open cases by process and revision, as far as the visitor's reach goes."""
        async with self._store.reading() as session:
            return await stays.by_revision(session, visitor.reach(READ), *names)

    async def graph(self, visitor: Visitor, name: str, revision: int | None = None) -> ProcessGraph:
        """The picture with the open cases of now."""
        found = self.found(visitor, name, revision)
        async with self._store.reading() as session:
            now = await stays.open_now(session, visitor.reach(READ), name)
        return picture(found, now.get(name, {}), self._titles)

    async def figures(self, visitor: Visitor, name: str, since: date, until: date) -> Figures:
        """How long cases stay at each step, over days, both included."""
        head = self.found(visitor, name).head
        scope, now = visitor.reach(READ), self._clock.wall()
        first, last = _begin(since), _begin(until + timedelta(days=1))
        async with self._store.reading() as session:
            steps = await stays.figures(session, scope, name, first, last, now)
            actions = await stays.acts(session, scope, name, first, last)
        titles = {key: action.title for step in head.steps.values() for key, action in step.actions.items()}
        return Figures(steps, actions, titles)

    def today(self) -> date:
        """The day of now in the hotline's time zone."""
        return self._clock.wall().astimezone(ZONE).date()

    # ── a text that is not published ──

    async def inspect(self, visitor: Visitor, text: str) -> Inspection:
        """What lint says of a text, and its picture with the open cases of steps of the same names."""
        found, findings = await self.check(visitor, text)
        if found is None:
            return Inspection(findings, None)
        now: dict[str, dict[str, int]] = {}
        if found.name in self._library.names and self.may_see(visitor, found.name):
            async with self._store.reading() as session:
                now = await stays.open_now(session, visitor.reach(READ), found.name)
        return Inspection(findings, picture(found, now.get(found.name, {}), self._titles))

    async def play(self, visitor: Visitor, text: str, trial: Trial) -> Report:
        """Play a text with scripted people; Invalid with what is wrong with it."""
        found = await self.sound(visitor, text)
        return await asyncio.to_thread(self._library.play, found, trial)

    # ── cases of other revisions ──

    async def move_cases(self, visitor: Visitor, name: str, revision: int, *, dry: bool) -> Moving:
        """Let all open cases of a process go by a revision; those that do not fit stay with theirs and are listed.

        Each case is an act of its own, within the visitor's reach: what was moved before an outage stays moved.
        """
        self.found(visitor, name, revision)
        self._need_change(visitor, PUBLISH, name)
        async with self._store.reading() as session:
            wanted = (
                select(CaseRow.id, CaseRow.record, CaseRow.step)
                .where(
                    CaseRow.process == name, CaseRow.outcome == "", CaseRow.revision != revision,
                    *visitor.reach(PUBLISH).limits(CaseRow),
                )
                .order_by(CaseRow.id)
            )  # fmt: skip
            rows = [(case, record, step) for case, record, step in await session.execute(wanted)]
        moved, unfit = 0, list[Misfit]()
        for case, record, step in rows:
            try:
                why = await self._move(visitor, case, revision, dry=dry)
            except NotFound:
                why = ("所属业务模块没有运行",)
            except Refusal as refusal:
                why = (refusal.detail,)
            if why:
                unfit.append(Misfit(case, record, step, why))
            else:
                moved += 1
        if not dry and rows:
            self._cases.done()
            after = {"revision": revision, "moved": moved, "unfit": len(unfit)}
            await self._write_down(visitor, "move_cases", name, {}, after)
        return Moving(revision, moved, unfit[:MOST_MISFITS], len(unfit))

    async def _move(self, visitor: Visitor, case: str, revision: int, *, dry: bool) -> tuple[str, ...]:
        if dry:
            async with self._store.reading() as session:
                return await self._cases.to_revision(session, visitor, case, revision, dry=True)
        async with self._store.writing() as session:
            return await self._cases.to_revision(session, visitor, case, revision)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
