"""What the switch tells: written into calls and legs, told as events, and then to those who listen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from cti.base.bus import Bus
from cti.base.call import Call, Leg, LegState, Party
from cti.base.events import AlarmRaised, LegAnswered, LegRinging, SwitchDown, SwitchUp
from cti.telephony.switch.port import (
    Arrival,
    Connected,
    DigitPressed,
    Disconnected,
    LegDialled,
    LegGone,
    LegPickedUp,
    LegRang,
    PhoneReachable,
    SessionForged,
    SwitchEvent,
)

if TYPE_CHECKING:
    from cti.telephony.calls import Calls

log = structlog.get_logger(__name__)

SwitchListener = Callable[[SwitchEvent], None]


class SwitchEvents:
    """Hears the switch for all calls."""

    def __init__(self, calls: Calls, bus: Bus) -> None:
        self._calls = calls
        self._bus = bus
        self._listeners: list[SwitchListener] = []
        self._on_stranger_gone: Callable[[], object] = lambda: None
        self._forged = 0
        self._on_digit: dict[str, Callable[[str], None]] = {}

    def listen(self, listener: SwitchListener) -> Callable[[], None]:
        """Hear what the switch tells, after calls and legs know it; returns the unsubscribe function."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def when_stranger_gone(self, listener: Callable[[], object]) -> None:
        """Call `listener` whenever a leg of no open call has ended: its visit may have been seen by no engine."""
        self._on_stranger_gone = listener

    def listen_digits(self, leg: str, listener: Callable[[str], None]) -> Callable[[], None]:
        """Hear the keys that this leg presses, one listener at a time; returns the unsubscribe function."""
        self._on_digit[leg] = listener

        def unlisten() -> None:
            if self._on_digit.get(leg) is listener:
                del self._on_digit[leg]

        return unlisten

    def hear(self, event: SwitchEvent) -> None:
        """Write what happened into calls and legs, then tell the listeners."""
        match event:
            case LegDialled(call=call_id) if call := self._calls.find(call_id):
                if call.outgoing and event.party is Party.CALLER:
                    self._calls.dialled_leg(call, event.leg, event.address)
                elif event.leg not in call.legs:
                    self._calls.add_leg(call, Leg(event.leg, event.party, event.address, agent=event.agent))
            case LegRang() if found := self._leg(event.leg, LegState.RINGING):
                self._calls.tell(LegRinging, found[0], leg=event.leg)
            case LegPickedUp() if found := self._leg(event.leg, LegState.UP):
                self._calls.tell(LegAnswered, found[0], leg=event.leg)
                self._calls.save(found[0])
            case LegGone():
                self.gone(event)
                return
            case PhoneReachable():
                self._calls.registrar.change(event.endpoint, event.reachable)
            case Connected():
                self._calls.registrar.resync(event.phones)
                self._calls.after_gap.resync(event)
                self._bus.publish(
                    SwitchUp(at=self._calls.clock.wall(), switch=self._calls.switch.name, legs=len(event.legs))
                )
            case Disconnected():
                if self._calls.after_gap.blind_since is None:
                    self._calls.after_gap.blind_since = self._calls.clock.wall()
                self._bus.publish(
                    SwitchDown(at=self._calls.clock.wall(), switch=self._calls.switch.name, reason=event.reason)
                )
            case SessionForged():
                self._forged += 1
                text = f"有程序冒充交换机（来自 {event.peer}），共 {self._forged} 次，均已拒绝"
                self._bus.publish(AlarmRaised(at=self._calls.clock.wall(), name="forged_session", text=text))
            case DigitPressed() if listener := self._on_digit.get(event.leg):
                listener(event.digit)
        self._relay(event)

    def came_first(self, call: Call, arrival: Arrival) -> Leg:
        """Enter a leg that comes in a session before its dial was told: each has a connection of its own."""
        leg = Leg(arrival.leg, arrival.party, arrival.address, agent=arrival.agent)
        self._calls.add_leg(call, leg)
        if arrival.answered:
            leg.become(LegState.UP)
            self._calls.tell(LegAnswered, call, leg=leg.id)
        self._calls.save(call)
        return leg

    def _relay(self, event: SwitchEvent) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("switch listener failed", event_type=type(event).__name__)

    def _leg(self, leg: str, state: LegState) -> tuple[Call, Leg] | None:
        call = self._calls.of_leg(leg)
        if call is None or call.legs[leg].state in (state, LegState.ENDED, LegState.UP):
            return None
        call.legs[leg].become(state)
        return call, call.legs[leg]

    def gone(self, event: LegGone) -> None:
        """A leg has ended, and with the caller's leg the call."""
        call = self._calls.of_leg(event.leg)
        if call is not None:
            self._calls.end_leg(call, call.legs[event.leg], event.cause, event.at)
        self._calls.measured.gone(event)
        if call is None:
            self._on_stranger_gone()
            return
        self._relay(event)
        # A caller in a session is told by the session; one who talks without us is only seen here.
        # Why a citizen was not reached is told by the dial.
        if (
            event.leg == call.caller_leg
            and not self._calls.sessions.has(event.leg)
            and not self._calls.is_dialled(call)
        ):
            self._calls.caller_gone(call)
