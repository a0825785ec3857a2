"""The agents: what they ask for, what happens to them, what follows.

A state asked for during a talk waits until after it and is never overwritten by anything automatic; one asked for by
a supervisor is not overwritten by the agent either.
"""

from __future__ import annotations

from datetime import timedelta

from acd.matching.agents import Agent, Engagement, Request
from acd.matching.moves import Moves, by
from acd.matching.room import Room
from acd.matching.states import DEFERRED, REQUESTABLE, AgentState, Consequence, Lane
from acd.matching.work import Queue, Reservation
from acd.settings.schema import AcdSettings
from cti.base.clock import Timer
from cti.base.times.business_time import ZONE

_S = AgentState


class RequestRefused(Exception):
    """A state that cannot be asked for now; the message says why."""


class Roster:
    """Every agent that was ever named."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.moves = Moves(room)
        self.agents = room.agents
        self._midnight: Timer | None = None

    def configured(self, before: AcdSettings) -> None:
        """Other settings hold than `before`: limits of breaks and of missing phones follow."""
        settings = self._room.settings
        for agent in self.agents.values():
            if agent.state is _S.BREAK and before.breaks.get(agent.reason) != settings.breaks.get(agent.reason):
                self.moves.watch_break(agent)
            elif agent.state is _S.OFFLINE and before.offline_limit != settings.offline_limit:
                self.moves.watch_phone(agent)

    def refitted(self, agent: Agent) -> None:
        """His capacity may have changed: who takes calls needs a phone that can ring, who does not needs none."""
        if agent.state is _S.OFFLINE and not agent.needs_phone():
            self.moves.become(agent, _S.READY, why="he needs no phone")
        elif agent.state is _S.READY and agent.needs_phone() and not agent.reachable:
            self.moves.become(agent, _S.OFFLINE, "unreachable", why="he needs a phone")
        else:
            self._room.touch(agent)

    def get(self, number: str) -> Agent:
        """The agent of this number; signed out when he was never seen."""
        agent = self.agents.get(number)
        if agent is None:
            now = self._room.clock.now()
            agent = Agent(number, self._room.settings.agent(number), now, now)
            self.agents[number] = agent
        return agent

    # ── what is asked for ────────────────────────────────────────────────────────────────────────────────────────

    def sign_in(self, agent: Agent, state: AgentState = _S.READY, reason: str = "", since: float | None = None) -> None:
        """The agent begins; does nothing when he is in already, except to take back a sign-out he asked for."""
        if agent.state is _S.SIGNED_OUT:
            agent.request = None
            agent.idle_since = self._room.clock.now()
            self.moves.apply(agent, Request(state, reason), since)
        elif agent.request is not None and agent.request.state is _S.SIGNED_OUT and not agent.request.by:
            self._ask(agent, None)

    def ask(self, agent: Agent, state: AgentState, reason: str = "", by: str = "") -> None:
        """Ask for ready, a break or to sign out; RequestRefused says what speaks against it."""
        if state not in REQUESTABLE:
            raise RequestRefused(f"{state} cannot be asked for")
        pending = agent.request
        if pending is not None and pending.by and not by:
            raise RequestRefused(f"{pending.by} has asked for {pending.state} before")
        if state is _S.BREAK:
            self._check_break(agent, reason)
        request = Request(state, reason, by)
        if agent.state not in DEFERRED:
            agent.request = None
            self.moves.apply(agent, request)
        elif state is not _S.READY:
            self._ask(agent, request)
        elif pending is not None:
            # Going on is what happens anyway: asking for ready takes back what was asked before.
            self._ask(agent, None)

    def _check_break(self, agent: Agent, reason: str) -> None:
        limits = self._room.settings.breaks.get(reason)
        if limits is None or limits.at_once is None:
            return
        others = sum(1 for one in self.agents.values() if one is not agent and _takes_break(one, reason))
        if others >= limits.at_once:
            raise RequestRefused(f"{others} have the break {reason} already")

    def _ask(self, agent: Agent, request: Request | None) -> None:
        agent.request = request
        self.moves.say(agent, "requested", why=by(request))
        self._room.touch(agent)

    def phones_changed(self, agent: Agent, reachable: bool) -> None:
        """A phone of the agent can ring, or none can any longer."""
        agent.reachable = reachable
        if not agent.needs_phone():
            return
        if reachable and agent.state is _S.OFFLINE:
            self.moves.become(agent, _S.READY, why="the phone is back")
        elif not reachable and agent.state is _S.READY:
            self.moves.become(agent, _S.OFFLINE, "unreachable", why="the phone is gone")

    def end_wrapup(self, agent: Agent, why: str = "ended by the agent") -> None:
        """The agent has done; nothing when he does not wrap up."""
        if agent.state is _S.WRAPUP:
            self.moves.rest(agent, why)

    def extend_wrapup(self, agent: Agent, seconds: float) -> float:
        """Wrap up `seconds` longer, within the queue's limit; returns how long it may last from now."""
        if agent.state is not _S.WRAPUP or agent.wrapup_of is None:
            raise RequestRefused("no wrap-up to extend")
        settings, now = agent.wrapup_of.settings, self._room.clock.now()
        last = agent.since + settings.wrapup + settings.wrapup_extension
        agent.wrapup_until = max(min(agent.wrapup_until + seconds, last), agent.wrapup_until)
        left = agent.wrapup_until - now
        self.moves.later(agent, left, lambda: self.end_wrapup(agent, "its time is over"))
        self.moves.say(agent, "wrapup", seconds=left, why="extended")
        return left

    # ── what happens to him ──────────────────────────────────────────────────────────────────────────────────────

    def reserve(self, agent: Agent, reservation: Reservation) -> None:
        """The agent is promised to some work."""
        assert agent.reservation is None, f"agent {agent.number} reserved twice"
        agent.reservation = reservation
        self.moves.become(agent, _S.RESERVED, work=reservation.work.item.id)

    def rang(self, agent: Agent) -> None:
        """The phone of a reserved agent rings."""
        if agent.state is _S.RESERVED and agent.reservation is not None:
            self.moves.become(agent, _S.RINGING, work=agent.reservation.work.item.id)

    def release(self, agent: Agent, consequence: Consequence, reason: str, why: str) -> None:
        """His reservation came to nothing; what he asked for goes before what follows from it."""
        agent.reservation = None
        if agent.engaged:
            # He is in chats: what follows from the failure waits until after them, as if it had been asked for.
            if consequence is Consequence.BREAK and agent.request is None:
                agent.request = Request(_S.BREAK, reason)
            self.moves.become(agent, _S.TALKING, why=why)
        elif agent.request is not None:
            self.moves.rest(agent, why)
        elif consequence is Consequence.BREAK:
            self.moves.become(agent, _S.BREAK, reason, why=why)
        elif consequence is Consequence.OFFLINE:
            self.moves.become(agent, _S.OFFLINE, reason, why=why)
            self.moves.later(agent, self._room.settings.unreachable_retry, lambda: self._try_phone(agent))
        else:
            self.moves.rest(agent, why)

    def _try_phone(self, agent: Agent) -> None:
        if agent.state is _S.OFFLINE and agent.reachable:
            self.moves.become(agent, _S.READY, why="the phone is registered")
        elif agent.state is _S.OFFLINE:
            self.moves.watch_phone(agent)

    def engage(
        self, agent: Agent, work: str, lane: Lane, queue: Queue | None, *, talks: bool = True, ago: float = 0.0
    ) -> None:
        """He is in a talk, or kept busy by one, since `ago` seconds; `queue` is None for one of his own (outbound,
        consulted).

        A break, or being signed out, is only interrupted by it.
        """
        self._room.touch(agent)
        if agent.state in (_S.BREAK, _S.SIGNED_OUT) and agent.request is None:
            agent.request = Request(agent.state, agent.reason)
        if agent.reservation is not None and agent.reservation.over:
            agent.reservation = None
        if queue is not None:
            queue.engaged += 1
            agent.calls_today += 1
            self._arm_midnight()
        self.moves.close_wrapup(agent)
        agent.engaged[work] = Engagement(work, lane, queue.name if queue else "", self._room.clock.now() - ago, talks)
        if agent.reservation is None:
            self.moves.become(agent, _S.TALKING, work=work)

    def talk_over(self, agent: Agent, work: str, queue: Queue | None) -> None:
        """A talk of his ended; wrap-up follows by its queue."""
        engagement = agent.engaged.pop(work)
        self._room.touch(agent)
        now = self._room.clock.now()
        agent.idle_since = now
        seconds = now - engagement.since
        if agent.engaged or agent.reservation is not None:
            self.moves.done(queue, seconds)
            return
        asked = agent.request is not None and (queue is None or queue.settings.requested_after == "talk")
        if queue is None or queue.settings.wrapup <= 0 or asked:
            self.moves.done(queue, seconds)
            self.moves.rest(agent, "the talk is over")
            return
        self.wrap_up(agent, queue, work, seconds, now + queue.settings.wrapup)

    def wrap_up(self, agent: Agent, queue: Queue, work: str, talk: float, until: float) -> None:
        """He works on a talk of `talk` seconds until the clock's second `until`."""
        agent.wrapup_of, agent.wrapup_talk, agent.wrapup_until = queue, talk, until
        queue.wrapping_up += 1
        left = until - self._room.clock.now()
        self.moves.become(agent, _S.WRAPUP, work=work, seconds=left)
        self.moves.later(agent, left, lambda: self.end_wrapup(agent, "its time is over"))

    def _arm_midnight(self) -> None:
        if self._midnight is None:
            here = self._room.clock.wall().astimezone(ZONE)
            midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            self._midnight = self._room.later((midnight - here).total_seconds(), self._new_day)

    def _new_day(self) -> None:
        self._midnight = None
        for agent in self.agents.values():
            self._room.touch(agent)
            agent.calls_today = 0


def _takes_break(agent: Agent, reason: str) -> bool:
    if agent.state is _S.BREAK:
        return agent.reason == reason
    return agent.request is not None and agent.request.state is _S.BREAK and agent.request.reason == reason
