"""One call of a scripted phone: its verbs, its sound, and what happened to it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import baresip
from baresip import BaresipError, CallState, Event, StackEvent, StaleHandleError

from softphone.phones.audio_line import AudioLine
from softphone.phones.phone_events import (
    CallAnswered,
    CallDialled,
    CallEnded,
    CallOffered,
    CallProgressed,
    CallRinging,
    DigitHeard,
    EndedBy,
    PhoneEvent,
    Quality,
    RemoteHeld,
    RemoteRetrieved,
    Teller,
    TransferAsked,
)
from softphone.phones.sip_stack import SipStack

E = TypeVar("E", bound=PhoneEvent)

_CLOSED = re.compile(r"(?:([3-6]\d\d) ?)?(.*?)(?:,Q\.850;cause=(\d+))?", re.DOTALL)
_NO_AUDIO = (baresip.AudioNotActive, baresip.AudioRestarted)
_REFRESH_TRIES = 20
_KEY_END = 0.1
_FIRST_REPLY = 0.5
_REPLIES = CallRinging | CallProgressed | CallAnswered | CallEnded


class CallRefused(Exception):
    """A call was not answered. `status` is the SIP status, None when it was a timeout or the network."""

    def __init__(self, status: int | None, reason: str) -> None:
        super().__init__(f"{status or ''} {reason}".strip())
        self.status = status
        self.reason = reason


class PhoneCall:
    """A call in either direction. Its verbs do nothing on a call that is already gone."""

    def __init__(self, stack: SipStack, native: baresip.Call, phone: str, teller: Teller) -> None:
        self.audio = AudioLine(native.audio, _NO_AUDIO)
        self.history: list[PhoneEvent] = []
        self.headers: dict[str, str] = dict(native.headers)
        self._stack = stack
        self._native = native
        self._phone = phone
        self._teller = teller
        self._digit: tuple[str, float] | None = None
        self._hung_up_here = False
        self._watchers: list[Callable[[PhoneEvent], None]] = []
        native.on(self._on_native)
        stack.join(self.audio)

    @property
    def call_id(self) -> str:
        """The SIP Call-ID, empty until the stack has told it."""
        return self._native.call_id or ""

    @property
    def is_up(self) -> bool:
        """Whether it is answered and not over."""
        return self._native.state is CallState.ESTABLISHED

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._native.state is CallState.CLOSED

    def told(self, kind: type[E]) -> E | None:
        """Return the first event of this kind, if it has happened."""
        return next((event for event in self.history if isinstance(event, kind)), None)

    async def until(self, kind: type[E], timeout: float = 30.0) -> E:
        """Wait for the first event of this kind, which may have been before; raises TimeoutError."""
        event: E = await self._first(kind, timeout)
        return event

    async def answered(self, timeout: float = 30.0) -> CallAnswered:
        """Wait for the answer; raises CallRefused when the call ends before, TimeoutError when nothing happens."""
        event = await self._first(CallAnswered | CallEnded, timeout)
        if isinstance(event, CallEnded):
            raise CallRefused(event.status, event.reason)
        assert isinstance(event, CallAnswered)
        return event

    async def ended(self, timeout: float = 60.0) -> CallEnded:
        """Wait for the end; raises TimeoutError."""
        return await self.until(CallEnded, timeout)

    async def answer(self) -> None:
        """Accept the incoming call."""
        # With the video flag the native side takes the offer as it is; without it, it sends a re-INVITE after the
        # answer to take out a video stream that was never offered.
        await self._do(lambda: self._native.answer(video=True))

    async def reject(self) -> None:
        """Refuse the incoming call: always 486 Busy Here, the only status that the native side sends."""
        self._hung_up_here = True
        await self._do(self._native.reject)

    async def hang_up(self) -> None:
        """End it: BYE, CANCEL or 486, as the state asks."""
        # A CANCEL before the first reply is never sent (RFC 3261 9.1), and the far end would ring on.
        if not self.is_over and (dialled := self.told(CallDialled)):
            with contextlib.suppress(TimeoutError):
                await self._first(_REPLIES, max(dialled.at + _FIRST_REPLY - time.monotonic(), 0.0))
        self._hung_up_here = True
        self.audio.stop()
        await self._do(self._native.hangup)

    async def press(self, keys: str, gap: float = 0.12) -> None:
        """Press keys (0–9, A–D, *, #), 0.1 s each with `gap` seconds between (RFC 4733); raises ValueError."""
        await self._do(lambda: self._native.send_dtmf(keys, round(gap * 1000)))
        # The last key's end is still on its way (three packets); a re-INVITE or BYE now would swallow it.
        await asyncio.sleep(_KEY_END)

    async def hold(self) -> None:
        """Put the far end on hold by re-INVITE; raises baresip.BaresipError when it cannot be sent."""
        await self._refresh(self._native.hold)

    async def retrieve(self) -> None:
        """Take the far end off hold; raises baresip.BaresipError when it cannot be sent."""
        await self._refresh(self._native.resume)

    async def transfer(self, to: str, timeout: float = 30.0) -> None:
        """Blind transfer (REFER) to a SIP URI; returns when it has worked and this call is over.

        Raises baresip.TransferFailed, and the call goes on.
        """
        await self._native.transfer(to if to.startswith("sip:") else f"sip:{to}", timeout=timeout)

    async def transfer_to(self, consulted: PhoneCall, timeout: float = 30.0) -> None:
        """Attended transfer (REFER with Replaces) to the far end of another call of this phone; then both are over.

        Raises baresip.TransferFailed, and both calls go on, on hold.
        """
        await self.hold()
        await consulted.hold()
        await self._native.attended_transfer(consulted._native, timeout=timeout)

    async def _first(self, kind: Any, timeout: float) -> Any:
        """Return the first event that is of this class or union of classes."""
        for event in self.history:
            if isinstance(event, kind):
                return event
        happened: asyncio.Future[PhoneEvent] = asyncio.get_running_loop().create_future()

        def watch(event: PhoneEvent) -> None:
            if isinstance(event, kind) and not happened.done():
                happened.set_result(event)

        self._watchers.append(watch)
        try:
            return await asyncio.wait_for(happened, timeout)
        finally:
            self._watchers.remove(watch)

    async def _do(self, verb: Callable[[], Awaitable[None]]) -> None:
        try:
            await verb()
        except StaleHandleError:
            # The far end was faster.
            return

    async def _refresh(self, verb: Callable[[], Awaitable[None]]) -> None:
        """Send a re-INVITE; while another one is in flight, try again for a second."""
        for attempt in range(_REFRESH_TRIES):
            try:
                await self._do(verb)
                return
            except BaresipError:
                if attempt == _REFRESH_TRIES - 1 or not self.is_up:
                    raise
                await asyncio.sleep(0.05)

    def offered(self, caller: str, display: str) -> None:
        """Note the beginning of an incoming call. For the user agent only."""
        self._tell(CallOffered(*self._stamp(), caller, display, self.headers))

    def dialled(self, number: str) -> None:
        """Note the beginning of an outgoing call. For the user agent only."""
        self._tell(CallDialled(*self._stamp(), number))

    def _on_native(self, event: StackEvent) -> None:
        stamp = self._stamp()
        match event.event:
            case Event.CALL_RINGING:
                self._tell(CallRinging(*stamp))
            case Event.CALL_PROGRESS:
                self._tell(CallProgressed(*stamp))
            case Event.CALL_ESTABLISHED:
                if not self.told(CallAnswered):
                    self._tell(CallAnswered(*stamp))
            case Event.CALL_HOLD:
                self._tell(RemoteHeld(*stamp))
            case Event.CALL_RESUME:
                self._tell(RemoteRetrieved(*stamp))
            case Event.CALL_TRANSFER:
                if request := self._native.transfer_request:
                    self._tell(TransferAsked(*stamp, request.target, request.replaces))
            case Event.CALL_DTMF_START:
                self._digit = (event.text or "", stamp[0])
            case Event.CALL_DTMF_END:
                if self._digit:
                    digit, pressed_at = self._digit
                    self._digit = None
                    self._tell(DigitHeard(*stamp, digit, round((stamp[0] - pressed_at) * 1000)))
            case Event.CALL_CLOSED:
                self._stack.leave(self.audio)
                self.audio.close()
                ended_by, status, reason, cause = self._outcome(event.text or "")
                self._tell(CallEnded(*stamp, ended_by, status, reason, cause, self._quality()))

    def _outcome(self, text: str) -> tuple[EndedBy, int | None, str, int | None]:
        """Return who, SIP status, reason and Q.850 cause of the native side's closing words."""
        found = _CLOSED.fullmatch(text)
        assert found is not None
        status, reason = found[1], found[2]
        # Asterisk's cause 0 says nothing.
        cause = int(found[3] or 0) or None
        if status:
            return EndedBy.THERE, int(status), reason, cause
        if reason == "Call transfered":
            return EndedBy.HERE, None, "transferred", cause
        if self._hung_up_here or reason == "Rejected by user":
            return EndedBy.HERE, None, "hung up", cause
        # The native side words a BYE or a CANCEL of the far end like this.
        if reason.startswith("Connection reset by peer"):
            return EndedBy.THERE, None, "hung up", cause
        return EndedBy.NETWORK, None, reason, cause

    def _quality(self) -> Quality | None:
        stats = self._native.final_stats
        if stats is None or not (stats.tx_packets or stats.rx_packets):
            return None
        return Quality(
            stats.tx_packets, stats.rx_packets, stats.rx_lost, stats.rx_jitter_ms, stats.rtt_ms, stats.mos_estimate
        )

    def _stamp(self) -> tuple[float, str, str]:
        return time.monotonic(), self._phone, self.call_id

    def _tell(self, event: PhoneEvent) -> None:
        self.history.append(event)
        for watcher in tuple(self._watchers):
            watcher(event)
        self._teller.tell(event)
