"""Tells how the sound of each leg was: the switch knows it at the leg's end, mostly a moment after the call's.

A browser that has the sound of a leg counts it too, at the other end of the agent's network: what it told last is told
beside the switch's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cti.base.call import Call, Leg, Party
from cti.base.events import LegMeasured
from cti.telephony.quality import LegQuality
from cti.telephony.switch.port import LegGone

if TYPE_CHECKING:
    from cti.telephony.calls import Calls

AGENT_NUMBER = re.compile(r"[0-9]{2,8}")
"""What else stands there is the number of somebody outside, and is told nowhere."""
REMEMBERED = 2_000
"""Legs that ended here and of which the switch has not yet told the end."""
BROWSER = "browser"
"""The party of what a browser counted of its own leg; the leg's name has it behind a slash."""


class MeasuredLegs:
    """Keeps in mind whose a leg was until the switch tells its end."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._ended: dict[str, tuple[Call, Leg]] = {}
        self._by_browser: dict[str, LegQuality] = {}

    def by_browser(self, leg: str, quality: LegQuality) -> None:
        """What the browser has counted of its leg so far; the last of it is told when the leg is over."""
        self._by_browser.pop(leg, None)
        self._by_browser[leg] = quality
        if len(self._by_browser) > REMEMBERED:
            del self._by_browser[next(iter(self._by_browser))]

    def ended(self, call: Call, leg: Leg) -> None:
        """A leg is over as far as the call is concerned."""
        self._ended[leg.id] = call, leg
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    def gone(self, event: LegGone) -> None:
        """The switch has told the end of a leg that is over; nothing is told of one that had hardly any sound."""
        call, leg = self._ended.pop(event.leg, (None, None))
        by_browser = self._by_browser.pop(event.leg, None)
        if call is None or leg is None:
            return
        if event.quality is not None:
            self._tell(call, leg, leg.id, leg.party.value, event.quality)
        if by_browser is not None:
            self._tell(call, leg, f"{leg.id}/{BROWSER}", BROWSER, by_browser)

    def _tell(self, call: Call, leg: Leg, name: str, party: str, quality: LegQuality) -> None:
        if (mos := quality.mos) is None:
            return
        self._calls.tell(
            LegMeasured,
            call,
            leg=name,
            party=party,
            agent=leg.agent if AGENT_NUMBER.fullmatch(leg.agent) else "",
            line=call.trunk if leg.party is Party.CALLER else leg.address.rpartition("@")[2],
            far=quality.far,
            codec=quality.codec,
            packets=quality.packets,
            mos=round(mos, 2),
            loss=round(quality.loss, 4),
            jitter=quality.jitter,
            far_loss=quality.far_loss if quality.far_loss is None else round(quality.far_loss, 4),
            far_jitter=quality.far_jitter,
            round_trip=quality.round_trip,
            silent=quality.is_silent,
        )
