"""A browser that was closed in the middle of a talk says no goodbye: its agent's leg is ended after a moment."""

from __future__ import annotations

from functools import partial

import structlog

from cti.calls import Calls
from cti.clock import Clock
from cti.events import PhoneChanged
from cti.switch.registrar import Registrar
from cti.talk import Talks

log = structlog.get_logger(__name__)

GRACE_SECONDS = 8.0
"""A reloaded page registers again within this time."""


class LostPhones:
    """Watches phones of agents who talk."""

    def __init__(self, calls: Calls, talks: Talks, registrar: Registrar, clock: Clock) -> None:
        self._calls = calls
        self._talks = talks
        self._registrar = registrar
        self._clock = clock

    def hear(self, event: PhoneChanged) -> None:
        """Look again in a moment when none of the agent's phones is left."""
        if not event.addresses and self._calls.led_by(event.agent) is not None:
            self._clock.call_later(GRACE_SECONDS, partial(self._check, event.agent))

    def _check(self, agent: str) -> None:
        call = self._calls.led_by(agent)
        if call is None or call.talk is None or self._registrar.addresses(agent):
            return
        leg = call.legs.get(call.talk.leg)
        # A desk phone keeps talking when its registration lapses; a browser's leg has nobody behind it.
        if leg is not None and leg.address.endswith("-web"):
            log.warning("phone lost in the middle of a talk", agent=agent, call=call.id)
            self._calls.background(self._talks.hang_up(call, by="phone_lost"), "end lost phone's leg")
