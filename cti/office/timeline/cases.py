"""What became of a record's cases: who did what at which step, and which time limits were nearly or really missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.office.identity.directory import load_organisations
from cti.office.processes.definition import Process
from cti.office.processes.models import CaseEventRow, CaseRow
from cti.office.timeline.entries import Place, TimelineEntry, older
from cti.office.timeline.sources import Subject

LEFT_OUT = ("ClockChanged",)
"""Follows from acts and steps, which are told."""
TONES = {"DeadlineNear": "break", "DeadlineMissed": "ring", "CaseEnded": "ready", "ActionTaken": "talk"}


@dataclass(frozen=True, slots=True)
class CaseEvents:
    """The source. `revision` gives the definition of a process as a case began with it; KeyError.

    What was filled in is not told: forms have rights of their own.
    """

    revision: Callable[[str, int], Process]

    @property
    def kind(self) -> str:
        """`case`."""
        return "case"

    @property
    def title(self) -> str:
        """What the filter of the timeline calls this source."""
        return "办理"

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From the events of the record's cases and their parallel tasks."""
        wanted = (
            select(CaseEventRow, CaseRow.process, CaseRow.revision)
            .join(CaseRow, CaseRow.id == CaseEventRow.case_id)
            .where(
                CaseRow.about == about.kind,
                CaseRow.record == about.id,
                CaseEventRow.kind.not_in(LEFT_OUT),
                older(place, self.kind, CaseEventRow.at, CaseEventRow.root, CaseEventRow.sequence),
            )
            .order_by(CaseEventRow.at.desc(), CaseEventRow.root.desc(), CaseEventRow.sequence.desc())
            .limit(size)
        )
        rows = (await session.execute(wanted)).tuples().all()
        titles = {one.name: one.title for one in (await load_organisations(session)).values()} if rows else {}
        return [
            TimelineEntry(
                kind=self.kind,
                id=f"{row.root}.{row.sequence}",
                at=row.at,
                title=self._says(row.kind, msgspec.json.decode(row.data), process, revision, titles),
                by=row.name,
                text=titles.get(row.organisation, ""),
                tone=TONES.get(row.kind, ""),
            )
            for row, process, revision in rows
        ]

    def _says(self, kind: str, data: dict[str, Any], process: str, revision: int, titles: dict[str, str]) -> str:
        try:
            definition = self.revision(process, revision)
        except KeyError:
            definition = None
        steps = definition.steps if definition is not None else {}
        clocks = definition.clocks if definition is not None else {}

        def step_of(key: str) -> str:
            name = data.get(key, "")
            return steps[name].title if name in steps else name

        match kind:
            case "CaseOpened":
                return f"{'交办' if data.get('parent') else '开始'}：{definition.title if definition else process}"
            case "ActionTaken":
                step, action = data["step"], data["action"]
                actions = steps[step].actions if step in steps else {}
                return actions[action].title if action in actions else action
            case "StepTaken":
                return f"领取：{step_of('step')}"
            case "StepReleased":
                return f"放回：{step_of('step')}"
            case "CaseHandedOver":
                moved = data["holder_before"] != data["holder"]
                units = [titles.get(data[one], data[one]) for one in ("holder_before", "holder")]
                people = [data["person_before"] or "未领取", data["person"] or "放回"]
                return f"移交：{' → '.join(units if moved else people)}"
            case "StepEntered":
                holder = titles.get(data["holder"], data["holder"])
                return f"进入环节：{step_of('step')}" + (f"（{holder}）" if holder else "")
            case "DeadlineNear" | "DeadlineMissed":
                clock = clocks[data["clock"]].title if data["clock"] in clocks else data["clock"]
                due = datetime.fromisoformat(data["due_at"]).astimezone(ZONE)
                return f"{clock}{'即将超时' if kind == 'DeadlineNear' else '已超时'}（{due:%m月%d日 %H:%M}）"
            case "CaseReopened":
                return f"重新办理：{step_of('step')}"
            case "CaseEnded":
                return "办结"
        return kind
