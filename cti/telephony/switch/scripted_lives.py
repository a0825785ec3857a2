"""How legs of the scripted exchange come into sessions, look for an engine, wait in the emergency queue and end."""

from __future__ import annotations

import asyncio
from functools import partial

from cti.base.call import Party
from cti.telephony.switch.port import DialResult, LegGone, LegLeft
from cti.telephony.switch.scripted_floor import Floor
from cti.telephony.switch.scripted_leg import MUSIC, Bridge, Doing, ScriptedLeg
from cti.telephony.switch.scripted_ringing import Ringing

RETRY_SECONDS = 1.0
"""A leg without an engine looks for one so often."""
EMERGENCY_RING_SECONDS = 20.0
EMERGENCY_PAUSE = 2.0


class Lives(Floor):
    """The lives of legs, without what engines and people make them do."""

    def enter(self, leg: ScriptedLeg) -> None:
        """Bring a leg into a session, of this engine or of the next."""
        leg.dialplan, leg.place, leg.since, leg.typed = True, "retry", self.now(), ""
        leg.cancel_timer()
        leg.timer = self.clock.call_later(0, partial(self._try, leg))

    def leave_session(self, leg: ScriptedLeg) -> None:
        """The engine let go of a leg that is neither gone nor talking: it looks for an engine again."""
        leg.session = None
        if leg.gone or leg.doing is not None:
            return
        leg.place, leg.since, leg.hears, leg.typed = "retry", self.now(), MUSIC, ""
        self.answer(leg)
        leg.cancel_timer()
        leg.timer = self.clock.call_later(RETRY_SECONDS, partial(self._try, leg))

    def _try(self, leg: ScriptedLeg) -> None:
        leg.timer = None
        if leg.gone or leg.place != "retry":
            return
        if self.engine is not None:
            leg.place, leg.hears = "session", ""
            self.engine.take(leg)
            return
        self.answer(leg)
        if self.now() - leg.since >= self._patience:
            self.give_up(leg)
            return
        leg.hears = MUSIC
        leg.timer = self.clock.call_later(RETRY_SECONDS, partial(self._try, leg))

    def end(self, leg: ScriptedLeg, cause: int = 16) -> None:
        """A leg is over."""
        if leg.gone:
            return
        leg.gone = True
        del self.legs[leg.id]
        leg.cancel_timer()
        leg.line.cause = cause
        bridge = self._leave(leg)
        self._stop_recording(leg)
        if leg.stream is not None:
            leg.stream.end()
        self._write_record(leg, bridge)
        if leg.doing is not None:
            leg.doing.stop()
        if self.engine is not None and leg.session is not None:
            self.engine.hung_up(leg)
        self.tell(LegGone(leg.id, leg.call, cause, leg.quality))
        if leg.on_failure is not None:
            leg.on_failure(cause)
        self._settle(bridge)
        for spy in [other for other in self.legs.values() if other.spying_on is leg]:
            self._released(spy)

    def _settle(self, bridge: Bridge | None) -> None:
        """A bridge of one is no talk: the last one leaves it."""
        if bridge is not None and len(bridge.members) == 1:
            last = bridge.members[0]
            self._leave(last)
            self._released(last)

    def _released(self, leg: ScriptedLeg) -> None:
        """What the switch did for the leg is over: its session goes on, or it looks for one, or it ends."""
        leg.spying_on = None
        doing, leg.doing = leg.doing, None
        if doing is not None and not doing.done.done():
            doing.done.set_result(doing.outcome())
        if leg.gone:
            return
        if leg.session is not None:
            leg.place = "session"
        elif leg.dialplan:
            self.enter(leg)
        else:
            self.end(leg)

    def _take(self, leg: ScriptedLeg) -> Bridge | None:
        """Take a leg from whatever it does; its session sees `LegLeft`."""
        leg.cancel_timer()
        session, leg.session = leg.session, None
        if session is not None:
            session.end(LegLeft())
        doing, leg.doing = leg.doing, None
        leg.spying_on = None
        if doing is not None:
            doing.stop()
        return self._leave(leg)

    # ── the emergency queue ──────────────────────────────────────────────────────────────────────────────────────

    def give_up(self, leg: ScriptedLeg) -> None:
        """A caller goes to the emergency queue, any other leg ends."""
        leg.session = None
        if leg.party is not Party.CALLER:
            self.end(leg)
            return
        self.answer(leg)
        leg.dialplan, leg.place, leg.hears, leg.was_in_emergency = False, "emergency", MUSIC, True
        self._ring_emergency(leg)

    def _ring_emergency(self, leg: ScriptedLeg) -> None:
        leg.timer = None
        if leg.gone or leg.place != "emergency":
            return
        free = [phone for phone in self.phones.values() if phone.is_free]
        if not free:
            leg.timer = self.clock.call_later(EMERGENCY_PAUSE, partial(self._ring_emergency, leg))
            return
        self._turn += 1

        def answered(other: ScriptedLeg) -> None:
            self._bridge(Bridge(), leg, other)

        def failed(_: DialResult) -> None:
            leg.doing = None
            leg.timer = self.clock.call_later(EMERGENCY_PAUSE, partial(self._ring_emergency, leg))

        ringing = Ringing(
            self,
            [free[self._turn % len(free)]],
            by=leg,
            call=leg.call,
            party=Party.AGENT,
            agent="",
            caller=leg.caller,
            timeout=EMERGENCY_RING_SECONDS,
            answer_after=None,
            answered=answered,
            failed=failed,
        )
        leg.doing = Doing(asyncio.get_running_loop().create_future(), lambda: None, ringing.stop)
