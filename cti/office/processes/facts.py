"""Time limits of cases as facts that figures count: which kept, which missed, which still run."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression, String, and_, cast, false, or_, select

from cti.base.expressions.types import BOOLEAN, MOMENT, TEXT
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.figures.facts import Fact
from cti.office.processes.models import CaseDeadlineRow, CaseStayRow
from cti.office.references import ORGANISATIONS, REGIONS

Condition = ColumnElement[bool]


def limits_joined(rows: FromClause, case: SQLColumnExpression[str]) -> FromClause:
    """Each time limit with the row of the record whose case, or a task of it, it limits; `case` is the row's."""
    return CaseDeadlineRow.__table__.join(rows, CaseDeadlineRow.root == case)


def was_at(case: SQLColumnExpression[str], *steps: str) -> Condition:
    """Whether a case ever stood at one of these steps."""
    wanted = select(CaseStayRow.root).where(CaseStayRow.case_id == case, CaseStayRow.step.in_(steps))
    return wanted.exists()


LIMIT_OF = CaseDeadlineRow.root
"""Whose time limit one is: the case of the record."""
STAY_OF = CaseStayRow.case_id
"""Of which case a stay at a step is, which `was_at` looks for."""
LIMIT_ID: ColumnElement[str] = CaseDeadlineRow.case_id.concat(":").concat(cast(CaseDeadlineRow.clock, String))
"""Tells one time limit from the other."""

LIMIT_FACTS = {
    "clock": Fact("时限", TEXT, CaseDeadlineRow.clock),
    "limit": Fact("时限名称", TEXT, CaseDeadlineRow.title, split=True, shown=True),
    "unit": Fact("办理机构", TEXT, CaseDeadlineRow.holder, words=ORGANISATIONS, split=True, shown=True),
    "unit_region": Fact("办理机构所在区划", TEXT, CaseDeadlineRow.region, words=REGIONS, split=True),
    "started_at": Fact("开始时间", MOMENT, CaseDeadlineRow.started_at),
    "due_at": Fact("到期时间", MOMENT, CaseDeadlineRow.due_at, shown=True),
    "ended_at": Fact("完成时间", MOMENT, CaseDeadlineRow.ended_at, shown=True),
    "ended": Fact("已完成", BOOLEAN, CaseDeadlineRow.state == "ended", split=True),
    "missed": Fact("已超时", BOOLEAN, CaseDeadlineRow.missed, split=True, shown=True),
}
"""What is known of each; a module adds what it knows of the record."""


def limits_readable(visitor: Visitor, permission: str, own: Callable[[Scope], list[Condition]]) -> list[Condition]:
    """Time limits that organisations within reach have, and those of records of which `own` says that they are his."""
    if not visitor.may(permission):
        return [false()]
    scope = visitor.reach(permission)
    limits: list[Condition] = []
    if scope.organisations is not None:
        limits.append(CaseDeadlineRow.holder.in_(scope.organisations))
    if scope.regions is not None:
        limits.append(CaseDeadlineRow.region.in_(scope.regions))
    return [or_(and_(*limits), and_(*own(scope)))] if limits else []
