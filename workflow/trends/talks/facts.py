"""What can be counted of what citizens speak of: by category and place, day by day."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from cti.base.expressions.types import MOMENT, TEXT
from cti.base.visitor import Visitor
from cti.office.figures import Fact, FactSource
from cti.office.references import AGENTS, ORGANISATIONS, REGIONS
from workflow.tickets.facts import CategoryPaths
from workflow.transcripts.service import Transcripts
from workflow.trends.models import MatterTalkRow
from workflow.trends.rules import SEE, limits_of


def topics_source() -> FactSource:
    """A row for each talk of which it is known what it was about."""
    row = MatterTalkRow
    facts = {
        "at": Fact("通话时间", MOMENT, row.at, shown=True),
        "category": Fact("诉求分类", TEXT, row.category, words=CategoryPaths(), split=True, shown=True),
        "place": Fact("区域", TEXT, row.place, words=REGIONS, split=True, shown=True),
        "agent": Fact("座席", TEXT, row.agent, words=AGENTS, split=True, shown=True),
        "organisation": Fact("机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return [*limits_of(visitor, SEE, row), *limits_of(visitor, Transcripts.see, row)]

    return FactSource("talk_topics", "通话话题", SEE, row.__table__, row.call, facts, readable, "calls", row.call)
