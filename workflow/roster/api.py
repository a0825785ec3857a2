"""Routes of the roster."""

from __future__ import annotations

import pydantic
from aiohttp import web

from cti.base.http.routes import SIGNED_IN, Page, Paged, Query, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.records.routes import file_answer, without_changes
from cti.office.screens import Choice
from workflow.roster.attendance.book import Attendance, AttendanceView
from workflow.roster.attendance.corrections import CHOICES, CORRECTIONS, Corrections
from workflow.roster.attendance.on_duty import DutyFigures, DutyNow, OnDuty, OnDutyQuery
from workflow.roster.attendance.sums import AttendanceFigure, FigureQuery, sums
from workflow.roster.balances import BALANCES, Balances
from workflow.roster.duty_log import DUTY_LOG, DutyLog
from workflow.roster.explained import Explained
from workflow.roster.leaves import LEAVES, LeaveFigure, LeaveFigureQuery, Leaves
from workflow.roster.rosters import TYPES_PATH, Rosters, RosterView
from workflow.roster.rules import (
    APPROVE,
    ASK,
    ATTENDANCE,
    BASE,
    COLLEAGUES,
    DUTY_FIGURES,
    EXPORT,
    MINE,
    MONTHS,
    ON_DUTY,
    PLAN,
    SEE,
    TABLE,
)
from workflow.roster.swaps import MY_CHOICES, OTHER_CHOICES, SWAPS, Swaps
from workflow.roster.table import Table
from workflow.roster.table_views import (
    ChangesQuery,
    ChangeView,
    GapView,
    JudgedView,
    MovesBody,
    PersonShare,
    TableQuery,
    TableView,
    UndoneView,
)
from workflow.roster.terms import TERMS, WISH_CHOICES, WISHES, Terms, Wishes

ONE = f"{MONTHS}/{{id}}"


class PeopleSearch(Query):
    """A part of a name or agent number."""

    search: str = pydantic.Field(default="", max_length=40)


class NothingAsked(Query):
    """A query that asks for nothing."""


def routes(rosters: Rosters, table: Table, terms: Terms, wishes: Wishes) -> list[Route]:
    """Months, their table, terms and wishes."""
    return [*_months(rosters, table, Explained(rosters)), *_table(table), *_people(rosters, table, terms, wishes)]


def requests(swaps: Swaps, leaves: Leaves, balances: Balances) -> list[Route]:
    """Swaps, leave and its balances."""

    async def mine(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return await swaps.choices(visitor, own=True)

    async def others(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return await swaps.choices(visitor, own=False)

    async def figures(visitor: Visitor, query: LeaveFigureQuery) -> Paged[LeaveFigure]:
        return Paged.cut(await leaves.figures(visitor, query), query)

    return [
        Route("GET", MY_CHOICES, mine, ASK, "我可以代班调班的班次"),
        Route("GET", OTHER_CHOICES, others, ASK, "同事可以调换的班次"),
        *without_changes(record_routes(swaps, SWAPS, imports=False), SWAPS, made_by=ASK),
        Route("GET", f"{BASE}/leave_figures", figures, APPROVE, "请假统计"),
        *without_changes(record_routes(leaves, LEAVES, imports=False), LEAVES, made_by=ASK),
        *record_routes(balances, BALANCES),
    ]


def attended(attendance: Attendance, now: DutyNow, corrections: Corrections, duty_log: DutyLog) -> list[Route]:
    """Check-in and check-out, how shifts are and were kept, corrections, the duty log."""

    async def check_in(visitor: Visitor, id: str) -> AttendanceView:
        return await attendance.check(visitor, "in", id)

    async def check_out(visitor: Visitor, id: str) -> AttendanceView:
        return await attendance.check(visitor, "out", id)

    async def figures(visitor: Visitor, query: FigureQuery) -> Paged[AttendanceFigure]:
        return Paged.cut(await sums(attendance, visitor, query), query)

    async def on_duty(visitor: Visitor, query: OnDutyQuery) -> Paged[OnDuty]:
        found = await now.look(visitor)
        return Paged.cut([one for one in found if query.standing in (None, one.standing)], query)

    async def duty_figures(visitor: Visitor, query: NothingAsked) -> DutyFigures:
        return await now.figures(visitor)

    async def shifts(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return await corrections.choices(visitor)

    return [
        Route("POST", f"{MINE}/{{id}}/check_in", check_in, SEE, "签到"),
        Route("POST", f"{MINE}/{{id}}/check_out", check_out, SEE, "签退"),
        Route("GET", f"{BASE}/attendance_figures", figures, APPROVE, "考勤统计"),
        Route("GET", ON_DUTY, on_duty, APPROVE, "当班人员的在岗情况"),
        Route("GET", DUTY_FIGURES, duty_figures, APPROVE, "当班人数和今日计划遵守率"),
        *without_changes(record_routes(attendance, ATTENDANCE, imports=False), ATTENDANCE),
        Route("GET", CHOICES, shifts, ASK, "可以补签的班次"),
        *without_changes(record_routes(corrections, CORRECTIONS, imports=False), CORRECTIONS, made_by=ASK),
        *record_routes(duty_log, DUTY_LOG, imports=False),
    ]


def _months(rosters: Rosters, table: Table, explained: Explained) -> list[Route]:
    async def types(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return [Choice(value=name, title=one.title) for name, one in rosters.planning.types.files.items()]

    async def generate(visitor: Visitor, id: str) -> RosterView:
        return await rosters.generate(visitor, id)

    async def cancel(visitor: Visitor, id: str) -> RosterView:
        return await rosters.cancel(visitor, id)

    async def gaps(visitor: Visitor, id: str, query: Page) -> Paged[GapView]:
        found, _ = await explained.explain(visitor, id)
        return Paged.cut(found, query)

    async def shares(visitor: Visitor, id: str, query: Page) -> Paged[PersonShare]:
        _, found = await explained.explain(visitor, id)
        return Paged.cut(found, query)

    async def changes(visitor: Visitor, id: str, query: ChangesQuery) -> Paged[ChangeView]:
        return await explained.changes(visitor, id, query)

    async def undo(visitor: Visitor, id: str) -> UndoneView:
        return await table.undo(visitor, id)

    return [
        Route("GET", TYPES_PATH, types, PLAN, "可选的排班类型"),
        Route("POST", f"{ONE}/generate", generate, PLAN, "生成值班表"),
        Route("POST", f"{ONE}/cancel", cancel, PLAN, "停止生成值班表"),
        Route("POST", f"{ONE}/undo", undo, PLAN, "撤销自己最近一次变动"),
        Route("GET", f"{ONE}/gaps", gaps, PLAN, "值班表缺少的班次和原因"),
        Route("GET", f"{ONE}/shares", shares, PLAN, "值班表各人的工时、夜班和休息日班"),
        Route("GET", f"{ONE}/moves", changes, PLAN, "值班表的手工变动"),
        *record_routes(rosters, MONTHS, imports=False),
    ]


def _table(table: Table) -> list[Route]:
    async def look(visitor: Visitor, query: TableQuery) -> TableView:
        return await table.look(visitor, query)

    async def mine(visitor: Visitor, query: TableQuery) -> TableView:
        return await table.mine(visitor, query)

    async def organisations(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return await table.organisations(visitor)

    async def judge(visitor: Visitor, body: MovesBody) -> JudgedView:
        return await table.judge(visitor, body)

    async def change(visitor: Visitor, body: MovesBody) -> JudgedView:
        return await table.change(visitor, body)

    async def export(visitor: Visitor, query: TableQuery) -> web.Response:
        return file_answer(*await table.export(visitor, query))

    return [
        Route("GET", TABLE, look, SEE, "值班表：一段时间的班次"),
        Route("GET", MINE, mine, SEE, "我的班次"),
        Route("GET", f"{BASE}/organisations", organisations, PLAN, "可排班的机构"),
        Route("POST", f"{TABLE}/check", judge, PLAN, "检查班次变动是否违反排班限制"),
        Route("POST", f"{TABLE}/change", change, PLAN, "变动班次"),
        Route("GET", f"{TABLE}/export", export, EXPORT, "导出值班表"),
    ]


def _people(rosters: Rosters, table: Table, terms: Terms, wishes: Wishes) -> list[Route]:
    async def choices(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        titles = rosters.planning.wish_titles()
        return [Choice(value=value, title=title) for value, title in titles.items()]

    async def colleagues(visitor: Visitor, query: PeopleSearch) -> list[Choice]:
        return await table.colleagues(visitor, query.search)

    return [
        Route("GET", COLLEAGUES, colleagues, SIGNED_IN, "本机构参加排班的人员"),
        Route("GET", WISH_CHOICES, choices, ASK, "可填写的排班意愿"),
        *record_routes(terms, TERMS),
        *record_routes(wishes, WISHES, imports=False),
    ]
