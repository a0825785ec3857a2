"""Notes of changes: triggers that write down, in the transaction of a change, which rows of which tables it touched.

Whoever keeps something that is worked out of tables reads there what he must work out again. Migrations take all such
triggers away, since a table that one names can be neither dropped nor renamed; who needs them makes them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

PREFIX = "noted_"
KEPT = ("figure_spans",)
"""Tables of what is kept by notes."""
_NAME = 63
"""Characters that PostgreSQL keeps of a name."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a change of a table writes down: `body` is an INSERT that reads OLD and NEW, as far as the change has them.

    `columns` are those whose change matters; `owner` says for whom it is.
    """

    owner: str
    table: str
    when: Literal["INSERT", "UPDATE", "DELETE"]
    columns: tuple[str, ...]
    body: str

    @property
    def name(self) -> str:
        """Its trigger's name, another one for whatever else it does."""
        said = "|".join((self.table, self.when, *self.columns, self.body))
        return f"{prefix_of(self.owner)}{hashlib.sha256(said.encode()).hexdigest()[:16]}"

    def statements(self, *, sqlite: bool) -> list[str]:
        """What makes it."""
        of = f" OF {', '.join(map(quoted, self.columns))}" if self.when == "UPDATE" else ""
        if sqlite:
            return [f"CREATE TRIGGER {self.name} AFTER {self.when}{of} ON {quoted(self.table)} BEGIN {self.body}; END"]
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {self.body}; RETURN NULL; END $$",
            f"CREATE TRIGGER {self.name} AFTER {self.when}{of} ON {quoted(self.table)} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]


def quoted(name: str) -> str:
    """A name of ours in SQL, whatever words the database has."""
    return f'"{name}"'


def prefix_of(owner: str) -> str:
    """How the names of an owner's triggers begin."""
    return f"{PREFIX}{owner[: _NAME - len(PREFIX) - 18]}__"


def there(connection: Connection, prefix: str = PREFIX) -> dict[str, str]:
    """The tables of the triggers that are there, by their names."""
    sqlite = connection.dialect.name == "sqlite"
    said = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if sqlite
        else "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
    )
    rows = connection.execute(text(said)).tuples()
    return {name: table for name, table in rows if name.startswith(prefix)}


def note(connection: Connection, table: str, notes: Iterable[Note]) -> bool:
    """Let changes of a table be noted for one owner from now on; whether something had to be made for it."""
    wanted = {one.name: one for one in notes if one.table == table}
    owned = there(connection, prefix_of(next(iter(wanted.values())).owner)) if wanted else {}
    found = {name for name, of in owned.items() if of == table}
    _drop(connection, dict.fromkeys(found - wanted.keys(), table))
    for name in sorted(wanted.keys() - found):
        for said in wanted[name].statements(sqlite=connection.dialect.name == "sqlite"):
            connection.exec_driver_sql(said)
    return wanted.keys() != found


def forget(connection: Connection) -> None:
    """Take all of them away, and with them what is kept by them: from now on nobody notes what touches it."""
    if found := there(connection):
        _drop(connection, found)
        for table in KEPT:
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 # our names


def _drop(connection: Connection, found: dict[str, str]) -> None:
    for name, table in found.items():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER {name} ON {quoted(table)}")
            connection.exec_driver_sql(f"DROP FUNCTION {name}()")
