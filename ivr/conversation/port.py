"""The Conversation port: what a flow can do with a citizen, by telephone, in a chat or in the simulator.

Every verb raises `cti.telephony.switch.port.LegHungUp` when the citizen is gone and `LegLeft` when somebody else has
the leg. What cannot be spoken here (no voice, no such prompt) is left out, and told with its reason; the verb goes on.
A verb whose work was under way when an engine died, or when the leg went away and came back, is called again with
the same request by the next session: `queue` and `transfer` then know from the call what has already happened.
`message`, `rate` and `facts` also work when the citizen is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from cti.base.numbers.number import Number
from cti.telephony.switch.port import DialResult, LegHungUp
from ivr.speech.spoken_pieces import Piece


class VerbFailed(Exception):
    """A verb could not be done for a reason other than the citizen; the message says why."""


class HumanWanted(Exception):
    """The citizen asks for a human, wherever he is: the flow leads him there in one step."""


class EmergencyWanted(Exception):
    """The citizen pressed the emergency key where it means nothing else: the flow leads him there in one step."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen where a medium shows buttons: a key, or an intent's name, and its words."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the citizen's visit now; expressions read it as `call` and `caller`.

    `agent`, `queue`, `talk_seconds` and `waited` are those of the last talk; `rated` tells whether it was rated;
    `agent_waits`: he was called back, and an agent waits for him on the telephone; `survey`: the last talk may be asked
    about, as the settings have it for its queue and agent;
    `tags` are marks of the caller, such as `vip` or `white`; `language` is a tag like `zh` or `en`.
    """

    call: str
    medium: str
    organisation: str
    region: str
    caller: Number
    called: Number
    language: str = "zh"
    tags: frozenset[str] = frozenset()
    talks: int = 0
    agent: str = ""
    queue: str = ""
    talk_seconds: float = 0.0
    waited: float = 0.0
    rated: bool = False
    agent_waits: bool = False
    survey: bool = True


@dataclass(frozen=True, slots=True)
class Listening:
    """How to listen: for up to `longest` keys, and for speech or text when `speech`.

    `first` is how many seconds to wait for the first key or word after the prompt, `between` for the following ones.
    Keys typed ahead count, unless `fresh`. `hidden` keys stand in no log. Without `keys` only words answer: a medium
    that hears none raises VerbFailed. `hints` are words that are likely to be said. A medium with
    buttons shows `choices`.
    """

    longest: int = 1
    terminators: str = ""
    first: float = 5.0
    between: float = 3.0
    speech: bool = False
    hidden: bool = False
    fresh: bool = False
    keys: bool = True
    hints: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What the citizen answered: keys without terminator, or words. `timed_out`: the answer is missing or cut short.

    `unclear`: he spoke, and no words were made out. `chosen` is the value of a choice that is no key.
    """

    digits: str = ""
    text: str = ""
    chosen: str = ""
    timed_out: bool = False
    unclear: bool = False

    @property
    def is_words(self) -> bool:
        """Whether he answered in words of his own, by no key and no button."""
        return bool(self.text) and not self.digits and not self.chosen


@dataclass(frozen=True, slots=True)
class WaitStep:
    """What is said in a queue after `after` seconds, and then `every` so many (0: once).

    An announcement never delays a connection: it stops when an agent is free.
    """

    after: float
    every: float
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class QueueRequest:
    """A place in `queue`: `keys` leave it; `limit` is the longest wait in seconds (None: the queue's own).

    `need` narrows the skills that the queue asks for; `steps` are what is said meanwhile; `data` is shown to the agent.
    """

    queue: str
    priority: float = 0.0
    need: str = ""
    keys: frozenset[str] = frozenset()
    steps: Sequence[WaitStep] = ()
    limit: float | None = None
    dedicated_agent: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class QueueEnd(StrEnum):
    """How a stay in a queue ended; a citizen who hangs up is told by `LegHungUp`."""

    TALKED = "talked"  # the talk is over, the citizen is still here
    KEY = "key"  # left by a key
    TIMEOUT = "timeout"  # waited as long as the request allows
    NO_AGENTS = "no_agents"
    CLOSED = "closed"
    FULL = "full"
    OVERFLOW = "overflow"  # the queue's own rule: see `to`
    FAILED = "failed"  # no such queue, or the matching is down


@dataclass(frozen=True, slots=True)
class QueueOutcome:
    """The end of a stay in a queue.

    `to` is where an overflow leads: `queue:NAME`, `flow:NAME`, `voicemail`, `callback` or `message`. `then` is what
    the agent decided to come after the talk: `queue:NAME`, `flow:NAME`, `agent:NUMBER`, `outside:NUMBER` or nothing.
    """

    end: QueueEnd
    key: str = ""
    to: str = ""
    then: str = ""


class TargetKind(StrEnum):
    """To whom a call can be handed."""

    AGENT = "agent"
    GROUP = "group"
    EXTENSION = "extension"
    OUTSIDE = "outside"
    EMERGENCY = "emergency"  # 110, 119, 120, 122: always has a route


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to dial: an agent number, a group's name, an extension or a telephone number; `data` goes with the call.

    `by_agent`: the agent of the last talk sent the citizen there, by his own rights. If nobody takes him, he goes back.
    """

    kind: TargetKind
    address: str
    timeout: float = 30.0
    data: Mapping[str, Any] = field(default_factory=dict)
    by_agent: bool = False


@dataclass(frozen=True, slots=True)
class TransferOutcome:
    """How a transfer ended; `ANSWERED` means that they talked and the citizen is still here. `then` as in a queue."""

    result: DialResult
    then: str = ""


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """A message left by the citizen: its recording's id, and its length in seconds without silence at the end."""

    recording: str
    seconds: float


class MessageCutShort(LegHungUp):
    """The citizen hung up while leaving a message, as most do: `message` is what was recorded until then."""

    def __init__(self, message: RecordedMessage) -> None:
        super().__init__("hung up while leaving a message")
        self.message = message


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message to somebody, sent once: `channel` is `sms` or another that a plugin offers."""

    channel: str
    to: str
    text: str
    template: str = ""


class Conversation(Protocol):
    """A citizen's line, whatever it is made of. Verbs do not overlap."""

    @property
    def facts(self) -> Facts:
        """What is known of the citizen's visit now."""

    def heed(self, key: str) -> None:
        """From now on this key (empty: none) ends what is said, recorded or rings, by EmergencyWanted.

        Where keys are listened for, `hear` and `queue` give it like any other: it may be an answer there.
        """

    async def say(self, pieces: Sequence[Piece], *, interrupt: bool = True) -> bool:
        """Say all pieces; with `interrupt` a key ends it and is kept for the next `hear`. False: none can be said."""

    async def hear(self, pieces: Sequence[Piece], listening: Listening) -> Heard:
        """Say the pieces and take an answer; its first key or word ends the saying."""

    async def speak(self, language: str) -> None:
        """From now on say prompts in this language, where it has them; kept with the call."""

    async def wait(self) -> None:
        """Music, or `请稍候`, from now until the next verb; returns at once."""

    async def queue(self, request: QueueRequest) -> QueueOutcome:
        """Wait for an agent and talk; returns when the talk is over, or the citizen left the queue unserved."""

    async def callback(self, queue: str, number: str) -> bool:
        """Ask for a callback, with the place in the queue that was just left if there was one; False when refused."""

    async def transfer(self, target: Target) -> TransferOutcome:
        """Dial and talk; returns when the talk is over or could not begin."""

    async def record_message(self, *, longest: float, stop_on: str = "#") -> RecordedMessage:
        """Record what the citizen says until a key, a long silence or `longest` seconds; may raise MessageCutShort."""

    async def message(self, message: OutgoingMessage) -> bool:
        """Hand a message to whoever sends it; False when nobody takes it."""

    async def rate(self, key: str, score: int) -> None:
        """Keep the citizen's rating of the last talk (满意度): the key pressed and its score."""

    async def end(self) -> None:
        """Hang up, or close the chat; does nothing when it is over."""
