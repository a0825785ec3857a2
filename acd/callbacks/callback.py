"""A callback owed to a citizen, and what is said between the matching and whoever dials it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from acd.matching.work import Reservation
from cti.base.numbers.number import Number
from cti.telephony.switch.port import DialResult


class CallbackState(StrEnum):
    """Where a callback is."""

    WAITING = "waiting"  # has its place in the queue
    RESERVED = "reserved"  # an agent is promised, the citizen is not dialled yet
    DIALLING = "dialling"  # the citizen's phone is dialled: an attempt
    TALKING = "talking"
    LATER = "later"  # the next attempt has its time
    DONE = "done"
    FAILED = "failed"  # all attempts are spent
    CANCELLED = "cancelled"  # served otherwise, or not wanted any more


_C = CallbackState

CALLBACK_WAYS: dict[CallbackState, frozenset[CallbackState]] = {
    _C.WAITING: frozenset({_C.RESERVED, _C.TALKING, _C.LATER, _C.FAILED, _C.CANCELLED}),
    _C.RESERVED: frozenset({_C.WAITING, _C.DIALLING, _C.TALKING, _C.LATER, _C.FAILED, _C.CANCELLED}),
    _C.DIALLING: frozenset({_C.TALKING, _C.WAITING, _C.LATER, _C.FAILED, _C.CANCELLED}),
    _C.TALKING: frozenset({_C.DONE}),
    _C.LATER: frozenset({_C.WAITING, _C.TALKING, _C.FAILED, _C.CANCELLED}),
    _C.DONE: frozenset(),
    _C.FAILED: frozenset(),
    _C.CANCELLED: frozenset(),
}
"""LATER → TALKING: the engine died while it dialled, and the citizen answered the next one."""

CALLED_IN = "he called himself and was served"
"""Why nobody is called back who was owed it."""

OVER = frozenset({_C.DONE, _C.FAILED, _C.CANCELLED})

RESTORED: dict[CallbackState, CallbackState] = {
    _C.WAITING: _C.WAITING,
    _C.RESERVED: _C.WAITING,
    _C.DIALLING: _C.LATER,  # the attempt counts: he may have been rung
    _C.TALKING: _C.DONE,
    _C.LATER: _C.LATER,
}
"""How a callback goes on after a restart."""


@dataclass(slots=True)
class Callback:
    """A callback owed. `since` and `due` (of the next attempt) are seconds of the epoch; `call` is where it came from.

    `result` is how the last attempt ended. `visit` names its stay in the queue and the call that is made then: another
    after each dial. `reached`: the citizen is on the line, whoever of the agents answers. `ended` is when it was over.
    `need` is what he asks for besides what his queue does. `most` is how often he is dialled, where that is not as his
    queue says. `show` is the number of the organisation's that he is shown, where that is not its usual one.
    """

    id: str
    number: str
    queue: str
    since: float
    base: float = 0.0
    call: str = ""
    organisation: str = ""
    region: str = ""
    attempts: int = 0
    due: float = 0.0
    state: CallbackState = CallbackState.WAITING
    agent: str = ""
    result: str = ""
    visit: str = ""
    reached: bool = False
    ended: float = 0.0
    need: str = ""
    most: int = 0
    show: str = ""


@dataclass(frozen=True, slots=True)
class CallbackOrder:
    """What to dial now: `first` is agent or citizen; how many seconds each may ring.

    `id` is a ULID, to be the id of the call that is made; `callback` is whose attempt it is.
    """

    id: str
    callback: str
    number: str
    agent: str
    queue: str
    first: str
    ring_agent: float
    ring_citizen: float
    organisation: str
    region: str
    call: str
    show: str = ""


class CallbackDialler(Protocol):
    """Who brings an agent and a citizen together; reports to the `Attempt` what happens."""

    def can_dial(self, number: Number) -> bool:
        """Whether there is a line for such numbers, be it busy now: else no callback is promised."""

    def call_back(self, order: CallbackOrder, attempt: Attempt) -> None:
        """Begin; must not block."""

    def give_up(self, order: CallbackOrder) -> None:
        """Hang up what was dialled for it."""


class Reports(Protocol):
    """Who takes what is said of an attempt (`Attempts`)."""

    def agent_rings(self, attempt: Attempt) -> bool:
        """See `Attempt`, here and below."""

    def agent_failed(self, attempt: Attempt, result: DialResult, citizen_waits: bool) -> None:
        """The agent does not talk."""

    def citizen_dialled(self, attempt: Attempt) -> bool:
        """The citizen is about to be dialled."""

    def citizen_failed(self, attempt: Attempt, result: DialResult) -> None:
        """The citizen was not reached."""

    def connected(self, attempt: Attempt) -> bool:
        """Agent and citizen talk; False when the attempt is not current any more."""

    def ended(self, attempt: Attempt) -> None:
        """The talk is over."""


class Attempt:
    """One reservation's way; what is reported after its end is ignored."""

    def __init__(self, reports: Reports, callback: Callback, reservation: Reservation, order: CallbackOrder) -> None:
        self._reports = reports
        self.callback = callback
        self.reservation = reservation
        self.order = order

    def agent_rings(self) -> bool:
        """The agent's phone rings. False: it is over, stop."""
        return self._reports.agent_rings(self)

    def agent_failed(self, result: DialResult, *, citizen_waits: bool = False) -> None:
        """The agent did not answer, or left before the citizen did; the callback waits for another.

        With `citizen_waits` the citizen is on the line and stays there.
        """
        self._reports.agent_failed(self, result, citizen_waits)

    def citizen_dialled(self) -> bool:
        """The citizen is about to be dialled: this is an attempt. False: it is over, do not."""
        return self._reports.citizen_dialled(self)

    def citizen_failed(self, result: DialResult) -> None:
        """The citizen was not reached: the agent is free, the next attempt comes later."""
        self._reports.citizen_failed(self, result)

    def connected(self) -> bool:
        """They talk. False: it is over, hang up."""
        return self._reports.connected(self)

    def ended(self) -> None:
        """The talk is over."""
        self._reports.ended(self)
