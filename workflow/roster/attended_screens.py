"""What the console shows of attendance: how shifts were kept, sums, corrections, the duty log."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import (
    Calendar,
    Empty,
    Figure,
    Filter,
    Link,
    List,
    Screen,
    Tile,
    columns_of,
    options_of,
)
from workflow.roster.attendance.book import Attendance
from workflow.roster.attendance.corrections import CORRECTIONS, Corrections
from workflow.roster.attendance.judging import STATES
from workflow.roster.attendance.on_duty import STANDINGS, OnDuty
from workflow.roster.attendance.sums import AttendanceFigure
from workflow.roster.duty_log import DUTY_LOG, DutyLog
from workflow.roster.rules import APPROVE, ATTENDANCE, BASE, COLLEAGUES, DUTY_FIGURES, ON_DUTY
from workflow.roster.topics import DUTY

ATTENDED = (
    Screen(
        name="roster_attendance",
        title="考勤查询",
        group="roster_attendance",
        icon="user-check",
        order=40,
        permission=Attendance.see,
        kind="list",
        list=record_list(
            Attendance,
            ATTENDANCE,
            columns=(
                "person", "day", "title", "begins_at", "ends_at", "in_at", "out_at", "state", "late", "early",
                "adherence",
            ),
            sorts=("begins_at", "updated_at"),
            imports=False,
            filters=(
                Filter(kind="flag", key="wrong", title="有异常"),
                Filter(kind="choice", key="state", title="考勤结果", options=options_of(STATES)),
                Filter(kind="choice", key="person", title="人员", options_from=COLLEAGUES, options_search=True),
                Filter(kind="period", key="at", title="值班时间"),
            ),
            empty=Empty(
                title="没有考勤记录",
                text="值班表发布后，到了时间的班次和考勤结果列在这里；以后的班次按“未开始”或值班时间查询。",
            ),
        ).model_copy(update={"bulk": (), "row": ()}),
    ),
    Screen(
        name="roster_on_duty",
        title="当班在岗",
        group="roster_attendance",
        icon="user-round-check",
        order=38,
        permission=APPROVE,
        kind="list",
        list=List(
            source=ON_DUTY,
            columns=columns_of(OnDuty, "name", "agent", "shift", "standing", "doing", "since", "adherence"),
            filters=(Filter(kind="choice", key="standing", title="在岗情况", options=options_of(STANDINGS)),),
            live=DUTY.name,
            empty=Empty(title="现在没有人当班", text="值班表发布后，班次正在进行的人员和他们的座席状态列在这里。"),
        ),
    ),
    Screen(
        name="roster_attendance_figures",
        title="考勤统计",
        group="roster_attendance",
        icon="chart-column",
        order=65,
        permission=APPROVE,
        kind="list",
        list=List(
            source=f"{BASE}/attendance_figures",
            id="person",
            columns=columns_of(
                AttendanceFigure, "name", "shifts", "normal", "late", "early", "absent", "abnormal", "leave",
                "late_minutes", "adherence",
            ),
            filters=(Filter(kind="period", key="at", title="值班时间"),),
            empty=Empty(title="这段时间没有班次", text="只统计已开始的班次；可以换一段值班时间。"),
        ),
    ),
    Screen(
        name="roster_corrections",
        title="补签申请",
        group="roster_attendance",
        icon="user-pen",
        order=45,
        permission=Corrections.see,
        kind="list",
        list=record_list(
            Corrections,
            CORRECTIONS,
            columns=("person", "shift_words", "mark", "at", "reason", "state", "decided_by", "updated_at"),
            imports=False,
            empty=Empty(title="没有补签申请", text="忘记签到或签退时在这里申请，批准后考勤结果自动重算。"),
        ).model_copy(update={"bulk": (), "badge": {"state": "asked"}, "row": Corrections.own_actions(CORRECTIONS)}),
        create=record_create(Corrections, CORRECTIONS).model_copy(update={"title": "申请补签", "done": "已提交"}),
        detail=record_detail(
            Corrections,
            CORRECTIONS,
            title="shift_words",
            subtitle="state",
            about=("person", "shift_words", "mark", "at", "reason", "state", "opinion", "decided_by", "created_at"),
        ).model_copy(update={"actions": Corrections.own_actions(CORRECTIONS)}),
    ),
    Screen(
        name="roster_duty_log",
        title="值班记录",
        group="roster_attendance",
        icon="book-text",
        order=50,
        permission=DutyLog.see,
        kind="list",
        list=record_list(
            DutyLog,
            DUTY_LOG,
            columns=("person", "title", "begins_at", "ends_at", "situation", "handover"),
            sorts=("begins_at", "updated_at"),
            search="值班情况或交接事项中的字词",
            imports=False,
            filters=(Filter(kind="period", key="at", title="值班时间"),),
            empty=Empty(title="还没有值班记录", text="值班结束前写下值班情况和交接事项。"),
        ).model_copy(update={"calendar": Calendar(begins="begins_at", ends="ends_at", title="title")}),
        create=record_create(DutyLog, DUTY_LOG),
        detail=record_detail(
            DutyLog,
            DUTY_LOG,
            title="title",
            about=("person", "title", "begins_at", "ends_at", "situation", "handover", "created_at"),
        ),
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="roster_duty_figures", title="排班在岗", order=22, permission=APPROVE, width=2, board=True, home=False,
        every=30, live=DUTY.name,
        figures=(
            Figure(title="应在岗", source=DUTY_FIGURES, key="planned", link=Link(screen="roster_on_duty")),
            Figure(
                title="在岗", source=DUTY_FIGURES, key="there",
                link=Link(screen="roster_on_duty", query={"standing": "there"}),
            ),
            Figure(
                title="缺岗", source=DUTY_FIGURES, key="missing",
                link=Link(screen="roster_on_duty", query={"standing": "missing"}),
            ),
            Figure(title="今日计划遵守率%", source=DUTY_FIGURES, key="adherence"),
        ),
    ),
    Tile(
        name="roster_missing", title="缺岗人员", order=23, permission=APPROVE, width=2, board=True, home=False,
        source=ON_DUTY, query={"standing": "missing"}, every=30, rows=5,
        live=DUTY.name,
        columns=columns_of(OnDuty, "name", "shift", "doing", "since", "adherence"),
        link=Link(screen="roster_on_duty", query={"standing": "missing"}), empty=Empty(title="当班人员都在岗"),
    ),
)  # fmt: skip
