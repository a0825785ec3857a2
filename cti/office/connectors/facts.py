"""What can be counted of other systems: the numbers that were read from them, one a period."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, cast

from cti.base.expressions.types import MOMENT, NUMBER, TEXT
from cti.base.visitor import Visitor
from cti.office.connectors.models import ConnectorReadingRow
from cti.office.figures.facts import Fact, FactSource
from cti.office.figures.rights import READ
from cti.office.references import ORGANISATIONS, REGIONS


def reading_facts() -> FactSource:
    """The source `readings`."""
    row = ConnectorReadingRow
    facts = {
        "connector": Fact("连接器", TEXT, row.connector, split=True, shown=True),
        "reading": Fact("读数", TEXT, row.reading, split=True, shown=True),
        "at": Fact("统计期开始", MOMENT, row.at, shown=True),
        "value": Fact("数值", NUMBER, row.value, shown=True),
        "read_at": Fact("读取时间", MOMENT, row.read_at, shown=True),
        "organisation": Fact("所属机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return visitor.reach(READ).limits(row)

    id: ColumnElement[str] = row.connector + ":" + row.reading + ":" + cast(row.day, String)
    return FactSource("readings", "外部读数", READ, row.__table__, id, facts, readable)
