"""The core's tables: events, kept states, calls, the switch's own CDRs, recordings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, BlindIndex, EncryptedText, Owned

Sequence = BigInteger().with_variant(Integer, "sqlite")
"""SQLite makes row ids for INTEGER only."""


class EventRow(Base):
    """The journal: what happened, in order. `data` is JSON; telephone numbers in it are sealed."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "call"), {"sqlite_autoincrement": True})

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    type: Mapped[str] = mapped_column(String(60))
    call: Mapped[str | None] = mapped_column(String(26))
    organisation: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(6))
    data: Mapped[str] = mapped_column(Text)


class StateRow(Base):
    """Small states that outlive the engine (`Journal.put`): one JSON value a kind and key."""

    __tablename__ = "states"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    data: Mapped[str] = mapped_column(Text)


class CallRow(Owned, Base):
    """A call. `data` is the sealed JSON of the whole `cti.call.Call`; the other columns are for finding and lists.

    `wait_seconds` and `talk_seconds` are sums over all queues and talks of the call.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index(None, "arrived_at"),
        Index(None, "organisation", "arrived_at"),
        Index(None, "caller_index", "arrived_at"),
        Index(None, "caller_last_four", "arrived_at"),
        Index("ix_calls_open", "id", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    switch: Mapped[str] = mapped_column(String(40))
    trunk: Mapped[str] = mapped_column(String(40))
    caller: Mapped[str] = mapped_column(EncryptedText)
    caller_kind: Mapped[str] = mapped_column(String(16))
    caller_index: Mapped[str] = mapped_column(BlindIndex)
    caller_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True))
    called: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16))
    arrived_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(24))
    queue: Mapped[str] = mapped_column(String(40))
    agents: Mapped[list[str]] = mapped_column(JSON)
    recordings: Mapped[list[str]] = mapped_column(JSON)
    wait_seconds: Mapped[float] = mapped_column(server_default="0")
    talk_seconds: Mapped[float] = mapped_column(server_default="0")
    satisfaction: Mapped[str] = mapped_column(String(16))
    score: Mapped[int | None]
    data: Mapped[str] = mapped_column(Text)


class CallName(Base):
    """Which agents and queues a call had: `kind` is agent or queue. Ids of calls grow with time."""

    __tablename__ = "call_names"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 # SQLAlchemy's own protocol

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    call: Mapped[str] = mapped_column(String(26), primary_key=True)


class SwitchCdr(Base):
    """A line of the switch's own CDR: what it says of a leg, for calls that ended without us and for disputes.

    `unique` is the switch's id of the record; `data` has the fields as the switch wrote them, sealed.
    """

    __tablename__ = "switch_cdrs"
    __table_args__ = (Index(None, "call"),)

    switch: Mapped[str] = mapped_column(String(40), primary_key=True)
    unique: Mapped[str] = mapped_column(String(80), primary_key=True)
    call: Mapped[str | None] = mapped_column(String(26))
    leg: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    seconds: Mapped[float]
    disposition: Mapped[str] = mapped_column(String(24))
    cause: Mapped[int | None]
    data: Mapped[str] = mapped_column(EncryptedText)


class RecordingRow(Owned, Base):
    """A recording of a talk. `path` is relative to the recordings' folder; `state` is the recorder's."""

    __tablename__ = "recordings"
    __table_args__ = (Index(None, "call"), Index(None, "state"), Index(None, "started_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    call: Mapped[str] = mapped_column(String(26))
    agent: Mapped[str] = mapped_column(String(16))
    leg: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(String(255))
    started_at: Mapped[datetime]
    seconds: Mapped[float | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    channels: Mapped[int] = mapped_column(server_default="2")
    state: Mapped[str] = mapped_column(String(16))
    repaired: Mapped[bool] = mapped_column(server_default=text("false"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
