"""What can be counted of talks, visits to queues and agents' days: who leads people counts what is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, false

from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.base.visitor import Visitor
from cti.office.figures import Fact, FactSource
from cti.office.references import AGENTS, ORGANISATIONS, REGIONS
from cti.telephony.queue_titles import QueueTitles
from workflow.floor.models import AgentDayRow, TalkRow, VisitRow

SEE = "board.see"
RATINGS = {"1": "非常满意", "2": "满意", "3": "基本满意", "4": "不满意", "5": "非常不满意", "": "未评价"}
TRANSFERS = {"": "未转出", "blind": "直接转接", "attended": "咨询后转接", "flow": "转到流程"}
OUTCOMES = {"answered": "接听", "abandoned": "放弃", "short": "短时放弃", "overflowed": "溢出", "left": "其他离开"}
BANDS = {"a": "15 秒以内", "b": "15 至 30 秒", "c": "30 至 60 秒", "d": "1 至 3 分钟", "e": "3 分钟以上"}


def sources(queues: QueueTitles, groups: Mapping[str, str]) -> tuple[FactSource, ...]:
    """All of them; `groups` are the titles of groups."""
    return _talks(queues, groups), _visits(queues), _days(groups)


def _talks(queues: QueueTitles, groups: Mapping[str, str]) -> FactSource:
    facts = {
        "began_at": Fact("开始时间", MOMENT, TalkRow.began_at, shown=True),
        "agent": Fact("座席", TEXT, TalkRow.agent, words=AGENTS, split=True, shown=True),
        "group": Fact("班组", TEXT, TalkRow.group, words=groups, split=True),
        "queue": Fact("队列", TEXT, TalkRow.queue, words=queues, split=True, shown=True),
        "half_hour": Fact("半小时", TEXT, TalkRow.half_hour, split=True),
        "seconds": Fact("通话秒数", NUMBER, TalkRow.seconds, shown=True),
        "waited": Fact("等待秒数", NUMBER, TalkRow.waited),
        "holds": Fact("保持次数", NUMBER, TalkRow.holds, shown=True),
        "held": Fact("保持秒数", NUMBER, TalkRow.held, shown=True),
        "transferred": Fact("转出", TEXT, TalkRow.transferred, words=TRANSFERS, split=True, shown=True),
        "rating": Fact("满意度", TEXT, TalkRow.rating, words=RATINGS, split=True, shown=True),
        "outgoing": Fact("热线呼出", BOOLEAN, TalkRow.outgoing, split=True),
        "organisation": Fact("座席所在机构", TEXT, TalkRow.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, TalkRow.region, words=REGIONS, split=True),
    }
    rows = TalkRow.__table__
    return FactSource(
        "talks", "座席通话", SEE, rows, TalkRow.id, facts, lambda visitor: _of_people(TalkRow, visitor), "calls",
        TalkRow.call,
    )  # fmt: skip


def _visits(queues: QueueTitles) -> FactSource:
    bands = [(VisitRow.waited <= limit, band) for limit, band in ((15, "a"), (30, "b"), (60, "c"), (180, "d"))]
    facts = {
        "entered_at": Fact("进入时间", MOMENT, VisitRow.entered_at, shown=True),
        "queue": Fact("队列", TEXT, VisitRow.queue, words=queues, split=True, shown=True),
        "half_hour": Fact("半小时", TEXT, VisitRow.half_hour, split=True),
        "waited": Fact("等待秒数", NUMBER, VisitRow.waited, shown=True),
        "band": Fact("等待时长", TEXT, case(*bands, else_="e"), words=BANDS, split=True),
        "outcome": Fact("结果", TEXT, VisitRow.outcome, words=OUTCOMES, split=True, shown=True),
        "in_time": Fact("时限内", BOOLEAN, VisitRow.in_time, split=True, shown=True),
        "again": Fact("24小时内重复来电", BOOLEAN, VisitRow.again, split=True, shown=True),
        "organisation": Fact("所属机构", TEXT, VisitRow.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, VisitRow.region, words=REGIONS, split=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        scope = visitor.reach(SEE)
        return [false()] if scope.agent is not None else scope.limits(VisitRow)

    rows = VisitRow.__table__
    return FactSource("queue_visits", "排队", SEE, rows, VisitRow.id, facts, readable, "calls", VisitRow.call)


def _days(groups: Mapping[str, str]) -> FactSource:
    facts = {
        "day": Fact("日期", MOMENT, AgentDayRow.day, shown=True),
        "agent": Fact("座席", TEXT, AgentDayRow.agent, words=AGENTS, split=True, shown=True),
        "group": Fact("班组", TEXT, AgentDayRow.group, words=groups, split=True),
        "signed_in": Fact("签入秒数", NUMBER, AgentDayRow.signed_in, shown=True),
        "ready": Fact("就绪秒数", NUMBER, AgentDayRow.ready, shown=True),
        "occupied": Fact("占用秒数", NUMBER, AgentDayRow.occupied, shown=True),
        "available": Fact("就绪和占用秒数", NUMBER, AgentDayRow.ready + AgentDayRow.occupied),
        "wrapup": Fact("话后秒数", NUMBER, AgentDayRow.wrapup, shown=True),
        "breaks": Fact("小休秒数", NUMBER, AgentDayRow.breaks, shown=True),
        "offered": Fact("分配次数", NUMBER, AgentDayRow.offered, shown=True),
        "answered": Fact("接听次数", NUMBER, AgentDayRow.answered, shown=True),
        "planned": Fact("排班秒数", NUMBER, AgentDayRow.planned, shown=True),
        "kept": Fact("遵守排班的秒数", NUMBER, AgentDayRow.kept),
        "organisation": Fact("所属机构", TEXT, AgentDayRow.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, AgentDayRow.region, words=REGIONS, split=True),
    }
    rows = AgentDayRow.__table__
    return FactSource(
        "agent_days", "座席工作日", SEE, rows, AgentDayRow.id, facts, lambda visitor: _of_people(AgentDayRow, visitor)
    )  # fmt: skip


def _of_people(table: Any, visitor: Visitor) -> list[ColumnElement[bool]]:
    """Those of the people whom a visitor leads; who reaches but himself counts his own."""
    scope = visitor.reach(SEE)
    limits: list[ColumnElement[bool]] = scope.limits(table)
    return [*limits, table.agent == scope.agent] if scope.agent is not None else limits
