"""Ringing at one or several phones of the scripted exchange until somebody answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.switch.port import DialResult, LegDialled, LegRang
from cti.telephony.switch.scripted_leg import ScriptedLeg
from cti.telephony.switch.scripted_phone import ScriptedPhone

if TYPE_CHECKING:
    from cti.telephony.switch.scripted_lives import Lives

RING_DELAY = 0.02
"""Seconds from the INVITE to the ringing."""
SILENT_SECONDS = 6.4
"""After so long a phone that answers nothing is given up."""
ELSEWHERE = 26
"""Q.850: answered elsewhere."""

_BY_CAUSE = {
    16: DialResult.CANCELLED,
    17: DialResult.BUSY,
    18: DialResult.UNREACHABLE,
    19: DialResult.NO_ANSWER,
    20: DialResult.UNREACHABLE,
    21: DialResult.REJECTED,
}
_TELLING = (
    DialResult.BUSY,
    DialResult.REJECTED,
    DialResult.NO_ANSWER,
    DialResult.CANCELLED,
    DialResult.FAILED,
    DialResult.UNREACHABLE,
)
"""Of several phones that did not answer, which says most."""


class Ringing:
    """Rings `phones` (None: an address that nobody has) at once; calls back once, with the leg or with the result."""

    def __init__(
        self,
        exchange: Lives,
        phones: Sequence[ScriptedPhone | None],
        *,
        by: ScriptedLeg | None,
        call: str,
        party: Party,
        agent: str,
        caller: Number,
        timeout: float,
        answer_after: float | None,
        answered: Callable[[ScriptedLeg], None],
        failed: Callable[[DialResult], None],
    ) -> None:
        self._exchange = exchange
        self._answered, self._failed = answered, failed
        self._answer_after = answer_after
        self._results: list[DialResult] = []
        self._legs: list[ScriptedLeg] = []
        self._over = False
        self._timer = exchange.clock.call_later(timeout, self._timed_out)
        reachable = [phone for phone in phones if phone is not None and phone.registered]
        for phone in reachable:
            leg = exchange.new_leg(phone.name, party, phone.address, caller, caller, phone.voice)
            leg.call, leg.agent, leg.place = call, agent, "talk"
            leg.on_failure = lambda cause, leg=leg: self._refused(leg, cause)
            leg.on_answer = lambda leg=leg: self._take(leg)
            self._legs.append(leg)
            phone.lines.append(leg.line)
            exchange.tell(LegDialled(leg.id, by.id if by else "", call, party, agent, phone.address))
            leg.timer = exchange.clock.call_later(
                SILENT_SECONDS if phone.silent else RING_DELAY,
                lambda leg=leg, phone=phone: self._ring(leg, phone),  # type: ignore[misc]
            )
        if not reachable:
            exchange.clock.call_later(0, lambda: self._fail(DialResult.UNREACHABLE))

    def stop(self, cause: int = 16) -> None:
        """Let the phones fall silent and call nobody back."""
        if self._over:
            return
        self._over = True
        self._timer.cancel()
        for leg in self._legs:
            self._exchange.end(leg, cause)

    def _ring(self, leg: ScriptedLeg, phone: ScriptedPhone) -> None:
        leg.timer = None
        if phone.silent:
            self._exchange.end(leg, 18)
        elif phone.refuses:
            self._exchange.end(leg, phone.refuses)
        else:
            leg.line.rang = True
            self._exchange.tell(LegRang(leg.id))
            after = (
                phone.answer_after if self._answer_after is None or not phone.heeds_auto_answer else self._answer_after
            )
            if after is not None:
                leg.timer = self._exchange.clock.call_later(after, leg.line.answer)
            if phone.on_ring is not None:
                phone.on_ring(leg.line)

    def _take(self, leg: ScriptedLeg) -> None:
        self._legs.remove(leg)
        leg.on_answer = leg.on_failure = None
        self.stop(ELSEWHERE)
        self._answered(leg)

    def _refused(self, leg: ScriptedLeg, cause: int) -> None:
        if self._over:
            return
        self._legs.remove(leg)
        self._results.append(_BY_CAUSE.get(cause, DialResult.FAILED))
        if not self._legs:
            self._fail(next(result for result in _TELLING if result in self._results))

    def _timed_out(self) -> None:
        if not self._over:
            self.stop()
            self._failed(DialResult.NO_ANSWER)

    def _fail(self, result: DialResult) -> None:
        if not self._over:
            self._over = True
            self._timer.cancel()
            self._failed(result)
