"""Legs that the engine has the switch dial by itself (AMI Originate), and what is told of each.

The response to the dial and the events of its leg come by ways of their own inside Asterisk: on a loaded machine the
response is there first. Who asks is answered when both are known, so that he never takes a leg that was just picked up
for one that still rings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from cti.telephony.switch.asterisk.ami_protocol import AmiMessage
from cti.telephony.switch.asterisk.causes import originate_result, with_cause
from cti.telephony.switch.port import DialResult

T = TypeVar("T")

TOLD_SECONDS = 2.0
"""How long the leg's event may come after the response."""


class Dial:
    """One of them: each future is set when the switch has told it. `ended` has the cause (ITU-T Q.850)."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = loop.create_future()
        self.picked_up: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[int] = loop.create_future()
        self.response: asyncio.Future[DialResult] = loop.create_future()

    async def result(self, seconds: float) -> DialResult:
        """How it went, once its leg's state has been told; FAILED without a response within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                said = await self.response
        except TimeoutError:
            return DialResult.FAILED
        if said is DialResult.ANSWERED:
            await self._told(self.picked_up, self.ended)
        elif self.begun.done():
            await self._told(self.ended)
        return with_cause(said, self.ended.result() if self.ended.done() else 0)

    @staticmethod
    async def _told(*what: asyncio.Future[Any]) -> None:
        await asyncio.wait(what, timeout=TOLD_SECONDS, return_when=asyncio.FIRST_COMPLETED)


class Dials:
    """All that are under way, by the id of their action and by their leg."""

    def __init__(self) -> None:
        self._by_action: dict[str, Dial] = {}
        self._by_leg: dict[str, Dial] = {}

    @contextmanager
    def under_way(self, action: str, leg: str) -> Iterator[Dial]:
        """One that is to be sent."""
        dial = self._by_action[action] = self._by_leg[leg] = Dial()
        try:
            yield dial
        finally:
            del self._by_action[action], self._by_leg[leg]

    def answered(self, response: AmiMessage) -> None:
        """Hear the event OriginateResponse: whether a dial came through."""
        if dial := self._by_action.get(response.action_id):
            _tell(dial.response, originate_result(response.get("Response"), response.get("Reason")))

    def begun(self, leg: str) -> None:
        """Its channel is there."""
        if dial := self._by_leg.get(leg):
            _tell(dial.begun, None)

    def picked_up(self, leg: str) -> None:
        """The phone was answered."""
        if dial := self._by_leg.get(leg):
            _tell(dial.picked_up, None)

    def ended(self, leg: str, cause: int) -> None:
        """The leg is gone."""
        if dial := self._by_leg.get(leg):
            _tell(dial.ended, cause)

    def lost(self) -> None:
        """The control connection is down: nothing more will be told."""
        for dial in self._by_action.values():
            _tell(dial.response, DialResult.FAILED)


def _tell(future: asyncio.Future[T], value: T) -> None:
    if not future.done():
        future.set_result(value)
