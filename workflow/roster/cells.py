"""Shifts as changes keep them: before and after, to be told, audited and brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workflow.roster.models import RosterRow, ShiftRow
from workflow.roster.rules import shift_words
from workflow.roster.solving.problem import Slot
from workflow.roster.staff import worked


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody works this slot on a day from now on; nothing when it is empty."""

    person: str
    day: date
    slot: str


def slot_of(rows: Sequence[ShiftRow], move: Move) -> Slot | None:
    """The slot of a shift that stands there, though its shift type has it no more."""
    row = next((one for one in rows if one.slot == move.slot), None)
    if row is None:
        return None
    one = worked(row)
    return Slot(row.slot, row.title, one.begin, one.end, one.minutes)


def cell_of(row: ShiftRow) -> dict[str, Any]:
    """A shift as a change keeps it."""
    return {
        "id": row.id, "roster": row.roster, "person": row.person, "day": row.day.isoformat(), "slot": row.slot,
        "title": row.title, "begins_at": row.begins_at.astimezone(UTC).isoformat(),
        "ends_at": row.ends_at.astimezone(UTC).isoformat(),
        "minutes": row.minutes, "tied": row.tied, "words": shift_words(row),
    }  # fmt: skip


def said(one: Mapping[str, Any]) -> dict[str, str]:
    """It as the audit has it."""
    return {"person": one["person"], "shift": one["words"]}


def span_of(cells: Iterable[tuple[str, date]]) -> tuple[date, date]:
    """The first and the last day of cells of people."""
    days = [day for _, day in cells]
    return min(days), max(days)


def restored(roster: RosterRow, row: ShiftRow | None, one: Mapping[str, Any]) -> ShiftRow:
    """The shift as it was, made anew where it is gone."""
    values = {
        "person": one["person"], "day": date.fromisoformat(one["day"]), "slot": one["slot"], "title": one["title"],
        "begins_at": datetime.fromisoformat(one["begins_at"]), "ends_at": datetime.fromisoformat(one["ends_at"]),
        "minutes": one["minutes"], "tied": one["tied"],
    }  # fmt: skip
    if row is None:
        owner = {"organisation": roster.organisation, "region": roster.region, "roster": roster.id}
        return ShiftRow(id=one["id"], **owner, **values)
    for name, value in values.items():
        setattr(row, name, value)
    return row
