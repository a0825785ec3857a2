"""An agent as he is now, and the states he goes through."""

from __future__ import annotations

from dataclasses import dataclass, field

from acd.matching.states import AgentState, Lane, check_agent
from acd.matching.work import Queue, Reservation
from acd.settings.schema import AgentSettings
from cti.base.clock import Timer


@dataclass(frozen=True, slots=True)
class Request:
    """A state asked for. `by` is the supervisor who asked, empty for the agent himself."""

    state: AgentState
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Engagement:
    """Work an agent is in: since when (the clock's seconds), of which queue (empty: none, an outbound call).

    `talks` is false while he is only kept busy by it: his phone rings, he is asked by a colleague, or he listens in.
    """

    work: str
    lane: Lane
    queue: str
    since: float
    talks: bool = True


@dataclass(slots=True, eq=False)
class Agent:
    """One agent. `since` is when the state began, `idle_since` when the last talk ended; the clock's seconds.

    `bit` is his in sets of agents (`abilities.py`). `mask` has the bits of the needs he meets.
    `reachable` is whether a phone of his can ring. `wrapup_of` is the queue of the talk he wraps up, which took
    `wrapup_talk` seconds; `open` are the lanes in which he is offered work now, `serving` is whether he is on duty and
    stays after his talk.
    """

    number: str
    settings: AgentSettings
    since: float
    idle_since: float
    state: AgentState = AgentState.SIGNED_OUT
    reason: str = ""
    reachable: bool = True
    bit: int = 0
    mask: int = 0
    calls_today: int = 0
    request: Request | None = None
    reservation: Reservation | None = None
    engaged: dict[str, Engagement] = field(default_factory=dict)
    wrapup_of: Queue | None = None
    wrapup_talk: float = 0.0
    wrapup_until: float = 0.0
    timer: Timer | None = None
    open: frozenset[Lane] = frozenset()
    serving: bool = False

    def move(self, state: AgentState) -> None:
        """Change the state; IllegalMove when the table has no such way."""
        check_agent(self.state, state)
        self.state = state

    def lanes(self) -> frozenset[Lane]:
        """In which lanes he can be offered work, by state, capacity and what he is in."""
        if self.reservation is not None or self.request is not None:
            return frozenset()
        settings = self.settings
        if self.state is AgentState.READY:
            return _READY[settings.calls > 0, settings.chats > 0]
        chatting = all(one.lane is Lane.CHAT for one in self.engaged.values())
        if self.state is AgentState.TALKING and chatting and settings.chats > len(self.engaged):
            return _READY[False, True]
        return frozenset()

    def needs_phone(self) -> bool:
        """Whether he can serve only while a phone of his can ring."""
        return self.settings.calls > 0

    def stop_timer(self) -> None:
        """Cancel what was to happen to the state."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


_READY = {
    (voice, chat): frozenset(lane for lane, has in ((Lane.VOICE, voice), (Lane.CHAT, chat)) if has)
    for voice in (False, True)
    for chat in (False, True)
}
