"""What can be counted of chats: how many, who handled them, how fast they were answered, how they were rated."""

from __future__ import annotations

from sqlalchemy import and_

from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.office.figures import Fact, FactSource
from cti.office.references import AGENTS, ORGANISATIONS, REGIONS
from cti.telephony.queue_titles import QueueTitles
from workflow.chat.models import ChatRow
from workflow.chat.service import Chats
from workflow.chat.states import REASONS, STATES
from workflow.chat.views import CHANNELS

SCREEN = "chats"


def source(chats: Chats, queues: QueueTitles) -> FactSource:
    """The chats, for whoever reads them."""
    row = ChatRow
    gave_up = and_(
        row.state == "ended", row.queue != "", row.answered_at.is_(None), row.left.is_(False),
        row.end_reason == "citizen",
    )  # fmt: skip
    facts = {
        "began_at": Fact("开始时间", MOMENT, row.began_at, shown=True),
        "ended_at": Fact("结束时间", MOMENT, row.ended_at, shown=True),
        "channel": Fact("渠道", TEXT, row.channel, words=CHANNELS, split=True, shown=True),
        "flow": Fact("流程", TEXT, row.flow, split=True),
        "queue": Fact("队列", TEXT, row.queue, words=queues, split=True, shown=True),
        "agent": Fact("座席", TEXT, row.agent, words=AGENTS, split=True, shown=True),
        "state": Fact("状态", TEXT, row.state, words=STATES, split=True),
        "end_reason": Fact("结束原因", TEXT, row.end_reason, words=REASONS, split=True),
        "ended": Fact("已结束", BOOLEAN, row.state == "ended"),
        "wanted_people": Fact("请求人工", BOOLEAN, row.queue != "", split=True),
        "handled": Fact("人工接待", BOOLEAN, row.answered_at.is_not(None), split=True, shown=True),
        "left": Fact("已留言", BOOLEAN, row.left, split=True),
        "gave_up": Fact("排队时离开", BOOLEAN, gave_up, split=True),
        "rated": Fact("已评价", BOOLEAN, row.score.is_not(None), split=True),
        "score": Fact("满意度", NUMBER, row.score, shown=True),
        "messages": Fact("消息数", NUMBER, row.last),
        "waited": Fact("排队秒数", NUMBER, row.waited, shown=True),
        "first_answer": Fact("首次应答秒数", NUMBER, row.first_answer, shown=True),
        "answers": Fact("应答次数", NUMBER, row.answers),
        "answer_seconds": Fact("应答等待秒数", NUMBER, row.answer_seconds),
        "organisation": Fact("所属机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }
    return FactSource("chats", "在线会话", Chats.see, row.__table__, row.id, facts, chats.readable, SCREEN)
