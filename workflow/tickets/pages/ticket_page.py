"""The page of one ticket."""

from __future__ import annotations

from cti.office.records.describing import part_actions, part_tabs
from cti.office.screens import (
    Action,
    Detail,
    Empty,
    List,
    Tab,
    When,
    columns_of,
    fields_of,
)
from workflow.tickets.api import BASE, ONE
from workflow.tickets.case_file.taking import TAKE
from workflow.tickets.desk.alike import AlikeLine
from workflow.tickets.rules import TAG
from workflow.tickets.service import Tickets
from workflow.tickets.tasks import ClockLine, TicketTask
from workflow.tickets.views import (
    CallerBody,
    CallerView,
    HistoryLine,
    TagsBody,
    TicketView,
)

TAGGING = Action(
    name="tag", title="操作标签", permission=TAG, kind="form", method="PUT", path=f"{ONE}/tags",
    form=fields_of(TagsBody), form_source=ONE, done="已保存",
)  # fmt: skip
JOINING = Action(
    name="join", title="联名", permission=Tickets.edit_permission, kind="form", path=f"{ONE}/callers",
    form=fields_of(CallerBody, leave_out=("call",)), when=When(key="outcome", among=("",)), done="已登记",
)  # fmt: skip
TAKING = Action(
    name="case_file", title="导出案卷", permission=TAKE, kind="download", method="GET", path=f"{ONE}/case_file",
)  # fmt: skip
DETAIL = Detail(
    source=ONE,
    title="title",
    subtitle="number",
    tags="tags",
    marks=("step", "card", "due_at", "lead_title"),
    note="why",
    actions=(JOINING, TAGGING, *part_actions(Tickets, BASE), TAKING),
    offers=f"{ONE}/offers",
    tabs=(
        Tab(
            name="about",
            title="诉求",
            kind="fields",
            fields=columns_of(
                TicketView, "content", "answer", "type", "category_path", "place", "address", "point",
                "caller_name", "caller_gender", "contact", "answer_by", "urgent", "confidential", "channel",
                "registrar_name", "created_at", "reminders", "extra_text", "tag_note",
            ),
        ),
        Tab(
            name="progress",
            title="办理",
            kind="fields",
            fields=columns_of(
                TicketView, "step", "why", "card", "due_at", "lead_title", "answer", "citations", "satisfaction",
                "ended_at",
            ),
        ),
        Tab(
            name="tasks",
            title="承办任务",
            kind="list",
            list=List(
                source=f"{ONE}/tasks",
                columns=columns_of(
                    TicketTask, "unit", "role", "step", "card", "due_at", "why", "answer", "ended_at",
                    aside=("begun_at",),
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
        Tab(
            name="merged",
            title="合并",
            kind="list",
            list=List(
                source=f"{ONE}/merged",
                opens="/tickets/{id}",
                columns=columns_of(HistoryLine, "number", "title", "step", "created_at"),
                empty=Empty(title="没有合并的工单"),
            ),
        ),
        Tab(
            name="alike",
            title="相似",
            kind="list",
            list=List(
                source=f"{ONE}/alike",
                opens="/tickets/{id}",
                columns=columns_of(AlikeLine, "number", "title", "why", "likeness", "step", "address", "created_at"),
                empty=Empty(title="没有相似的工单"),
            ),
        ),
        *(
            # What is said inside is shown to the hotline's own people alone: see `Tickets.sees_part`.
            tab.model_copy(update={"permission": TAG}) if tab.name in ("comments", "followers", "citations") else tab
            for tab in part_tabs(Tickets, BASE)
        ),
    ),
)  # fmt: skip
