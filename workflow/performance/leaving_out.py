"""Rows that do not count (不计考核), as a condition on whatever a figure counts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, and_, cast, or_, select

from cti.office.figures import FactSource
from workflow.performance.models import ExclusionRow


def counts(source: FactSource, by: str, organisation: str) -> ColumnElement[bool]:
    """Whether a row counts in the periods of an organisation: nobody granted that it does not, for this one or all."""
    row, whose = ExclusionRow, source.splits[by].value
    about = or_(row.subject == "", row.subject == whose, and_(row.agent != "", row.agent == whose))
    wanted = select(row.id).where(
        row.record == thing_of(source), row.screen == place_of(source), row.stage == "granted",
        row.organisation == organisation, row.removed_at.is_(None), about,
    )  # fmt: skip
    return ~wanted.exists()


def thing_of(source: FactSource) -> ColumnElement[str]:
    """The record that a row is, or is about."""
    return cast(source.record if source.record is not None else source.id, String)


def place_of(source: FactSource) -> str:
    """What kind of record its rows are of, as exclusions name it."""
    return source.screen or source.name
