"""One AMI connection from its opening to its loss: answers find their actions, events go on in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import structlog

from cti.telephony.switch.asterisk.ami_protocol import AmiMessage, AmiParser, AmiProtocolError

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class AmiClosed(Exception):
    """There is no connection to Asterisk, or it was lost before the answer came. Says why."""


@dataclass(frozen=True, slots=True)
class PendingAction:
    """An action that waits for its answer."""

    answer: asyncio.Future[AmiMessage]
    events: list[AmiMessage] | None = None
    """Events of an action that lists something; None for others."""


class AmiLink(asyncio.Protocol):
    """A connection's protocol. Until `hold_events`, events are dropped; then kept until `release_events`."""

    def __init__(self, on_event: Callable[[AmiMessage], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = self.loop.create_future()
        """Done when Asterisk has greeted; raises AmiClosed when it did not."""
        self.booted: asyncio.Future[None] = self.loop.create_future()
        """Done when Asterisk has said FullyBooted."""
        self.lost: asyncio.Future[None] = self.loop.create_future()
        self.reason = ""
        """Why the connection ended; ``""`` while it stands."""
        self.last_heard = self.loop.time()
        self._parser = AmiParser()
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._pending: dict[str, PendingAction] = {}
        self._held: list[AmiMessage] = []
        self._on_event = on_event
        self._deliver: Callable[[AmiMessage], None] = self._before_up

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """From now on actions can be sent."""
        self._transport = cast(asyncio.Transport, transport)
        self._writable.set()

    def pause_writing(self) -> None:
        """Asterisk does not read fast enough: actions wait."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The socket took what waited: actions go on."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Read what came: answers to those who wait, events in order to the listener."""
        self.last_heard = self.loop.time()
        try:
            messages = self._parser.feed(data)
        except AmiProtocolError as error:
            self.drop(str(error))
            return
        if not self.greeted.done() and self._parser.version is not None:
            self.greeted.set_result(None)
        for message in messages:
            pending = self._pending.get(message.action_id) if self._pending else None
            if not message.event:
                self._take_response(pending, message)
            elif pending is not None and pending.events is not None:
                self._take_listed(pending, message)
            else:
                self._deliver(message)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell all who wait."""
        self.drop(f"connection lost: {exc}" if exc else "Asterisk closed the connection")
        if not self.lost.done():
            self.lost.set_result(None)

    async def request(self, action_id: str, data: bytes, events: list[AmiMessage] | None = None) -> AmiMessage:
        """Send the action `data` and return its response; a list's events go to `events`, and its end is returned.

        Raises AmiClosed.
        """
        if self.reason:
            raise AmiClosed(self.reason)
        assert self._transport is not None
        pending = self._pending[action_id] = PendingAction(self.loop.create_future(), events)
        try:
            await self._writable.wait()
            if not pending.answer.done():
                self._transport.write(data)
            return await pending.answer
        finally:
            self._pending.pop(action_id, None)

    def drop(self, reason: str) -> None:
        """End the connection; what waits for an answer fails now. Only the first reason counts."""
        if not self.reason:
            self.reason = reason
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(AmiClosed(self.reason))
                pending.answer.exception()  # whoever awaits it may have been cancelled: not an error then
        if not self.greeted.done():
            self.greeted.set_exception(AmiClosed(self.reason))
            self.greeted.exception()
        self._writable.set()
        if self._transport is not None:
            self._transport.abort()

    def hold_events(self) -> None:
        """Keep events from now on."""
        self._deliver = self._held.append

    def release_events(self) -> None:
        """Tell what was kept, then every event as it comes."""
        held, self._held = self._held, []
        self._deliver = self._tell
        for message in held:
            self._tell(message)

    def _before_up(self, message: AmiMessage) -> None:
        if message.event == "FullyBooted" and not self.booted.done():
            self.booted.set_result(None)

    def _tell(self, message: AmiMessage) -> None:
        try:
            self._on_event(message)
        except Exception:
            log.exception("ami.on_event_failed", name=message.event)

    def _take_response(self, pending: PendingAction | None, message: AmiMessage) -> None:
        if pending is None or pending.answer.done():
            log.debug("ami.unexpected_response", response=repr(message))
        elif pending.events is None or not message.ok:
            pending.answer.set_result(message)

    def _take_listed(self, pending: PendingAction, message: AmiMessage) -> None:
        assert pending.events is not None
        if message.get("EventList").lower() in ("complete", "cancelled"):
            if not pending.answer.done():
                pending.answer.set_result(message)
        else:
            pending.events.append(message)
