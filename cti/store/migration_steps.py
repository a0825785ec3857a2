"""Runs a room's migrations by Alembic, which is loaded only when there are some to run."""

from __future__ import annotations

from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError as UnknownRevision
from sqlalchemy import Connection

from cti.store.noting import forget
from cti.store.rooms import BASE, Room

__all__ = ["UnknownRevision", "run"]


def run(connection: Connection, room: Room, target: str) -> None:
    """Up to a revision or `heads`, or down to one, to BASE, or `-1`. UnknownRevision.

    Triggers that note changes are away after it: see `cti.store.noting`.
    """
    forget(connection)
    scripts = ScriptDirectory(str(room.folder), version_locations=[str(room.folder)])

    def steps(current: Any, _context: MigrationContext) -> Any:
        if target == BASE or target.startswith("-"):
            return scripts._downgrade_revs(target, current)
        return scripts._upgrade_revs(target, current)

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=target) as environment:
        environment.configure(
            connection=connection,
            version_table=room.version_table,
            # The transaction around all rooms is ours; SQLite's DDL takes part in it.
            transactional_ddl=True,
            render_as_batch=True,
        )
        environment.run_migrations()
