"""A place in a queue, and an offer, as a session sees them: it waits for what is next, dials, and says how it went."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from acd.matching.matching import Matching
from acd.matching.states import WorkState
from acd.matching.work import Reservation, Work, WorkItem
from cti.telephony.switch.port import DialResult


class PlaceOver(Exception):
    """Nothing comes at this place any more: it was withdrawn, or another session has it."""


@dataclass(frozen=True, slots=True)
class Overflow:
    """The work does not wait here any longer: go `to` (`queue:x`, `flow:x`, `voicemail`, `callback`, `message`)."""

    to: str
    why: str


class Offer:
    """An agent reserved for this work. Dial him, and say how it went; what is said after the end is ignored."""

    def __init__(self, matching: Matching, reservation: Reservation) -> None:
        self._matching = matching
        self.reservation = reservation
        self._taken_back: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def agent(self) -> str:
        """The number of the agent to whom he is offered."""
        return self.reservation.agent

    @property
    def why(self) -> str:
        """Why he and not another."""
        return self.reservation.why

    @property
    def deadline(self) -> float:
        """The clock's second at which the reservation ends by itself, unless answered."""
        return self.reservation.deadline

    @property
    def ring(self) -> float:
        """How many seconds his phone may ring."""
        return self.reservation.work.queue.settings.ring

    @property
    def is_over(self) -> bool:
        """Whether the reservation has ended, by an answer or without one."""
        return self.reservation.over

    async def taken_back(self) -> str:
        """Returns, with the reason, when the matching ends the offer: stop dialling."""
        return await asyncio.shield(self._taken_back)

    def ringing(self) -> bool:
        """His phone rings. False: the offer is over, stop dialling."""
        return self._matching.offers.ringing(self.reservation)

    def answered(self) -> bool:
        """He and the caller talk. False: the offer is over, hang him up."""
        return self._matching.offers.answered(self.reservation)

    def failed(self, result: DialResult) -> None:
        """He did not take it; the work is back at its place: ask for what is next."""
        self._matching.offers.failed(self.reservation, result)

    def talk_ended(self) -> None:
        """The talk is over; his wrap-up begins."""
        self._matching.offers.talk_ended(self.reservation.work)

    def end(self, why: str) -> None:
        """The matching took it back."""
        if not self._taken_back.done():
            self._taken_back.set_result(why)


class Place:
    """The place of one piece of work. One session at a time waits at it."""

    def __init__(self, matching: Matching, item: WorkItem) -> None:
        self._matching = matching
        self.item = item
        self._work: Work | None = None
        self._next: Offer | Overflow | None = None
        self._offer: Offer | None = None
        self._waiter: asyncio.Future[None] | None = None

    # ── for the session ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def position(self) -> int:
        """The place in the queue; 1 is next."""
        return self._matching.position(self.work)

    @property
    def estimate(self) -> float | None:
        """Seconds of waiting to expect from now; None when nobody serves."""
        found = self._matching.estimate(self.work)
        return None if found is None else found.seconds

    @property
    def estimate_range(self) -> tuple[float, float] | None:
        """Seconds between which the wait from now will end in 8 of 10 cases; None when nobody serves."""
        found = self._matching.estimate(self.work)
        return None if found is None else (found.low, found.high)

    @property
    def waited(self) -> float:
        """Seconds since the wait began."""
        return self._matching.clock.now() - self.work.since

    async def next(self) -> Offer | Overflow:
        """Wait for an agent, or for the queue to send the work elsewhere. PlaceOver when neither will come."""
        if self.work.state is WorkState.HELD:
            self._matching.enqueue(self.item, self)
        while self._next is None:
            if self.work.owner is not self or self.work.state is WorkState.OVER:
                raise PlaceOver(self.item.id)
            if self.work.state is WorkState.HELD:
                # An offer came and was over before this session could run: it speaks now, so it is matched again.
                self._matching.enqueue(self.item, self)
                continue
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        found = self._next
        if isinstance(found, Offer):
            self._next = None
        return found

    def withdraw(self, reason: str) -> None:
        """The caller hung up (`abandoned`), left by key, or goes elsewhere. Whatever was reserved for him is free."""
        if self.work.owner is self:
            self._matching.withdraw(self.work, reason)

    def kept(self) -> dict[str, Any]:
        """The place as JSON, for `Acd.restore` of another engine; times are seconds of the epoch."""
        return self.work.kept(self._matching.wall)

    # ── for the matching ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def work(self) -> Work:
        """The work as the matching has it."""
        assert self._work is not None
        return self._work

    def take(self, work: Work) -> None:
        """The matching's word for this place."""
        self._work = work
        self._wake()

    def offered(self, reservation: Reservation) -> None:
        """An agent is reserved."""
        self._work = reservation.work
        self._next = self._offer = Offer(self._matching, reservation)
        self._wake()

    def overflowed(self, to: str, why: str) -> None:
        """The work goes elsewhere."""
        self._next = Overflow(to, why)
        self._wake()

    def taken_back(self, reservation: Reservation, why: str) -> None:
        """The offer is over."""
        offer = self._offer
        if offer is None or offer.reservation is not reservation:
            return
        offer.end(why)
        if self._next is offer:
            self._next = None
        self._wake()

    def left(self) -> None:
        """The work is over, or another session's."""
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
