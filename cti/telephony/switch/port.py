"""What a switch can do, in a call centre's verbs; every driver and the scripted fake pass one contract suite.

A leg has a `CallSession` whenever it is not talking; a talk is a bridge of legs; a leg that survives it comes back
in a new session. Sessions end often, so nothing that matters lives in them. `SwitchControl` is the one connection
for the whole switch. Identifiers of legs are the switch's own; paths are on the switch's machine, which is ours.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.media.port import AudioStream, Listener
from cti.telephony.quality import LegQuality
from cti.telephony.switch.address import Address

# ── what sessions raise ──────────────────────────────────────────────────────────────────────────────────────────


class SessionOver(Exception):
    """The session cannot go on."""


class LegHungUp(SessionOver):
    """The party of this leg is gone."""


class SwitchLost(LegHungUp):
    """The switch itself died under the leg."""


class LegLeft(SessionOver):
    """The leg lives on elsewhere (pulled or bridged away): whoever has it now goes on; write nothing, undo nothing."""


class SwitchUnavailable(Exception):
    """The switch does not answer, or refused; the message says what was asked."""


RECORDING_RATE = 8000
"""Samples a second of each channel of a recording."""

# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes in this session.

    `call` is empty for a leg that no engine has seen; `party` tells whose leg it is. `target` is where a phone sent
    the leg by a blind transfer.
    """

    leg: str
    call: str
    party: Party
    caller: Number
    called: Number
    trunk: str
    agent: str = ""
    address: str = ""
    """Its phone, or its trunk."""
    target: str = ""
    answered: bool = False
    since: datetime | None = None
    """When the leg came to the switch: long ago when no engine answered then."""
    keys: str = ""
    """What it typed while no engine listened, to be taken as typed ahead."""


@dataclass(frozen=True, slots=True)
class Played:
    """How playing ended: to its end, by a key, or because it was stopped, in which moment a key may have come too."""

    digit: str = ""
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """Keys typed; `timed_out` when the caller stopped typing before the length or terminator was reached."""

    digits: str
    timed_out: bool


class DialResult(StrEnum):
    """How a dialled leg ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    REJECTED = "rejected"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"  # not registered, no route, network gone
    FAILED = "failed"
    CANCELLED = "cancelled"  # we stopped it


@dataclass(frozen=True, slots=True)
class Dialled:
    """The outcome of a dial, told when the talk is over. `seconds` is the time talked."""

    result: DialResult
    seconds: float = 0.0


NOTICE = "tone/notice"
"""The sound that an agent hears before a call that his phone answered by itself is put through."""


@dataclass(frozen=True, slots=True)
class DialRequest:
    """Whom to dial: all `addresses` ring at once, the first to answer gets the talk.

    `caller` is shown at the far end, by default the dialling leg's own number; one without digits shows nothing,
    and a carrier puts in what he likes. `answer_after` asks the phone to answer by itself after so many whole seconds,
    and a telephone that is no browser hears a tone before the talk; `agent` and `party` mark the new leg. `timeout` is
    how long it may ring, in seconds. When the dialling party leaves, the other's leg ends, or, if it `stays`, comes in
    a session of its own.
    """

    addresses: Sequence[Address]
    timeout: float
    party: Party = Party.AGENT
    agent: str = ""
    answer_after: float | None = None
    stays: bool = False
    caller: Number | None = None


class SpyMode(StrEnum):
    """How a supervisor is in a talk."""

    LISTEN = "listen"  # 监听
    WHISPER = "whisper"  # 密语: only the agent hears the supervisor


class Side(StrEnum):
    """A side of a leg: what the party says, or what it hears."""

    SAYS = "says"
    HEARS = "hears"


@dataclass(frozen=True, slots=True)
class LegSnapshot:
    """A leg that exists on the switch now. `peer` is a leg it talks with."""

    leg: str
    call: str
    party: Party
    agent: str
    address: str
    answered: bool
    peer: str = ""
    place: str = ""
    """`session`, `talk`, `retry` (waits for an engine) or `emergency` (in the switch's own queue)."""
    talks_since: datetime | None = None
    """When its talk began, if the switch tells here."""


@dataclass(frozen=True, slots=True)
class SwitchRecord:
    """The switch's own record of a leg, or of a part of its life (CDR).

    `first_leg` is the leg with which the visit began; `other` the party that was dialled; `in_emergency` whether the
    switch's own queue had it; `by_trunk` whether it came in from a carrier. `fields` is all that the switch wrote.
    """

    leg: str
    first_leg: str
    caller: str
    called: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    disposition: str
    in_emergency: bool
    other: str
    fields: Mapping[str, str]
    by_trunk: bool = False


@dataclass(frozen=True, slots=True)
class TalkStretch:
    """A time in which a leg was in a talk, as the switch wrote it; `ended` is None while it goes on."""

    leg: str
    begun: datetime
    ended: datetime | None


# ── what the switch tells ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SwitchEvent:
    """Something that happened on the switch."""


@dataclass(frozen=True, slots=True)
class LegDialled(SwitchEvent):
    """`leg` exists now, dialled by `by` (empty when originated), for `call`."""

    leg: str
    by: str
    call: str
    party: Party
    agent: str
    address: str


@dataclass(frozen=True, slots=True)
class LegRang(SwitchEvent):
    """The phone of `leg` rings."""

    leg: str


@dataclass(frozen=True, slots=True)
class LegPickedUp(SwitchEvent):
    """The phone of `leg` was picked up, at `at` by the switch's own clock; None: just now."""

    leg: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LegGone(SwitchEvent):
    """`leg` is no more; `cause` is a Q.850 code, `quality` how its sound was, if the switch knows.

    `at` is when it ended, where nobody saw it.
    """

    leg: str
    call: str
    cause: int
    quality: LegQuality | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DigitPressed(SwitchEvent):
    """A key pressed on `leg` while it waits or talks."""

    leg: str
    digit: str


@dataclass(frozen=True, slots=True)
class HoldChanged(SwitchEvent):
    """The phone of `leg` put the other side on hold or took it back."""

    leg: str
    held: bool


@dataclass(frozen=True, slots=True)
class LegTransferred(SwitchEvent):
    """The phone of `by` handed its peer on: `leg` now talks with `to_leg` (attended) or goes to `target` (blind).

    `by` is empty where `leg` came back in its session before the switch had said whose phone it was.
    """

    leg: str
    by: str
    to_leg: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class SessionForged(SwitchEvent):
    """Somebody else than the switch wanted to begin a session of a leg, from this address; it was closed."""

    peer: str


@dataclass(frozen=True, slots=True)
class PhoneRefused(SwitchEvent):
    """Somebody at this address failed to prove that he is the phone `endpoint`, which there may not be."""

    endpoint: str
    address: str


@dataclass(frozen=True, slots=True)
class PhoneReachable(SwitchEvent):
    """The phone that registers as `endpoint` came, from this IP address where the switch tells it, or went."""

    endpoint: str
    reachable: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class TrunkHealth(SwitchEvent):
    """A trunk answers OPTIONS, or no longer."""

    trunk: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Connected(SwitchEvent):
    """The control connection stands; these legs exist now. `restarted` when the switch itself is another process."""

    legs: tuple[LegSnapshot, ...]
    phones: frozenset[str]
    restarted: bool


@dataclass(frozen=True, slots=True)
class Disconnected(SwitchEvent):
    """The control connection is gone."""

    reason: str


# ── a leg that is not talking ────────────────────────────────────────────────────────────────────────────────────


class CallSession(Protocol):
    """One leg while it is not talking. Every verb raises `LegHungUp` or `LegLeft` once the session is over.

    Verbs of one session do not overlap, except `stop`, which ends the `play` or `collect` under way. A key that is
    pressed between two verbs counts for the next one; what is pressed while a verb runs that wants no keys, does not.
    """

    @property
    def arrival(self) -> Arrival:
        """Who called what, by which trunk, as the switch said when the leg came."""

    @property
    def over(self) -> Awaitable[SessionOver]:
        """Done as soon as the session is over, with the reason; may be awaited any number of times."""

    async def claim(self, call: str, party: Party, agent: str = "") -> None:
        """Write the call's id on the leg, from where all that it dials inherits it."""

    async def answer(self) -> None:
        """Answer the caller; does nothing when answered."""

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        """Play prompts (ids from the catalogue) one after the other; a key of `stop_on` ends it and is told."""

    async def collect(
        self,
        prompts: Sequence[str],
        *,
        longest: int,
        terminators: str = "#",
        first: float = 5.0,
        between: float = 3.0,
    ) -> Collected:
        """Play, and take up to `longest` keys: the first ends the prompt. The terminator is not part of the digits."""

    def forget_keys(self) -> None:
        """Keys pressed until now, and not taken by a verb, mean nothing."""

    async def stop(self) -> None:
        """End the `play` or `collect` under way at once; it returns `stopped`."""

    async def wait(self) -> None:
        """Play waiting music from now until the next verb; returns at once. Keys are told as `DigitPressed`."""

    async def dial(self, request: DialRequest) -> Dialled:
        """Dial and talk; returns when the talk is over or could not begin. The leg hears music while it rings."""

    async def connect(self, leg: str) -> float:
        """Talk with a leg that exists, taking it from wherever it is; returns the seconds talked when it is over."""

    async def join(self, leg: str) -> None:
        """Enter the talk that `leg` is in, as a further party; returns when this leg has left it."""

    async def spy(self, leg: str, mode: SpyMode) -> None:
        """Hear the talk that `leg` is in, and whisper to `leg`; returns when it is over."""

    async def record(self, path: Path) -> None:
        """Write the talks of this leg into `path` from now on, until `stop_recording` or the end of the leg.

        16-bit little-endian samples, `RECORDING_RATE` a second, two channels: what the party says, what it hears; only
        while the leg talks. There is no header, so all that is in the file can be heard at every moment; the last
        second of it may be there only when it is stopped.
        """

    async def stop_recording(self) -> None:
        """End what `record` began, by this session or one before: the file is whole when this returns."""

    async def record_message(self, path: Path, *, longest: float, stop_on: str = "#") -> float:
        """Record what the party says into one mono WAV until a key, silence of 5 s or `longest`; returns seconds."""

    async def stream(self) -> AudioStream:
        """A two-way stream of the leg's audio, for a voice bot; the session goes on when it is closed."""

    async def hang_up(self, cause: int = 16) -> None:
        """End the leg (Q.850 cause)."""

    async def give_up(self) -> None:
        """Hand the leg to the switch's own emergency queue: this engine cannot serve it."""


# ── the whole switch ─────────────────────────────────────────────────────────────────────────────────────────────

SessionHandler = Callable[[CallSession], Awaitable[None]]
EventHandler = Callable[[SwitchEvent], None]


class SwitchControl(Protocol):
    """The one connection for the whole switch. Verbs raise `SwitchUnavailable`; a leg that is gone is no error."""

    @property
    def name(self) -> str:
        """The unique name of this switch."""

    @property
    def is_up(self) -> bool:
        """Whether the control connection stands."""

    async def start(self, on_session: SessionHandler, on_event: EventHandler) -> None:
        """Begin: sessions come to `on_session` (one task each), events to `on_event` in order (must not block)."""

    async def stop(self) -> None:
        """Let go of everything; legs stay on the switch."""

    async def legs(self) -> Sequence[LegSnapshot]:
        """What exists on the switch now."""

    async def hang_up(self, leg: str, cause: int = 16) -> None:
        """End a leg wherever it is."""

    async def pull(self, *legs: str) -> None:
        """Bring legs that talk into sessions of their own, all at once, none hung up; older sessions see `LegLeft`."""

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
        """Dial a phone, which is asked to answer by itself after `answer_after` seconds, or not at all (None); when it
        answers its leg comes in a session. Returns when answered or failed, and then the
        leg's `LegPickedUp` or `LegGone` has been told.
        """

    async def pause_recording(self, leg: str, paused: bool) -> None:
        """Write silence instead of speech while sensitive data is spoken."""

    async def send_digits(self, leg: str, digits: str) -> None:
        """Play keys to the party of the leg."""

    async def mute(self, leg: str, side: Side, muted: bool) -> None:
        """Silence what a party says or hears."""

    async def tap(self, leg: str) -> Listener:
        """A one-way copy of what the party of a leg says; it outlives transfers and ends with the leg or `close`."""

    async def phone_addresses(self) -> Mapping[str, str]:
        """Endpoint → the IP address from which it is registered now."""

    async def provision(self, *, trunks: bool = False) -> None:
        """Take up changed phones from the configuration on disk, and changed trunks where that is more work."""
