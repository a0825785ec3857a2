"""What can be counted of how people talk: who leads people counts theirs, an agent his own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from cti.base.expressions.types import MOMENT, NUMBER, TEXT
from cti.base.visitor import Visitor
from cti.office.figures import Fact, FactSource
from cti.office.references import AGENTS, ORGANISATIONS, REGIONS
from cti.telephony.queue_titles import QueueTitles
from workflow.transcripts.models import TalkMeasureRow

SEE = "transcripts.see"


def measures_source(queues: QueueTitles) -> FactSource:
    """The measures of agents' talks, a row each."""
    row = TalkMeasureRow
    facts = {
        "began_at": Fact("开始时间", MOMENT, row.began_at, shown=True),
        "agent": Fact("座席", TEXT, row.agent, words=AGENTS, split=True, shown=True),
        "queue": Fact("队列", TEXT, row.queue, words=queues, split=True, shown=True),
        "seconds": Fact("对话秒数", NUMBER, row.seconds, shown=True),
        "silence": Fact("静音秒数", NUMBER, row.silence, shown=True),
        "longest_silence": Fact("最长静音秒数", NUMBER, row.longest_silence, shown=True),
        "overlap": Fact("同时说话秒数", NUMBER, row.overlap, shown=True),
        "agent_seconds": Fact("座席说话秒数", NUMBER, row.agent_seconds),
        "agent_minutes": Fact("座席说话分钟数", NUMBER, row.agent_seconds / 60.0),
        "agent_characters": Fact("座席说的字数", NUMBER, row.agent_characters, shown=True),
        "spoken_seconds": Fact("双方说话秒数", NUMBER, row.agent_seconds + row.caller_seconds),
        "caller_seconds": Fact("市民说话秒数", NUMBER, row.caller_seconds),
        "caller_characters": Fact("市民说的字数", NUMBER, row.caller_characters),
        "interrupting": Fact("打断市民次数", NUMBER, row.interrupting, shown=True),
        "interrupted": Fact("被市民打断次数", NUMBER, row.interrupted, shown=True),
        "missing": Fact("未说的应答用语", NUMBER, row.missing, shown=True),
        "forbidden": Fact("出现的禁语", NUMBER, row.forbidden, shown=True),
        "organisation": Fact("机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }  # fmt: skip

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        scope = visitor.reach(SEE)
        if scope.agent is None:
            return scope.limits(row)
        return [*scope.limits(row), row.agent == scope.agent] if scope.agent else [false()]

    return FactSource("talk_measures", "通话讲话", SEE, row.__table__, row.id, facts, readable, "calls", row.call)
