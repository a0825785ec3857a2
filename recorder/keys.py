"""The envelope of a recording: its sound is sealed by a key of its own, which a wrapping key seals, and that the master
key. A wrapping key is changed without a look at any sound: only the recordings' keys are wrapped anew.
"""

from __future__ import annotations

import asyncio
import base64
import os
from datetime import timedelta

import structlog
from sqlalchemy import delete, func, select, update

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.suites import KEY_BYTES
from cti.base.clock import Clock
from cti.store.engine import Store
from cti.store.recordings.recordings import RecordingStore
from recorder.models import WrappingKeyRow

log = structlog.get_logger(__name__)

PAGE = 500
KEPT = timedelta(days=1)
"""So long a retired wrapping key stays after nothing is wrapped by it: another engine may still have it in mind."""


class Keys:
    """Makes and opens the keys of recordings."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._recordings = RecordingStore(store)
        self._clock = clock
        self._wrapping: dict[int, Cipher] = {}
        self._number = 0

    @property
    def are_there(self) -> bool:
        """Whether something can be sealed now."""
        return self._number > 0

    async def open(self) -> None:
        """Read the wrapping keys; the first one is made when there is none. KeyProblem when they do not open."""
        async with self._store.writing() as session:
            rows = (await session.scalars(select(WrappingKeyRow).order_by(WrappingKeyRow.number))).all()
            if not rows:
                rows = [self._made(1)]
                session.add_all(rows)
        self._wrapping = {row.number: self._cipher(row.key) for row in rows}
        self._number = max(row.number for row in rows if row.retired_at is None)

    def _made(self, number: int) -> WrappingKeyRow:
        key = base64.b64encode(os.urandom(KEY_BYTES)).decode()
        return WrappingKeyRow(number=number, key=key, made_at=self._clock.wall())

    def _cipher(self, key: str) -> Cipher:
        return Cipher(base64.b64decode(key), self._store.cipher.suite.name)

    def new(self, recording: str) -> tuple[Cipher, str]:
        """A key for a recording: what seals by it, and how it is kept. KeyProblem while there is no wrapping key."""
        if not self.are_there:
            raise KeyProblem("the keys of recordings cannot be opened")
        key = os.urandom(KEY_BYTES)
        return Cipher(key, self._store.cipher.suite.name), self._wrapped(key, recording)

    def _wrapped(self, key: bytes, recording: str) -> str:
        return f"{self._number} {self._wrapping[self._number].seal(key, _place(recording))}"

    def opened(self, recording: str, kept: str) -> Cipher:
        """What opens a recording. KeyProblem when its key was changed, moved, or wrapped by one that is away."""
        return Cipher(self._unwrapped(recording, kept), self._store.cipher.suite.name)

    def _unwrapped(self, recording: str, kept: str) -> bytes:
        number, _, sealed = kept.partition(" ")
        wrapping = self._wrapping.get(int(number)) if number.isdecimal() else None
        if wrapping is None:
            raise KeyProblem(f"the key of recording {recording} is wrapped by a key that is not here")
        return wrapping.open(sealed, _place(recording))

    async def rotate(self) -> int:
        """Wrap all keys by a new one; no sound is touched. Returns the new wrapping key's number.

        What is left when an engine dies in the middle opens all the same, and `tidy` goes on with it.
        """
        async with self._store.writing() as session:
            number = (await session.scalar(select(func.max(WrappingKeyRow.number))) or 0) + 1
            await session.execute(
                update(WrappingKeyRow).where(WrappingKeyRow.retired_at.is_(None)).values(retired_at=self._clock.wall())
            )
            session.add(self._made(number))
        await self.open()
        await self.wrap_anew()
        return number

    async def wrap_anew(self) -> int:
        """Wrap what is wrapped by retired keys; returns how many. One that does not open stays and is logged."""
        changed, after = 0, ""
        mine = f"{self._number} "
        while True:
            rows = await self._recordings.keys_after(after, PAGE)
            if not rows:
                return changed
            after = rows[-1][0]
            old = [(id, kept) for id, kept in rows if not kept.startswith(mine)]
            for id, kept in old:
                try:
                    again = self._wrapped(self._unwrapped(id, kept), id)
                except KeyProblem as error:
                    log.error("the key of a recording does not open", recording=id, reason=str(error))
                    continue
                await self._recordings.change_key(id, kept, again)
                changed += 1
            await asyncio.sleep(0)

    async def tidy(self) -> None:
        """Go on with what an engine left, and destroy retired keys by which nothing is wrapped any more."""
        if len(self._wrapping) < 2:
            return
        await self.wrap_anew()
        retired = WrappingKeyRow.retired_at < self._clock.wall() - KEPT
        async with self._store.reading() as session:
            numbers = list(await session.scalars(select(WrappingKeyRow.number).where(retired)))
        for number in numbers:
            if not await self._recordings.has_key(f"{number} "):
                async with self._store.writing() as session:
                    await session.execute(delete(WrappingKeyRow).where(WrappingKeyRow.number == number))
                log.info("a retired key of recordings is destroyed", number=number)


def _place(recording: str) -> str:
    return f"recordings.key {recording}"
