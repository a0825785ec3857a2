"""Who is told what of a ticket: departments of tasks, who gave them of requests. Of time tell the cards: `subjects`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages import AtWork, Filled, Messages, Persons, Template, Urgency, WithRight
from cti.office.messages.whom import Whom
from cti.office.processes.case import (
    ActionTaken,
    Case,
    CaseEnded,
    CaseOpened,
    CaseReopened,
    Moved,
    StepEntered,
)
from cti.office.processes.moving import CLOSED
from cti.office.processes.service import Cases
from workflow.tickets.models import TicketRow
from workflow.tickets.rules import HANDLE

TICKET = "ticket"
REVIEW = "tickets.review"
ASKING: Mapping[str, str] = {"ask_extension": "申请延时", "ask_tracking": "申请任务跟踪", "object": "退单"}
DECIDING: Mapping[str, str] = {
    "grant_extension": "同意延时", "refuse_extension": "不同意延时", "grant_tracking": "同意任务跟踪",
    "refuse_tracking": "不同意任务跟踪", "overrule": "驳回退单", "uphold": "同意退单", "end_tracking": "结束跟踪",
}  # fmt: skip
ADDING: Mapping[str, str] = {"remind": "催单", "supplement": "补充诉求"}
WORDS = {"编号": "工单编号", "标题": "工单标题", "事项": "发生的事"}
TEMPLATES = tuple(
    Template(f"ticket_{name}", TICKET, title, subject, "{标题}", WORDS)
    for name, title, subject in (
        ("task", "新任务", "新任务 {编号}"),
        ("added", "催单、补充和联名", "{事项} {编号}"),
        ("asked", "承办单位的申请", "{事项}，待审批 {编号}"),
        ("decided", "申请的审批", "{事项} {编号}"),
        ("back", "退回登记人", "工单退回补充 {编号}"),
        ("closed", "任务收回", "{事项}，任务结束 {编号}"),
    )
)
"""What is said; a city may word it anew."""


def offer(messages: Messages) -> Callable[[], None]:
    """Bring the kind and the templates; returns the undo."""
    messages.templates.add_kind(TICKET, "工单")
    return messages.templates.add(*TEMPLATES)


class Telling:
    """Tells people in the transaction of what happened: it is told once, or did not happen."""

    def __init__(self, messages: Messages, cases: Cases) -> None:
        self._messages, self._cases = messages, cases

    async def tell(self, session: AsyncSession, moved: Moved, ticket: TicketRow) -> None:
        """All that this change has to say."""
        for event in moved.events:
            case = moved.cases[event.case]
            key = f"ticket:{case.id}"
            match event:
                case CaseOpened(parent=parent) if parent:
                    await self._say(session, ticket, "task", [department_of(case)], key=f"{key}:task")
                case CaseReopened() if case.parent:
                    values = {"事项": "退回重办"}
                    await self._say(session, ticket, "decided", self._handlers(case), values, by=event.by.name)
                case ActionTaken(action=action) if action in ADDING:
                    await self._added(session, ticket, moved.cases, ADDING[action], event.by.name)
                case ActionTaken(action=action) if action in ASKING and case.parent:
                    whom = self._givers(moved.cases[case.parent])
                    await self._say(session, ticket, "asked", whom, {"事项": ASKING[action]}, by=event.by.name)
                case ActionTaken(action=action) if action in DECIDING and case.parent:
                    values = {"事项": DECIDING[action]}
                    await self._say(session, ticket, "decided", self._handlers(case), values, by=event.by.name)
                case CaseEnded(outcome=outcome) if case.parent and outcome == CLOSED:
                    values = {"事项": self._ended_by(moved)}
                    await self._say(session, ticket, "closed", self._handlers(case), values, by=event.by.name)
                case StepEntered(before=before) if before and not case.parent and ticket.stage == "registered":
                    await self._say(session, ticket, "back", [Persons((ticket.registrar,))], key=f"{key}:back")

    async def joined(self, session: AsyncSession, ticket: TicketRow, citizens: int, by: str) -> None:
        """Another citizen asks for the same: now there are so many."""
        family = await self._cases.family(session, ticket.case)
        await self._added(session, ticket, family.cases, f"市民联名（共 {citizens} 人）", by)

    async def _added(
        self, session: AsyncSession, ticket: TicketRow, cases: Mapping[str, Case], what: str, by: str
    ) -> None:
        """Those who work on it hear what citizens have added."""
        working = [one for one in cases.values() if not one.is_over and (one.parent or one.person)]
        whom = [one for case in working for one in self._handlers(case)]
        await self._say(session, ticket, "added", whom, {"事项": what}, by=by)

    def _handlers(self, case: Case) -> list[Whom]:
        """Who has taken a task, else all of its department who may."""
        return [Persons((case.person,))] if case.person else [department_of(case)]

    def _ended_by(self, moved: Moved) -> str:
        """The act with which work on a task became needless: withdrawn, taken back, or answered by who leads."""
        acts = [one for one in moved.events if isinstance(one, ActionTaken)]
        if not acts:
            return "工单已办理"
        case = moved.cases[acts[-1].case]
        step = self._cases.process_of(case).steps.get(acts[-1].step)
        action = step.actions.get(acts[-1].action) if step is not None else None
        return action.title if action is not None else acts[-1].action

    @staticmethod
    def _givers(parent: Case) -> list[Whom]:
        return [WithRight(HANDLE if parent.parent and parent.process != "county" else REVIEW, parent.holder)]

    async def _say(
        self,
        session: AsyncSession,
        ticket: TicketRow,
        name: str,
        whom: Sequence[Whom],
        values: Mapping[str, str] | None = None,
        *,
        key: str = "",
        by: str = "",
    ) -> None:
        if not whom:
            return
        said = {"编号": ticket.number, "标题": ticket.title, **(values or {})}
        how = Urgency.URGENT if ticket.urgent else Urgency.NORMAL
        link = f"/tickets/{ticket.id}"
        await self._messages.tell(session, whom, Filled(f"ticket_{name}", said), link=link, urgency=how, key=key, by=by)


def department_of(case: Case) -> Whom:
    """All who may handle a task: of its department, or of the one above that does its work."""
    permission = REVIEW if case.process == "county" else HANDLE
    return AtWork(permission, case.holder)
