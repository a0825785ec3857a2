"""Rows many times over: each copy under keys of its own and some weeks later, made by the database itself."""

from __future__ import annotations

from sqlalchemy import DateTime, Table, text
from sqlalchemy.types import TypeDecorator

from cti.office.processes.models import CaseDeadlineRow
from cti.store.columns import Base
from cti.store.engine import Store
from cti.store.models import CallRow
from workflow.tickets.models import TicketRow, TicketTaskRow

KEYS: dict[type[Base], tuple[str, ...]] = {
    TicketRow: ("id", "number", "case"),
    TicketTaskRow: ("case", "ticket", "parent"),
    CaseDeadlineRow: ("case_id", "root"),
    CallRow: ("id",),
}
"""Columns that tell one record from another, or name one: their first letters are others in each copy."""
FIRST = 100
"""The first letters of the keys of the rows that are there, and their copies', are below and from this number on."""
LETTERS = len(str(FIRST))
MOST = 10**LETTERS - FIRST


async def copy(store: Store, times: int, days: int) -> None:
    """Let there be so many of each row, each copy so many days after the one before it.

    Keys of the rows begin with a 0, so that those of the copies stand behind them in the order of time.
    """
    assert times <= MOST, f"{times} copies have no letters of their own"
    for kind, keys in KEYS.items():
        table = kind.__table__
        assert isinstance(table, Table)
        names = ", ".join(f'"{one.name}"' for one in table.columns)
        for place in range(1, times):
            values = [_value(store, one.name, one.type, keys, place, days) for one in table.columns]
            async with store.writing() as session:
                await session.execute(text(
                    f'INSERT INTO "{table.name}" ({names}) SELECT {", ".join(values)} FROM "{table.name}" '  # noqa: S608 # our names
                    f'WHERE "{keys[0]}" < \'1\' ORDER BY "{keys[0]}"'
                ))  # fmt: skip


def _value(store: Store, name: str, kind: object, keys: tuple[str, ...], place: int, days: int) -> str:
    said = f'"{name}"'
    if name in keys:
        return f"'{FIRST + place}' || substr({said}, {LETTERS + 1})"
    if isinstance(kind, TypeDecorator) and isinstance(kind.impl, DateTime):
        if store.is_sqlite:
            # Whole days: the time of the day is as it stands.
            return f"date({said}, '{place * days} days') || substr({said}, 11)"
        return f"{said} + interval '{place * days} days'"
    return said
