"""What somebody may do with a ticket now, as buttons with their forms, by which what he fills in is checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.forms.library import FormLibrary
from cti.office.processes.case import Case
from cti.office.processes.engine import Offer
from cti.office.records.describing import record_form
from cti.office.screens import Action, Option
from cti.office.screens.description import Field
from workflow.tickets import rules
from workflow.tickets.acting import Acts
from workflow.tickets.calls.dialling import Dialling
from workflow.tickets.catalogue import Catalogue, Proposal, proposed
from workflow.tickets.duties import HANDED_OUT
from workflow.tickets.models import TicketRow
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketView

EDITING = Action(
    name="edit", title="修改", kind="form", method="PUT", path="", form=record_form(Tickets), done="已保存"
)
TAKING = Action(name="take", title="领取", kind="confirm", path="", confirm="由您办理该工单？", done="已领取")
RELEASING = Action(
    name="release", title="放回", kind="confirm", path="", confirm="放回列表，由其他人办理？", done="已放回"
)
GRAVE = ("void", "withdraw", "object", "recall")
"""Actions whose buttons warn."""
DECIDING = ("grant_extension", "refuse_extension", "grant_tracking", "refuse_tracking", "uphold", "overrule")
"""Actions that decide what a department asked for."""
USUAL = (
    "submit",
    "dispatch",
    "sign",
    "reply",
    "accept",
    "revisit",
    "grant_extension",
    "grant_tracking",
    "uphold",
    "archive",
)
"""Actions by which work goes on."""


class Besides(Protocol):
    """A port: whoever knows more of a dispatch than this room."""

    async def units(self, visitor: Visitor, title: str, content: str) -> Sequence[Option]:
        """The departments that a ticket is likely for, the likeliest first, in words with how likely."""
        ...

    async def actions(self, session: AsyncSession, ticket: str, offered: Collection[str]) -> Sequence[Action]:
        """What else can be done with a ticket, beside the actions of its process that are `offered` now."""
        ...


Inside = Callable[[AsyncSession, Visitor, str], Awaitable[bool]]
"""Whether a ticket is the visitor's own hotline's."""


class Offering:
    """Offers with the forms of the house."""

    def __init__(
        self, tickets: Tickets, acts: Acts, catalogue: Catalogue, forms: FormLibrary, dialling: Dialling
    ) -> None:
        self._tickets, self._acts, self._catalogue, self._forms = tickets, acts, catalogue, forms
        self._dialling = dialling
        self._cases, self._office = tickets.cases, tickets.office
        self.beside: Besides | None = None

    async def is_inside(self, session: AsyncSession, visitor: Visitor, id: str) -> bool:
        """Whether a ticket is the visitor's own hotline's. NotFound where he may not read it."""
        return rules.is_inside(visitor, await self._tickets.row(session, visitor, id))

    async def offers(self, visitor: Visitor, id: str) -> list[Action]:
        """In the order of the process, the ticket's own first; those of a task name its department."""
        found = await self._acts.offers(visitor, id)
        await self._tickets.titles.refresh()
        async with self._office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            family = (await self._cases.family(session, row.case)).cases
            facts = {"record": await self._tickets.facts(session, id)}
            proposal = await self._catalogue.propose(session, row)
            has_task = await self._tickets.has_task(session, visitor, id)
            dial = await self._dialling.offer(session, visitor, row, has_task=has_task)
            own = {one.action for one in found.get(row.case, ())}
            more = await self.beside.actions(session, id, own) if self.beside is not None else ()
        likely = await self._likely(visitor, row) if "dispatch" in own else ()
        made = []
        # What somebody waits for comes first: a request for more time, an objection.
        for case in sorted(found, key=lambda one: (not self._waits(family[one]), one != row.case)):
            unit = self._tickets.titles.unit(family[case].holder) if case != row.case and len(found) > 1 else ""
            actions = [self._action(row, family, case, offer, facts, proposal, unit, likely) for offer in found[case]]
            made += sorted(actions, key=_weight)
        made += more
        claiming: Action | None = None
        if row.case in found and not row.person and not row.outcome:
            claiming = TAKING
        elif row.stage in HANDED_OUT and row.person == visitor.person:
            claiming = RELEASING
        if claiming is not None:
            grave = next((at for at, one in enumerate(made) if one.tone == "danger"), len(made))
            made.insert(grave, claiming.model_copy(update={"path": f"/api/tickets/{id}/{claiming.name}"}))
        if dial is not None:
            # After what goes on with the work, before what is rarer: on a small screen the rest stands in a menu.
            usual = sum(one.tone == "primary" for one in made)
            made.insert(0 if dial.tone == "primary" else usual, dial)
        if self._tickets.may_edit(visitor, row):
            made.append(EDITING.model_copy(update={"path": f"/api/tickets/{id}", "form_source": f"/api/tickets/{id}"}))
        return made

    async def _likely(self, visitor: Visitor, row: TicketRow) -> tuple[Option, ...]:
        if self.beside is None or not rules.is_inside(visitor, row):
            return ()
        return tuple(await self.beside.units(visitor, row.title, row.content))

    def _waits(self, case: Case) -> bool:
        return bool(case.values.get("pending")) or self._cases.step_of(case).stage == "objected"

    def _action(
        self,
        row: TicketRow,
        family: Mapping[str, Case],
        case: str,
        offer: Offer,
        facts: Mapping[str, Any],
        proposal: Proposal | None,
        unit: str,
        likely: Sequence[Option],
    ) -> Action:
        path = f"/api/tickets/{row.id}/acts/{offer.action}" + ("" if case == row.case else f"?task={case}")
        fields = self._fields(offer, family, case, facts, proposal)
        if likely and offer.form == "dispatch":
            fields = tuple(one.model_copy(update={"proposed": likely}) if one.key == "lead" else one for one in fields)
        asked = _asked(family[case], offer.action)
        if fields and asked:
            fields = (fields[0].model_copy(update={"help": asked}), *fields[1:])
        return Action(
            name=f"{offer.action}.{case}",
            title=f"{offer.title}（{unit}）" if unit else offer.title,
            kind="form" if fields else "confirm",
            path=path,
            tone="danger" if offer.action in GRAVE else "primary" if offer.action in USUAL else None,
            confirm=None if fields else f"{offer.title}？{asked}",
            form=fields,
            refused=offer.refused or None,
            done="已提交",
        )

    def _fields(
        self, offer: Offer, family: Mapping[str, Case], case: str, facts: Mapping[str, Any], proposal: Proposal | None
    ) -> tuple[Field, ...]:
        form = self._forms.form(offer.form) if offer.form else None
        if form is None:
            return ()
        fields = self._forms.fields(form, facts)
        if offer.form == "dispatch":
            return proposed(fields, proposal)
        if offer.form == "reply":
            cited = "\n".join(
                f"{self._tickets.titles.unit(one.holder)}：{one.values['answer']}"
                for one in family.values()
                if one.parent == case and one.values.get("answer")
            )
            return tuple(
                one.model_copy(update={"default": cited}) if cited and one.key == "answer" else one for one in fields
            )
        return fields

    async def act(self, visitor: Visitor, id: str, action: str, given: Mapping[str, Any], task: str = "") -> TicketView:
        """Take an action with a form as it was filled in. Invalid names each field that is wrong."""
        await self._acts.act(visitor, id, action, given, task)
        return await self._tickets.get(visitor, id)

    async def proposal(self, visitor: Visitor, id: str) -> Proposal | None:
        """Whose business it is by the dispatch catalogue; for the hotline's own people."""
        visitor.need(rules.SEE)
        await self._tickets.titles.refresh()
        async with self._office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            return await self._catalogue.propose(session, row) if rules.is_inside(visitor, row) else None


def _asked(case: Case, action: str) -> str:
    """What a department asks for, to whoever decides it."""
    said = case.values.get("asked")
    if action not in DECIDING or not said:
        return ""
    pending = case.values.get("pending")
    if pending == "extension":
        return f"承办单位申请延长{case.values['days']}个工作日：{said}"
    if pending == "tracking":
        return f"承办单位申请跟踪{case.values['track_days']}天：{said}。阶段性办理情况：{case.values['interim']}"
    return f"承办单位的理由：{said}"


def _weight(action: Action) -> int:
    """By which work goes on stands first, what is grave last."""
    return {"primary": 0, "danger": 2}.get(action.tone or "", 1)
