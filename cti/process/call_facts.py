"""What can be counted of calls, from the books: each call once, in the scope of the list of calls."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, cast

from cti.base.call import EndReason
from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.base.visitor import Visitor
from cti.office.figures.facts import Fact, FactSource
from cti.office.references import ORGANISATIONS, REGIONS
from cti.store.calls import readable_calls
from cti.store.models import CallRow
from cti.telephony.queue_titles import QueueTitles

SEE = "calls.see"
REASONS = {
    EndReason.COMPLETED: "正常结束", EndReason.CALLER_HUNG_UP: "市民挂机", EndReason.ABANDONED: "排队放弃",
    EndReason.NOT_REACHED: "回拨未接通", EndReason.REJECTED: "接入前拒绝", EndReason.SWITCH_LOST: "交换机中断",
    EndReason.EMERGENCY_QUEUE: "应急队列接听", EndReason.FAILED: "系统故障", "": "未结束",
}  # fmt: skip
RATINGS = {"1": "非常满意", "2": "满意", "3": "基本满意", "4": "不满意", "5": "非常不满意", "": "未评价"}
NOBODY = "[]"
"""A call without agents, as the table has it."""


def call_facts(queues: QueueTitles) -> FactSource:
    """The source `calls`: what figures can be counted of each call."""
    facts = {
        "id": Fact("来电编号", TEXT, CallRow.id),
        "arrived_at": Fact("来电时间", MOMENT, CallRow.arrived_at, shown=True),
        "ended_at": Fact("结束时间", MOMENT, CallRow.ended_at),
        "ended": Fact("已结束", BOOLEAN, CallRow.ended_at.is_not(None)),
        "outgoing": Fact("热线呼出", BOOLEAN, CallRow.outgoing, split=True),
        "called": Fact("拨打号码", TEXT, CallRow.called, split=True, shown=True),
        "queue": Fact("队列", TEXT, CallRow.queue, words=queues, split=True, shown=True),
        "asked_agent": Fact("要求人工", BOOLEAN, CallRow.queue != "", split=True),
        "talked": Fact("有座席接听", BOOLEAN, cast(CallRow.agents, Text) != NOBODY, split=True, shown=True),
        "reason": Fact("结束原因", TEXT, CallRow.reason, words=REASONS, split=True, shown=True),
        "wait_seconds": Fact("排队秒数", NUMBER, CallRow.wait_seconds, shown=True),
        "talk_seconds": Fact("通话秒数", NUMBER, CallRow.talk_seconds, shown=True),
        "rating": Fact("话后评价", TEXT, CallRow.satisfaction, words=RATINGS, split=True, shown=True),
        "organisation": Fact("所属机构", TEXT, CallRow.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, CallRow.region, words=REGIONS, split=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return readable_calls(visitor.reach(SEE))

    return FactSource("calls", "通话", SEE, CallRow.__table__, CallRow.id, facts, readable, "calls", subject="call")
