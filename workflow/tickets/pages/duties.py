"""Lists of what waits for whom: tickets by duty, tasks of departments."""

from __future__ import annotations

from cti.office.screens import (
    Action,
    Column,
    Empty,
    Filter,
    List,
    Screen,
    columns_of,
    options_of,
)
from workflow.tickets.api import BASE
from workflow.tickets.categories import CATEGORIES
from workflow.tickets.duties import DUTY_PERMISSIONS, HANDED_OUT, TASK_PERMISSIONS
from workflow.tickets.rules import HANDLE, SEE
from workflow.tickets.service import Tickets
from workflow.tickets.tasks import ENDED, TASK_KIND
from workflow.tickets.views import (
    CARDS,
    CHANNELS,
    DUTIES,
    STAGES,
    TASK_DUTIES,
    TYPES,
    Duty,
    TaskDuty,
    TaskView,
    TicketView,
)

COLUMNS = (
    "number", "title", "type", "urgent", "step", "card", "due_at", "lead_title", "category_path", "registrar_name",
    "reminders", "created_at",
)  # fmt: skip


FILTERS = (
    Filter(kind="text", key="search", title="工单编号、内容、电话或后四位", wide=True),
    Filter(kind="choice", key="duty", title="列表", options=options_of(DUTIES)),
    Filter(kind="choice", key="stage", title="阶段", options=options_of(STAGES)),
    Filter(kind="choice", key="type", title="诉求类型", options=options_of(TYPES)),
    Filter(kind="tree", key="category", title="诉求分类", options_from=CATEGORIES),
    Filter(kind="choice", key="card", title="时限", options=options_of(CARDS)),
    Filter(kind="choice", key="channel", title="受理来源", options=options_of(CHANNELS)),
    Filter(kind="flag", key="urgent", title="紧急"),
    Filter(kind="period", key="created", title="登记时间"),
    Filter(kind="text", key="purpose", title="查询事由"),
)
BEFORE_DEPARTMENTS = ("registered", "review", "final", "difficult")
"""Duties whose tickets no department has yet."""
SEVERAL_STAGES = ("mine", "handling", "near", "over", "revisit", "ruling", "archived")
"""Duties whose tickets stand at several stages."""
WITH_WHY = ("registered", "final", "difficult", "ruling")
"""Duties to which a ticket comes with a reason."""
ASIDE = (
    ("registrar_name", "reminders", "created_at"), ("category_path", "registrar_name", "created_at"), ("created_at",),
)  # fmt: skip
"""Columns for who chooses them: of lists with reasons, of those with several stages, of the others."""
ENTERING: tuple[Duty, ...] = ("registered", "mine")
"""Duties of who takes matters down."""
CLOSING: tuple[Duty, ...] = ("revisit", "ruling", "archiving", "archived")
"""Duties after the departments' answer."""
NOT_COUNTED: tuple[Duty, ...] = ("mine", "handling", "archived")
"""Lists in which nothing waits for who opens them."""


def _duty(name: Duty, icon: str, order: int, text: str) -> Screen:
    """A list of what waits for one duty; rows open the ticket's page."""
    permission = DUTY_PERMISSIONS[name]
    return Screen(
        name=f"tickets_{name}",
        title=DUTIES[name],
        group=_entry(name),
        icon=icon,
        order=order,
        permission=permission,
        kind="list",
        list=List(
            source=f"{BASE}/duty/{name}",
            records=Tickets.kind,
            badge={"duty": name} if name not in NOT_COUNTED else {},
            columns=_columns(name),
            filters=_filters(name),
            sorts=("due_at", "updated_at", "created_at"),
            empty=Empty(title=f"没有{DUTIES[name]}的工单", text=text),
            opens="/tickets/{id}",
            bulk=(BULK[name],) if name in BULK else (),
            actions=(_next(name, permission),) if name in HANDED_OUT else (),
        ),
    )


def _entry(name: Duty) -> str:
    """The entry of the menu among whose tabs the list stands."""
    if name in ENTERING:
        return "ticket_entry"
    return "ticket_closing" if name in CLOSING else "ticket_review"


def _filters(name: Duty) -> tuple[Filter, ...]:
    """All but by what the tickets of a list have in common."""
    common = ("duty",) if name in SEVERAL_STAGES else ("duty", "stage")
    return tuple(one for one in FILTERS if one.key not in common)


def _columns(name: Duty) -> tuple[Column, ...]:
    """Those that differ between the tickets of a list; why it is there stands beside the title.

    Shown are as many as a screen of 1366 points has room for; who wants the others chooses them.
    """
    left_out = {"step": name not in SEVERAL_STAGES, "lead_title": name in BEFORE_DEPARTMENTS}
    why = ("why",) if name in WITH_WHY else ()
    aside = ASIDE[0] if name in WITH_WHY else ASIDE[1] if name in SEVERAL_STAGES else ASIDE[2]
    shown = (*COLUMNS[:2], *why, *(one for one in COLUMNS[2:] if one not in aside))
    return columns_of(TicketView, *(one for one in shown if not left_out.get(one)), aside=aside)


def _next(name: str, permission: str) -> Action:
    return Action(
        name="next", title="领取下一个", kind="confirm", path=f"{BASE}/next/{name}", permission=permission,
        tone="primary", at_once=True, opens="tickets", done="已领取",
    )  # fmt: skip


BULK = {
    "registered": Action(
        name="submit_many", title="送审", permission=SEE, kind="confirm",
        path=f"{BASE}/bulk/submit", preview=f"{BASE}/bulk/submit/preview", confirm="将所选工单送审？", done="已送审",
    ),
    "result": Action(
        name="accept_many", title="审核通过", permission=SEE, kind="confirm",
        path=f"{BASE}/bulk/accept", preview=f"{BASE}/bulk/accept/preview", done="已通过",
        confirm="所选工单的办理结果审核通过？",
    ),
    "archiving": Action(
        name="archive_many", title="归档", permission=SEE, kind="confirm",
        path=f"{BASE}/bulk/archive", preview=f"{BASE}/bulk/archive/preview", confirm="将所选工单归档？", done="已归档",
    ),
}  # fmt: skip


def _tasks(name: str, title: str, order: int, duty: TaskDuty, text: str) -> Screen:
    permission = TASK_PERMISSIONS[duty]
    return Screen(
        name=f"tickets_{name}",
        title=title,
        group="tasks" if permission == HANDLE else "ticket_review",
        icon="building-2",
        order=order,
        permission=permission,
        kind="list",
        list=List(
            source=f"{BASE}/tasks/{duty}",
            records=TASK_KIND,
            badge={"duty": duty} if duty not in ENDED else {},
            columns=_task_columns(duty),
            filters=(
                Filter(kind="text", key="search", title="工单编号或内容", wide=True),
                Filter(
                    kind="choice", key="organisation", title="承办单位", options_from=f"{BASE}/options/units",
                    options_search=True,
                ),
            ),
            empty=Empty(title=f"没有{TASK_DUTIES[duty]}的任务", text=text),
            opens="/tickets/{ticket}",
        ),
    )  # fmt: skip


def _task_columns(duty: TaskDuty) -> tuple[Column, ...]:
    """By when an open one is due, when a done one ended; what is to be decided or asked for stands beside the title."""
    when = ("ended_at",) if duty in ENDED else ("card", "due_at")
    if duty in ("pending", "objected"):
        shown = ("number", "title", "why", "unit", *when, "urgent", "begun_at")
        return columns_of(TaskView, *shown, aside=("pending", "role", "type"))
    why = ("why",) if duty == "sent_back" else ("pending",) if duty == "handle" else ()
    shown = ("number", "title", *why, "urgent", *when, "unit", "role", "step")
    return columns_of(TaskView, *shown, aside=("type", "begun_at"))


DUTY_SCREENS = (
    _duty("registered", "file-pen", 10, "登记后尚未提交、或被退回的工单。"),
    _duty("mine", "user-pen", 12, "您登记的工单及其进展。"),
    _duty("review", "inbox", 20, "已送审的工单由审核岗派给承办单位。"),
    _duty("final", "stamp", 22, "送上级审核和值班长直接答复的工单。"),
    _duty("difficult", "puzzle", 24, "疑难工单和两次退单的工单。"),
    _duty("handling", "hourglass", 30, "承办单位正在办理的工单。"),
    _duty("near", "alarm-clock", 32, "时限将到的工单（黄牌）。"),
    _duty("over", "siren", 34, "已超过时限的工单（红牌）。"),
    _duty("result", "badge-check", 40, "承办单位已反馈、等待结果审核的工单。"),
    _duty("revisit", "phone-call", 42, "已办理、等待回访的工单。"),
    _duty("ruling", "gavel", 44, "市民不满意、等待值班长裁定的工单。"),
    _duty("archiving", "archive", 46, "资料不完整、等待归档的工单。"),
    _duty("archived", "archive-restore", 48, "已办结的工单。"),
    _tasks("objected", "退单待裁定", 36, "objected", "承办单位退回的任务，由热线裁定。"),
    _tasks("pending", "延时和跟踪审批", 38, "pending", "承办单位申请的延时和任务跟踪。"),
    _tasks("sign", "任务待签收", 60, "sign", "热线交办给本单位的任务。"),
    _tasks("handle", "任务办理中", 62, "handle", "本单位正在办理的任务。"),
    _tasks("task_sent_back", "任务被退回", 63, "sent_back", "反馈后由热线退回、或市民不满意，须重新办理的任务。"),
    _tasks("task_near", "任务即将超时", 64, "near", "本单位时限将到的任务。"),
    _tasks("task_over", "任务已超时", 66, "over", "本单位已超过时限的任务。"),
    _tasks("task_done", "任务已反馈", 68, "done", "本单位已反馈的任务。"),
    _tasks("task_returned", "任务已退单", 70, "returned", "本单位退单、热线已同意的任务。"),
)
