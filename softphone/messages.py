"""What the console is told of desks, board and phones: the shape of every message, in one place.

The console's TypeScript types and what its mock may send are made from these by `scripts/console_types.py`. Times are
ISO 8601 text, durations seconds. No message has a key that is not here, `KnownCaller` excepted.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired

import pydantic
from typing_extensions import TypedDict  # pydantic reads the standard one from Python 3.12 on only

from acd.matching.states import AgentState
from acd.settings.schema import AnswerMode
from cti.base.call import CallState
from cti.telephony.emergency import NeedState
from cti.telephony.engagement import Role
from cti.telephony.switch.port import DialResult

TalkState = Literal["ringing", "talking", "held", "consulting", "consulted", "conference", "returning"]
"""`consulted`: a colleague asks him; `returning`: his phone was lost, and the citizen waits on hold for him."""

InTalkAs = Literal["citizen", "agent", "outside", "emergency", "supervisor"]

EXACT = pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True)
OPEN = pydantic.ConfigDict(extra="allow", use_attribute_docstrings=True)


@pydantic.with_config(EXACT)
class Told(TypedDict):
    """Something with its title, as a flow handed it along."""

    title: str
    value: str


@pydantic.with_config(EXACT)
class ReturnedFlow(TypedDict):
    """What came of the flow through which the agent sent the caller."""

    flow: str
    title: str
    outcome: str
    results: list[Told]


@pydantic.with_config(OPEN)
class KnownCaller(TypedDict, total=False):
    """What keepers at the door know of a caller; empty when nothing is. Those of other plugins may say more."""

    citizen: str
    """The id of his record."""
    vip: bool
    listed: bool
    """On the white list."""
    tags: list[str]
    name: str
    gender: str
    address: str
    notes: str
    calls: int
    others: int
    """How many more records have this number."""


@pydantic.with_config(EXACT)
class EmergencyLine(TypedDict):
    """110, 119, 120, 122 or a department's line, which the agent called into his talk."""

    to: str
    title: str
    """The department's name; empty for the four."""
    state: NeedState
    result: DialResult | None
    """Why it was not reached."""


@pydantic.with_config(EXACT)
class InTalk(TypedDict):
    """Somebody who is in a talk of more than two, or is rung for it."""

    leg: str
    """What `put_out` takes; empty for who cannot be put out."""
    who: InTalkAs
    number: str
    """An agent's number, or digits; empty for the citizen, whose number stands in the call."""
    name: str
    owner: bool
    """Whose talk it is."""
    state: Literal["ringing", "talking", "not_reached"]
    result: DialResult | None
    """Why he was not reached."""


@pydantic.with_config(EXACT)
class AgentCall(TypedDict):
    """The agent's own call."""

    id: str
    caller: str
    called: str
    known: KnownCaller
    home: str
    """Where the caller's number is at home (归属地); empty where nobody knows."""
    queue: str
    queue_title: str
    state: TalkState
    since: str
    waited: float
    """Seconds before it was offered."""
    owner: bool
    """Whether the talk is his; else he was asked, or is in a colleague's conference."""
    follows: str
    """The call that broke off and is gone on with in this one."""
    browser: bool
    """Whether he has it on a browser's phone, which ends with its page."""
    other: str
    """The colleague with whom he consults or confers: an agent number, or `outside`."""
    consulted: str
    consulted_answered: bool
    recording: str
    paused: list[str]
    """Why its recording is paused now; empty when it goes on."""
    emergency: EmergencyLine | None
    """The emergency line that was called last; None also when it has left the talk."""
    together: list[InTalk]
    """Everybody who is in the talk, the citizen first; empty while they are two."""
    told: list[Told]
    returned: ReturnedFlow | None


@pydantic.with_config(EXACT)
class AgentToday(TypedDict):
    """An agent's figures of today."""

    answered: int
    talk_seconds: float


@pydantic.with_config(EXACT)
class OpenCall(TypedDict):
    """An open call, from its first ring to its end."""

    id: str
    caller: str
    called: str
    state: CallState
    queue: str
    agent: str
    answered: bool
    """Whether an agent has talked with the caller by now."""
    arrived_at: str
    about: str
    """What it is about, as far as somebody has said: a category, a title."""


@pydantic.with_config(EXACT)
class Seat(TypedDict):
    """An agent and what he does now."""

    agent: str
    name: str
    state: AgentState
    reason: str
    requested: str
    since: str
    reachable: bool
    engaged: Role | Literal[""]
    """What takes his ear now; empty: he could be rung."""


@pydantic.with_config(EXACT)
class BoardAgent(Seat):
    """An agent as everybody on the board sees him."""

    call: OpenCall | None
    unit: str
    """The title of the organisation in which he works."""
    groups: list[str]
    """The titles of his groups (班组)."""


@pydantic.with_config(EXACT)
class NotReached(TypedDict):
    """A call that an agent began by one click and that came to nothing, until he begins another."""

    call: str
    who: Literal["agent", "other"]
    """Whose phone it was: his own rings first."""
    result: DialResult


@pydantic.with_config(EXACT)
class DroppedTalk(TypedDict):
    """A talk of the agent that broke off a moment ago; `call` can be gone on with by `follows` of a dial."""

    call: str
    why: Literal["line", "caller", "agent"]
    """The citizen's line was cut, he was gone after some seconds, or the agent's phone was lost."""
    at: str


@pydantic.with_config(EXACT)
class PhoneAt(TypedDict):
    """The browser that has an agent's phone, by the name it gave itself, and its IP address."""

    browser: str
    address: str
    since: str


@pydantic.with_config(EXACT)
class QueueAnswering(TypedDict):
    """A queue's own rule for calls that a phone answers by itself; `delay` is in seconds of ringing."""

    title: str
    mode: AnswerMode
    delay: int


@pydantic.with_config(EXACT)
class OwnAnswering(TypedDict):
    """Whether the agent's phones answer by themselves: by his own rule or his groups', and where queues differ."""

    mode: AnswerMode
    delay: int
    queues: list[QueueAnswering]


@pydantic.with_config(EXACT)
class AgentSnapshot(Seat):
    """An agent's own desk: topic `agent`, and the answer to each of his verbs."""

    call: AgentCall | None
    phones: list[str]
    phone_at: PhoneAt | None
    """Where his browser's phone is; None when no page has said so."""
    wrapup_until: str | None
    not_reached: NotReached | None
    answering: OwnAnswering
    dropped: DroppedTalk | None
    today: AgentToday


@pydantic.with_config(EXACT)
class BoardQueue(TypedDict):
    """A queue on the board."""

    queue: str
    title: str
    waiting: int
    longest_wait_since: str | None
    ready: int
    talking: int
    signed_in: int
    estimate: float | None
    answered_today: int
    abandoned_today: int
    service_level: float | None


@pydantic.with_config(EXACT)
class Alarm(TypedDict):
    """An alarm that stands."""

    name: str
    text: str
    at: str


@pydantic.with_config(EXACT)
class AlarmOver(TypedDict):
    """An alarm that is over."""

    name: str
    cleared: Literal[True]


@pydantic.with_config(EXACT)
class CallOver(TypedDict):
    """An open call that is not open any more."""

    id: str
    ended: Literal[True]
    abandoned: bool
    """Whether its caller gave up waiting."""


@pydantic.with_config(EXACT)
class SwitchHealth(TypedDict):
    """Whether the switch is there, for the board."""

    name: str
    up: bool


@pydantic.with_config(EXACT)
class CallsToday(TypedDict):
    """Today's figures of the calls within the looker's reach, each call counted once.

    `answered`: an agent talked with the caller; `abandoned`: he hung up while he waited in a queue, as the queues' own
    counts and the call log have it. A call that was handed on to a queue and given up there is both.
    """

    arrived: int
    ended: int
    answered: int
    abandoned: int
    rated: int


@pydantic.with_config(EXACT)
class BoardCalls(TypedDict):
    """Calls on the board."""

    open: list[OpenCall]
    today: CallsToday


@pydantic.with_config(EXACT)
class BoardSnapshot(TypedDict):
    """The whole board: the snapshot of topic `board`."""

    agents: list[BoardAgent]
    queues: list[BoardQueue]
    calls: BoardCalls
    switch: SwitchHealth
    alarms: list[Alarm]


@pydantic.with_config(EXACT)
class BoardChange(TypedDict):
    """A change of the board: one of these."""

    agent: NotRequired[BoardAgent]
    queue: NotRequired[BoardQueue]
    call: NotRequired[OpenCall | CallOver]
    switch: NotRequired[SwitchHealth]
    alarm: NotRequired[Alarm | AlarmOver]


@pydantic.with_config(EXACT)
class TargetAgent(TypedDict):
    """An agent to whom a call can be handed."""

    agent: str
    name: str
    state: AgentState
    reachable: bool
    engaged: Role | Literal[""]


@pydantic.with_config(EXACT)
class TargetQueue(TypedDict):
    """A queue to which a call can be handed."""

    queue: str
    title: str
    waiting: int
    ready: int


@pydantic.with_config(EXACT)
class TargetFlow(TypedDict):
    """A flow to which a call can be handed."""

    flow: str
    title: str


@pydantic.with_config(EXACT)
class Reachable(TypedDict):
    """Agents and queues to whom a call can be handed."""

    agents: list[TargetAgent]
    queues: list[TargetQueue]


@pydantic.with_config(EXACT)
class Targets(Reachable):
    """Whom and what a call can be handed to."""

    flows: list[TargetFlow]


@pydantic.with_config(EXACT)
class WebPhone(TypedDict):
    """How the browser's phone registers."""

    endpoint: str
    realm: str
    ha1: str
    """What stands for the password (RFC 2617 3.2.2.2), good in this realm only."""
    host: str
    port: int
    ws_url: str


@pydantic.with_config(EXACT)
class PhoneSettings(TypedDict):
    """How one's phones register; the second endpoint and server are those of the other family of addresses."""

    endpoint: str
    server: str
    endpoint6: str | None
    server6: str | None
    web: WebPhone


@pydantic.with_config(EXACT)
class BreakReason(TypedDict):
    """A type of break."""

    id: str
    title: str
    limit_minutes: int | None


@pydantic.with_config(EXACT)
class LiveEvent(TypedDict):
    """A stored event, as topic `story` brings those of all calls; `details` are the event's own fields."""

    sequence: int
    at: str
    type: str
    call: str
    details: dict[str, Any]


@pydantic.with_config(EXACT)
class OwnPhone(TypedDict):
    """A telephone outside that somebody has confirmed as his own, masked also to him."""

    number: str
    confirmed_at: str


@pydantic.with_config(EXACT)
class PhoneConfirmation(TypedDict):
    """A number that somebody confirms as his: it rings, he answers and types `code`, which is empty once it is over."""

    number: str
    code: str
    state: Literal["ringing", "typing", "confirmed", "wrong", "unreached"]


@pydantic.with_config(EXACT)
class OwnPhoneCall(TypedDict):
    """The call that somebody makes from his own telephone, or made last; `stage` says where it is.

    `who` was not reached, `result` says why. `title` and `link` are of the record that the call is about.
    """

    call: str
    title: str
    link: str
    stage: Literal["own", "citizen", "talking", "over"]
    since: str
    who: Literal["own", "citizen"] | None
    result: DialResult | None
    seconds: float


@pydantic.with_config(EXACT)
class OwnPhoneSnapshot(TypedDict):
    """Somebody's own telephone: topic `own_phone`."""

    phone: OwnPhone | None
    confirmation: PhoneConfirmation | None
    call: OwnPhoneCall | None
