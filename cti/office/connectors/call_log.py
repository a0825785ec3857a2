"""The log of calls: what was said to whom, what came of it, and saying it once more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.connectors.models import ConnectorCallRow
from cti.office.connectors.rights import MANAGE, SEE
from cti.office.connectors.service import Connectors
from cti.office.connectors.states import Direction, State
from cti.office.identity.audit.trail import Audit
from cti.office.identity.masking import shown_text
from cti.store.engine import Store
from cti.store.listing import Listed, listed

CODE = re.compile(r"[A-Za-z0-9_.:/+-]{0,40}")
MANY_DIGITS = re.compile(r"\d{7}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls of the log to list; an empty field limits nothing."""

    connector: str = ""
    direction: str = ""
    state: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


class CallLog:
    """Reads the calls within reach, and has them tried or said again."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, connectors: Connectors) -> None:
        self._store, self._clock, self._audit = store, clock, audit
        self._connectors = connectors

    async def find(self, visitor: Visitor, wanted: Wanted, page: int, size: int) -> Listed[ConnectorCallRow]:
        """A page, the newest first."""
        visitor.need(SEE)
        limits = [*visitor.reach(SEE).limits(ConnectorCallRow), *_limits(wanted)]
        order: list[ColumnElement[Any]] = [ConnectorCallRow.created_at.desc(), ConnectorCallRow.id.desc()]
        async with self._store.reading() as session:
            return await listed(session, ConnectorCallRow, limits, order, page, size)

    async def one(self, visitor: Visitor, id: str) -> ConnectorCallRow:
        """One call with what was said, for who may see connectors. NotFound."""
        visitor.need(SEE)
        async with self._store.reading() as session:
            return await self._row(session, visitor, SEE, id)

    async def replay(self, visitor: Visitor, id: str) -> None:
        """Try a failed call again, under its own id; say one that was done again, as a new call.

        NotFound; Conflict for one that has not ended, and for what came in and was done.
        """
        visitor.need(MANAGE)
        async with self._store.writing() as session:
            row = await self._row(session, visitor, MANAGE, id, lock=True)
            now, direction = self._clock.wall(), Direction(row.direction)
            if row.state == State.FAILED:
                row.state, row.tries, row.next_at, row.ended_at = State.WAITING.value, 0, now, None
                row.created_at = now
            elif row.state == State.DONE and direction is Direction.OUT:
                fresh = new_id()
                session.add(
                    ConnectorCallRow(
                        id=fresh, organisation=row.organisation, region=row.region, connector=row.connector,
                        direction=row.direction, key=fresh, verb=row.verb, about=row.about, fields=row.fields,
                        sender=visitor.name, state=State.WAITING.value, tries=0, created_at=now, next_at=now,
                        ended_at=None, status=0, milliseconds=0, answer="", last_error="", repeats=row.id,
                    )
                )  # fmt: skip
            elif row.state == State.DONE:
                raise Conflict("heard", "收到的内容已经办理，不能再办一次")
            else:
                raise Conflict("not_ended", "该调用尚在进行")
            await self._audit.write(session, visitor, "connector_call.replayed", f"connector_call:{id}")
            self._connectors.look(session, row.connector, direction)

    async def _row(
        self, session: AsyncSession, visitor: Visitor, permission: str, id: str, *, lock: bool = False
    ) -> ConnectorCallRow:
        row = await session.get(ConnectorCallRow, id, with_for_update=lock or None)
        if row is None or not visitor.reach(permission).covers(row.organisation, row.region):
            raise NotFound("no_call", "调用不存在")
        return row


def shown_fields(visitor: Visitor, row: ConnectorCallRow) -> str:
    """What was said, as the visitor may see it: without the permission only names of fields, codes and short words."""
    return msgspec.json.format(msgspec.json.encode(_shown(visitor, msgspec.json.decode(row.fields)))).decode()


def shown_answer(visitor: Visitor, row: ConnectorCallRow) -> str:
    """What the other side said, as the visitor may see it."""
    return shown_text(visitor, row.answer)


def _shown(visitor: Visitor, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shown(visitor, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shown(visitor, one) for one in value]
    text = str(value)
    if isinstance(value, bool) or value is None or (CODE.fullmatch(text) and not MANY_DIGITS.search(text)):
        return value
    return shown_text(visitor, text)


def _limits(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    table = ConnectorCallRow
    among = (table.connector, wanted.connector), (table.direction, wanted.direction), (table.state, wanted.state)
    found: list[ColumnElement[bool]] = [
        column == value for column, value in (*among, (table.about, wanted.about)) if value
    ]
    if wanted.since is not None:
        found.append(table.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(table.created_at < wanted.until)
    return found
