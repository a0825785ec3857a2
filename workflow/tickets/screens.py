"""What the console shows of the tickets, put together: lists by duty, the page, the catalogue, tiles."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import (
    Action,
    Empty,
    Filter,
    Group,
    Kanban,
    List,
    Screen,
    Tab,
    columns_of,
    fields_of,
    options_of,
)
from cti.office.tree.describing import tree_screen
from workflow.tickets.api import BASE
from workflow.tickets.catalogue import Catalogue
from workflow.tickets.categories import Categories
from workflow.tickets.desk.api import EVENTS
from workflow.tickets.desk.known_events import EDIT as EDIT_EVENTS
from workflow.tickets.desk.known_events import Closing, KnownEvents
from workflow.tickets.desk.screens import SLOTS
from workflow.tickets.limits import TicketLimits
from workflow.tickets.outside.imports.screens import SCREENS as IMPORT_SCREENS
from workflow.tickets.pages.duties import COLUMNS, DUTY_SCREENS, FILTERS
from workflow.tickets.pages.ticket_page import DETAIL
from workflow.tickets.pages.tiles import TILES
from workflow.tickets.rules import SEE, VERIFY
from workflow.tickets.service import Tickets
from workflow.tickets.verifying.api import PATH as VERIFY_PATH
from workflow.tickets.verifying.checks import MisfitView
from workflow.tickets.views import (
    STAGES,
    HistoryLine,
    TicketView,
)

__all__ = ["GROUPS", "SCREENS", "SLOTS", "TILES"]

GROUPS = (
    Group(name="ticket_entry", title="工单登记", icon="file-pen", order=10, within="tickets"),
    Group(name="ticket_review", title="审核派单", icon="inbox", order=20, within="tickets"),
    Group(name="ticket_closing", title="回访归档", icon="archive", order=40, within="tickets"),
    Group(name="tasks", title="承办任务", icon="building-2", order=50, within="tickets"),
    Group(name="ticket_all", title="全部工单", icon="clipboard-list", order=90, within="tickets"),
)
CREATING = record_create(Tickets, BASE)
CREATING = CREATING.model_copy(update={"form": tuple(one for one in CREATING.form if one.key != "call")})
"""By hand a request comes from another channel: no call is named."""
CLOSING = Action(
    name="close",
    title="统一答复",
    permission=EDIT_EVENTS,
    kind="form",
    path=f"{EVENTS}/{{id}}/close",
    form=fields_of(Closing),
    tone="primary",
    told=True,
    done="已结束，正在逐一答复",
)
SCREENS = (
    Screen(
        name="tickets",
        title="全部工单",
        group="ticket_all",
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
    *DUTY_SCREENS,
    Screen(
        name="tickets_verify",
        title="工单核验",
        group="ticket_all",
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
        group="business",
        order=40,
        empty=Empty(title="还没有诉求分类", text="登记时按分类归口；可逐级新增，或从表格导入。"),
    ),
    Screen(
        name="known_events",
        title="突发事件",
        group="happenings",
        icon="megaphone",
        order=8,
        permission=KnownEvents.see,
        kind="list",
        list=record_list(
            KnownEvents,
            EVENTS,
            columns=("title", "state", "count", "until", "place", "answer", "address", "closed_at", "updated_at"),
            imports=False,
            empty=Empty(title="没有突发事件", text="停水、停电等许多人同时来电的事，登记后每个座席都能看到。"),
            row=(CLOSING,),
        ),
        create=record_create(KnownEvents, EVENTS),
        detail=record_detail(
            KnownEvents,
            EVENTS,
            title="title",
            about=(
                "state",
                "count",
                "place",
                "address",
                "category",
                "until",
                "content",
                "answer",
                "spoken",
                "result",
                "closed_at",
                "closed_name",
                "created_at",
            ),
            tabs=(
                Tab(
                    name="tickets",
                    title="来电登记",
                    kind="list",
                    list=List(
                        source=f"{EVENTS}/{{id}}/tickets",
                        columns=columns_of(HistoryLine, "number", "title", "step", "answer", "created_at"),
                        opens="/tickets/{id}",
                        empty=Empty(title="还没有人来电", text="座席登记的来电人列在这里，统一答复时逐一告知。"),
                    ),
                ),
            ),
            actions=(CLOSING,),
        ),
    ),
    Screen(
        name="ticket_limits",
        title=TicketLimits.title,
        group="business",
        icon="sliders-horizontal",
        order=55,
        permission=TicketLimits.see,
        kind="list",
        list=record_list(
            TicketLimits,
            f"{BASE}/limits",
            columns=(
                "type",
                "place",
                "title_most",
                "answer_least",
                "evidence",
                "direct_least",
                "grounds",
                "extensions",
                "extension_days",
                "bounces",
                "moves",
                "redos",
                "revisit_calls",
                "reminders",
                "updated_at",
            ),
            imports=False,
            empty=Empty(title="按系统默认", text="按诉求类型和地区设定字数、次数、天数，以及办结和直接答复的依据。"),
        ),
        create=record_create(TicketLimits, f"{BASE}/limits"),
    ),
    Screen(
        name="dispatch_catalogue",
        title="派单目录",
        group="business",
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
    *IMPORT_SCREENS,
)
