"""What the console shows of the tickets: lists by duty, the ticket's page, departments' tasks, the catalogue."""

from __future__ import annotations

from cti.office.records.describing import part_actions, part_tabs, record_create, record_form, record_list
from cti.office.screens import (
    Action,
    Alike,
    Chart,
    Copying,
    Count,
    DeskCard,
    DeskForm,
    Detail,
    Empty,
    Field,
    Filter,
    Group,
    Kanban,
    Link,
    List,
    Screen,
    Series,
    StoryCard,
    Tab,
    Tile,
    When,
    columns_of,
    fields_of,
    options_of,
)
from cti.office.tree.describing import tree_screen
from workflow.tickets.api import BASE, ONE
from workflow.tickets.catalogue import Catalogue
from workflow.tickets.categories import CATEGORIES, Categories
from workflow.tickets.desk_api import CALL, CALLS, EVENTS
from workflow.tickets.duties import DUTY_PERMISSIONS, HANDED_OUT, TASK_PERMISSIONS
from workflow.tickets.history import CallerTicket
from workflow.tickets.known_events import EDIT as EDIT_EVENTS
from workflow.tickets.known_events import Closing, KnownEvents, KnownEventView
from workflow.tickets.registration import FORM, SoFar
from workflow.tickets.rules import HANDLE, SEE, TAG, VERIFY
from workflow.tickets.service import Tickets
from workflow.tickets.tasks import TASK_KIND, ClockLine, TicketTask
from workflow.tickets.verifying import MisfitView
from workflow.tickets.verifying_api import PATH as VERIFY_PATH
from workflow.tickets.views import (
    CARDS,
    CHANNELS,
    DUTIES,
    STAGES,
    TYPES,
    CallerBody,
    CallerView,
    Duty,
    HistoryLine,
    TagsBody,
    TaskDuty,
    TaskView,
    TicketView,
)

GROUPS = (Group(name="tasks", title="承办任务", icon="building-2", order=16),)
COLUMNS = (
    "number", "title", "type", "urgent", "step", "card", "due_at", "lead_title", "category_path", "registrar_name",
    "reminders", "created_at",
)  # fmt: skip


OPEN = When(key="is_open", among=(True,))
NOTE = Field(key="note", title="说明", kind="long", required=True, max_length=2000)
TAGGING = Action(
    name="tag", title="操作标签", permission=TAG, kind="form", method="PUT", path=f"{ONE}/tags",
    form=fields_of(TagsBody), form_source=ONE, done="已保存",
)  # fmt: skip
JOINING = Action(
    name="join", title="联名", permission=Tickets.edit_permission, kind="form", path=f"{ONE}/callers",
    form=fields_of(CallerBody, leave_out=("call",)), when=When(key="outcome", among=("",)), done="已登记",
)  # fmt: skip
REMINDING = Action(
    name="remind", title="催单", kind="confirm", path=f"{CALL}/tickets/{{id}}/remind", when=OPEN,
    confirm="市民来电催办该工单？", done="已催单",
)  # fmt: skip
ADDING = Action(
    name="supplement", title="补充", kind="form", path=f"{CALL}/tickets/{{id}}/supplement", when=OPEN,
    form=(NOTE,), done="已补充",
)  # fmt: skip
COPIED = ("type", "title", "place", "address", "caller_name", "caller_gender", "contact", "anonymous", "answer_by")
"""What the next request of the same call begins with (C10)."""
SLOTS = (
    DeskForm(
        name=FORM, title="登记工单", order=20, permission=Tickets.edit_permission, source=f"{CALLS}/{{id}}",
        path=f"{CALLS}/{{id}}", form=tuple(one for one in record_form(Tickets) if not one.only_new),
        begin=f"{CALLS}/{{id}}/begin", more=f"{CALLS}/fields", asks=tuple(SoFar.model_fields),
        copied=COPIED,
        alike=Alike(
            title="相似的未办结工单", source=f"{BASE}/alike", asks=("title", "content", "place"),
            columns=columns_of(HistoryLine, "number", "title", "address", "step", "created_at"), opens="tickets",
            row=(REMINDING.model_copy(update={"when": None}), ADDING.model_copy(update={"when": None})),
        ),
        shows="number", done="已登记",
    ),
    DeskCard(
        name="known_events", title="突发事件", order=10, permission=Tickets.edit_permission,
        source=f"{CALLS}/{{id}}/events",
        columns=columns_of(KnownEventView, "title", "address", "answer", "until", "count"),
        row=(
            Action(
                name="register", title="登记来电人", kind="confirm", path=f"{CALL}/events/{{id}}",
                confirm="为来电人登记这个突发事件？", done="已登记",
            ),
        ),
        empty=Empty(title="没有突发事件"),
    ),
    DeskCard(
        name="caller_tickets", title="此号码的工单", order=20, permission=Tickets.edit_permission,
        source=f"{CALLS}/{{id}}/caller",
        columns=columns_of(CallerTicket, "number", "title", "type", "step", "card", "answer", "created_at"),
        opens="tickets", row=(REMINDING, ADDING),
        copying=Copying(title="复制", form=FORM, source=f"{ONE}/copy"),
        empty=Empty(title="这个号码还没有工单"),
    ),
    StoryCard(
        name="call_tickets", title="工单", order=20, permission=SEE, source=f"{CALLS}/{{id}}/tickets",
        columns=columns_of(CallerTicket, "number", "title", "type", "step", "card", "created_at"),
        opens="tickets", empty=Empty(title="没有工单"),
    ),
)  # fmt: skip
CREATING = record_create(Tickets, BASE)
CREATING = CREATING.model_copy(update={"form": tuple(one for one in CREATING.form if one.key != "call")})
"""By hand a request comes from another channel: no call is named."""
TAKING = Action(
    name="take", title="领取", kind="confirm", path=f"{ONE}/take", confirm="由您办理该工单？",
    when=When(key="person", among=("",)), done="已领取",
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
DETAIL = Detail(
    source=ONE,
    title="title",
    subtitle="number",
    tags="tags",
    actions=(TAKING, JOINING, TAGGING, *part_actions(Tickets, BASE)),
    offers=f"{ONE}/offers",
    tabs=(
        Tab(
            name="about",
            title="诉求",
            kind="fields",
            fields=columns_of(
                TicketView, "number", "type", "title", "content", "category_path", "place", "address", "urgent",
                "confidential", "caller_name", "caller_gender", "contact", "answer_by", "channel", "extra_text",
                "registrar_name", "created_at", "reminders", "tag_note",
            ),
        ),
        Tab(
            name="progress",
            title="办理",
            kind="fields",
            fields=columns_of(
                TicketView, "step", "card", "due_at", "lead_title", "answer", "citations", "satisfaction", "ended_at",
            ),
        ),
        Tab(
            name="tasks",
            title="任务和时限",
            kind="list",
            list=List(
                source=f"{ONE}/tasks",
                columns=columns_of(
                    TicketTask, "unit", "role", "step", "pending", "card", "due_at", "answer", "begun_at", "ended_at"
                ),
                empty=Empty(title="还没有交办"),
            ),
        ),
        Tab(
            name="clocks",
            title="时限记录",
            kind="list",
            list=List(
                source=f"{ONE}/clocks",
                id="key",
                columns=columns_of(ClockLine, "unit", "title", "state", "card", "started_at", "due_at", "ended_at"),
                empty=Empty(title="没有时限"),
            ),
        ),
        Tab(
            name="callers",
            title="联名",
            kind="list",
            list=List(
                source=f"{ONE}/callers",
                columns=columns_of(CallerView, "at", "name", "contact", "note", "by"),
                empty=Empty(title="没有其他诉求人"),
            ),
        ),
        *(
            # What is said inside is shown to the hotline's own people alone: see `Tickets.sees_part`.
            tab.model_copy(update={"permission": TAG}) if tab.name in ("comments", "followers") else tab
            for tab in part_tabs(Tickets, BASE)
        ),
    ),
)  # fmt: skip


NOT_COUNTED: tuple[Duty, ...] = ("mine", "handling", "archived")
"""Lists in which nothing waits for who opens them."""


def _duty(name: Duty, icon: str, order: int, text: str) -> Screen:
    """A list of what waits for one duty; rows open the ticket's page."""
    permission = DUTY_PERMISSIONS[name]
    return Screen(
        name=f"tickets_{name}",
        title=DUTIES[name],
        group="tickets",
        icon=icon,
        order=order,
        permission=permission,
        kind="list",
        list=List(
            source=f"{BASE}/duty/{name}",
            records=Tickets.kind,
            badge={"duty": name} if name not in NOT_COUNTED else {},
            columns=columns_of(TicketView, *COLUMNS),
            filters=FILTERS[:1] + FILTERS[2:],
            sorts=("due_at", "updated_at", "created_at"),
            empty=Empty(title=f"没有{DUTIES[name]}的工单", text=text),
            opens="/tickets/{id}",
            bulk=(BULK[name],) if name in BULK else (),
            actions=(_next(name, permission),) if name in HANDED_OUT else (),
        ),
    )


def _next(name: str, permission: str) -> Action:
    return Action(
        name="next", title="领取下一个", kind="confirm", path=f"{BASE}/next/{name}", permission=permission,
        tone="primary", confirm="按紧急程度和时限领取下一个工单？", shows="number", done="已领取",
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
        group="tasks" if permission == HANDLE else "tickets",
        icon="building-2",
        order=order,
        permission=permission,
        kind="list",
        list=List(
            source=f"{BASE}/tasks/{duty}",
            records=TASK_KIND,
            badge={"duty": duty} if duty != "done" else {},
            columns=columns_of(
                TaskView, "number", "title", "type", "urgent", "unit", "role", "step", "pending", "card", "due_at",
                "begun_at", "ended_at",
            ),
            filters=(Filter(kind="text", key="search", title="工单编号", wide=True),),
            empty=Empty(title=f"没有{title}的任务", text=text),
            opens="/tickets/{ticket}",
        ),
    )  # fmt: skip


SCREENS = (
    Screen(
        name="tickets",
        title="全部工单",
        group="tickets",
        icon="clipboard-list",
        order=90,
        permission=SEE,
        kind="list",
        list=List(
            source=BASE,
            records=Tickets.kind,
            columns=columns_of(TicketView, *COLUMNS),
            filters=(*FILTERS[:-1], *(one for part in Tickets.parts for one in part.filters(BASE)), FILTERS[-1]),
            sort=Tickets.sort,
            sorts=("due_at", "updated_at", "created_at"),
            empty=Empty(title="还没有工单", text="市民来电或其他渠道的诉求登记后列在这里。"),
            export=f"{BASE}/export",
            export_permission=Tickets.export_permission,
            kanban=Kanban(
                by="stage",
                columns=options_of(STAGES, "registered", "review", "handling", "result", "revisit", "archiving"),
                moves={"review": "submit", "handling": "dispatch", "revisit": "accept", "archiving": "archive"},
            ),
        ),
        create=CREATING,
        detail=DETAIL,
    ),
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
    _tasks("task_near", "任务即将超时", 64, "near", "本单位时限将到的任务。"),
    _tasks("task_over", "任务已超时", 66, "over", "本单位已超过时限的任务。"),
    _tasks("task_done", "任务已反馈", 68, "done", "本单位已反馈的任务。"),
    Screen(
        name="tickets_verify",
        title="工单核验",
        group="tickets",
        icon="shield-check",
        order=92,
        permission=VERIFY,
        kind="list",
        list=List(
            source=VERIFY_PATH,
            id="key",
            columns=columns_of(MisfitView, "number", "title", "sort", "says", "at"),
            filters=(Filter(kind="period", key="registered", title="登记时间"),),
            empty=Empty(
                title="没有发现问题",
                text="默认核验最近七天登记的工单：事件链、来源、派答顺序、回访通话、时间和批量办结。",
            ),
            opens="/tickets/{ticket}",
        ),
    ),
    tree_screen(
        Categories,
        f"{BASE}/categories",
        name="ticket_categories",
        title="诉求分类",
        group="rules",
        order=40,
        empty=Empty(title="还没有诉求分类", text="登记时按分类归口；可逐级新增，或从表格导入。"),
    ),
    Screen(
        name="known_events",
        title="突发事件",
        group="tickets",
        icon="megaphone",
        order=8,
        permission=KnownEvents.see,
        kind="list",
        list=record_list(
            KnownEvents,
            EVENTS,
            columns=("title", "state", "place", "address", "answer", "until", "count", "closed_at", "updated_at"),
            imports=False,
            empty=Empty(title="没有突发事件", text="停水、停电等许多人同时来电的事，登记后每个座席都能看到。"),
            row=(
                Action(
                    name="close",
                    title="统一答复",
                    permission=EDIT_EVENTS,
                    kind="form",
                    path=f"{EVENTS}/{{id}}/close",
                    form=fields_of(Closing),
                    tone="primary",
                    told=True,
                    done="已结束，正在逐一答复",
                ),
            ),
        ),
        create=record_create(KnownEvents, EVENTS),
    ),
    Screen(
        name="dispatch_catalogue",
        title="派单目录",
        group="rules",
        icon="book-marked",
        order=50,
        permission=Catalogue.see,
        kind="list",
        list=record_list(
            Catalogue,
            f"{BASE}/catalogue",
            columns=("category_path", "place", "unit_title", "assisting_titles", "ground", "updated_at"),
            search="分类或职责依据",
            empty=Empty(title="还没有派单目录", text="按分类和地区写明主办单位和职责依据，派审时自动建议。"),
        ),
        create=record_create(Catalogue, f"{BASE}/catalogue"),
    ),
)

COUNT = (Series(key="count", title="工单"),)
TILES = (
    Tile(
        name="ticket_work",
        title="待办工单",
        order=10,
        permission=SEE,
        counts=(
            *(Count(screen=f"tickets_{name}") for name in ("registered", "review", "final", "difficult", "result")),
            *(Count(screen=f"tickets_{name}") for name in ("revisit", "ruling", "archiving", "objected", "pending")),
            *(Count(screen=f"tickets_{name}") for name in ("sign", "handle")),
        ),
        width=4,
    ),
    Tile(
        name="ticket_limits",
        title="时限",
        order=12,
        permission=SEE,
        counts=(
            Count(screen="tickets_over", tone="ring"),
            Count(screen="tickets_near", tone="break"),
            Count(screen="tickets_task_over", tone="ring"),
            Count(screen="tickets_task_near", tone="break"),
        ),
        width=2,
    ),
    Tile(
        name="ticket_stages",
        title="未办结工单的阶段",
        order=40,
        permission=SEE,
        chart=Chart(
            title="未办结工单的阶段", kind="bar", source=f"{BASE}/tally/stage?duty=open", x="title", series=COUNT,
            unit="件", link=Link(screen="tickets", query={"stage": "{value}", "duty": "open"}),
        ),
    ),
    Tile(
        name="ticket_types",
        title="未办结工单的类型",
        order=42,
        permission=SEE,
        chart=Chart(
            title="未办结工单的类型", kind="pie", source=f"{BASE}/tally/type?duty=open", x="title", series=COUNT,
            unit="件", link=Link(screen="tickets", query={"type": "{value}", "duty": "open"}),
        ),
    ),
    Tile(
        name="ticket_overdue",
        title="已超时的工单",
        order=30,
        permission=DUTY_PERMISSIONS["over"],
        source=f"{BASE}/duty/over",
        columns=columns_of(TicketView, "number", "title", "lead_title", "due_at"),
        opens="/tickets/{id}",
        link=Link(screen="tickets_over"),
        empty=Empty(title="没有超时的工单"),
    ),
    Tile(
        name="ticket_mine",
        title="我登记的工单",
        order=32,
        permission=DUTY_PERMISSIONS["mine"],
        source=f"{BASE}/duty/mine",
        columns=columns_of(TicketView, "number", "title", "step", "card"),
        opens="/tickets/{id}",
        link=Link(screen="tickets_mine"),
        empty=Empty(title="还没有登记过工单"),
    ),
)  # fmt: skip
