"""What became of a ticket in words: who did what, with what was filled in, as far as the visitor may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.office.forms.library import FormLibrary
from cti.office.forms.words import form_words
from cti.office.processes.case import Case
from cti.office.processes.families import CaseEventLine
from cti.office.timeline.entries import Place, TimelineEntry
from cti.office.timeline.sources import Subject
from workflow.tickets import rules
from workflow.tickets.models import TicketRow, TicketTaskRow
from workflow.tickets.service import Tickets
from workflow.tickets.tasks import visible
from workflow.tickets.telling.inside import ADDING

TONES = {"DeadlineNear": "break", "DeadlineMissed": "ring", "CaseEnded": "ready", "ActionTaken": "talk"}
TOLD = (
    "CaseOpened",
    "ActionTaken",
    "StepTaken",
    "StepReleased",
    "CaseHandedOver",
    "DeadlineNear",
    "DeadlineMissed",
    "CaseReopened",
    "CaseEnded",
)
LONG = 600


class TicketEvents:
    """The source. A department is told what happened with its own tasks and those that it gave, and no more."""

    kind, title = "case", "办理"

    def __init__(self, tickets: Tickets, forms: FormLibrary) -> None:
        self._tickets, self._forms = tickets, forms

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From the events of the ticket's case, the newest first."""
        row = await session.get_one(TicketRow, about.id)
        rows = (await session.scalars(select(TicketTaskRow).where(TicketTaskRow.ticket == about.id))).all()
        seen = visible(about.visitor, row, rows)
        cases = (await self._tickets.cases.family(session, row.case)).cases
        await self._tickets.titles.read(session)
        found: list[TimelineEntry] = []
        lines = await self._tickets.cases.events(session, row.case)
        holders = _holders(lines, cases)
        for sequence, line in reversed(list(enumerate(lines, 1))):
            id = f"{sequence:08}"
            if (
                line.kind not in TOLD
                or not (line.case in seen or _is_added(line))
                or not _is_behind(line.at, id, place)
            ):
                continue
            inside = rules.is_inside(about.visitor, row)
            found.append(self._entry(id, line, cases, holders[sequence - 1], inside=inside))
            if len(found) == size:
                break
        return found

    def _entry(
        self, id: str, line: CaseEventLine, cases: Mapping[str, Case], holder: str, *, inside: bool
    ) -> TimelineEntry:
        case = cases[line.case]
        unit = self._tickets.titles.unit(holder) if case.parent and line.kind != "CaseHandedOver" else ""
        title, text = self._says(line, case)
        return TimelineEntry(
            kind=self.kind,
            id=id,
            at=line.at,
            title=f"{title}（{unit}）" if unit else title,
            # Who in the hotline decided is the hotline's own business; a department is told that the hotline did.
            by=line.name
            if inside or (case.parent and line.organisation == holder)
            else self._tickets.titles.unit(line.organisation),
            text=text[:LONG],
            tone=TONES.get(line.kind, ""),
        )

    def _says(self, line: CaseEventLine, case: Case) -> tuple[str, str]:
        process = self._tickets.cases.process_of(case)
        data = line.data
        match line.kind:
            case "CaseOpened":
                return ("交办" if data.get("parent") else "登记"), ""
            case "ActionTaken":
                step = process.steps.get(data["step"])
                action = step.actions.get(data["action"]) if step is not None else None
                words = self._form_words(action.form if action is not None else None, data["form"])
                return (action.title if action is not None else data["action"]), words
            case "StepTaken":
                return "领取", ""
            case "StepReleased":
                return "放回", ""
            case "CaseHandedOver":
                moved = data["holder_before"] != data["holder"]
                whom = [self._tickets.titles.unit(data[one]) for one in ("holder_before", "holder")]
                people = [data["person_before"] or "未领取", data["person"] or "放回"]
                return f"移交：{' → '.join(whom if moved else people)}", data["reason"]
            case "DeadlineNear" | "DeadlineMissed":
                rule = process.clocks.get(data["clock"])
                due = datetime.fromisoformat(data["due_at"]).astimezone(ZONE)
                said = "即将超时" if line.kind == "DeadlineNear" else "已超时"
                return f"{rule.title if rule is not None else data['clock']}{said}（{due:%m月%d日 %H:%M}）", ""
            case "CaseReopened":
                return "重新办理", ""
        return "办结", ""

    def _form_words(self, name: str | None, values: Mapping[str, Any]) -> str:
        form = self._forms.form(name) if name is not None else None
        return form_words(form, values, {"units": self._tickets.titles.unit})


def _holders(lines: Sequence[CaseEventLine], cases: Mapping[str, Case]) -> list[str]:
    """Which organisation had the case at each event: one that was dissolved since keeps its name in what it did."""
    now: dict[str, str] = {}
    for line in lines:
        if line.kind in ("StepEntered", "CaseHandedOver"):
            first = line.data["holder"] if line.kind == "StepEntered" else line.data["holder_before"]
            now.setdefault(line.case, first)
    found = []
    for line in lines:
        if line.kind in ("StepEntered", "CaseHandedOver"):
            now[line.case] = line.data["holder"]
        found.append(now.get(line.case) or cases[line.case].holder)
    return found


def _is_added(line: CaseEventLine) -> bool:
    """Whether a citizen called again: who works on it reads what he said, also where it went to the hotline."""
    return line.kind == "ActionTaken" and line.data["action"] in ADDING


def _is_behind(at: datetime, id: str, place: Place | None) -> bool:
    """Whether an entry comes after the place at which the page before ended."""
    if place is None or at != place.at:
        return place is None or at < place.at
    if place.kind != TicketEvents.kind:
        return TicketEvents.kind < place.kind
    return id < place.id
