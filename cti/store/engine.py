"""The database: SQLite (WAL) in one file by default, PostgreSQL by URL; sessions to read and to write."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from cti.base.ciphers.cipher import Cipher, load_master_key
from cti.base.ciphers.suites import SuiteName
from cti.base.events import Event
from cti.store.announcing import PUBLISH
from cti.store.columns import bind_cipher
from cti.store.glance import Glance, PostgresGlance, SqliteGlance
from cti.store.one_trip import one_trip
from cti.store.plain_sql import BUSY_SECONDS
from cti.store.turn import Turn
from cti.store.unasked import UNASKED

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def is_outage(error: BaseException) -> bool:
    """Whether the database cannot be reached or written now (gone, locked, full), so that another try may succeed."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    if isinstance(error, FileNotFoundError):
        return error.filename is None  # a server's socket; a file of ours would have its name
    unreachable = (ConnectionError, TimeoutError, socket.gaierror, PoolTimeout)
    return isinstance(error, (*unreachable, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError))


class Store:
    """One database. Reading sessions run side by side; writing ones commit at their end, or roll back on an error.

    `data` is the state directory, where copies of the database go.
    """

    def __init__(self, engine: AsyncEngine, cipher: Cipher, data: Path) -> None:
        self.engine = engine
        self.cipher = cipher
        self.data = data
        bind_cipher(engine.dialect, cipher)
        self._read = async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
        said = {PUBLISH: lambda event: self.publish(event)}
        self._write = async_sessionmaker(engine.execution_options(writing=True), expire_on_commit=False, info=said)
        # SQLite has one writer: waiting here is fair and costs nothing, its own busy loop does.
        self._turn: Turn | None = Turn() if self.is_sqlite else None
        path = self.path
        self.publish: Callable[[Event], None] = lambda event: None
        """Where events go that sessions announce; the engine's bus."""
        self.glance: Glance = SqliteGlance(path) if path is not None else PostgresGlance(self.postgres_url)

    @classmethod
    async def open(
        cls,
        url: str | None,
        data: Path,
        suite: SuiteName = "international",
        engine: Callable[[URL], AsyncEngine] | None = None,
    ) -> Store:
        """Open the database at `url`, or `hotline.db` in the state directory; the master key lies there too.

        `suite` says by which algorithms it seals. `engine` makes what reaches the database: see `make_engine`.
        """
        cipher = Cipher(load_master_key(data), suite)
        parsed = make_url(url) if url else URL.create("sqlite", database=str(data / "hotline.db"))
        if parsed.drivername in DRIVERS:
            parsed = parsed.set(drivername=DRIVERS[parsed.drivername])
        opened = cls((engine or make_engine)(parsed), cipher, data)
        if opened.path is not None and opened.path.parent.is_dir():
            # Made by the driver, it would be as readable as the umask allows; its log takes over how it is.
            opened.path.touch(mode=0o600)
        return opened

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite rather than PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(str(self.engine.url.database)) if self.is_sqlite else None

    @property
    def postgres_url(self) -> str:
        """The URL for the driver of a PostgreSQL database."""
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that reads one consistent state."""
        async with self._read() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at its end; keep it short, and await nothing else in it."""
        async with self._turn.taken() if self._turn else nullcontext(), self._write() as session, session.begin():
            yield session

    def first(self) -> AbstractAsyncContextManager[None]:
        """The journal's turn to write beside these sessions: before all who wait, after the one who writes now."""
        return self._turn.first(BUSY_SECONDS) if self._turn else nullcontext()

    async def close(self) -> None:
        """Close all connections: nothing can be asked of it any more."""
        await self.glance.close()
        await self.engine.dispose()


class ClosedByItself(sqlite3.Connection):
    """A connection that is closed, too, when whoever asked was cancelled while the driver's thread opened it."""

    def __del__(self) -> None:
        """Nobody has it any more, so nobody else can."""
        self.close()


def _unasked(cursor: Any, statement: str, values: Any, context: Any, *, many: bool) -> bool:
    """Whether the statement goes with the next trip: see `cti.store.unasked`."""
    if context is None or not context.execution_options.get(UNASKED):
        return False
    cursor.unasked(statement, values, many=many)
    return True


def make_engine(url: URL, remembered: int = 500) -> AsyncEngine:
    """An engine that no database has yet been asked of; it keeps the text of about so many statements."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True, query_cache_size=remembered)
    engine = create_async_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "factory": ClosedByItself},
        query_cache_size=remembered,
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(dialect: Any, _record: Any, _arguments: list[Any], named: dict[str, Any]) -> Any:
        # The file that the engine names now, which need not be that of its beginning (`cti.testing.engines`).
        return one_trip(dialect.connect(*dialect.create_connect_args(engine.url)[0], **named))

    # The driver begins transactions late and never for DDL or SELECT; SQLAlchemy's documentation has this remedy.
    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that will write takes the lock at once: one that read before cannot upgrade under WAL.
        writing = connection.get_execution_options().get("writing")
        connection.connection.dbapi_connection.begin("BEGIN IMMEDIATE" if writing else "BEGIN")

    @event.listens_for(engine.sync_engine, "do_execute")
    def one(cursor: Any, statement: str, values: Any, context: Any) -> bool:
        return _unasked(cursor, statement, values, context, many=False)

    @event.listens_for(engine.sync_engine, "do_executemany")
    def several(cursor: Any, statement: str, values: Any, context: Any) -> bool:
        return _unasked(cursor, statement, values, context, many=True)

    return engine
