"""Supervisions by hand (手动督办, E20): an inspector asks a unit about a ticket, which replies or appeals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.forms.library import FormLibrary
from cti.office.identity.directory import load_organisations
from cti.office.numbering import Numbered
from cti.office.numbering.service import Taken
from cti.office.parts import Comments, Files
from cti.office.processes.case import ActionTaken, Actor, Case, Moved
from cti.office.processes.service import Cases
from cti.office.processes.watching import Described, Part
from cti.office.records import Office, Records
from cti.office.references import ORGANISATIONS, Reference
from cti.office.screens import Action
from cti.office.sharing.rule import Way
from workflow.supervision import rules
from workflow.supervision.models import SupervisionRow
from workflow.supervision.telling import KIND, Telling, handlers_of
from workflow.supervision.views import MANUAL_PATH, ManualFields, ManualQuery, ManualView
from workflow.tickets.service import Tickets

PROCESS = "supervision"
BEFORE: Mapping[str, Any] = {
    "case": "", "step": "", "stage": "", "due_at": None, "reply": "", "ground": "", "appeal": "", "decision": "",
    "outcome": "", "ended_at": None,
}  # fmt: skip
"""What follows from the case, before there is one."""
BY_UNIT = frozenset({"reply", "appeal"})
"""Actions of the unit; all others are the inspectors'."""


class Supervisions(Records[SupervisionRow, ManualFields, ManualView, ManualQuery]):
    """Supervisions with their replies and appeals; what was issued is not edited."""

    table, fields, view, query = SupervisionRow, ManualFields, ManualView, ManualQuery
    kind: ClassVar[str] = KIND
    title: ClassVar[str] = "督办"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.SEE
    export_permission: ClassVar[str] = rules.EXPORT
    refs: ClassVar[Mapping[str, Reference]] = {"unit": ORGANISATIONS}
    filters: ClassVar[tuple[str, ...]] = ("stage", "source", "ticket", "unit")
    broad: ClassVar[tuple[str, ...]] = ("source",)
    searched: ClassVar[tuple[str, ...]] = ("situation", "opinion", "reply")
    numbered: ClassVar[Numbered | None] = Numbered("number", "D{region}{day}{serial:04}")
    parts: ClassVar = (Files(), Comments())
    screen: ClassVar[str] = "supervisions"

    def __init__(self, office: Office, cases: Cases, tickets: Tickets, forms: FormLibrary, telling: Telling) -> None:
        super().__init__(office)
        self._cases, self._tickets, self._forms, self._telling = cases, tickets, forms, telling

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """See `rules.ways`."""
        return rules.ways(SupervisionRow, visitor, permission)

    async def values(
        self, session: AsyncSession, body: ManualFields, row: SupervisionRow | None, organisation: str
    ) -> dict[str, Any]:
        """A unit that there is; what was issued stays as it is."""
        if row is not None:
            raise Conflict("issued", "督办已发出，不能修改，可撤销后重新发起")
        unit = (await load_organisations(session)).get(body.unit)
        if unit is None or unit.closed:
            raise Invalid("no_organisation", "没有这个单位，或已撤销", "unit")
        said = body.model_dump(include=set(ManualFields.model_fields))
        return {**BEFORE, **said, "unit_region": unit.region, "ticket_name": "", "issued_by": ""}

    async def create(self, visitor: Visitor, body: ManualFields, filled: Mapping[str, Any] | None = None) -> ManualView:
        """Issue one: for inspectors."""
        visitor.need(rules.INSPECT)
        found = await super().create(visitor, body, filled)
        self._cases.done()
        return found

    async def insert(
        self, session: AsyncSession, visitor: Visitor, body: ManualFields, number: Taken | None = None
    ) -> SupervisionRow:
        """The supervision and its case begin together."""
        try:
            ticket = await self._tickets.row(session, visitor, body.ticket)
        except NotFound:
            raise Invalid("no_ticket", "没有这张工单", "ticket") from None
        row = await super().insert(session, visitor, body, number)
        row.ticket_name, row.issued_by = f"{ticket.number} {ticket.title}"[:260], visitor.name
        await session.flush()
        await self._cases.open(
            session, visitor, PROCESS, KIND, row.id, organisation=row.organisation, region=row.region
        )
        # The case has written the row beside this session's view of it.
        await session.refresh(row)
        return row

    # ── the case ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What the process reads of a supervision."""
        row = await session.get_one(SupervisionRow, id)
        return {"number": row.number, "unit": row.unit, "days": row.days, "urgent": row.urgent}

    async def hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """The row follows its case, and the other side is told."""
        root = moved.cases[moved.root]
        limits = await self._cases.deadlines(session, root.id)
        step = self._cases.step_of(root)
        running = [one.due_at for one in limits if one.state == "running"]
        said = {key: str(root.values.get(key) or "") for key in ("reply", "ground", "appeal", "decision")}
        values = {
            **said, "case": root.id, "step": step.title, "stage": step.stage or root.step, "outcome": root.outcome,
            "due_at": min(running, default=None), "ended_at": root.ended_at, "updated_at": self.office.clock.wall(),
        }  # fmt: skip
        await session.execute(update(SupervisionRow).where(SupervisionRow.id == moved.record).values(values))
        row = await session.get_one(SupervisionRow, moved.record, populate_existing=True)
        await self.indexed(session, row)
        taken = [one for one in moved.events if isinstance(one, ActionTaken)]
        if not taken and len(moved.events) > 1:
            await self._telling.issued(session, row)
        for one in taken:
            await self._telling.moved(session, row, to_unit=one.action not in BY_UNIT, by=actor.name)

    async def offers(self, visitor: Visitor, id: str) -> list[Action]:
        """What the visitor may do with it now, with the forms."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            found = (await self._cases.offers(session, visitor, row.case)).get(row.case, ())
            facts = {"record": await self.facts(session, id)}
        made = []
        for offer in found:
            form = self._forms.form(offer.form) if offer.form else None
            fields = self._forms.fields(form, facts) if form is not None else ()
            made.append(
                Action(
                    name=offer.action, title=offer.title, kind="form" if fields else "confirm",
                    path=f"{MANUAL_PATH}/{id}/acts/{offer.action}", confirm=None if fields else f"{offer.title}？",
                    tone="danger" if offer.action == "cancel" else "primary" if offer.action != "appeal" else None,
                    form=fields, refused=offer.refused or None, done="已提交",
                )
            )  # fmt: skip
        return made

    async def act(self, visitor: Visitor, id: str, action: str, form: Mapping[str, Any]) -> ManualView:
        """Take an action of its process. NotFound, NotAllowed, Invalid, Conflict."""
        visitor.need(self.see)
        async with self.changing() as session:
            row = await self.row(session, visitor, id)
            await self._cases.act(session, visitor, row.case, action, form)
        self._cases.done()
        await self.changed([id])
        return await self.get(visitor, id)


class SupervisionSubjects:
    """Supervisions as those who watch time limits know them: a unit that does not reply gets a card, too."""

    title = "督办"

    async def described(self, session: AsyncSession, record: str) -> Described:
        """By number and the ticket."""
        row = await session.get_one(SupervisionRow, record)
        return Described(f"{row.number} {row.ticket_name}", f"/supervisions/{row.id}", row.number)

    def part(self, case: Case, clock: str) -> Part:
        """To reply is the unit's, to look at the reply the inspectors'."""
        return "department" if clock == "reply" else "reviewer"

    def handlers(self, case: Case) -> list[Any]:
        """The unit, or the inspectors."""
        return handlers_of(case)
