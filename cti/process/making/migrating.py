"""Migrations made from models: what is written has been run forward, back and forward again before it stays."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations
from alembic.autogenerate.api import render_python_code
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Boolean, Connection, DefaultClause, Numeric, String, inspect, text
from sqlalchemy.types import Integer, TypeDecorator

from cti.base.manifest import Plugin, PluginError
from cti.store.catalogue import load_models
from cti.store.columns import Base
from cti.store.comparing import differences, is_said, own_tables, schema_of
from cti.store.engine import Store
from cti.store.migration import go_back, migrate

REVISION = re.compile(r"^(\d{4})_")
MODULE = '''"""{message}."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}


def upgrade() -> None:
    """Forward."""
{upgrade}


def downgrade() -> None:
    """Back."""
{downgrade}
'''


async def write_migration(
    plugin: Plugin, before: Sequence[Plugin], message: str = "", database: str | None = None
) -> Path | None:
    """Write the plugin's next revision and try it on SQLite, and on an empty PostgreSQL `database`; None when there is
    nothing to do. `before` are the plugins that start before it.

    PluginError, and nothing is written, when it cannot be run forward and back, or rows that exist lack a value.
    """
    load_models(one.package for one in (*before, plugin))
    async with _scratch(None, before) as store:
        await migrate(store, [plugin.folder])
        async with store.engine.connect() as connection:
            found = await connection.run_sync(_rendered, plugin)
    if found is None:
        return None
    folder = plugin.folder / "migrations"
    known = sorted(match[1] for one in folder.glob("*.py") if (match := REVISION.match(one.name)))
    revision = f"{int(known[-1]) + 1 if known else 1:04}"
    words = re.sub(r"\W+", "_", message.lower(), flags=re.ASCII).strip("_")[:40]
    path = folder / f"{revision}_{words or ('changed' if known else 'begin')}.py"
    folder.mkdir(exist_ok=True)
    path.write_text(
        MODULE.format(
            message=message.rstrip(".") or "What the models say now", revision=revision,
            before=f'"{known[-1]}"' if known else None, upgrade=found[0], downgrade=found[1],
        ),
        "utf-8",
    )  # fmt: skip
    _formatted(path)
    try:
        for one in (None, *([database] if database else ())):
            await _try(plugin, before, one)
    except Exception as error:
        path.unlink()
        raise PluginError(f"{path.name} does not work and was not kept: {error}") from error
    return path


async def _try(plugin: Plugin, before: Sequence[Plugin], database: str | None) -> None:
    async with _scratch(database, before) as store:
        await migrate(store, [plugin.folder])
        async with store.engine.connect() as connection:
            mine = tuple(f"table {one}:" for one in own_tables(plugin.package))
            left = [one for one in await connection.run_sync(differences) if one.startswith(mine)]
            forward = await connection.run_sync(schema_of)
        if left:
            raise PluginError("; ".join(left))
        await go_back(store, [plugin.folder], "-1")
        await migrate(store, [plugin.folder])
        async with store.engine.connect() as connection:
            if await connection.run_sync(schema_of) != forward:
                raise PluginError("back and forward again gives other tables")


class _scratch:  # noqa: N801 # used as a function
    """A store with the tables of the core and of some plugins, gone afterwards."""

    def __init__(self, database: str | None, plugins: Sequence[Plugin]) -> None:
        self._database, self._plugins = database, plugins

    async def __aenter__(self) -> Store:
        self._folder = Path(tempfile.mkdtemp(prefix="hotline-migrate-"))
        self._store = await Store.open(self._database, self._folder)
        if not self._store.is_sqlite:
            async with self._store.engine.begin() as connection:
                if await connection.run_sync(lambda given: inspect(given).get_table_names()):
                    raise PluginError("the database to try it on is not empty")
        await migrate(self._store, [one.folder for one in self._plugins])
        return self._store

    async def __aexit__(self, *_: object) -> None:
        if not self._store.is_sqlite:
            async with self._store.engine.begin() as connection:
                await connection.execute(text("DROP SCHEMA public CASCADE"))
                await connection.execute(text("CREATE SCHEMA public"))
        await self._store.close()
        shutil.rmtree(self._folder)


def _rendered(connection: Connection, plugin: Plugin) -> tuple[str, str] | None:
    own = own_tables(plugin.package)

    def concerns(_thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
        if kind != "table":
            return True
        # A table that nobody's models say was the plugin's: everybody else's are as their models say.
        return name in own or (reflected and name not in Base.metadata.tables)

    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True, "include_name": is_said, "include_object": concerns,
            "render_as_batch": True, "target_metadata": Base.metadata,
        },
    )  # fmt: skip
    made = produce_migrations(context, Base.metadata)
    if made.upgrade_ops is None or made.downgrade_ops is None or made.upgrade_ops.is_empty():
        return None
    for one in _added(made.upgrade_ops):
        _give_default(one)
    sides = (made.upgrade_ops, made.downgrade_ops)
    found = [
        render_python_code(one, render_as_batch=True, render_item=_plain_type, migration_context=context)
        for one in sides
    ]
    # Alembic indents all lines but the first, and has comments of its own.
    upgrade, downgrade = (re.sub(r"^ *# ###.*\n?", "", f"    {one}", flags=re.MULTILINE).rstrip() for one in found)
    return upgrade, downgrade


def _added(found: Any) -> Iterator[ops.AddColumnOp]:
    for one in found.ops:
        if isinstance(one, ops.AddColumnOp):
            yield one
        elif isinstance(one, ops.ModifyTableOps):
            yield from _added(one)


def _give_default(one: ops.AddColumnOp) -> None:
    """Rows that exist get nothing, no, or none in a column that must have a value."""
    column = one.column
    if column.nullable or column.server_default is not None:
        return
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    by_kind = ((Boolean, text("false")), ((Integer, Numeric), "0"), (String, ""))
    value = next((value for kinds, value in by_kind if isinstance(kind, kinds)), None)
    if value is None or isinstance(kind, JSON):
        raise PluginError(
            f"{one.table_name}.{column.name}: rows that exist need a value: let it be empty, or give a server_default"
        )
    one.column = column._copy()
    one.column.server_default = DefaultClause(value)


def _plain_type(kind: str, found: Any, _context: Any) -> str | Literal[False]:
    """The house's own types as those that the database has."""
    return f"sa.{found.impl!r}" if kind == "type" and isinstance(found, TypeDecorator) else False


def _formatted(path: Path) -> None:
    """As the house writes code, where its formatter is installed."""
    command = [sys.executable, "-m", "ruff", "format", "--quiet", str(path)]
    subprocess.run(command, check=False, capture_output=True)  # noqa: S603 # our own interpreter on our own file
