"""One channel's own loop: takes what is due in small batches, tries it, and writes down what became of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from cti.base.breaker import Breaker
from cti.base.clock import Clock
from cti.base.lookout import Lookout
from cti.office.messages.channels.description import ChannelDescription
from cti.office.messages.channels.port import Channel, ChannelFails, ChannelRefuses, Letter
from cti.office.messages.deliveries import OPEN, State
from cti.office.messages.models import DeliveryRow
from cti.store.engine import Store, is_outage

if TYPE_CHECKING:
    from cti.office.messages.outbox import Outbox

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
"""How long a letter that another engine posted may go unnoticed."""
GRACE_SECONDS = 60.0
"""Beyond a try's own time: then the engine that made it is taken for dead."""
FIRST, MOST, TRIES = 15.0, 3600.0, 10
"""Seconds until the second try, at most between two, and how many there are."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    id: str
    number: str = ""
    fails: str = ""
    refuses: str = ""


class Sender:
    """Sends the letters of one channel."""

    def __init__(
        self, name: str, described: ChannelDescription, channel: Channel, store: Store, clock: Clock, outbox: Outbox
    ) -> None:
        self.name = name
        self.described = described
        self.breaker = Breaker(clock)
        self.last_error = ""
        self._channel = channel
        self._store = store
        self._clock = clock
        self._outbox = outbox
        self._not_before = 0.0
        self._lookout = Lookout(clock, f"messages: {name}", self._work, self._not_read)

    def start(self) -> None:
        """Begin; once is enough."""
        self._lookout.start()

    async def stop(self) -> None:
        """End, and let go of the channel's connections."""
        await self._lookout.stop()
        await self._channel.close()

    def look(self) -> None:
        """Something may be due."""
        self._lookout.look()

    async def give(self, letter: Letter) -> None:
        """Send a letter past the outbox, to see whether the channel works. ChannelRefuses, ChannelFails."""
        await self._channel.send(letter)

    def _not_read(self, error: Exception) -> None:
        log.error("letters not sent", channel=self.name, reason=f"{type(error).__name__}: {error}",
                  outage=is_outage(error))  # fmt: skip

    async def _work(self) -> None:
        # Whatever goes wrong below, somebody looks again.
        self._lookout.come_back(LOOK_SECONDS)
        while (wait := await self._round()) <= 0:
            pass
        self._lookout.come_back(wait)

    async def _round(self) -> float:
        """Send what is due, not more than may go at a time; returns for how many seconds there is nothing to do."""
        if (wait := max(self.breaker.wait, self._not_before - self._clock.now())) > 0:
            return wait
        batch = await self._claim(1 if self.breaker.is_open else self.described.at_once)
        if not batch:
            return await self._until_next()
        outcomes = await asyncio.gather(*(self._try(letter) for letter in batch))
        await self._keep(outcomes)
        self._not_before = self._clock.now() + len(batch) / self.described.per_second
        return 0

    async def _until_next(self) -> float:
        mine = DeliveryRow.channel == self.name, DeliveryRow.state.in_(OPEN)
        async with self._store.reading() as session:
            found = [
                await session.scalar(
                    select(DeliveryRow.next_at).where(*mine, DeliveryRow.urgent == urgent)
                    .order_by(DeliveryRow.next_at).limit(1)
                )
                for urgent in (True, False)
            ]  # fmt: skip
        waits = [(at - self._clock.wall()).total_seconds() for at in found if at is not None]
        return min([LOOK_SECONDS, *(max(0.001, one) for one in waits)])

    async def _claim(self, most: int) -> list[Letter]:
        """Letters that are due, the urgent ones first; other engines pass over them meanwhile."""
        now = self._clock.wall()
        until = now + timedelta(seconds=self.described.timeout + GRACE_SECONDS)
        mine = DeliveryRow.channel == self.name, DeliveryRow.state.in_(OPEN), DeliveryRow.next_at <= now
        async with self._store.reading() as session:
            if await session.scalar(select(DeliveryRow.id).where(*mine).limit(1)) is None:
                return []
        batch: list[Letter] = []
        async with self._store.writing() as session:
            for urgent in (True, False):
                wanted = select(DeliveryRow).where(*mine, DeliveryRow.urgent == urgent)
                wanted = wanted.order_by(DeliveryRow.next_at, DeliveryRow.id).limit(most - len(batch))
                for row in await session.scalars(wanted.with_for_update(skip_locked=True)):
                    row.state, row.tries, row.next_at = State.SENDING.value, row.tries + 1, until
                    batch.append(Letter(row.id, row.address, row.subject, row.text, row.kind))
                if len(batch) >= most:
                    break
        return batch

    async def _try(self, letter: Letter) -> _Outcome:
        try:
            accepted = await self._channel.send(letter)
        except ChannelRefuses as error:
            return _Outcome(letter.id, refuses=str(error) or "refused")
        except ChannelFails as error:
            return _Outcome(letter.id, fails=str(error) or "failed")
        except Exception as error:
            log.exception("channel failed", channel=self.name)
            return _Outcome(letter.id, fails=type(error).__name__)
        return _Outcome(letter.id, number=accepted.number)

    async def _keep(self, outcomes: list[_Outcome]) -> None:
        was_open = self.breaker.is_open
        fails = [one.fails for one in outcomes if one.fails]
        if fails:
            self.last_error = fails[-1]
        if len(fails) == len(outcomes):
            self.breaker.failed(len(fails))
        else:
            self.breaker.worked()
        async with self._store.writing() as session:
            for one in outcomes:
                row = await session.get(DeliveryRow, one.id, with_for_update=True)
                if row is not None and row.state == State.SENDING.value:
                    self._write_down(row, one)
            await session.flush()
            if self.breaker.is_open:
                await self._outbox.hand_over(session, self)
        if self.breaker.is_open != was_open:
            self._outbox.on_state(self, well=was_open)

    def _write_down(self, row: DeliveryRow, outcome: _Outcome) -> None:
        now = self._clock.wall()
        row.last_error = (outcome.refuses or outcome.fails)[:200]
        if outcome.refuses:
            row.state, row.ended_at = State.FAILED.value, now
        elif outcome.fails:
            given_up = now - row.created_at > timedelta(hours=self.described.give_up) or row.tries >= TRIES
            if given_up:
                row.state, row.ended_at = State.FAILED.value, now
            else:
                wait = min(FIRST * 2.0 ** (row.tries - 1), MOST)
                row.state, row.next_at = State.WAITING.value, now + timedelta(seconds=wait)
        else:
            # A receipt ends it; where none comes, sent is all that is known.
            row.state, row.sent_at = State.SENT.value, now
            row.gateway_number = outcome.number
            row.cost = round(self.described.price * 1000) * row.parts
