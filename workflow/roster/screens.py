"""What the console shows of the roster: the table, months, terms, wishes."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import (
    Action,
    Empty,
    Filter,
    Group,
    List,
    Screen,
    Tab,
    columns_of,
)
from workflow.roster.api import ONE
from workflow.roster.attended_screens import ATTENDED
from workflow.roster.balances import BALANCES, Balances
from workflow.roster.leaves import LEAVES, LeaveFigure, Leaves
from workflow.roster.rosters import Rosters
from workflow.roster.rules import APPROVE, BASE, MONTHS, PLAN, SEE
from workflow.roster.swaps import SWAPS, Swaps
from workflow.roster.table_views import ChangeView, GapView, PersonShare
from workflow.roster.terms import TERMS, WISHES, Terms, Wishes

GROUPS = (
    Group(name="roster_plan", title="排班与调班", icon="calendar-clock", order=20, within="roster"),
    Group(name="roster_attendance", title="考勤", icon="user-check", order=40, within="roster"),
    Group(name="roster_leave", title="请假与假期", icon="hourglass", order=45, within="roster"),
)

OPEN = Action(
    name="open", title="打开值班表", permission=SEE, kind="link", method="GET",
    path="/roster?day={month}-01&organisation={organisation}",
)  # fmt: skip
GENERATE = (
    Action(
        name="generate", title="自动生成", permission=PLAN, kind="confirm", path=f"{ONE}/generate", tone="primary",
        told=True, done="正在生成，完成后状态变为待发布",
        confirm="按排班类型、用工条件、意愿和请假自动生成全月班次？手工排定的班次保留，其余重新生成。",
    ),
    Action(
        name="cancel", title="停止生成", permission=PLAN, kind="confirm", path=f"{ONE}/cancel", told=True,
        confirm="停止生成？班次保持原样。", done="已停止",
    ),
)  # fmt: skip

SCREENS = (
    Screen(
        name="roster",
        title="值班表",
        also=("排班", "值班"),
        group="roster",
        icon="table",
        order=10,
        permission=SEE,
        kind="component",
        component="roster/RosterTable",
    ),
    Screen(
        name="my_shifts",
        title="我的班次",
        group="roster",
        icon="calendar-days",
        order=5,
        permission=SEE,
        kind="component",
        component="roster/MyShifts",
    ),
    Screen(
        name="roster_months",
        title="月度排班",
        group="roster_plan",
        icon="calendar-clock",
        order=20,
        permission=PLAN,
        kind="list",
        list=record_list(
            Rosters,
            MONTHS,
            columns=(
                "month", "organisation", "type_titles", "state", "cover_words", "missing", "published_at", "updated_at",
            ),
            sorts=("month", "updated_at"),
            row=(OPEN, *GENERATE),
            imports=False,
            empty=Empty(title="还没有值班表", text="新建一个月的值班表，选择排班类型，再自动生成。"),
        ),
        create=record_create(Rosters, MONTHS),
        detail=record_detail(
            Rosters,
            MONTHS,
            title="month",
            subtitle="state",
            actions=(OPEN, *GENERATE),
            about=(
                "month", "organisation", "type_titles", "state", "progress", "method", "cover_words", "missing", "note",
                "published_at", "created_at",
            ),
            tabs=(
                Tab(
                    name="gaps",
                    title="缺少的班次",
                    kind="list",
                    list=List(
                        source=f"{ONE}/gaps",
                        columns=columns_of(GapView, "day", "title", "needed", "there", "whys"),
                        empty=Empty(title="没有缺少的班次", text="每个班次都排够了人。"),
                    ),
                ),
                Tab(
                    name="shares",
                    title="工时与公平",
                    kind="list",
                    list=List(
                        source=f"{ONE}/shares",
                        id="person",
                        columns=columns_of(
                            PersonShare, "name", "shifts", "hours", "contract", "beside", "nights", "weekends", "unmet",
                            "breaches",
                        ),
                        empty=Empty(title="没有可以排班的人员"),
                    ),
                ),
                Tab(
                    name="moves",
                    title="手工变动",
                    kind="list",
                    list=List(
                        source=f"{ONE}/moves",
                        columns=columns_of(ChangeView, "at", "by_name", "before", "after", "why", "undone"),
                        empty=Empty(title="没有手工变动"),
                    ),
                ),
            ),
        ),
    ),
    Screen(
        name="roster_swaps",
        title="代班调班",
        group="roster_plan",
        icon="arrow-right-left",
        order=30,
        permission=Swaps.see,
        kind="list",
        list=record_list(
            Swaps,
            SWAPS,
            columns=("person", "way", "shift_words", "other", "other_words", "reason", "state", "updated_at"),
            imports=False,
            empty=Empty(title="没有代班调班申请", text="对方同意、班长批准后，值班表自动更新。"),
        ).model_copy(update={"bulk": (), "badge": {"state": "agreed"}, "row": Swaps.own_actions(SWAPS)}),
        create=record_create(Swaps, SWAPS).model_copy(update={"title": "申请代班或调班", "done": "已提交，待对方同意"}),
        detail=record_detail(
            Swaps,
            SWAPS,
            title="shift_words",
            subtitle="state",
            about=(
                "person", "way", "shift_words", "other", "other_words", "reason", "state", "opinion", "decided_by",
                "created_at",
            ),
        ).model_copy(update={"actions": Swaps.own_actions(SWAPS)}),
    ),
    Screen(
        name="roster_leaves",
        title="请假管理",
        group="roster_leave",
        icon="clipboard-list",
        order=35,
        permission=Leaves.see,
        kind="list",
        list=record_list(
            Leaves,
            LEAVES,
            columns=("person", "kind", "begins", "ends", "days", "reason", "state", "decided_by", "updated_at"),
            sorts=("updated_at", "begins"),
            imports=False,
            empty=Empty(title="没有请假", text="批准后这些天不再排班，也不需要考勤。"),
        ).model_copy(update={"bulk": (), "badge": {"state": "asked"}, "row": Leaves.own_actions(LEAVES)}),
        create=record_create(Leaves, LEAVES).model_copy(update={"title": "申请请假", "done": "已提交，等待审批"}),
        detail=record_detail(
            Leaves,
            LEAVES,
            title="kind",
            subtitle="state",
            about=(
                "person", "kind", "begins", "ends", "days", "reason", "state", "opinion", "decided_by", "created_at",
            ),
        ).model_copy(update={"actions": Leaves.own_actions(LEAVES)}),
    ),
    Screen(
        name="roster_leave_figures",
        title="请假统计",
        group="roster_leave",
        icon="chart-column",
        order=70,
        permission=APPROVE,
        kind="list",
        list=List(
            source=f"{BASE}/leave_figures",
            columns=columns_of(LeaveFigure, "name", "kind", "times", "days"),
            filters=(Filter(kind="period", key="at", title="开始日期"),),
            empty=Empty(title="这段时间没有已批准的请假"),
        ),
    ),
    Screen(
        name="roster_balances",
        title="假期额度",
        group="roster_leave",
        icon="hourglass",
        order=75,
        permission=Balances.see,
        kind="list",
        list=record_list(
            Balances,
            BALANCES,
            columns=("person", "kind", "year", "days", "left", "updated_at"),
            sorts=("year", "updated_at"),
            empty=Empty(title="没有登记假期额度", text="年休假和调休按额度扣减，登记后才能申请。"),
        ),
        create=record_create(Balances, BALANCES),
    ),
    Screen(
        name="roster_wishes",
        title="排班意愿",
        group="roster_plan",
        icon="star",
        order=60,
        permission=Wishes.see,
        kind="list",
        list=record_list(
            Wishes,
            WISHES,
            columns=("person", "day", "wish_title", "reason", "updated_at"),
            sorts=("day", "updated_at"),
            imports=False,
            empty=Empty(title="没有排班意愿", text="填写哪天希望休息或上哪个班，生成值班表时尽量满足。"),
        ),
        create=record_create(Wishes, WISHES),
    ),
    Screen(
        name="roster_terms",
        title="用工条件",
        group="roster_plan",
        icon="user-cog",
        order=80,
        permission=PLAN,
        kind="list",
        list=record_list(
            Terms,
            TERMS,
            columns=("person", "week_hours", "joined", "left", "nights", "planned", "skills", "updated_at"),
            empty=Empty(title="没有登记用工条件", text="没有登记的座席按每周 40 小时、可上夜班排班。"),
        ),
        create=record_create(Terms, TERMS),
    ),
    *ATTENDED,
)  # fmt: skip
