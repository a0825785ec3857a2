"""Where a value belongs that is sealed inside JSON: to its event, or to the state that it is part of.

Sealed for that place, it opens nowhere else: a number that is copied into another event or state is refused (see
`columns.place_of` for values that fill a column of their own).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def event_place(kind: str, at: datetime, call: str | None) -> str:
    """The place of what is sealed in an event: its type, its time and its call, for a row knows its number too late."""
    return f"events.data {kind} {at.astimezone(UTC).isoformat()} {call or ''}"


def state_place(kind: str, key: str) -> str:
    """The place of what is sealed in a state that `Journal.put` keeps."""
    return f"states.data {kind} {key}"


def inner_place(table: str, row: Mapping[Any, Any]) -> str:
    """The place of what is sealed in the JSON of a row, by its columns' names; empty for tables without such."""
    if table == "events":
        return event_place(row["type"], row["at"], row["call"])
    return state_place(row["kind"], row["key"]) if table == "states" else ""
