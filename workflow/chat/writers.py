"""Who writes: a browser, known by a token that only it has; its number once that was shown to be his."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass

from sqlalchemy import select, update

from cti.base.ids import new_id
from cti.base.refusal import NotSignedIn
from cti.office.records import Office
from workflow.chat.models import WriterRow

TOKEN_BYTES = 32
REMEMBERED = 10_000
"""Browsers that need no look at the table."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A browser that writes; `number` is empty as long as nobody knows whose it is."""

    id: str
    entrance: str
    number: str
    name: str


class Writers:
    """Known browsers. A token is told once and kept as a hash."""

    def __init__(self, office: Office) -> None:
        self._store, self._clock = office.store, office.clock
        self._known: OrderedDict[str, Writer] = OrderedDict()

    async def new(self, entrance: str) -> tuple[Writer, str]:
        """A browser that was not here before, and its token."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock.wall()
        row = WriterRow(
            id=new_id(), token_hash=_hash(token), entrance=entrance, number="", number_index="", name="",
            created_at=now, seen_at=now,
        )  # fmt: skip
        async with self._store.writing() as session:
            session.add(row)
        return self._remember(row), token

    async def known(self, entrance: str, token: str, name: str, number: str) -> Writer:
        """Who writes by another channel, which tells who he is: `token` is its own, and not to be guessed."""
        hashed, now = _hash(token), self._clock.wall()
        if (known := self._known.get(hashed)) == Writer(known.id if known else "", entrance, number, name):
            return known
        async with self._store.writing() as session:
            row = await session.scalar(select(WriterRow).where(WriterRow.token_hash == hashed).with_for_update())
            if row is None:
                row = WriterRow(id=new_id(), token_hash=hashed, created_at=now)
                session.add(row)
            row.entrance, row.number, row.number_index, row.name, row.seen_at = entrance, number, number, name, now
        return self._remember(row)

    async def of(self, token: str) -> Writer:
        """Whose token it is. NotSignedIn for one that nobody has."""
        hashed = _hash(token)
        if (known := self._known.get(hashed)) is not None:
            return known
        async with self._store.reading() as session:
            row = await session.scalar(select(WriterRow).where(WriterRow.token_hash == hashed))
        if row is None:
            raise NotSignedIn("no_writer", "会话已过期，请重新打开咨询窗口")
        return self._remember(row)

    async def seen(self, writer: Writer) -> None:
        """He came back."""
        async with self._store.writing() as session:
            wanted = update(WriterRow).where(WriterRow.id == writer.id)
            await session.execute(wanted.values(seen_at=self._clock.wall()))

    def _remember(self, row: WriterRow) -> Writer:
        writer = self._known[row.token_hash] = Writer(row.id, row.entrance, row.number, row.name)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return writer


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
