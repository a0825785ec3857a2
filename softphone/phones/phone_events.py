"""What a scripted phone tells: frozen facts, in the order in which they happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class EndedBy(StrEnum):
    """Who ended a call."""

    HERE = "here"
    THERE = "there"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Quality:
    """RTP statistics of a finished call: packets, milliseconds, and an estimate of the MOS from 1 to 5 (ITU-T G.107).

    Losses and jitter come from RTCP (RFC 3550 6.4) and can trail the end of the call by one report, up to 5 s.
    """

    sent: int
    received: int
    lost: int
    jitter_ms: float
    round_trip_ms: float
    mos: float


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """`at` in monotonic seconds, `phone` the user part of the phone's address, `call` the SIP Call-ID or empty."""

    at: float
    phone: str
    call: str


@dataclass(frozen=True, slots=True)
class PhoneRegistered(PhoneEvent):
    """The registrar has accepted the phone, at first or again."""


@dataclass(frozen=True, slots=True)
class PhoneUnregistered(PhoneEvent):
    """The registrar has taken the phone out."""


@dataclass(frozen=True, slots=True)
class RegistrationRefused(PhoneEvent):
    """The registrar said no, or nothing: then `status` is None."""

    status: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class CallOffered(PhoneEvent):
    """The phone rings: an INVITE came from `caller` (user part) with the display name `display`."""

    caller: str
    display: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallDialled(PhoneEvent):
    """An INVITE was sent to `number`."""

    number: str


@dataclass(frozen=True, slots=True)
class CallRinging(PhoneEvent):
    """180 came from the far end."""


@dataclass(frozen=True, slots=True)
class CallProgressed(PhoneEvent):
    """183 came: there may be sound before the answer."""


@dataclass(frozen=True, slots=True)
class CallAnswered(PhoneEvent):
    """200 and ACK: both sides hear each other."""


@dataclass(frozen=True, slots=True)
class DigitHeard(PhoneEvent):
    """The far end pressed a key (RFC 4733 or SIP INFO) for `duration_ms`."""

    digit: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class RemoteHeld(PhoneEvent):
    """The far end has put this call on hold."""


@dataclass(frozen=True, slots=True)
class RemoteRetrieved(PhoneEvent):
    """The far end has taken this call off hold."""


@dataclass(frozen=True, slots=True)
class TransferAsked(PhoneEvent):
    """A REFER came (RFC 3515) to `target`; `replaces` when it takes over an existing call (RFC 3891)."""

    target: str
    replaces: bool


@dataclass(frozen=True, slots=True)
class CallEnded(PhoneEvent):
    """The call is over. `status` is the SIP status of a refused call, else None; `cause` that of Q.850, if told.

    `quality` is None without media.
    """

    ended_by: EndedBy
    status: int | None
    reason: str
    cause: int | None
    quality: Quality | None


class Following:
    """An endless asynchronous iterator of what is told from now on; `stop` ends it."""

    def __init__(self, teller: Teller) -> None:
        self._queue: asyncio.Queue[PhoneEvent | None] = asyncio.Queue()
        self._unsubscribe = teller.subscribe(self._queue.put_nowait)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> PhoneEvent:
        event = await self._queue.get()
        if event is None:
            raise StopAsyncIteration
        return event

    def stop(self) -> None:
        """Take nothing more; what was told before is still given."""
        self._unsubscribe()
        self._queue.put_nowait(None)


class Teller:
    """Gives each event to every subscriber, in the order of subscribing."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[PhoneEvent], None]] = []

    def subscribe(self, subscriber: Callable[[PhoneEvent], None]) -> Callable[[], None]:
        """Call `subscriber` with every event from now on; the function returned ends that."""
        self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return unsubscribe

    def tell(self, event: PhoneEvent) -> None:
        """Give the event to all."""
        for subscriber in tuple(self._subscribers):
            subscriber(event)

    def follow(self) -> Following:
        """Everything told from now on, as a stream."""
        return Following(self)
