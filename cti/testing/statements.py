"""What is said to a database: each statement of which the outcome is asked is a trip there, and trips add up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from cti.store.engine import Store
from cti.store.unasked import UNASKED


@contextmanager
def trips(store: Store) -> Iterator[list[str]]:
    """The statements of the block, in their order; without those that go along with the next one (`unasked`)."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, _values: object, context: Any, _many: bool) -> None:
        if context is None or not context.execution_options.get(UNASKED):
            found.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.engine.sync_engine, "before_cursor_execute", note)
