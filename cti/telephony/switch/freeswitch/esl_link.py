"""One ESL connection from its opening to its loss: answers find their commands in order, events never block the reader.

FreeSWITCH answers commands in the order in which they came and says no number with the answer. A command whose
caller gave up keeps its place until its answer has come.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast
from uuid import uuid4

import structlog

from cti.telephony.switch.freeswitch.esl_backlog import MAX_BACKLOG, EslBacklog
from cti.telephony.switch.freeswitch.esl_messages import (
    ApiResponse,
    AuthRequest,
    DisconnectNotice,
    EslEvent,
    EslMessage,
    EslReply,
    EslUnreadable,
    HeaderSelection,
    Rejected,
)
from cti.telephony.switch.freeswitch.esl_protocol import EslParser, EslProtocolError, encode_command

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_MATCHED: Final = {"BACKGROUND_JOB": "Job-UUID", "CHANNEL_EXECUTE_COMPLETE": "Application-UUID"}


class EslClosed(Exception):
    """There is no connection to FreeSWITCH, or it was lost before the answer came. Says why."""


class EslLoginRefused(EslClosed):
    """FreeSWITCH refuses the password, this address or the subscription: retrying soon does not help."""


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """A command that has been sent and waits for its answer."""

    answer: asyncio.Future[EslReply | ApiResponse]
    """Done already when the caller gave up: the answer is then dropped."""
    api: bool
    job: str
    """The Job-UUID that the reply must carry, or ``""``."""


class EslLink(asyncio.BufferedProtocol):
    """A connection's protocol. `on_event` is told every event in order, except results somebody awaits.

    Answers and results are told at once: they overtake events that wait because the listener is slow. More than
    `max_backlog` bytes of waiting events end the connection, or an answer that is `blocked` seconds late after its
    caller gave up. `closed` is raised to those who wait when it ends.
    """

    def __init__(
        self,
        on_event: Callable[[EslEvent], None],
        on_notice: Callable[[DisconnectNotice], None] | None = None,
        *,
        reads: HeaderSelection | None = None,
        max_backlog: int = MAX_BACKLOG,
        blocked: float = 20.0,
        closed: type[EslClosed] = EslClosed,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self.loop.create_future()
        """Done when commands can be sent."""
        self.auth_requested: asyncio.Future[None] = self.loop.create_future()
        """Done when FreeSWITCH asks for the password; raises EslClosed when it does not."""
        self.lost: asyncio.Future[None] = self.loop.create_future()
        self.reason = ""
        """Why the connection ended; ``""`` while it stands."""
        self.last_heard = self.loop.time()
        self.transport: asyncio.Transport | None = None
        self._parser = EslParser(reads=reads)
        self._blocked = blocked
        self._probe: asyncio.Future[EslReply | ApiResponse] | None = None
        self._pending: deque[PendingCommand] = deque()
        self._results: dict[str, asyncio.Future[EslEvent]] = {}
        self._on_event = on_event
        self._on_notice = on_notice
        self._max_backlog = max_backlog
        self._backlog = EslBacklog(self.loop, self._tell)
        self._closed = closed

    @property
    def waiting(self) -> int:
        """Commands whose answers have not come, those of callers who gave up too."""
        return len(self._pending)

    @property
    def backlog(self) -> int:
        """Events that wait for the listener."""
        return len(self._backlog)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """From now on commands can be sent."""
        self.transport = cast(asyncio.Transport, transport)
        self.opened.set_result(None)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes go."""
        return self._parser.space()

    def buffer_updated(self, nbytes: int) -> None:
        """Read what came: answers to those who wait, events in order to the listener."""
        self.last_heard = self.loop.time()
        self._backlog.begin_read()
        try:
            for message in self._parser.filled(nbytes):
                if self.reason:
                    break
                if isinstance(message, EslEvent):
                    self._take_event(message)
                else:
                    self._take(message)
        except EslProtocolError as error:
            self.drop(str(error))
        self._backlog.end_read()
        if self._backlog.size > self._max_backlog:
            self.drop(f"{len(self._backlog)} events wait for a listener that is too slow")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell all who wait."""
        self._fail(f"connection lost: {exc}" if exc else "FreeSWITCH closed the connection")
        if not self.lost.done():
            self.lost.set_result(None)

    async def command(self, data: bytes, *, job: str = "") -> EslReply:
        """Send a command other than api and return its reply, also when that is an error. Raises EslClosed."""
        answer = await self._request(data, api=False, job=job)
        assert isinstance(answer, EslReply)
        return answer

    async def api(self, data: bytes) -> ApiResponse:
        """Send an api command and return what it printed. Raises EslClosed."""
        answer = await self._request(data, api=True, job="")
        if isinstance(answer, EslReply):  # "-ERR permission denied" comes as a reply.
            return ApiResponse(answer.text)
        return answer

    async def job(self, job: str, data: bytes) -> ApiResponse:
        """Send a bgapi command with the Job-UUID `job` and return what it printed. Raises EslClosed, EslRefused."""
        result = self.result(job)
        try:
            (await self.command(data, job=job)).checked("bgapi")
            return ApiResponse((await result).body)
        finally:
            self.forget_result(job)

    def result(self, key: str) -> asyncio.Future[EslEvent]:
        """The event that will carry `key`: a Job-UUID or an Application-UUID. Raises EslClosed when lost."""
        result = self._results[key] = self.loop.create_future()
        return result

    def forget_result(self, key: str) -> None:
        """Nobody awaits it any more: it is told as an event."""
        self._results.pop(key, None)

    def drop(self, reason: str) -> None:
        """End the connection; what waits fails now, events not yet told are dropped. Only the first reason counts."""
        self._fail(reason)
        self._backlog.clear()
        if self.transport is not None:
            self.transport.abort()

    def close(self, reason: str) -> None:
        """End the connection when what was sent has gone; what waits fails now."""
        self._fail(reason)
        if self.transport is not None:
            self.transport.close()

    def hold_events(self) -> None:
        """Keep events from now on."""
        self._backlog.hold()

    def release_events(self) -> None:
        """Tell what was kept, then every event as it comes."""
        self._backlog.release()

    def probe(self, within: float) -> None:
        """Ask for an answer that can be no other command's; another, or none in so many seconds, ends the connection.

        A command that is never answered would shift all later answers by one.
        """
        if self.reason or self._probe is not None:
            return
        token = f"in-step-{uuid4()}"
        self._probe = self._send(encode_command(f"api echo {token}"), api=True, job="")
        timer = self.loop.call_later(within, self.drop, f"no sign of life within {within} s")

        def answered(answer: asyncio.Future[EslReply | ApiResponse]) -> None:
            self._probe = None
            timer.cancel()
            if answer.exception() is None and answer.result().text.strip() != token:
                self.drop(f"answers are out of step: echo printed {answer.result().text[:80]!r}")

        self._probe.add_done_callback(answered)

    async def _request(self, data: bytes, *, api: bool, job: str) -> EslReply | ApiResponse:
        answer = self._send(data, api=api, job=job)
        try:
            return await answer
        except asyncio.CancelledError:
            self.probe(self._blocked)
            raise

    def _send(self, data: bytes, *, api: bool, job: str) -> asyncio.Future[EslReply | ApiResponse]:
        if self.reason or self.transport is None:
            raise self._closed(self.reason or "not connected")
        pending = PendingCommand(self.loop.create_future(), api, job)
        self._pending.append(pending)
        self.transport.write(data)
        return pending.answer

    def _fail(self, reason: str) -> None:
        if not self.reason:
            self.reason = reason
        waiting: list[asyncio.Future[EslReply | ApiResponse] | asyncio.Future[EslEvent] | asyncio.Future[None]]
        waiting = [pending.answer for pending in self._pending]
        waiting += [*self._results.values(), self.auth_requested]
        self._pending.clear()
        for future in waiting:
            if not future.done():
                future.set_exception(self._closed(self.reason))
                future.exception()  # whoever awaits it may have been cancelled: not an error then

    def _take(self, message: EslMessage) -> None:
        if isinstance(message, (EslReply, ApiResponse)):
            self._take_answer(message)
        elif isinstance(message, AuthRequest):
            if not self.auth_requested.done():
                self.auth_requested.set_result(None)
        elif isinstance(message, Rejected):
            reason = f"FreeSWITCH's access list (apply-inbound-acl) lets this address not in: {message.text}"
            if not self.auth_requested.done():
                self.auth_requested.set_exception(EslLoginRefused(reason))
                self.auth_requested.exception()  # nobody awaits it on an outbound socket
            self.drop(reason)
        elif isinstance(message, DisconnectNotice):
            if self._on_notice is not None:
                self._on_notice(message)
        else:
            log.debug("esl.unexpected_message", message=repr(message)[:300])

    def _take_answer(self, answer: EslReply | ApiResponse) -> None:
        if not self._pending:
            self.drop("FreeSWITCH answered a command nobody sent: answers are out of step")
            return
        pending = self._pending.popleft()
        if not _answers(answer, pending):
            self._pending.appendleft(pending)
            self.drop("FreeSWITCH answered another command than the next one: answers are out of step")
        elif not pending.answer.done():
            pending.answer.set_result(answer)

    def _take_event(self, event: EslEvent) -> None:
        if self._results and event.name in _MATCHED and self._take_result(event) and event.name == "BACKGROUND_JOB":
            return
        self._backlog.put(event)

    def _take_result(self, event: EslEvent) -> bool:
        try:
            result = self._results.get(event.get(_MATCHED[event.name]))
        except EslUnreadable:
            return False
        if result is None or result.done():
            return False
        result.set_result(event)
        return True

    def _tell(self, event: EslEvent) -> None:
        try:
            event.check()
        except EslUnreadable as error:
            log.warning("esl.event_unreadable", error=str(error))
            return
        try:
            self._on_event(event)
        except Exception:
            log.exception("esl.on_event_failed", name=event.name)


def _answers(answer: EslReply | ApiResponse, pending: PendingCommand) -> bool:
    """Whether `answer` can be the one to `pending`: by its kind, and by the Job-UUID where there is one."""
    if isinstance(answer, ApiResponse):
        return pending.api
    job = answer.headers.get("Job-UUID", "")
    if not answer.ok:
        return job in ("", pending.job)
    return not pending.api and job == pending.job
