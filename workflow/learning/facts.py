"""What can be counted of bots: talks in which something was said to one, and the turns of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement

from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.base.visitor import Visitor
from cti.office.figures import Fact, FactSource
from cti.office.references import ORGANISATIONS, REGIONS
from ivr.workshop.library import FlowLibrary
from workflow.learning.groups import BotTurns
from workflow.learning.models import BotTalkRow, BotTurnRow
from workflow.learning.rules import HOWS, MEDIA, REASONS, SEE, UNDERSTOOD


class FlowTitles(Mapping[str, str]):
    """The names of flows as they are published now."""

    def __init__(self, library: FlowLibrary) -> None:
        self._library = library

    def __getitem__(self, name: str) -> str:
        found = self._library.flows[name]
        return found.title or name

    def __iter__(self) -> Iterator[str]:
        return iter(self._library.flows)

    def __len__(self) -> int:
        return len(self._library.flows)


def sources(turns: BotTurns, flows: FlowTitles) -> tuple[FactSource, ...]:
    """Both."""
    return _talks(flows), _turns(turns, flows)


def _talks(flows: FlowTitles) -> FactSource:
    row = BotTalkRow
    facts = {
        "began_at": Fact("开始时间", MOMENT, row.began_at, shown=True),
        "medium": Fact("渠道", TEXT, row.medium, words=MEDIA, split=True, shown=True),
        "flow": Fact("流程", TEXT, row.flow, words=flows, split=True, shown=True),
        "revision": Fact("流程版本", NUMBER, row.revision, split=True, shown=True),
        "intent": Fact("最后的意图", TEXT, row.intent, split=True, shown=True),
        "turns": Fact("市民说话次数", NUMBER, row.turns, shown=True),
        "missed": Fact("未听懂次数", NUMBER, row.missed, shown=True),
        "handed": Fact("转人工", BOOLEAN, row.handed, split=True, shown=True),
        "over": Fact("已结束", BOOLEAN, row.over),
        "rated": Fact("已评价", BOOLEAN, row.score.is_not(None), split=True),
        "score": Fact("满意度", NUMBER, row.score, shown=True),
        "organisation": Fact("所属机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return [*visitor.reach(SEE).limits(BotTalkRow)]

    return FactSource("bot_talks", "机器人接待", SEE, row.__table__, row.id, facts, readable, "")


def _turns(turns: BotTurns, flows: FlowTitles) -> FactSource:
    row = BotTurnRow
    facts = {
        "at": Fact("时间", MOMENT, row.at, shown=True),
        "medium": Fact("渠道", TEXT, row.medium, words=MEDIA, split=True, shown=True),
        "flow": Fact("流程", TEXT, row.flow, words=flows, split=True, shown=True),
        "revision": Fact("流程版本", NUMBER, row.revision, split=True, shown=True),
        "node": Fact("节点", TEXT, row.node, split=True, shown=True),
        "how": Fact("识别结果", TEXT, row.how, words=HOWS, split=True, shown=True),
        "intent": Fact("意图", TEXT, row.intent, split=True, shown=True),
        "reason": Fact("列入原因", TEXT, row.reason, words=REASONS, split=True, shown=True),
        "understood": Fact("已听懂", BOOLEAN, row.how.in_(UNDERSTOOD)),
        "wished": Fact("要求人工", BOOLEAN, row.how == "human"),
        "handed": Fact("随后转人工", BOOLEAN, row.handed, split=True, shown=True),
        "score": Fact("满意度", NUMBER, row.score, shown=True),
        "organisation": Fact("所属机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }
    return FactSource(
        "bot_turns", "机器人对话", SEE, row.__table__, row.id, facts, turns.readable, BotTurns.screen
    )  # fmt: skip
