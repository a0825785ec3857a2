"""What performance knows of tickets: whether the citizen's dissatisfaction was judged not to count (不计考核)."""

from __future__ import annotations

from sqlalchemy import case, or_, select

from cti.base.expressions.types import BOOLEAN
from cti.office.figures.facts import Fact, FactSource, MoreFacts
from workflow.performance.leaving_out import place_of, thing_of
from workflow.performance.models import ExclusionRow


def of_tickets(source: FactSource) -> MoreFacts:
    """A ticket is left out for all, or for its lead; whose ticket it is, has let it be judged so."""
    row, lead, owner = ExclusionRow, source.facts["lead"].value, source.facts["organisation"].value
    granted = select(row.id).where(
        row.record == thing_of(source), row.screen == place_of(source), row.stage == "granted",
        row.organisation == owner, row.removed_at.is_(None), or_(row.subject == "", row.subject == lead),
    )  # fmt: skip
    fact = Fact("不满意不计（经认定）", BOOLEAN, case((granted.exists(), True), else_=False), split=True, shown=True)
    return MoreFacts({"not_counted": fact}, ((row.record, source.id),))
