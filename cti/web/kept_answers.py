"""Idempotency keys: a request that was sent twice is carried out once, and answered twice alike.

A client that sends `Idempotency-Key` with a POST may send it again when the answer got lost (see the IETF draft
"The Idempotency-Key HTTP Header Field"). Answers of requests that succeeded are kept, sealed, for `KEPT`; one that was
refused changed nothing and may be tried again. Keys belong to a person.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import Conflict, Invalid
from cti.store.columns import placed
from cti.store.engine import Store
from cti.store.models import AnswerRow

HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,128}")
KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=5)
"""After this long without an answer the engine that worked on it is taken for dead."""
SWEEP_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer that was given before."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """A request under a key. `request` is the hash of all that must be equal for it to be the same one."""

    person: str
    key: str
    request: str

    @classmethod
    def of(cls, person: str, key: str, *request: bytes) -> Claim:
        """Of a header's value and the parts of the request; Invalid when the key cannot be one."""
        if not KEY.fullmatch(key):
            raise Invalid("idempotency_key", "应为 1 到 128 个可见字符", HEADER)
        total = hashlib.sha256()
        for part in request:
            total.update(len(part).to_bytes(8, "big") + part)
        return cls(person, hashlib.sha256(key.encode()).hexdigest(), total.hexdigest())


class KeptAnswers:
    """The table of answers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._swept = clock.now()

    async def begin(self, claim: Claim) -> KeptAnswer | None:
        """The answer that was given before; None means: go on, then `keep` or `release`. Conflict."""
        now = self._clock.wall()
        insert = (sqlite if self._store.is_sqlite else postgresql).insert(AnswerRow)
        row = {"person": claim.person, "key": claim.key, "request": claim.request, "begun_at": now}
        async with self._store.writing() as session:
            await session.execute(delete(AnswerRow).where(*_is(claim), _over(now)))
            claimed = insert.values(**row).on_conflict_do_nothing().returning(AnswerRow.key)
            if (await session.execute(claimed)).first() is not None:
                await self._sweep(session, now)
                return None
            found = (await session.scalars(select(AnswerRow).where(*_is(claim)))).one()
        if found.request != claim.request:
            raise Conflict("idempotency_key_reused", "该请求编号已用于另一内容的请求", HEADER)
        if found.status is None:
            raise Conflict("idempotency_in_progress", "相同的请求正在处理，请稍后再试", HEADER)
        return KeptAnswer(found.status, (found.body or "").encode())

    async def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """The work is done."""
        body = placed(AnswerRow.body, answer.body.decode(), claim.person, claim.key)
        changed = update(AnswerRow).where(*_is(claim)).values(status=answer.status, body=body)
        async with self._store.writing() as session:
            await session.execute(changed)

    async def release(self, claim: Claim) -> None:
        """Nothing was done: the same key may try again."""
        async with self._store.writing() as session:
            await session.execute(delete(AnswerRow).where(*_is(claim), AnswerRow.status.is_(None)))

    async def _sweep(self, session: AsyncSession, now: datetime) -> None:
        if self._clock.now() - self._swept >= SWEEP_SECONDS:
            self._swept = self._clock.now()
            await session.execute(delete(AnswerRow).where(AnswerRow.begun_at < now - KEPT))


def _is(claim: Claim) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return AnswerRow.person == claim.person, AnswerRow.key == claim.key


def _over(now: datetime) -> ColumnElement[bool]:
    abandoned = AnswerRow.status.is_(None) & (AnswerRow.begun_at < now - ABANDONED)
    return or_(AnswerRow.begun_at < now - KEPT, abandoned)
