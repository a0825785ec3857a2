"""The citizen is told by SMS at the steps and actions that the process names, and all who asked for the same with him.

Not who wants no answer, and of a confidential request only who wants his answer so: others may read his telephone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Refusal
from cti.base.times.business_time import ZONE
from cti.office.messages import Filled, Messages, Template
from cti.office.messages.citizens import CitizenMessages
from cti.office.processes.case import ActionTaken, Case, Moved, StepEntered
from cti.office.processes.service import Cases
from cti.office.processes.time_limits import TimeLimit
from workflow.tickets.models import TicketCallerRow, TicketRow
from workflow.tickets.pages.titles import Titles
from workflow.tickets.service import KIND

log = structlog.get_logger(__name__)

CITIZEN = "ticket_citizen"
WORDS = {
    "编号": "工单编号", "标题": "工单标题", "单位": "主办单位", "时限": "办结时限", "进度": "告知市民的进度",
    "答复": "答复内容",
}  # fmt: skip
TEXTS = {
    "accepted": (
        "诉求受理", "您反映的诉求已受理，编号{编号}。可凭编号和本机号码后四位拨打12345或在网上查询进度。"
    ),
    "dispatched": ("诉求交办", "您的诉求{编号}已交{单位}办理，办理时限{时限}。"),
    "reported": ("诉求上报", "您的诉求{编号}已上报省级热线办理。"),
    "answered": ("诉求答复", "您的诉求{编号}已有答复：{答复}"),
    "extended": ("诉求延时", "您的诉求{编号}因情况复杂，经批准延长办理，{单位}将于{时限}前办结。"),
    "unreached": ("回访未接通", "就您的诉求{编号}致电回访未能接通，我们将再次联系您。"),
    "again": ("诉求重办", "您的诉求{编号}正在重新办理。"),
    "withdrawn": ("诉求撤回", "您的诉求{编号}已按您的要求撤回。"),
}  # fmt: skip
TEMPLATES = tuple(
    Template(f"ticket_{name}", CITIZEN, title, title, text, WORDS) for name, (title, text) in TEXTS.items()
)
"""What is said; a city may word it anew, and add its own for its processes to name."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(CITIZEN, "市民短信")
    return messages.templates.add(*TEMPLATES)


class CitizenSms:
    """Sends in the transaction of what happened, each text once about a ticket."""

    def __init__(self, citizens: CitizenMessages, cases: Cases, titles: Titles) -> None:
        self._citizens, self._cases, self._titles = citizens, cases, titles

    async def tell(self, session: AsyncSession, moved: Moved, ticket: TicketRow) -> None:
        """All that this change has to say to the citizen. What cannot be sent hinders nobody's work."""
        named = list(dict.fromkeys(self._named(moved)))
        if not named or not wanted_by(ticket):
            return
        await self._titles.read(session)
        root = moved.cases[moved.root]
        due = due_of(moved.limits, root, moved.cases.values())
        values = {
            "编号": ticket.number, "标题": ticket.title, "单位": self._titles.unit(ticket.lead),
            "时限": f"{due.astimezone(ZONE):%m月%d日}" if due is not None else "规定时限",
            "进度": self._cases.step_of(root).public, "答复": ticket.answer,
        }  # fmt: skip
        numbers = await self._numbers(session, ticket)
        for template in named:
            for number in numbers:
                await self._send(session, ticket, number, Filled(template, values))

    def _named(self, moved: Moved) -> Iterator[str]:
        root = moved.cases[moved.root]
        for event in moved.events:
            case = moved.cases[event.case]
            is_lead = case.parent == root.id and case.role == "lead"
            if event.case != root.id and not is_lead:
                continue
            process = self._cases.process_of(case)
            if isinstance(event, ActionTaken):
                step = process.steps.get(event.step)
                action = step.actions.get(event.action) if step is not None else None
                if action is not None and action.sms is not None:
                    yield action.sms
            elif isinstance(event, StepEntered) and (sms := process.steps[event.step].sms) is not None:
                yield sms

    @staticmethod
    async def _numbers(session: AsyncSession, ticket: TicketRow) -> Iterable[Number]:
        joined = await session.scalars(select(TicketCallerRow.number).where(TicketCallerRow.ticket == ticket.id))
        numbers = [Number.parse(one) for one in dict.fromkeys([ticket.contact, *joined.all()]) if one]
        return [one for one in numbers if one.kind is NumberKind.MOBILE]

    async def _send(self, session: AsyncSession, ticket: TicketRow, number: Number, what: Filled) -> None:
        about = f"{KIND}:{ticket.id}"
        try:
            await self._citizens.send_to_citizen(
                session, number, what, organisation=ticket.organisation, region=ticket.region, about=about, once=True
            )
        except Refusal as refusal:
            # No template of the name, no way to send SMS: the ticket goes on.
            log.info("citizen not told", ticket=ticket.id, template=what.template, reason=refusal.detail)


def due_of(limits: Iterable[TimeLimit], root: Case, cases: Iterable[Case]) -> datetime | None:
    """By when the citizen has his answer: the ticket's own time limit, or its lead department's if that has more."""
    counting = {root.id, *(one.id for one in cases if one.parent == root.id and one.role == "lead" and not one.is_over)}
    return max((one.due_at for one in limits if one.case in counting and one.state == "running"), default=None)


def wanted_by(ticket: TicketRow) -> bool:
    """Whether the citizen wants to be told so."""
    return ticket.answer_by == "sms" if ticket.confidential else ticket.answer_by != "none"
