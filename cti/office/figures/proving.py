"""The tests of a definition: their rows go into a table in memory, where the SQL counts them that counts real ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Float, MetaData, String, Table, create_engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from cti.base.expressions import ExpressionError
from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, Type
from cti.base.times.business_time import ZONE
from cti.office.figures.conditions import Conditions
from cti.office.figures.definition import Figure, FigureTest
from cti.office.figures.facts import FactSource
from cti.office.figures.groups import Sums
from cti.office.figures.measures import Ranked, measured, pieces, put_together, ranked
from cti.office.figures.sentences import say
from cti.office.figures.working_out import worked_out
from cti.store.columns import UtcDateTime

NEAR = 1e-6


def failures(figure: Figure, test: FigureTest, source: FactSource) -> Iterator[str]:
    """What a test complains of; facts that a row does not name are not there."""
    try:
        rows = [_row(facts, source) for facts in test.rows]
    except ValueError as error:
        yield str(error)
        return
    try:
        sums = _counted(figure, rows, source)
    except (ExpressionError, SQLAlchemyError) as error:
        yield str(getattr(error, "message", error))
        return
    found = {**sums.counts, "value": worked_out(figure, sums)}
    for name in ("value", *figure.counts):
        wanted = getattr(test, name)
        if name != "value" and wanted is None:
            continue
        is_right = found[name] == wanted if None in (found[name], wanted) else abs(found[name] - wanted) < NEAR
        if not is_right:
            yield say("figure-value", name=name, found=found[name], wanted=wanted)


def _counted(figure: Figure, rows: list[dict[str, Any]], source: FactSource) -> Sums:
    table = Table("facts", MetaData(), *(Column(name, _sql(fact.type)) for name, fact in source.facts.items()))
    columns = {name: table.c[name] for name in source.facts}
    conditions = Conditions(columns, source.types)
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            table.create(connection)
            if rows:
                connection.execute(table.insert(), rows)
            sums = Sums()
            for name, count in figure.counts.items():
                # A row that has not the moment by which it would count falls into no period.
                limits = columns[count.at or figure.at].is_not(None), conditions.truth(figure.only)
                value = measured(columns, count)
                if count.method == "percentile" and value is not None:
                    limited = select().where(*limits, conditions.truth(count.when))
                    row = connection.execute(ranked(limited, (), value, count.rank)).one_or_none()
                    sums.counts[name] = Ranked(*row).at(count.rank) if row is not None and row[2] else None
                else:
                    own = [one.column for one in pieces(conditions, columns, count)]
                    sums.counts[name] = put_together(count, connection.execute(select(*own).where(*limits)).one())
            return sums
    finally:
        engine.dispose()


def _sql(kind: Type) -> Any:
    return (
        Float() if kind == NUMBER else Boolean() if kind == BOOLEAN else UtcDateTime() if kind == MOMENT else String()
    )


def _row(facts: dict[str, Any], source: FactSource) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(source.facts)
    for name, value in facts.items():
        found[name] = _moment(value) if source.facts[name].type == MOMENT and value is not None else value
    return found


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        value = (
            datetime.combine(value, datetime.min.time()) if isinstance(value, date) else datetime.fromisoformat(value)
        )
    moment: datetime = value
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)
