"""Dials for revisits by the house's own lines: the call is the attempt, and its plan's flow leads who answers."""

from __future__ import annotations

from cti.base.numbers.number import Number
from cti.telephony.calls import Calls
from cti.telephony.outgoing import Outgoing
from cti.telephony.switch.port import DialResult
from ivr.telephone.minutes import Minutes
from ivr.telephone.phone import LANGUAGE
from workflow.revisit.calling import RevisitDial


class Telephone:
    """See `calling.Dialler`."""

    def __init__(self, calls: Calls, outgoing: Outgoing) -> None:
        self._calls, self._outgoing = calls, outgoing

    async def dial(self, order: RevisitDial) -> DialResult:
        """What is said is kept, and he may ask for a person: nobody of ours waits for him."""
        call = self._outgoing.begin(
            order.attempt, Number.parse(order.number), organisation=order.organisation, region=order.region,
            flow=order.flow, show=order.shown, may_wait=True,
        )  # fmt: skip
        Minutes.begin(call)
        call.progress[LANGUAGE] = order.language
        result = DialResult.FAILED
        try:
            result = await self._outgoing.dial_citizen(call, order.ring)
        finally:
            if result is not DialResult.ANSWERED:
                await self._outgoing.stop(call)
                self._outgoing.over(call)
        return result

    async def give_up(self, attempt: str) -> None:
        """Hang up, unless he has answered."""
        call = self._calls.find(attempt)
        if call is not None and call.answered_at is None:
            await self._outgoing.stop(call)
