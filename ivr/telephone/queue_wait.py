"""A caller's stay in a queue: music, announcements that never delay a connection, keys, offers, and the talk."""

from __future__ import annotations

import asyncio

import structlog

from acd.service import Acd, Offer, Overflow, Place, WorkItem
from cti.base.call import Call, CallState, CallStep
from cti.base.events import PositionTold
from cti.telephony.calls import Calls
from cti.telephony.doorway import LISTED, VIP, facts_of
from cti.telephony.switch.port import CallSession, DialResult, LegHungUp, LegLeft
from cti.telephony.talk import Talks
from cti.telephony.talk_books import INTERRUPTED
from cti.telephony.talk_ending import TalkEnd
from ivr.conversation.announcer import Announcer, overflowed
from ivr.conversation.port import QueueEnd, QueueOutcome, QueueRequest
from ivr.speech.playing import Sayer
from ivr.speech.spoken_pieces import Estimate, Position, Text, Unspoken

log = structlog.get_logger(__name__)

SERVED = "acd_served"
"""Where a call keeps the place in the queue that it had when it was answered."""


class QueueStay:
    """From entering the queue to the end of the talk, or to leaving unserved."""

    def __init__(
        self, calls: Calls, talks: Talks, acd: Acd, call: Call, session: CallSession, request: QueueRequest,
        sayer: Sayer, language: str, unspoken: Unspoken,
    ) -> None:  # fmt: skip
        self._calls = calls
        self._talks = talks
        self._acd = acd
        self._call = call
        self._session = session
        self._request = request
        self._sayer = sayer
        self._language = language
        self._unspoken = unspoken
        self._texts: dict[Text, asyncio.Task[list[str]]] = {}
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._ringing = False

    async def run(self) -> tuple[QueueOutcome, TalkEnd | None]:
        """The outcome, and the talk's end when there was one. Raises LegHungUp, LegLeft."""
        place = self._enter()
        # By leg: with a thousand waiting, each must not hear what the switch tells of all.
        unlisten = self._calls.switch_events.listen_digits(self._call.caller_leg, self._pressed)
        self._texts = self._sayer.begin([piece for step in self._request.steps for piece in step.pieces])
        try:
            return await self._wait_and_talk(place)
        except LegHungUp:
            place.withdraw("abandoned")
            raise
        except LegLeft:
            raise
        except Exception:
            place.withdraw("failed")
            raise
        finally:
            unlisten()
            for task in self._texts.values():
                task.cancel()

    def _enter(self) -> Place:
        call, request = self._call, self._request
        item = WorkItem(
            id=call.id,
            medium="call",
            queue=request.queue,
            caller=call.caller.digits,
            organisation=call.organisation,
            region=call.region,
            priority=request.priority,
            need=request.need,
            dedicated_agent=request.dedicated_agent,
            called=call.called.digits,
            vip=bool(facts_of(call).get(VIP)),
            listed=bool(facts_of(call).get(LISTED)),
        )
        served = call.progress.pop(SERVED, None) if call.progress.pop(INTERRUPTED, "") else None
        if served is not None and served["queue"] == request.queue:
            place = self._acd.readmit(served, item)
        else:
            place = self._acd.enqueue(item)
        call.progress["acd"] = place.kept()
        if not call.queues or call.queues[-1] != request.queue:
            call.queues.append(request.queue)
        if call.state is CallState.IN_FLOW:
            call.step(CallStep.QUEUE)
        self._calls.save(call)
        return place

    def _leave(self) -> None:
        self._call.progress.pop("acd", None)
        if self._call.state is CallState.QUEUED:
            self._call.step(CallStep.LEAVE_QUEUE)
        self._calls.save(self._call)

    async def _wait_and_talk(self, place: Place) -> tuple[QueueOutcome, TalkEnd | None]:
        announcer = Announcer(self._request, self._calls.clock.now)
        while True:
            happened = await self._wait(place, announcer)
            if isinstance(happened, Offer):
                end = await self._talk(place, happened)
                if end is not None:
                    return QueueOutcome(QueueEnd.TALKED, then=end.then), end
                if self._keys.empty():
                    continue
                # He left by a key while a phone rang: before the next one is rung.
                happened = self._keys.get_nowait()
            if isinstance(happened, Overflow):
                self._leave()
                return overflowed(happened), None
            if happened == "":
                place.withdraw("timeout")
                self._leave()
                return QueueOutcome(QueueEnd.TIMEOUT), None
            place.withdraw("key")
            self._leave()
            return QueueOutcome(QueueEnd.KEY, key=happened), None

    async def _wait(self, place: Place, announcer: Announcer) -> Offer | Overflow | str:
        """An offer or overflow, a key that leaves, or an empty text when the longest wait is over."""
        decided = asyncio.ensure_future(place.next())
        pressed = asyncio.ensure_future(self._keys.get())
        over = asyncio.ensure_future(self._session.over)
        # Plainer than waiting for all of them anew after each announcement: a thousand callers do.
        pause = _Pause()
        for one in (decided, pressed, over):
            one.add_done_callback(pause.end)
        try:
            # Who is served at once needs no music: the dial brings its own.
            await asyncio.sleep(0)
            if not decided.done():
                await self._session.wait()
            while True:
                await pause.wait(announcer.due())
                if over.done():
                    raise over.result()
                if decided.done():
                    return decided.result()
                if pressed.done():
                    return pressed.result()
                if announcer.is_over():
                    return ""
                await self._announce(place, announcer, decided)
        finally:
            for task in (decided, pressed):
                task.cancel()

    async def _announce(self, place: Place, announcer: Announcer, decided: asyncio.Future[Offer | Overflow]) -> None:
        pieces = announcer.take()
        position, estimate = place.position, place.estimate
        ids = await self._sayer.ready(
            pieces, self._texts, self._unspoken, position=position, estimate=estimate, language=self._language
        )
        if not ids:
            return
        stopping: list[asyncio.Task[None]] = []

        def stop(_: object) -> None:
            stopping.append(asyncio.get_running_loop().create_task(self._session.stop()))

        decided.add_done_callback(stop)
        try:
            played = await self._session.play(ids, stop_on="".join(self._request.keys))
        finally:
            decided.remove_done_callback(stop)
            if stopping:
                # It must not reach into the next verb. What it fails of, the next verb meets too.
                await asyncio.gather(*stopping, return_exceptions=True)
        if any(isinstance(piece, Position | Estimate) for piece in pieces):
            self._calls.tell(PositionTold, self._call, queue=place.item.queue, position=position, estimate=estimate)
        if played.digit:
            self._keys.put_nowait(played.digit)
        elif not decided.done():
            await self._session.wait()

    async def _talk(self, place: Place, offer: Offer) -> TalkEnd | None:
        """Dial the agent; None when he did not take it: the caller waits on, in his place."""
        addresses = self._calls.registrar.addresses(offer.agent)
        if not addresses:
            offer.failed(DialResult.UNREACHABLE)
            return None
        answered = False
        taken_back = asyncio.ensure_future(offer.taken_back())
        taken_back.add_done_callback(lambda one: None if one.cancelled() else self._stop_dialling())

        def on_answered() -> None:
            nonlocal answered
            answered = True
            self._ringing = False
            # Should the talk be cut off, he finds the place again.
            self._call.progress[SERVED] = self._call.progress.pop("acd", None)
            offer.answered()

        self._ringing = True
        if not self._keys.empty():
            # Pressed in the moment of the offer.
            self._ringing = False
            offer.failed(DialResult.CANCELLED)
            taken_back.cancel()
            return None
        try:
            end = await self._talks.dial(
                self._call,
                self._session,
                addresses,
                agent=offer.agent,
                queue=place.item.queue,
                ring_seconds=offer.ring,
                answer_after=self._calls.registrar.answer_after(offer.agent, place.item.queue),
                on_ringing=offer.ringing,
                on_answered=on_answered,
            )
        finally:
            self._ringing = False
            taken_back.cancel()
        if end.result is DialResult.ANSWERED:
            if not answered:
                on_answered()
            return end
        offer.failed(end.result)
        return None

    def _stop_dialling(self) -> None:
        self._calls.background(self._talks.cancel_dial(self._call), "stop dialling")

    def _pressed(self, digit: str) -> None:
        if digit in self._request.keys:
            self._keys.put_nowait(digit)
            if self._ringing:
                self._stop_dialling()


class _Pause:
    """Some seconds, or until something ended it for good."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._over = False

    def end(self, _: object) -> None:
        """Now, and for ever."""
        self._over = True
        self._wake()

    def _wake(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)

    async def wait(self, seconds: float | None) -> None:
        """Without `seconds` until the end."""
        if self._over:
            return
        self._ended = self._loop.create_future()
        timer = self._loop.call_later(seconds, self._wake) if seconds is not None else None
        try:
            await self._ended
        finally:
            if timer is not None:
                timer.cancel()
