"""What can be counted of exams: sittings of which everybody may know what came, the best of each who sat it again."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.base.visitor import Visitor
from cti.office.figures import Fact, FactSource
from cti.office.references import ORGANISATIONS, PEOPLE, REGIONS
from workflow.training.exams.models import ExamRow, SittingRow
from workflow.training.exams.sitting_rules import ABSENT, MARKED, STATES
from workflow.training.exams.sittings import Sittings
from workflow.training.rules import SEE


def source(sittings: Sittings) -> FactSource:
    """Exams alone, no practice. Who did not come has no points."""
    row = SittingRow
    facts = {
        "exam": Fact("考试", TEXT, ExamRow.title, split=True, shown=True),
        "person": Fact("参加人", TEXT, row.person, words=PEOPLE, split=True, shown=True),
        "begins_at": Fact("考试开始时间", MOMENT, ExamRow.begins_at),
        "ends_at": Fact("考试结束时间", MOMENT, ExamRow.ends_at),
        "ended_at": Fact("交卷时间", MOMENT, row.ended_at, shown=True),
        "state": Fact("状态", TEXT, row.state, words=STATES, split=True, shown=True),
        "percent": Fact("得分率", NUMBER, row.points * 100 / row.of, shown=True),
        "passed": Fact("及格", BOOLEAN, row.passed.is_(True), split=True, shown=True),
        "organisation": Fact("机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        known = or_(ExamRow.state == "released", ExamRow.tells == "at_once")
        there = row.removed_at.is_(None), ExamRow.removed_at.is_(None), ExamRow.state != "cancelled"
        exams = row.purpose == "exam", row.state.in_((MARKED, ABSENT))
        return [*sittings.readable(visitor), *there, *exams, known, _is_best()]

    rows = row.__table__.join(ExamRow.__table__, row.exam == ExamRow.id)
    return FactSource("exam_sittings", "考试成绩", SEE, rows, row.id, facts, readable, Sittings.screen)


def _is_best() -> ColumnElement[bool]:
    """Of several attempts the one with the most points counts, of equal ones the first."""
    row, other = SittingRow, aliased(SittingRow)
    better = or_(
        other.points > row.points,
        and_(other.points.is_not(None), row.points.is_(None)),
        and_(other.points == row.points, other.attempt < row.attempt),
    )
    same = other.exam == row.exam, other.person == row.person, other.removed_at.is_(None)
    return ~select(other.id).where(*same, other.state == MARKED, better).exists()
