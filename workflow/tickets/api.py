"""Routes of the tickets."""

from __future__ import annotations

from typing import Annotated, Any

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, Page, Paged, Query, Route
from cti.base.visitor import Visitor
from cti.office.bulk.asking import BulkAnswer
from cti.office.records import RecordPage, record_routes
from cti.office.screens import Action, Choice
from cti.office.tree.api import tree_routes
from cti.office.tree.views import TreeNode
from workflow.tickets import rules
from workflow.tickets.acting import Acts
from workflow.tickets.calls.dialling import Dialling
from workflow.tickets.catalogue import Catalogue, Proposal
from workflow.tickets.categories import CATEGORIES, Categories
from workflow.tickets.choices import Choices
from workflow.tickets.desk.alike import AlikeLine, AlikeTickets, Asked
from workflow.tickets.desk.history import Beginning, History
from workflow.tickets.duties import DUTY_PERMISSIONS, HANDED_OUT, TASK_PERMISSIONS
from workflow.tickets.merging import together
from workflow.tickets.offering import Offering
from workflow.tickets.service import Tickets
from workflow.tickets.tasks import ClockLine, Tasks, TicketTask
from workflow.tickets.views import (
    DUTIES,
    TASK_DUTIES,
    CallerBody,
    CallerView,
    Duty,
    HistoryLine,
    Id,
    TagsBody,
    TaskDuty,
    TaskQuery,
    TaskView,
    TicketQuery,
    TicketView,
)

BASE = "/api/tickets"
ONE = f"{BASE}/{{id}}"
FORM_LIMIT = 200_000
"""Bytes of a filled-in form."""
LEFT_OUT = (f"DELETE {ONE}", f"POST {ONE}/restore")
"""A ticket does not disappear: it is voided by its process."""


class Filled(pydantic.BaseModel):
    """A form as somebody filled it in; which fields there are says the process's file."""

    model_config = pydantic.ConfigDict(extra="allow")

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the fields."""
        return dict(self.model_extra or {})


class BulkAct(Body):
    """The same for many tickets."""

    ids: list[Id] = pydantic.Field(max_length=200, title="工单")
    form: dict[str, Any] = pydantic.Field(default={}, title="表单")


class NumberQuery(Page):
    """A number as it was dialled or shown."""

    number: str = pydantic.Field(min_length=2, max_length=32)
    purpose: str = pydantic.Field(default="", max_length=200)


class AlikeQuery(Query):
    """What somebody types into a ticket, to find others like it."""

    title: str = pydantic.Field(default="", max_length=200)
    content: str = pydantic.Field(default="", max_length=400)
    place: str = pydantic.Field(default="", max_length=6)
    address: str = pydantic.Field(default="", max_length=200)
    call: str = pydantic.Field(default="", max_length=26, description="the visitor's call beside which it is typed")


class CopyQuery(Query):
    """`whole` takes the content, too."""

    whole: bool = False


class SearchQuery(Query):
    """What to look for."""

    search: str = pydantic.Field(default="", max_length=60)


class TaskPath(Query):
    """A task of the ticket; empty for the ticket itself."""

    task: Annotated[str, pydantic.Field(max_length=26)] = ""


def routes(
    tickets: Tickets,
    acts: Acts,
    offering: Offering,
    tasks: Tasks,
    history: History,
    alikes: AlikeTickets,
    categories: Categories,
    catalogue: Catalogue,
    choices: Choices,
    dialling: Dialling,
) -> list[Route]:
    """The usual routes of records, the acts of the process, tasks, counts and what stands beside a ticket."""
    see, register = rules.SEE, Tickets.edit_permission

    async def offers(visitor: Visitor, id: str) -> list[Action]:
        return await offering.offers(visitor, id)

    async def act(visitor: Visitor, id: str, action: str, query: TaskPath, body: Filled) -> TicketView:
        return await offering.act(visitor, id, action, body.values, query.task)

    async def act_on_many(visitor: Visitor, action: str, body: BulkAct) -> BulkAnswer:
        return await acts.act_on_many(visitor, body.ids, action, body.form)

    async def take(visitor: Visitor, id: str) -> None:
        await acts.take(visitor, id)

    async def release(visitor: Visitor, id: str) -> None:
        await acts.release(visitor, id)

    async def tag(visitor: Visitor, id: str, body: TagsBody) -> TicketView:
        return await tickets.tag(visitor, id, body)

    async def tasks_of(visitor: Visitor, id: str, query: Page) -> Paged[TicketTask]:
        return Paged.cut(await tasks.of(visitor, id), query)

    async def clocks_of(visitor: Visitor, id: str, query: Page) -> Paged[ClockLine]:
        return Paged.cut(await tasks.clocks_of(visitor, id), query)

    async def of_number(visitor: Visitor, query: NumberQuery) -> RecordPage[HistoryLine]:
        return await history.of_number(visitor, query.number, query.purpose, query.page, query.size)

    async def alike(visitor: Visitor, query: AlikeQuery) -> list[AlikeLine]:
        asked = Asked(query.title, query.content, query.place, query.address)
        return await alikes.typed(visitor, asked, query.call)

    async def alike_to(visitor: Visitor, id: str, query: Page) -> Paged[AlikeLine]:
        return Paged.cut(await alikes.of(visitor, id), query)

    async def copy(visitor: Visitor, id: str, query: CopyQuery) -> Beginning:
        return await history.copy(visitor, id, whole=query.whole)

    async def callers(visitor: Visitor, id: str, query: Page) -> Paged[CallerView]:
        return Paged.cut(await history.callers(visitor, id), query)

    async def merged(visitor: Visitor, id: str, query: Page) -> Paged[HistoryLine]:
        return Paged.cut(await together(tickets, visitor, id), query)

    async def join(visitor: Visitor, id: str, body: CallerBody) -> None:
        await history.join(visitor, id, body)

    async def dial(visitor: Visitor, id: str) -> None:
        await dialling.dial(visitor, id)

    async def proposal(visitor: Visitor, id: str) -> Proposal | None:
        return await offering.proposal(visitor, id)

    async def category_options(visitor: Visitor) -> list[TreeNode]:
        return await categories.nodes(visitor)

    async def unit_options(visitor: Visitor, query: SearchQuery) -> list[Choice]:
        return await choices.units(visitor, query.search)

    async def ticket_options(visitor: Visitor, query: SearchQuery) -> list[Choice]:
        return await choices.open_tickets(visitor, query.search)

    usual = record_routes(tickets, BASE, imports=False)
    return [
        *(_list_of(tickets, duty, permission) for duty, permission in DUTY_PERMISSIONS.items()),
        *(_tasks_of(tasks, duty, permission) for duty, permission in TASK_PERMISSIONS.items()),
        *(_next_of(acts, duty) for duty in HANDED_OUT),
        *(one for one in usual if f"{one.method} {one.path}" not in LEFT_OUT),
        *record_routes(categories, f"{BASE}/categories"),
        *tree_routes(categories, f"{BASE}/categories"),
        *record_routes(catalogue, f"{BASE}/catalogue"),
        *record_routes(tickets.ticket_limits, f"{BASE}/limits", imports=False),
        Route("GET", f"{ONE}/offers", offers, see, "现在可以对工单做什么"),
        Route("POST", f"{ONE}/acts/{{action}}", act, see, "办理工单", limit=FORM_LIMIT),
        Route("POST", f"{BASE}/bulk/acts/{{action}}", act_on_many, see, "批量办理工单", limit=FORM_LIMIT),
        Route("POST", f"{ONE}/take", take, see, "领取工单"),
        Route("POST", f"{ONE}/release", release, see, "放回工单"),
        Route("PUT", f"{ONE}/tags", tag, rules.TAG, "填写操作标签"),
        Route("GET", f"{ONE}/tasks", tasks_of, see, "工单的任务"),
        Route("GET", f"{ONE}/clocks", clocks_of, see, "工单的时限"),
        Route("GET", f"{BASE}/history", of_number, see, "按号码查历史诉求"),
        Route("GET", f"{BASE}/alike", alike, register, "相似的未办结工单"),
        Route("GET", f"{ONE}/alike", alike_to, see, "与该工单相似的工单"),
        Route("GET", f"{ONE}/copy", copy, register, "复制为下一张工单"),
        Route("GET", f"{ONE}/callers", callers, see, "联名诉求人"),
        Route("GET", f"{ONE}/merged", merged, see, "一并办理的工单"),
        Route("POST", f"{ONE}/callers", join, register, "登记联名诉求人"),
        Route("POST", f"{ONE}/dial", dial, see, "拨打诉求人电话"),
        Route("GET", f"{ONE}/proposal", proposal, see, "派单目录的建议"),
        Route("GET", CATEGORIES, category_options, SIGNED_IN, "选择诉求分类"),
        Route("GET", f"{BASE}/options/units", unit_options, SIGNED_IN, "选择承办单位"),
        Route("GET", f"{BASE}/options/open", ticket_options, SIGNED_IN, "选择未办结工单"),
    ]


def _list_of(tickets: Tickets, duty: Duty, permission: str) -> Route:
    async def listing(visitor: Visitor, query: TicketQuery) -> RecordPage[TicketView]:
        return await tickets.find(visitor, query.model_copy(update={"duty": duty}))

    return Route("GET", f"{BASE}/duty/{duty}", listing, permission, f"工单列表：{DUTIES[duty]}")


def _tasks_of(tasks: Tasks, duty: TaskDuty, permission: str) -> Route:
    async def listing(visitor: Visitor, query: TaskQuery) -> RecordPage[TaskView]:
        return await tasks.find(visitor, duty, query)

    return Route("GET", f"{BASE}/tasks/{duty}", listing, permission, f"任务单列表：{TASK_DUTIES[duty]}")


def _next_of(acts: Acts, duty: Duty) -> Route:
    async def next_one(visitor: Visitor) -> TicketView:
        return await acts.next(visitor, duty)

    return Route("POST", f"{BASE}/next/{duty}", next_one, DUTY_PERMISSIONS[duty], f"领取下一个工单：{DUTIES[duty]}")
