"""Rows many times over: each copy under keys of its own and a little earlier, made by the database itself."""

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
"""Columns that tell one record from another, or name one: the first letter of each is another in each copy."""
APART_SECONDS = 137


async def copy(store: Store, times: int) -> None:
    """Let there be so many of each row. Keys begin with a 0 before they are copied."""
    for table, keys in KEYS.items():
        owner = table.__table__
        assert isinstance(owner, Table)
        for place in range(1, times):
            values = [_value(store, one.name, one.type, keys, place) for one in owner.columns]
            names = ", ".join(f'"{one.name}"' for one in owner.columns)
            async with store.writing() as session:
                await session.execute(text(
                    f'INSERT INTO "{owner.name}" ({names}) SELECT {", ".join(values)} FROM "{owner.name}" '  # noqa: S608 # our names
                    f'WHERE "{keys[0]}" < \'1\''
                ))  # fmt: skip


def _value(store: Store, name: str, kind: object, keys: tuple[str, ...], place: int) -> str:
    said = f'"{name}"'
    if name in keys:
        return f"'{place}' || substr({said}, 2)"
    if isinstance(kind, TypeDecorator) and isinstance(kind.impl, DateTime):
        seconds = place * APART_SECONDS
        if store.is_sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%f', {said}, '-{seconds} seconds') || '000'"
        return f"{said} - interval '{seconds} seconds'"
    return said
