"""The engine's end of the scripted exchange: `SwitchControl` for dry runs and for tests on the virtual clock.

loop of `cti.base.clock.VirtualTimeLoop`:
exchange = ScriptedExchange(LoopClock(), prompts={"welcome": 3.2})
exchange.add_phone(ScriptedPhone("1001", "1001", answer_after=2.0))
switch = ScriptedSwitch(exchange)
await switch.start(on_session, on_event)
line = exchange.call("13800000001", "12345", keys={4.0: "1"})
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

import structlog

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.switch.address import Address
from cti.telephony.switch.port import (
    Connected,
    DialResult,
    Disconnected,
    EventHandler,
    LegHungUp,
    LegSnapshot,
    SessionHandler,
    SessionOver,
    Side,
    SwitchEvent,
    SwitchLost,
    SwitchUnavailable,
)
from cti.telephony.switch.scripted_audio import ScriptedListener
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_leg import ScriptedLeg
from cti.telephony.switch.scripted_session import ScriptedSession

log = structlog.get_logger(__name__)

DIGIT_SECONDS = 0.25


class ScriptedSwitch:
    """One engine's connection to the exchange; see `cti.telephony.switch.port.SwitchControl`."""

    def __init__(self, exchange: ScriptedExchange, name: str = "switch-1") -> None:
        self._exchange = exchange
        self._name = name
        self._boot = 0
        self._up = False
        self._on_session: SessionHandler | None = None
        self._on_event: EventHandler = lambda event: None
        self._tasks: set[asyncio.Task[None]] = set()
        self._undecided: list[tuple[ScriptedSession, LegHungUp]] = []

    @property
    def name(self) -> str:
        """The unique name of the switch, which stands with each call."""
        return self._name

    @property
    def is_up(self) -> bool:
        """Whether the control connection stands."""
        return self._up

    async def start(self, on_session: SessionHandler, on_event: EventHandler) -> None:
        """Connect: sessions and events of the exchange come to these from now on."""
        self._on_session, self._on_event = on_session, on_event
        self._exchange.engine = self
        self._connect()

    async def stop(self) -> None:
        """Let go of everything."""
        self._up = False
        if self._exchange.engine is self:
            self._exchange.engine = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ── bad luck ─────────────────────────────────────────────────────────────────────────────────────────────────

    def cut(self, seconds: float) -> None:
        """The control connection is gone for so long; what happens meanwhile is not told."""
        self._up = False
        self._on_event(Disconnected("cut"))
        self._exchange.clock.call_later(seconds, self._connect)

    def lose_switch(self, seconds: float) -> None:
        """The switch dies, and is there again after so many seconds."""
        self.cut(seconds)
        self._exchange.restart()

    def _connect(self) -> None:
        if self._exchange.engine is not self:
            return
        self._up = True
        restarted, self._boot = self._boot not in (0, self._exchange.boot), self._exchange.boot
        for session, reason in self._undecided:
            session.end(reason)
        self._undecided.clear()
        phones = frozenset(address for address, phone in self._exchange.phones.items() if phone.registered)
        self._on_event(Connected(legs=self._exchange.snapshots(), phones=phones, restarted=restarted))

    # ── what the exchange tells ──────────────────────────────────────────────────────────────────────────────────

    def heard(self, event: SwitchEvent) -> None:
        """Something happened; not told while the connection is cut."""
        if self._up:
            self._on_event(event)

    def hung_up(self, leg: ScriptedLeg) -> None:
        """The leg of a session is gone; only the control connection can tell that."""
        if leg.session is not None:
            if self._up:
                leg.session.end(LegHungUp())
            else:
                self._undecided.append((leg.session, LegHungUp()))

    def lost(self, leg: ScriptedLeg) -> None:
        """The switch died under the leg of a session; that is seen when it is there again."""
        if leg.session is not None:
            self._undecided.append((leg.session, SwitchLost()))

    def take(self, leg: ScriptedLeg) -> None:
        """A leg comes in a session."""
        session = leg.session = ScriptedSession(self._exchange, leg)
        task = asyncio.get_running_loop().create_task(self._serve(session))
        self._tasks.add(task)
        task.add_done_callback(partial(self._served, session))

    async def _serve(self, session: ScriptedSession) -> None:
        assert self._on_session is not None
        try:
            await self._on_session(session)
        except SessionOver:
            return
        except Exception:
            log.exception("session failed", leg=session.arrival.leg)

    def _served(self, session: ScriptedSession, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if session.leg.session is session:
            self._exchange.leave_session(session.leg)

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def legs(self) -> Sequence[LegSnapshot]:
        """All legs that exist now, as the exchange has them."""
        await self._ask("legs")
        return self._exchange.snapshots()

    async def hang_up(self, leg: str, cause: int = 16) -> None:
        """End a leg."""
        await self._ask("hang up")
        if found := self._exchange.legs.get(leg):
            self._exchange.end(found, cause)

    async def pull(self, *legs: str) -> None:
        """Bring legs into sessions."""
        if not 1 <= len(legs) <= 2:
            raise ValueError("one leg or two can be pulled at once")
        await self._ask("pull")
        self._exchange.pull([self._leg(leg) for leg in legs])

    async def originate(
        self,
        address: Address,
        *,
        call: str,
        party: Party,
        agent: str,
        caller: Number,
        timeout: float,
        answer_after: float | None = None,
    ) -> DialResult:
        """Dial a phone into a session."""
        await self._ask("originate")
        return await self._exchange.originate(
            address, call=call, party=party, agent=agent, caller=caller, timeout=timeout, answer_after=answer_after
        )

    async def pause_recording(self, leg: str, paused: bool) -> None:
        """Write silence for a while."""
        await self._ask("pause recording")
        self._exchange.pause_recording(self._leg(leg), paused)

    async def send_digits(self, leg: str, digits: str) -> None:
        """Play keys to the party."""
        for digit in digits:
            await self._ask("send digits")
            self._leg(leg).line.digits_heard += digit
            await asyncio.sleep(DIGIT_SECONDS)

    async def mute(self, leg: str, side: Side, muted: bool) -> None:
        """Silence one direction."""
        await self._ask("mute")
        found = self._leg(leg)
        (found.muted.add if muted else found.muted.discard)(side)

    async def tap(self, leg: str) -> ScriptedListener:
        """What the party says."""
        await self._ask("tap")
        return ScriptedListener(self._leg(leg), self._exchange.clock)

    async def phone_addresses(self) -> Mapping[str, str]:
        """Every phone is on this machine."""
        await self._ask("phone addresses")
        return {name: "127.0.0.1" for name, phone in self._exchange.phones.items() if phone.registered}

    async def provision(self, *, trunks: bool = False) -> None:
        """Nothing is on disk."""
        await self._ask("provision")

    async def _ask(self, what: str) -> None:
        await asyncio.sleep(0)
        if not self._up:
            raise SwitchUnavailable(f"{what}: not connected")

    def _leg(self, leg: str) -> ScriptedLeg:
        found = self._exchange.legs.get(leg)
        if found is None:
            raise LegHungUp(f"leg {leg} is gone")
        return found
