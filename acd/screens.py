"""What the console shows of the matching: who waits, callbacks, figures; queues, skills, agents and the like."""

from __future__ import annotations

from acd import topics
from acd.editing.api import AgentRow, ChangeRow
from acd.editing.bodies import AgentBody, SkillsBody
from acd.editing.items import KINDS
from acd.editing.pieces_api import PIECES, PREFIX
from acd.editing.service import CONFIGURE, LEVELS
from acd.floor.api import CALLBACK_STATES, MoveBody, OwedView, PointsBody, TakeOutBody, WaiterView
from acd.floor.floor import ACT, SEE
from acd.reports.api import SPLITS, AgentStatistic, QueueStatistic
from acd.reports.sharing import DAYS, HOURS_OF_DAY, PEOPLE, SharingView
from cti.office.screens.description import (
    Action,
    Chart,
    Empty,
    Field,
    Figure,
    Filter,
    Group,
    List,
    Option,
    Screen,
    Series,
    When,
)
from cti.office.screens.forms import columns_of, fields_of

GROUPS = (
    Group(name="waiting", title="排队与回拨", icon="hourglass", order=10, within="queues"),
    Group(name="queue_figures", title="排队统计", icon="chart-column", order=30, within="queues"),
    Group(name="queue_settings", title="队列与技能", icon="split", order=30, within="rules"),
)

QUEUE = Filter(kind="choice", key="queue", title="队列", options_from=f"{PREFIX}/options/queues")
PERIOD = Filter(kind="period", key="period", title="时间")
TEXT = Filter(kind="text", key="text", title="名称或标识")


def _options(words: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, title=title) for value, title in words.items())


def _of(title: str, path: str, name: str, done: str, form: tuple[Field, ...] = (), **more: object) -> Action:
    kind = "form" if form else "confirm"
    given = {"name": name, "title": title, "permission": ACT, "kind": kind, "path": path, "form": form, "done": done}
    return Action.model_validate({**given, **more})


WAITING = Screen(
    name="acd_waiting",
    title="正在排队",
    group="waiting",
    icon="hourglass",
    order=10,
    permission=SEE,
    kind="list",
    list=List(
        source=f"{PREFIX}/waiting",
        columns=columns_of(
            WaiterView,
            "position", "queue_title", "caller", "medium", "since", "state", "estimate", "priority", "agent",
            "waits_for", "need", "reasons",
        ),
        filters=(QUEUE,),
        live=topics.WAITING.name,
        opens="/calls/{id}",
        empty=Empty(title="没有人在排队", text="有人排队时，这里按接听次序列出，并说明次序的由来。"),
        row=(
            _of("优先级", f"{PREFIX}/waiting/{{id}}/priority", "priority", "已调整", fields_of(PointsBody)),
            _of("转队列", f"{PREFIX}/waiting/{{id}}/move", "move", "已转移", fields_of(MoveBody)),
            _of(
                "移出", f"{PREFIX}/waiting/{{id}}/take_out", "take_out", "已移出", fields_of(TakeOutBody),
                tone="danger",
            ),
        ),
    ),
)  # fmt: skip

CALLBACKS = Screen(
    name="acd_callbacks",
    title="回拨",
    group="waiting",
    icon="phone-outgoing",
    order=20,
    permission=SEE,
    kind="list",
    list=List(
        source=f"{PREFIX}/callbacks",
        columns=columns_of(
            OwedView,
            "number", "queue_title", "state", "since", "attempts", "attempts_most", "next_at", "agent", "result",
            "ended_at",
        ),
        filters=(QUEUE, Filter(kind="choice", key="state", title="状态", options=_options(CALLBACK_STATES))),
        empty=Empty(title="没有待回拨", text="来电人排队时按键登记的回拨会列在这里。"),
        row=(
            _of(
                "立即回拨", f"{PREFIX}/callbacks/{{id}}/now", "now", "已进入队列",
                confirm="不等预定时间，现在就排入队列？", when=When(key="state", among=("later",)),
            ),
            _of(
                "取消", f"{PREFIX}/callbacks/{{id}}/cancel", "cancel", "已取消", tone="danger",
                confirm="取消后不再回拨该市民，确定？",
                when=When(key="state", among=("waiting", "reserved", "dialling", "later")),
            ),
        ),
    ),
)  # fmt: skip

FIGURES = (
    "begin", "queue_title", "entered", "answered", "abandoned", "short_abandoned", "overflowed", "left",
    "messages",
    "service_level", "service_level_with_abandons", "connect_rate", "average_wait", "longest_wait", "average_talk",
)  # fmt: skip

STATISTICS = Screen(
    name="acd_statistics",
    title="队列统计",
    group="queue_figures",
    icon="table",
    order=40,
    permission=SEE,
    kind="list",
    list=List(
        source=f"{PREFIX}/statistics",
        columns=columns_of(QueueStatistic, *FIGURES),
        filters=(PERIOD, QUEUE, Filter(kind="choice", key="split", title="按", options=_options(SPLITS))),
        export=f"{PREFIX}/statistics/export",
        export_permission="statistics.export",
        empty=Empty(title="这段时间没有来电", text="换一段时间，或去掉队列条件。"),
    ),
)

CHARTS = Screen(
    name="acd_charts",
    title="统计图表",
    group="queue_figures",
    icon="chart-column",
    order=30,
    permission=SEE,
    kind="charts",
    filters=(PERIOD, QUEUE),
    figures=(
        Figure(title="进入", source=f"{PREFIX}/statistics/total", key="entered"),
        Figure(title="接听", source=f"{PREFIX}/statistics/total", key="answered"),
        Figure(title="放弃（不含短时）", source=f"{PREFIX}/statistics/total", key="abandoned"),
        Figure(title="短时放弃", source=f"{PREFIX}/statistics/total", key="short_abandoned"),
        Figure(title="留言", source=f"{PREFIX}/statistics/total", key="messages"),
        Figure(title="达标率（接听中）%", source=f"{PREFIX}/statistics/total", key="service_level"),
        Figure(title="达标率（含放弃）%", source=f"{PREFIX}/statistics/total", key="service_level_with_abandons"),
        Figure(title="平均应答", source=f"{PREFIX}/statistics/total", key="average_wait", kind="duration"),
        Figure(title="最长等待", source=f"{PREFIX}/statistics/total", key="longest_wait", kind="duration"),
        Figure(title="座席利用率%", source=f"{PREFIX}/statistics/total", key="occupancy"),
    ),
    charts=(
        Chart(
            title="来电去向",
            kind="stack",
            source=f"{PREFIX}/statistics/chart",
            x="at",
            series=(
                Series(key="answered", title="接听", tone="ready"),
                Series(key="abandoned", title="放弃（不含短时）", tone="break"),
                Series(key="short_abandoned", title="短时放弃", tone="off"),
                Series(key="overflowed", title="溢出", tone="ring"),
                Series(key="left", title="其他离开", tone="wrapup"),
            ),
        ),
        Chart(
            title="服务水平",
            kind="line",
            source=f"{PREFIX}/statistics/chart",
            x="at",
            unit="%",
            series=(
                Series(key="service_level", title="达标率（接听中）", tone="ready"),
                Series(key="service_level_with_abandons", title="达标率（含放弃）", tone="talk"),
                Series(key="connect_rate", title="接通率", tone="ring"),
            ),
        ),
        Chart(
            title="等待",
            kind="line",
            source=f"{PREFIX}/statistics/chart",
            x="at",
            unit="秒",
            series=(
                Series(key="average_wait", title="平均应答", tone="ready"),
                Series(key="longest_wait", title="最长等待", tone="break"),
            ),
        ),
    ),
)

AGENT_STATISTICS = Screen(
    name="acd_agent_statistics",
    title="座席统计",
    group="queue_figures",
    icon="user-round-check",
    order=50,
    permission=SEE,
    kind="list",
    list=List(
        source=f"{PREFIX}/agent_statistics",
        columns=columns_of(AgentStatistic),
        filters=(PERIOD,),
        export=f"{PREFIX}/agent_statistics/export",
        export_permission="statistics.export",
        empty=Empty(title="这段时间没有座席签入"),
        row=(
            Action(
                name="levels",
                title="调整技能",
                permission=LEVELS,
                kind="form",
                method="PUT",
                path=f"{PREFIX}/agents/{{id}}/levels",
                form=fields_of(SkillsBody),
                form_source=f"{PREFIX}/agents/{{id}}/levels",
                done="已生效",
            ),
        ),
    ),
)

SHARING = Screen(
    name="acd_sharing",
    title="客服分配",
    group="queue_figures",
    icon="scale",
    order=60,
    permission=SEE,
    kind="list",
    list=List(
        source=f"{PREFIX}/sharing",
        columns=columns_of(SharingView),
        filters=(
            Filter(kind="choice", key="days", title="今天这类日子", options=_options(DAYS)),
            Filter(kind="choice", key="hour", title="当前时段", options=_options(HOURS_OF_DAY)),
            Filter(kind="choice", key="people", title="已签入的座席", options=_options(PEOPLE)),
        ),
        empty=Empty(title="没有可见的队列"),
    ),
)


ALSO = {
    "queues": ("技能组", "排队设置"),
    "skills": ("技能标签", "技能组"),
    "calendars": ("服务时间", "节假日"),
    "breaks": ("示忙", "小休"),
}
"""Other words by which people look for the page of a kind."""


def _piece(kind: str, icon: str, order: int, columns: tuple[str, ...], empty: Empty) -> Screen:
    piece, title, path = PIECES[kind], KINDS[kind], f"{PREFIX}/{kind}"
    new = fields_of(piece.new, "name", *(name for name in piece.body.model_fields if name != "version"))
    return Screen(
        name=f"acd_{kind}",
        title=title,
        group="queue_settings",
        also=ALSO.get(kind, ()),
        icon=icon,
        order=order,
        permission=CONFIGURE,
        kind="list",
        list=List(
            source=path,
            columns=columns_of(piece.row, *columns, "changed_by", "changed_at"),
            filters=(TEXT,),
            empty=empty,
            row=(
                Action(
                    name="edit",
                    title="修改",
                    kind="form",
                    method="PUT",
                    path=f"{path}/{{id}}",
                    form=fields_of(piece.body),
                    form_source=f"{path}/{{id}}",
                    done="已生效",
                ),
                Action(
                    name="remove",
                    title="删除",
                    kind="confirm",
                    path=f"{path}/{{id}}/{{version}}/remove",
                    tone="danger",
                    confirm=f"删除该{title}？已在排队的来电仍会被接听；可在修改记录中撤销。",
                    done="已删除",
                ),
            ),
        ),
        create=Action(
            name="create", title=f"新增{title}", kind="form", path=path, form=new, tone="primary", done="已生效"
        ),
    )


QUEUES = _piece(
    "queues", "list-ordered", 10,
    ("title", "id", "need", "steps", "strategy", "overflow", "calendar", "callback", "wrapup", "waiting", "on_duty"),
    Empty(title="没有符合条件的队列"),
)  # fmt: skip
SKILLS = _piece("skills", "graduation-cap", 30, ("title", "id", "agents", "queues"), Empty(title="没有符合条件的技能"))
TEAMS = _piece(
    "groups", "users", 50, ("title", "id", "agents", "queues"),
    Empty(title="还没有班组", text="建立班组后，队列可以只请求某些班组，或在等待较久时加上邻近班组。"),
)  # fmt: skip
BREAKS = _piece(
    "breaks", "coffee", 60, ("title", "id", "limit", "at_once", "now"), Empty(title="没有符合条件的小休类型")
)
HOURS = _piece(
    "calendars", "calendar-clock", 70, ("id", "week", "days", "open"),
    Empty(title="还没有服务时间", text="没有服务时间的队列全天服务。"),
)  # fmt: skip

MATRIX = Screen(
    name="acd_matrix",
    title="技能矩阵",
    also=("座席技能",),
    group="queue_settings",
    icon="grid-3x3",
    order=20,
    permission=CONFIGURE,
    kind="component",
    component="acd/SkillMatrix",
)

AGENTS = Screen(
    name="acd_agents",
    title="座席技能",
    group="queue_settings",
    icon="user-cog",
    order=40,
    permission=CONFIGURE,
    kind="list",
    list=List(
        source=f"{PREFIX}/agents",
        columns=columns_of(AgentRow, "id", "name", "skills", "groups", "queues", "rank", "calls", "chats", "listed"),
        filters=(Filter(kind="text", key="text", title="工号或姓名"),),
        empty=Empty(title="没有符合条件的座席"),
        row=(
            Action(
                name="edit",
                title="修改",
                kind="form",
                method="PUT",
                path=f"{PREFIX}/agents/{{id}}",
                form=fields_of(AgentBody),
                form_source=f"{PREFIX}/agents/{{id}}",
                done="已生效",
            ),
        ),
    ),
)

HISTORY = Screen(
    name="acd_history",
    title="修改记录",
    group="queue_settings",
    icon="history",
    order=80,
    permission=CONFIGURE,
    kind="list",
    list=List(
        source=f"{PREFIX}/history",
        columns=columns_of(ChangeRow, "at", "by", "kind", "what", "fields"),
        filters=(Filter(kind="choice", key="kind", title="类别", options=_options(KINDS)),),
        empty=Empty(title="还没有修改记录", text="在界面或配置文件中修改队列、技能、座席等，都会记在这里。"),
        row=(
            Action(
                name="undo",
                title="撤销",
                kind="confirm",
                path=f"{PREFIX}/history/{{id}}/undo",
                confirm="恢复到这次修改之前？之后若又有人改过，会先告诉您。",
                done="已恢复",
            ),
        ),
    ),
)

SCREENS = (
    WAITING, CALLBACKS, CHARTS, STATISTICS, AGENT_STATISTICS, SHARING,
    QUEUES, MATRIX, SKILLS, AGENTS, TEAMS, BREAKS, HOURS, HISTORY,
)  # fmt: skip
