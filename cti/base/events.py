"""What can happen, as frozen dataclasses named in the past tense: the contract that everything hangs on.

Every event carries `at` (UTC wall time, for people; order is the journal's sequence). Events of a call carry its
id, organisation and region. Identifiers are text: a call is a ULID, an agent an agent number (工号), a queue and a
flow a name from the settings. Times and durations are seconds.

What a plugin tells of its own stands in its module `events`: classes like these, of `RecordEvent` or `CallEvent`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cti.base.numbers.number import Number

MAY_HOLD_NUMBER = frozenset({"address", "target", "digits", "piece"})
"""Text fields of events in which a citizen's telephone or identity number can stand: sealed when they are kept, masked
for whoever may not see numbers.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; `at` is when, UTC."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """Something that happened to a call."""

    call: str
    organisation: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvent(Event):
    """Something that happened to a record that people keep, such as a ticket; `by` is who did it, empty the house.

    Told with `cti.store.announcing.announce`. It goes to other systems: ids, numbers and codes, no words of citizens.
    """

    kind: ClassVar[str] = "record"
    """The kind of record, as its service has it."""

    record: str
    organisation: str
    region: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived(CallEvent):
    """A caller reached us; not answered yet, it costs the caller nothing."""

    caller: Number
    called: Number
    trunk: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRecognised(CallEvent):
    """Before the answer it is known who calls: the id of his record (empty: none), a VIP, on the white list."""

    citizen: str
    vip: bool
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRefused(CallEvent):
    """The caller was not let in, and never answered; `reason` is a code such as `black_list`."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDialled(CallEvent):
    """We are about to dial a citizen by `trunk`, showing `called`; `agent` waits for him, or is rung later (empty).

    `follows` is the call that broke off and is gone on with.
    """

    caller: Number
    called: Number
    trunk: str
    agent: str
    follows: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(CallEvent):
    """The engine answered: from here on the caller pays and hears. Of an outgoing call: the citizen answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(CallEvent):
    """A call came back to an engine in a new session: after a talk, a transfer or an engine's death."""

    leg: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEntered(CallEvent):
    """The call entered a node of a flow."""

    flow: str
    revision: int
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLeft(CallEvent):
    """The call left a node by one of its ways out."""

    flow: str
    revision: int
    node: str
    way: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsEntered(CallEvent):
    """The caller pressed keys at a node; hidden digits are told as their count of `*`."""

    node: str
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceLeftOut(CallEvent):
    """Something that a flow wanted said was not: `piece` is its words or the prompt's id, `reason` says why not."""

    piece: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQueued(CallEvent):
    """The call waits in a queue."""

    queue: str
    position: int
    estimate: float | None
    priority: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTold(CallEvent):
    """The caller was told the position (1 is next) and the estimated wait."""

    queue: str
    position: int
    estimate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(CallEvent):
    """The matching reserved an agent for the call and the phone is dialled."""

    queue: str
    agent: str
    waited: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFailed(CallEvent):
    """The agent did not take the call; `reason` is one of `DialResult`'s failures."""

    queue: str
    agent: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLeftQueue(CallEvent):
    """The call left the queue: answered, abandoned, overflowed, left by key, withdrawn."""

    queue: str
    reason: str
    waited: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkStarted(CallEvent):
    """An agent answered: caller and agent talk."""

    agent: str
    leg: str
    queue: str
    waited: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkEnded(CallEvent):
    """A talk with an agent ended; the call may go on (survey, transfer)."""

    agent: str
    seconds: float
    ended_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(CallEvent):
    """The agent put the caller on hold."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRetrieved(CallEvent):
    """The agent took the caller from hold."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(CallEvent):
    """The caller was handed on: `kind` is blind, attended or flow."""

    agent: str
    target: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowReturned(CallEvent):
    """The caller comes back to the waiting agent from a flow, which ended with this outcome."""

    agent: str
    flow: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorJoined(CallEvent):
    """A supervisor listens, whispers, barges in or intercepts (监听, 密语, 强插, 拦截)."""

    agent: str
    supervisor: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEngaged(CallEvent):
    """An agent has another part in the call now: `role` is one of `cti.telephony.engagement.Role`.

    `other` is the colleague with whom he consults or confers, or whom he supervises (`outside`: none of ours). Told
    where no event of its own tells it: plain ringing and talking are legs and talks.
    """

    agent: str
    role: str
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReleased(CallEvent):
    """An agent who consulted, was consulted, conferred, supervised or was waited for has no part in the call now."""

    agent: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkInterrupted(CallEvent):
    """The agent's sound is gone and the citizen is on hold for him; `reason` is phone_lost, reload or moved."""

    agent: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReturned(CallEvent):
    """The citizen waits again, at the place that he had before his talk was cut off; no new arrival."""

    queue: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(CallEvent):
    """Recording began; both sides are written as separate channels."""

    recording: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPaused(CallEvent):
    """From here on silence is written; `by` is an agent number, a sign-in name, or empty for the house itself."""

    recording: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumed(CallEvent):
    """What is said is recorded again; `by` as in RecordingPaused, empty also when the pause's time was over."""

    recording: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFinished(CallEvent):
    """A recording is complete and playable; `repaired` when its header had to be mended."""

    recording: str
    seconds: float
    bytes: int
    repaired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(CallEvent):
    """A recording could not be written or completed; the talk went on."""

    recording: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLeft(CallEvent):
    """The citizen left a message: the id of its recording, and the queue that he came from (empty: none)."""

    recording: str
    seconds: float
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionGiven(CallEvent):
    """The caller rated the talk by key (满意度)."""

    agent: str
    key: str
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The citizen's whole visit is over. `reason` is one of `call.EndReason`."""

    reason: str
    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LegStarted(CallEvent):
    """A leg of the call exists; `party` is a `cti.base.call.Party`."""

    leg: str
    party: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRinging(CallEvent):
    """The phone of a leg rings."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnswered(CallEvent):
    """The phone of a leg was picked up."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(CallEvent):
    """A leg is gone. `cause` is a Q.850 cause code."""

    leg: str
    cause: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LegMeasured(CallEvent):
    """How the sound of a leg was, told after its end, which may be the call's: see `cti.telephony.quality.LegQuality`.

    `loss` and `far_loss` are shares (0 to 1); jitter and round trip are seconds; None is not known. `line` is the trunk
    or the phone, `far` the address that its sound came from. With `silent` nothing ever came.
    """

    leg: str
    party: str
    agent: str
    line: str
    far: str
    codec: str
    packets: int
    mos: float
    loss: float
    jitter: float | None
    far_loss: float | None
    far_jitter: float | None
    round_trip: float | None
    silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent(Event):
    """Something that happened to an agent, named by agent number (工号)."""

    agent: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStateChanged(AgentEvent):
    """An agent's state: signed_out, ready, break, reserved, ringing, talking, wrapup, offline (`acd`'s states).

    `reason` says why (a break's type, ring_no_answer, forced…); `call` is the call concerned, if any.
    `requested` is a state asked for that takes effect after the talk.
    """

    state: str
    reason: str = ""
    call: str = ""
    requested: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChanged(AgentEvent):
    """A phone of the agent registered or went away; `addresses` are those that can ring now."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    """An account was made, edited, disabled, enabled or given a new password or phone secret: `change` says
    which.

    `person` is an id; `agent` the agent number (工号), empty for those who do not talk.
    """

    person: str
    agent: str
    organisation: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChanged(Event):
    """A queue's figures, told at most a few times a second and never polled."""

    queue: str
    waiting: int
    longest_wait_since: datetime | None
    ready: int
    talking: int
    estimate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyCalled(CallEvent):
    """110, 119, 120 or 122 is being dialled for the citizen; `agent` is who asked for it, empty for a flow.

    `department` is the name of a department whose line it is; empty for these four.
    """

    number: str
    agent: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestNotReached(CallEvent):
    """Somebody whom an agent invited into his talk did not come; `result` is a `DialResult`."""

    agent: str
    target: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyNotReached(CallEvent):
    """No trunk brought the agent to the emergency line, or a department's; `result` is that of the last."""

    number: str
    result: str
    agent: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyHandedOver(CallEvent):
    """What is known of the citizen was given to the system `to` of the service called: its receipt, or the failure."""

    number: str
    to: str
    receipt: str = ""
    failure: str = ""
    agent: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchUp(Event):
    """The control connection to the switch stands and its legs have been read."""

    switch: str
    legs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchDown(Event):
    """The control connection is gone; talks may well go on."""

    switch: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised(Event):
    """Somebody must look: `name` is stable, `text` is for people."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared(Event):
    """The cause of an alarm is gone."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An event with its place in the journal: `sequence` grows by one or more, without return."""

    sequence: int
    event: Event


def _subclasses(kind: type[Event]) -> dict[str, type[Event]]:
    found = {kind.__name__: kind}
    for child in kind.__subclasses__():
        found |= _subclasses(child)
    return found


EVENT_TYPES: dict[str, type[Event]] = _subclasses(Event)
"""Every event by name, for the journal and the outside; those of plugins are here once their manifests were read."""
