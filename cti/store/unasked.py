"""Writes of whose outcome nobody asks: on SQLite they go to the database together with the next statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cti.store.turn import is_alone

UNASKED = "unasked"
"""The execution option of such a statement."""
_OPTIONS = {UNASKED: True}


async def write(
    session: AsyncSession, statement: Any, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> None:
    """Execute a statement that gives no rows, in the order in which statements are said.

    What is wrong with it is raised here or by the next statement or commit of the session: nothing is kept then. What
    the session has yet to flush is not written before it.
    """
    connection = await session.connection()
    sync = connection.sync_connection
    if is_alone(session) and sync is not None:
        # Nothing is waited for.
        sync.execute(statement, rows, execution_options=_OPTIONS)
    else:
        await connection.execute(statement, rows)
