"""A leg of the scripted exchange, and the person at its other end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.quality import LegQuality
from cti.telephony.switch.port import Side

if TYPE_CHECKING:
    from cti.telephony.switch.scripted_audio import ScriptedListener, ScriptedStream
    from cti.telephony.switch.scripted_recording import ScriptedRecording
    from cti.telephony.switch.scripted_session import ScriptedSession

MUSIC = "music"


class Desk(Protocol):
    """What a person's verbs do at the exchange."""

    def now(self) -> float:
        """Seconds of the exchange's clock."""

    def picked_up(self, leg: ScriptedLeg) -> None:
        """A ringing phone was picked up."""

    def end(self, leg: ScriptedLeg, cause: int = 16) -> None:
        """The leg is over."""

    def pressed(self, leg: ScriptedLeg, digit: str) -> None:
        """A key was pressed."""

    def held(self, leg: ScriptedLeg, held: bool) -> None:
        """The phone put the others on hold, or took them back."""

    def refer(self, leg: ScriptedLeg, target: str) -> None:
        """Blind transfer by the phone."""

    def replace(self, leg: ScriptedLeg, other: ScriptedLeg) -> None:
        """Attended transfer by the phone."""

    def heard_by(self, leg: ScriptedLeg) -> frozenset[str]:
        """What the person hears."""


@dataclass(slots=True, eq=False)
class Bridge:
    """Legs that talk with each other."""

    members: list[ScriptedLeg] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Doing:
    """What the switch does for a leg by itself, until `done`; `outcome` gives the result then."""

    done: asyncio.Future[Any]
    outcome: Callable[[], Any]
    stop: Callable[[], None] = lambda: None


@dataclass(slots=True, eq=False)
class ScriptedLeg:
    """One party's connection. `dialplan` tells whether it has somewhere to go when its talk ends."""

    id: str
    party: Party
    address: str
    caller: Number
    called: Number
    name: str
    started_at: datetime
    trunk: str = ""
    call: str = ""
    agent: str = ""
    target: str = ""
    dialplan: bool = False
    answered_at: datetime | None = None
    gone: bool = False
    place: str = "retry"
    hears: str = ""
    since: float = 0.0
    typed: str = ""
    """Keys pressed while it looked for an engine."""
    was_in_emergency: bool = False
    holds: bool = False
    muted: set[Side] = field(default_factory=set)
    session: ScriptedSession | None = None
    bridge: Bridge | None = None
    doing: Doing | None = None
    on_answer: Callable[[], None] | None = None
    on_failure: Callable[[int], None] | None = None
    timer: Any = None
    spying_on: ScriptedLeg | None = None
    whispers: bool = False
    recording: ScriptedRecording | None = None
    stream: ScriptedStream | None = None
    taps: list[ScriptedListener] = field(default_factory=list)
    quality: LegQuality | None = None
    """What is told of its sound when it ends."""
    line: ScriptedLine = field(init=False)

    @property
    def answered(self) -> bool:
        """Whether it is connected."""
        return self.answered_at is not None

    def cancel_timer(self) -> None:
        """Forget what was to happen to it by itself."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class ScriptedLine:
    """A call as the person at the telephone has it. Verbs on a call that is over do nothing."""

    def __init__(self, desk: Desk, leg: ScriptedLeg, voice: float = 0.0) -> None:
        self.leg = leg
        self.name = leg.name
        self.voice = voice
        self.rang = False
        self.cause = 0
        self.digits_heard = ""
        self._desk = desk
        self._speaks_until = 0.0

    @property
    def is_answered(self) -> bool:
        """Whether both sides are connected."""
        return self.leg.answered

    @property
    def is_over(self) -> bool:
        """Whether it has ended; then `cause` is its Q.850 cause."""
        return self.leg.gone

    @property
    def hears(self) -> frozenset[str]:
        """Names of people, a prompt, `music`, `stream`: what is heard now."""
        return self._desk.heard_by(self.leg)

    @property
    def speaks_until(self) -> float:
        """When the person falls silent."""
        return self._speaks_until

    @property
    def is_speaking(self) -> bool:
        """Whether the person speaks now."""
        return self._desk.now() < self._speaks_until

    def answer(self) -> None:
        """Pick up a ringing phone."""
        if not self.leg.gone and not self.leg.answered:
            self._desk.picked_up(self.leg)

    def reject(self, cause: int = 17) -> None:
        """Refuse an incoming call (Q.850: 17 busy, 21 rejected)."""
        if not self.leg.answered:
            self._desk.end(self.leg, cause)

    def hang_up(self) -> None:
        """Whoever has the telephone puts it down."""
        self._desk.end(self.leg, 16)

    def press(self, keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            if not self.leg.gone:
                self._desk.pressed(self.leg, key)

    def hold(self) -> None:
        """Put the far end on hold."""
        self._desk.held(self.leg, True)

    def retrieve(self) -> None:
        """Whoever has the telephone takes the other off hold."""
        self._desk.held(self.leg, False)

    def refer(self, target: str) -> None:
        """Blind transfer of the far end to a number (RFC 3515)."""
        self._desk.refer(self.leg, target)

    def refer_to(self, other: ScriptedLine) -> None:
        """Attended transfer of the far end to the far end of another call of this phone (RFC 3891)."""
        self._desk.replace(self.leg, other.leg)

    def speak(self, seconds: float) -> None:
        """Speak for so long, beginning now."""
        self._speaks_until = self._desk.now() + seconds
