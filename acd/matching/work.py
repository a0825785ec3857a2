"""Queues and the work that waits in them: calls, chats and callbacks, and their order. Data; others change it.

Priority = base + ageing. While it is constant or ages at one pace, the order among equals of a pace never changes:
that is what lets an index keep it (see `lines.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, Protocol

from acd.matching.estimates import Estimate, Estimator
from acd.matching.stages import Stage, both
from acd.matching.states import LANES, Lane, Medium, WorkState, check_work
from acd.settings.schema import AgentSettings, PrioritySettings, QueueSettings
from acd.settings.skills import Need
from cti.base.clock import Timer
from cti.telephony.switch.port import DialResult

Key = tuple[float, float, int, str]
"""Minus the priority, since when it waits, its order, and its id, should two engines have given one order twice."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """What is to be matched. `id` is the call's ULID, or a chat's or callback's id; `medium` call, chat or callback.

    `caller` is the canonical number, empty when unknown. `priority` is set by the flow; the room adds the bonuses for
    `called` (the number called), `vip`, `listed` (white list), repeat callers and owed callbacks. `since` is when the
    wait began, when that was before now (a crash, a cut-off). `dedicated_agent` is waited for; `last_agent` preferred.
    `need` is asked for besides what the queue asks for, at each of its steps.
    """

    id: str
    medium: str
    queue: str
    caller: str = ""
    organisation: str = ""
    region: str = ""
    priority: float = 0.0
    since: datetime | None = None
    last_agent: str = ""
    dedicated_agent: str = ""
    called: str = ""
    need: str = ""
    vip: bool = False
    listed: bool = False

    def __post_init__(self) -> None:
        Medium(self.medium)


class Owner(Protocol):
    """Who brought the work, and connects it."""

    def offered(self, reservation: Reservation) -> None:
        """An agent is reserved: dial him now."""

    def overflowed(self, to: str, why: str) -> None:
        """The work does not wait here any longer."""

    def taken_back(self, reservation: Reservation, why: str) -> None:
        """The reservation is over without your doing: stop dialling. The work waits again, or is over."""

    def left(self) -> None:
        """The work is over without an overflow, or somebody else's."""


class Ageing:
    """How one piece of work's priority grows: constant, then `pace` points a second, then constant at the limit."""

    __slots__ = ("base", "begins", "ends", "limit", "pace")

    def __init__(self, base: float, since: float, settings: PrioritySettings) -> None:
        self.base = base
        self.pace = settings.acceleration if base < settings.limit else 0.0
        self.limit = settings.limit
        self.begins = since + settings.start if self.pace else inf
        self.ends = self.begins + (self.limit - base) / self.pace if self.pace else inf

    def phase(self, now: float) -> tuple[float, float, float]:
        """(pace, value at time 0, when the phase ends): the priority at `t` is value + pace·t until then."""
        if now < self.begins:
            return 0.0, self.base, self.begins
        if now < self.ends:
            return self.pace, self.base - self.pace * self.begins, self.ends
        return 0.0, self.limit, inf

    def priority(self, now: float) -> float:
        """The priority at a moment."""
        pace, value, _ = self.phase(now)
        return value + pace * now


@dataclass(slots=True, eq=False)
class Present:
    """Sets of agents, as in `abilities.py`, by what they do now."""

    ready: int = 0
    on_duty: int = 0
    signed_in: int = 0


@dataclass(slots=True, eq=False)
class Queue:
    """A queue with those who wait in it. `bits` are those of all stages, `cursor` whom round robin asked last.

    `coming` are the stages that will hold soon; nothing asks for them yet. `risen` is by how much the last change of
    its settings lifted everybody's priority. `first` is the set of agents who meet the first stage, `whole` of those
    who meet any; `present` are the sets of who is there.
    """

    name: str
    settings: QueueSettings
    present: Present
    stages: tuple[Stage, ...] = ()
    coming: tuple[Stage, ...] = ()
    bits: int = 0
    works: dict[str, Work] = field(default_factory=dict)
    estimator: Estimator = field(default_factory=Estimator)
    cursor: str = ""
    risen: float = 0.0
    first: int = 0
    whole: int = 0
    engaged: int = 0
    wrapping_up: int = 0
    """Agents busy with this queue's work, and of these wrapping up."""

    def change(self, settings: QueueSettings) -> None:
        """Other settings hold; the stages are `make_stages`' business."""
        self.risen = settings.priority.base - self.settings.priority.base
        self.settings = settings

    def serve(self, bit: int, mask: int) -> None:
        """An agent serves it as his mask says."""
        self.first = self.first | bit if mask & self.stages[0].bit else self.first & ~bit
        self.whole = self.whole | bit if mask & self.bits else self.whole & ~bit

    @property
    def ready(self) -> int:
        """How many are ready for those who come now."""
        return (self.first & self.present.ready).bit_count()

    @property
    def on_duty(self) -> int:
        """How many who serve it are on duty."""
        return (self.whole & self.present.on_duty).bit_count()

    @property
    def signed_in(self) -> int:
        """How many who serve it are signed in."""
        return (self.whole & self.present.signed_in).bit_count()

    @property
    def waiting(self) -> int:
        """How many wait, those included whose agent's phone rings."""
        return len(self.works)

    def mask(self, agent: AgentSettings) -> int:
        """Those bits of all stages that the agent has, of the coming ones too."""
        if agent.queues and self.name not in agent.queues:
            return 0
        mask = 0
        for stage in (*self.stages, *self.coming):
            mask |= stage.mask(agent)
        return mask

    def stage_after(self, waited: float) -> int:
        """Which stage holds after a wait of so many seconds."""
        found = 0
        for at, stage in enumerate(self.stages):
            if stage.after <= waited:
                found = at
        return found

    def longest_since(self) -> float | None:
        """Since when (the clock's seconds) the one who waits longest waits; None when nobody does."""
        return min((work.since for work in self.works.values()), default=None)


@dataclass(slots=True, eq=False)
class Work:
    """An item with its place. `since` and `entered` are the clock's seconds; `order` tells equals apart.

    `stage` is how far the queue's need has relaxed. `bound_to` is an agent who is waited for, `talker` the one it
    talks with. `reasons` are what its priority before ageing is made of, as far as known. `refused` are agents to whom
    it is not offered until a second of the clock. `pace` and `key` say where it stands in the lines, `stands` whether
    it does. `estimate` was told at entry, `own` is what is asked for besides what the queue asks.
    """

    item: WorkItem
    queue: Queue
    since: float
    order: int
    ageing: Ageing
    entered: float
    owner: Owner | None = None
    state: WorkState = WorkState.WAITING
    stage: int = 0
    bound_to: str = ""
    bound_why: str = ""
    talker: str = ""
    refused: dict[str, float] = field(default_factory=dict)
    reasons: tuple[tuple[str, float], ...] = ()
    visited: tuple[str, ...] = ()
    reservation: Reservation | None = None
    timers: dict[str, Timer] = field(default_factory=dict)
    pace: float = 0.0
    key: Key = (0.0, 0.0, 0, "")
    due: float = inf
    estimate: Estimate | None = None
    own: Need | None = None
    lane: Lane = Lane.VOICE
    stands: bool = False

    def __post_init__(self) -> None:
        self.lane = LANES[Medium(self.item.medium)]

    def move(self, state: WorkState) -> None:
        """Change the state; IllegalMove when the table has no such way."""
        check_work(self.state, state)
        self.state = state

    def asked(self) -> Stage:
        """What its queue asks now; `own` is asked besides."""
        return self.queue.stages[self.stage]

    def need(self) -> str:
        """The whole expression that holds for it now."""
        return both(self.asked().need.text, self.own.text if self.own is not None else "")

    def allows(self, mask: int, skills: Mapping[str, int]) -> bool:
        """Whether an agent with these bits and levels may take it now."""
        return bool(mask & self.asked().bit) and (self.own is None or self.own.holds(skills))

    def standing(self, now: float) -> Key:
        """Its place in the order at a moment: smaller is earlier."""
        return (-self.ageing.priority(now), self.since, self.order, self.item.id)

    def settle(self, now: float) -> None:
        """Work out where it stands in the lines from now until `due`."""
        pace, value, self.due = self.ageing.phase(now)
        self.pace, self.key = pace, (-value, self.since, self.order, self.item.id)

    def kept(self, wall: float) -> dict[str, Any]:
        """The place as JSON; times are seconds of the epoch, the clock's + `wall`."""
        return {
            "queue": self.queue.name,
            "since": self.since + wall,
            "entered": self.entered + wall,
            "order": self.order,
            "base": self.ageing.base,
            "need": self.item.need,
            "reasons": [list(one) for one in self.reasons],
            "visited": list(self.visited),
        }

    def stop_timers(self, names: Sequence[str] = ()) -> None:
        """Cancel these timers, or all."""
        for name in names or list(self.timers):
            if timer := self.timers.pop(name, None):
                timer.cancel()


@dataclass(slots=True, eq=False)
class Reservation:
    """One agent's promise to one piece of work, until `deadline` (the clock's seconds). An agent has at most one."""

    work: Work
    agent: str
    why: str
    made: float
    deadline: float
    timer: Timer | None = None
    rang: bool = False
    over: bool = False
    result: DialResult | None = None
