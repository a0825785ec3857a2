"""What can be counted of quality: scored talks, and their items. Calibrations count nowhere."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, case, false

from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.base.visitor import Visitor
from cti.office.figures import Fact, FactSource
from cti.office.references import AGENTS, ORGANISATIONS, PEOPLE, REGIONS
from cti.telephony.queue_titles import QueueTitles
from workflow.quality.models import ItemScoreRow, ReviewRow
from workflow.quality.reviews import Reviews
from workflow.quality.rules import COUNTED, SEE, STATES


def sources(reviews: Reviews, queues: QueueTitles, groups: Mapping[str, str]) -> tuple[FactSource, ...]:
    """Both; `groups` are the titles of seat groups."""
    return _reviews(reviews, queues, groups), _items(groups)


def _reviews(reviews: Reviews, queues: QueueTitles, groups: Mapping[str, str]) -> FactSource:
    row = ReviewRow
    changed = and_(row.decided_at.is_not(None), row.score_before != row.score)
    facts = {
        "scored_at": Fact("评分时间", MOMENT, row.scored_at, shown=True),
        "talk_at": Fact("通话时间", MOMENT, row.talk_at, shown=True),
        "agent": Fact("座席", TEXT, row.agent, words=AGENTS, split=True, shown=True),
        "group": Fact("座席组", TEXT, row.group, words=groups, split=True),
        "queue": Fact("队列", TEXT, row.queue, words=queues, split=True, shown=True),
        "inspector": Fact("质检员", TEXT, row.inspector, words=PEOPLE, split=True),
        "sheet": Fact("评分标准", TEXT, row.sheet, split=True),
        "score": Fact("得分", NUMBER, row.score, shown=True),
        "passed": Fact("合格", BOOLEAN, row.passed, split=True, shown=True),
        "fatal": Fact("一票否决", BOOLEAN, row.fatal, split=True, shown=True),
        "good": Fact("推荐为优秀录音", BOOLEAN, row.good, split=True),
        "state": Fact("状态", TEXT, row.state, words=STATES, split=True, shown=True),
        "appealed": Fact("申诉过", BOOLEAN, row.appealed_at.is_not(None), split=True),
        "changed": Fact("申诉后改分", BOOLEAN, case((changed, True), else_=False)),
        "organisation": Fact("机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }  # fmt: skip

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return [*reviews.readable(visitor), row.calibration == "", row.state.in_(COUNTED)]

    return FactSource(
        "quality_reviews", "质检评分", SEE, row.__table__, row.id, facts, readable, Reviews.screen
    )  # fmt: skip


def _items(groups: Mapping[str, str]) -> FactSource:
    row = ItemScoreRow
    facts = {
        "scored_at": Fact("评分时间", MOMENT, row.scored_at, shown=True),
        "item": Fact("评分项", TEXT, row.title, split=True, shown=True),
        "sheet": Fact("评分标准", TEXT, row.sheet, split=True),
        "agent": Fact("座席", TEXT, row.agent, words=AGENTS, split=True, shown=True),
        "group": Fact("座席组", TEXT, row.group, words=groups, split=True),
        "points": Fact("得分", NUMBER, row.points, shown=True),
        "possible": Fact("满分", NUMBER, row.possible, shown=True),
        "lost": Fact("扣分", BOOLEAN, row.points < row.possible, split=True),
        "fatal": Fact("一票否决", BOOLEAN, row.fatal, split=True, shown=True),
        "organisation": Fact("机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        scope = visitor.reach(SEE)
        if scope.agent is not None:
            return [*scope.limits(row), row.agent == scope.agent] if scope.agent else [false()]
        return scope.limits(row)

    return FactSource(
        "quality_items", "质检评分项", SEE, row.__table__, row.id, facts, readable, Reviews.screen, row.review
    )
