"""How agents change their states: the counters of their queues, their timers, and the telling go along."""

from __future__ import annotations

from collections.abc import Callable

from acd.matching.agents import Agent, Request
from acd.matching.decisions import Decision
from acd.matching.room import Room
from acd.matching.states import ON_DUTY, AgentState
from acd.matching.work import Queue
from acd.settings.schema import AgentSettings

_S = AgentState


class Moves:
    """Changes of agents' states."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def become(
        self,
        agent: Agent,
        state: AgentState,
        reason: str = "",
        *,
        why: str = "",
        work: str = "",
        seconds: float = 0.0,
        since: float | None = None,
    ) -> None:
        """Change the state, the counters and the timers, and tell it.

        `since` is when it began, when that was before now.
        """
        self._room.touch(agent)
        if state is not agent.state:
            before = agent.state
            self._end_break(agent)
            agent.move(state)
            if state is not _S.WRAPUP:
                self.close_wrapup(agent)
            self._count_change(agent, before, state)
        agent.stop_timer()
        now = self._room.clock.now()
        agent.reason, agent.since = reason, now if since is None else since
        if state is _S.BREAK:
            self.watch_break(agent)
        elif state is _S.OFFLINE:
            self.watch_phone(agent)
        self.say(agent, "wrapup" if state is _S.WRAPUP else "state", why=why, work=work, seconds=seconds or None)

    def _end_break(self, agent: Agent) -> None:
        """Who comes back from a long break stands behind those who were idle meanwhile, if the settings say so."""
        settings, now = self._room.settings, self._room.clock.now()
        if (
            agent.state is _S.BREAK
            and settings.idle_after_break == "reset"
            and now - agent.since > settings.short_break
        ):
            agent.idle_since = now

    def watch_break(self, agent: Agent) -> None:
        """Tell when the agent's break is longer than such breaks may be."""
        agent.stop_timer()
        limits = self._room.settings.breaks.get(agent.reason)
        if limits is not None and limits.limit is not None:
            left = agent.since + limits.limit - self._room.clock.now()
            self.later(agent, left, lambda: self.say(agent, "overdue", why=f"longer than {limits.limit:g} s"))

    def watch_phone(self, agent: Agent) -> None:
        """Sign the agent out when no phone of his can ring for too long: he closed his browser and went home."""
        agent.stop_timer()
        limit = self._room.settings.offline_limit
        if limit is not None:
            why = f"no phone for {limit:g} s"
            left = agent.since + limit - self._room.clock.now()
            self.later(agent, left, lambda: self.become(agent, _S.SIGNED_OUT, "unreachable", why=why))

    def apply(self, agent: Agent, request: Request, since: float | None = None) -> None:
        """Do what was asked for; without a phone ready means offline."""
        state, reason = request.state, request.reason
        if state is _S.READY and agent.needs_phone() and not agent.reachable:
            state, reason = _S.OFFLINE, "unreachable"
        if state is not agent.state or reason != agent.reason:
            self.become(agent, state, reason, why=by(request), since=since)

    def rest(self, agent: Agent, why: str) -> None:
        """Nothing holds the agent any longer: what he asked for takes effect, else he is ready."""
        request, agent.request = agent.request, None
        if request is not None:
            self.apply(agent, request)
        elif agent.needs_phone() and not agent.reachable:
            self.become(agent, _S.OFFLINE, "unreachable", why=why)
        else:
            self.become(agent, _S.READY, why=why)

    def close_wrapup(self, agent: Agent) -> None:
        """The talk and its wrap-up are done, if there is one."""
        if agent.wrapup_of is not None:
            agent.wrapup_of.wrapping_up -= 1
            self.done(agent.wrapup_of, agent.wrapup_talk + self._room.clock.now() - agent.since)
            agent.wrapup_of = None

    def done(self, queue: Queue | None, seconds: float) -> None:
        """An agent has done with a queue's work, which took so long."""
        if queue is not None:
            queue.engaged -= 1
            queue.estimator.handled(seconds)

    def describe(self, agent: Agent, settings: AgentSettings, mask: int) -> None:
        """Give the agent skills, and with them his mask and the queues that he serves."""
        agent.settings, agent.mask = settings, mask
        self._room.abilities.put(agent)
        for queue in self._room.queues.values():
            served = queue.whole & agent.bit
            queue.serve(agent.bit, mask)
            if served and not queue.whole & agent.bit:
                self._look_whether_empty(queue)

    def _count_change(self, agent: Agent, before: AgentState, after: AgentState) -> None:
        present, bit = self._room.present, agent.bit
        if (before is _S.READY) is not (after is _S.READY):
            present.ready ^= bit
        if (before in ON_DUTY) is not (after in ON_DUTY):
            present.on_duty ^= bit
        if (before is _S.SIGNED_OUT) is not (after is _S.SIGNED_OUT):
            present.signed_in ^= bit
            if after is _S.SIGNED_OUT:
                for queue in self._room.queues.values():
                    if queue.whole & bit:
                        self._look_whether_empty(queue)

    def _look_whether_empty(self, queue: Queue) -> None:
        if not queue.whole & self._room.present.signed_in:
            self._room.emptied[queue] = None

    def say(self, agent: Agent, event: str, *, why: str = "", work: str = "", seconds: float | None = None) -> None:
        """Tell a decision about the agent."""
        self._room.tell(
            Decision(
                at=self._room.clock.now(),
                event=event,
                agent=agent.number,
                state=agent.state.value,
                reason=agent.reason,
                requested=agent.request.state.value if agent.request else "",
                work=work,
                why=why,
                seconds=seconds,
            )
        )

    def later(self, agent: Agent, seconds: float, callback: Callable[[], None]) -> None:
        """What happens to the agent's state by itself; the next change of state forgets it."""
        agent.stop_timer()
        agent.timer = self._room.later(seconds, callback)


def by(request: Request | None) -> str:
    """Who asked, in words."""
    if request is None:
        return "taken back"
    return f"forced by {request.by}" if request.by else "asked for"
