"""110, 119, 120, 122 and departments' lines: dialled into a talk by one act of the agent, who stays; told, and given
what is known.

The line is dialled beside the talk: citizen and agent go on talking meanwhile, and nobody is put on hold. When the
agent leaves, the citizen stays with the police, or with the department.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import structlog

from cti.base.call import Call, EndReason, Leg, LegState, Party
from cti.base.events import EmergencyCalled, EmergencyHandedOver, EmergencyNotReached
from cti.base.numbers.number import EMERGENCY, Number
from cti.telephony.calls import Calls
from cti.telephony.doorway import facts_of
from cti.telephony.switch.port import CallSession, DialResult, LegGone, SwitchEvent, SwitchUnavailable
from cti.telephony.talk import Talks
from cti.telephony.ways_out import HOUSE, WayOut, WaysOut

log = structlog.get_logger(__name__)

RING_SECONDS = 45.0
DEPARTMENT = "line:"
"""How the name of a department's line begins, by which it is called and its leg is known; its record's id follows."""
HANDED = "handed"
"""Where a call's progress has what a flow gave along."""
NOT_REACHED = "emergency"
"""Where a call's progress has the line that was not reached last, and why."""


class NeedState(StrEnum):
    """How far an emergency line is."""

    DIALLING = "dialling"
    CONNECTED = "connected"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Need:
    """The line that was called into a talk; `result` says why it was not reached, `title` which department's it is."""

    line: str
    state: NeedState
    result: DialResult | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A department's line."""

    title: str
    number: Number


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known when a line is called; `data` is what a flow or an agent gave along, by its title.

    `line` is the number; `department` the name of the department whose line it is, empty in an emergency.
    """

    call: str
    line: str
    citizen: Number
    organisation: str
    region: str
    agent: str
    at: datetime
    data: Mapping[str, Any]
    department: str = ""
    name: str = ""
    """The caller's, where it is known."""


Knows = Callable[[Call], Awaitable[Mapping[str, Any]]]
"""What a module knows of a call, by its title in Chinese."""
KNOWN_SECONDS = 2.0
"""So long a module may look: the line rings meanwhile."""


class HandoverPort(Protocol):
    """A system of an emergency service or a department that takes data."""

    async def hand_over(self, matter: Matter) -> str | None:
        """Give it what is known; returns its receipt, None when it takes nothing of this line.

        Whatever it raises is told in the call's story.
        """


class Emergencies:
    """Who is called in need."""

    def __init__(self, calls: Calls, talks: Talks, ways: WaysOut) -> None:
        self._calls = calls
        self._talks = talks
        self._ways = ways
        self._ports: dict[str, HandoverPort] = {}
        self._knowing: dict[str, Knows] = {}
        self.department: Callable[[str], Department | None] = lambda line: None
        """The department whose line has this name; who keeps them puts himself here."""
        self._dialling: dict[str, str] = {}
        """The line that is being dialled for a call, also before and between its legs."""
        calls.sessions.serve(Party.OUTSIDE, self._serve)
        calls.switch_events.listen(self._on_event)
        calls.before_end(self._let_go)

    def know_by(self, name: str, knows: Knows) -> Callable[[], None]:
        """Ask this module too what is handed over of a call; returns the undo. ValueError for two of a name."""
        if name in self._knowing:
            raise ValueError(f"two modules know of calls as {name}")
        self._knowing[name] = knows

        def undo() -> None:
            if self._knowing.get(name) is knows:
                del self._knowing[name]

        return undo

    def hand_by(self, name: str, port: HandoverPort) -> Callable[[], None]:
        """Give data to this system from now on; returns the undo."""
        self._ports[name] = port

        def undo() -> None:
            if self._ports.get(name) is port:
                del self._ports[name]

        return undo

    def call(self, call: Call, line: str, agent: str) -> None:
        """Dial a line into the agent's talk, by each trunk until one answers; what comes of it is told.

        LookupError: `not_talking`, `already`; ValueError: no emergency line and no department's; Refusal when there is
        no trunk at all.
        """
        if line not in EMERGENCY and self._department(line) is None:
            raise ValueError(f"no emergency line: {line}")
        self._talks.talking(call)
        if self.is_under_way(call):
            raise LookupError("already")
        ways = self.ways(call, line)
        self._dialling[call.id] = line
        call.progress.pop(NOT_REACHED, None)
        self.told(call, line, agent)
        self._calls.background(self._dial(call, line, agent, ways), f"dial {line}")

    def ways(self, call: Call, line: str) -> list[WayOut]:
        """The ways to a line, also over trunks that are thought dead; Refusal when there is no trunk at all."""
        found = self._department(line)
        number = found.number if found is not None else Number.parse(line)
        return self._ways.find(number, who=HOUSE, organisation=call.organisation, citizen=call.caller)

    def _department(self, line: str) -> Department | None:
        return self.department(line) if line.startswith(DEPARTMENT) else None

    def _told_as(self, line: str) -> tuple[str, str]:
        """How a line stands in events: its number, and the department whose it is."""
        found = self._department(line)
        return (line, "") if found is None else (found.number.national, found.title)

    def told(self, call: Call, line: str, agent: str = "") -> None:
        """A line is being called for this citizen: tell it, and hand over what is known."""
        number, department = self._told_as(line)
        self._calls.tell(EmergencyCalled, call, number=number, agent=agent, department=department)
        matter = Matter(
            call=call.id,
            line=number,
            department=department,
            name=str(facts_of(call).get("name", "")),
            citizen=call.caller,
            organisation=call.organisation,
            region=call.region,
            agent=agent,
            at=self._calls.clock.wall(),
            data=dict(call.progress.get(HANDED, {})),
        )
        self._calls.background(self._hand_over_to_all(call, matter), "hand over what is known")

    def need(self, call: Call) -> Need | None:
        """The line that is dialled for this call, is in its talk, or was not reached when it was called last."""
        legs = self._legs(call)
        if up := [leg for leg in legs if leg.state is LegState.UP]:
            return self._need(up[0].agent, NeedState.CONNECTED)
        if line := self._dialling.get(call.id) or next((leg.agent for leg in legs), ""):
            return self._need(line, NeedState.DIALLING)
        if missed := call.progress.get(NOT_REACHED):
            return self._need(missed["line"], NeedState.NOT_REACHED, DialResult(missed["result"]))
        return None

    def _need(self, line: str, state: NeedState, result: DialResult | None = None) -> Need:
        found = self._department(line)
        return Need(line, state, result, found.title if found is not None else "")

    def is_under_way(self, call: Call) -> bool:
        """Whether a line is being dialled, or is in the talk."""
        return bool(self._legs(call)) or call.id in self._dialling

    def is_connected(self, call: Call) -> bool:
        """Whether a line is in the talk: the agent may leave the citizen with it."""
        return any(leg.state is LegState.UP for leg in self._legs(call))

    # ── what comes of it ─────────────────────────────────────────────────────────────────────────────────────────

    async def _hand_over_to_all(self, call: Call, matter: Matter) -> None:
        """With what modules know of the call; a module that fails keeps nobody from being given the rest."""
        data = dict(matter.data)
        for name, know in list(self._knowing.items()):
            try:
                async with asyncio.timeout(KNOWN_SECONDS):
                    data |= await know(call)
            except Exception:
                log.exception("not known when a line was called", call=call.id, by=name)
        whole = replace(matter, data=data)
        await asyncio.gather(*(self._hand_over(call, name, port, whole) for name, port in list(self._ports.items())))

    async def _hand_over(self, call: Call, name: str, port: HandoverPort, matter: Matter) -> None:
        receipt: str | None = ""
        failure = ""
        try:
            receipt = await port.hand_over(matter)
        except Exception as error:
            log.exception("emergency data not handed over", call=call.id, to=name)
            failure = type(error).__name__
        if receipt is None:
            return
        self._calls.tell(
            EmergencyHandedOver,
            call,
            number=matter.line,
            department=matter.department,
            agent=matter.agent,
            to=name,
            receipt=receipt,
            failure=failure,
        )

    async def _dial(self, call: Call, line: str, agent: str, ways: list[WayOut]) -> None:
        try:
            result = await self._by_any(call, line, ways)
        finally:
            self._dialling.pop(call.id, None)
        if result is DialResult.ANSWERED or call.is_over:
            return
        call.progress[NOT_REACHED] = {"line": line, "result": result.value}
        self._calls.save(call)
        number, department = self._told_as(line)
        self._calls.tell(
            EmergencyNotReached, call, number=number, agent=agent, result=result.value, department=department
        )

    async def _by_any(self, call: Call, line: str, ways: list[WayOut]) -> DialResult:
        """Dial by one way after the other until one is answered; returns the last one's result."""
        result = DialResult.UNREACHABLE
        for way in ways:
            try:
                result = await self._calls.switch.originate(
                    way.address,
                    call=call.id,
                    party=Party.OUTSIDE,
                    agent=line,
                    caller=way.shown,
                    timeout=RING_SECONDS,
                )
            except SwitchUnavailable as error:
                log.warning("emergency line not dialled", call=call.id, reason=str(error))
                result = DialResult.FAILED
            if result is DialResult.ANSWERED or call.is_over:
                break
        return result

    async def _serve(self, call: Call, session: CallSession) -> None:
        """The line has answered: into the talk. What else comes in here is left over from a talk, and ends."""
        if is_called_in(session.arrival.agent) and call.talk is not None:
            await session.join(call.caller_leg)

    def _on_event(self, event: SwitchEvent) -> None:
        if not isinstance(event, LegGone) or (call := self._calls.find(event.call)) is None:
            return
        talk = call.talk
        lines = [leg for leg in self._legs(call) if leg.state is LegState.UP]
        if talk is not None and talk.answered_at is not None and event.leg == talk.leg and lines:
            # The agent has left; the citizen talks on with the line.
            self._talks.books.change_agent(call, talk, "", lines[0].id, "transfer", event.at)

    def _legs(self, call: Call) -> list[Leg]:
        return [
            leg
            for leg in call.legs.values()
            if leg.party is Party.OUTSIDE and is_called_in(leg.agent) and leg.state is not LegState.ENDED
        ]

    def _let_go(self, call: Call, _: EndReason) -> None:
        if legs := self._legs(call):
            self._calls.background(self._end(legs), "let an emergency line go")

    async def _end(self, legs: list[Leg]) -> None:
        for leg in legs:
            try:
                await self._calls.switch.hang_up(leg.id)
            except SwitchUnavailable as error:
                log.warning("leg not ended", leg=leg.id, reason=str(error))


def is_called_in(name: str) -> bool:
    """Whether a leg with this name is a line that was called into a talk."""
    return name in EMERGENCY or name.startswith(DEPARTMENT)
