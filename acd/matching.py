"""The matching: brings work and agents together, at the moment when either appears. Pure code on a clock.

Each public method is one step: when it is done, no work waits that a free agent may take. What was decided is told
after the step, in order.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from acd import limits
from acd.agents import Agent
from acd.callers import Callers
from acd.decisions import Decision, Tell
from acd.fitting import Fitting
from acd.index import Index, Matcher
from acd.offers import Offers
from acd.queues import Queue
from acd.roster import Roster
from acd.settings import AcdSettings, AgentSettings
from acd.states import ON_DUTY, AgentState, WorkState
from acd.steps import Steps
from acd.waiting import Waiting
from acd.work import Ageing, Owner, Work, WorkItem
from cti.clock import Clock

ABANDONED = frozenset({"abandoned", "caller_hung_up", "hung_up", "cut_off"})
"""Reasons of a withdrawal that mean the caller is gone."""

_W = WorkState


class UnknownQueue(KeyError):
    """No queue has this name."""


class Matching:
    """Queues, agents and work. Not thread-safe; one for a group of queues."""

    def __init__(self, clock: Clock, settings: AcdSettings, tell: Tell, index: Matcher | None = None) -> None:
        self.clock = clock
        self.settings = settings
        self.queues: dict[str, Queue] = {}
        self.works: dict[str, Work] = {}
        self.callers = Callers()
        self.steps = Steps()
        self.index: Matcher = index or Index()
        self.offers = Offers(self)
        self.waiting = Waiting(self)
        self.roster = Roster(clock, settings, self.tell, self)
        self.wall = clock.wall().timestamp() - clock.now()
        """Seconds of the epoch at the clock's second 0, as of the start: it does not jump."""
        self.orders = itertools.count(1)
        self._tell = tell
        self.fitting = Fitting(self)
        self.configure(settings)

    def tell(self, decision: Decision) -> None:
        """Tell a decision when the step is done."""
        self.steps.say(lambda: self._tell(decision))

    def say(
        self,
        work: Work,
        event: str,
        *,
        agent: str = "",
        why: str = "",
        target: str = "",
        position: int | None = None,
        estimate: float | None = None,
        seconds: float | None = None,
    ) -> None:
        """Tell a decision about work."""
        now = self.clock.now()
        self.tell(
            Decision(
                at=now,
                event=event,
                work=work.item.id,
                medium=work.item.medium,
                queue=work.queue.name,
                agent=agent,
                why=why,
                target=target,
                position=position,
                estimate=estimate,
                seconds=seconds,
                priority=work.ageing.priority(now),
                organisation=work.item.organisation,
                region=work.item.region,
            )
        )

    def configure(self, settings: AcdSettings) -> None:
        """Use these settings from now on, also for those who wait already."""
        self.fitting.configure(settings)

    def describe(self, number: str, settings: AgentSettings) -> None:
        """Give an agent other skills, groups or capacity, also while he works."""
        self.fitting.describe(number, settings)

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────

    def agent(self, number: str) -> Agent:
        """The agent of this number."""
        agent = self.roster.agents.get(number)
        if agent is None:
            agent = self.roster.get(number)
            self.fitting.fit(agent, self.fitting.settings_of(number))
        return agent

    def agent_changed(self, agent: Agent) -> None:
        """Bring the index up to date with what the agent can be offered, and find him work."""
        lanes = agent.lanes()
        for lane in agent.open - lanes:
            self.index.agent_out(agent, lane)
        new = lanes - agent.open
        agent.open = lanes
        for lane in new:
            self.index.agent_in(agent, lane)
        if agent.state not in ON_DUTY:
            self.waiting.agent_left(agent.number)
        if agent.state is AgentState.SIGNED_OUT:
            self.leave_deserted(agent.serves)
        if new:
            self._seek_work(agent)

    def unlist(self, agent: Agent) -> None:
        """Take him out of the index until `agent_changed`."""
        for lane in agent.open:
            self.index.agent_out(agent, lane)
        agent.open = frozenset()

    def guard(self, callback: Callable[[], None]) -> Callable[[], None]:
        """A timer's callback as a step."""
        return self.steps.guard(callback)

    def leave_deserted(self, queues: Iterable[Queue]) -> None:
        """Send those elsewhere who wait where nobody is signed in who may serve them, if the queue wants it.

        One whose agent's phone rings waits for that.
        """
        for queue in list(queues):
            for work in list(queue.works.values()):
                if work.state is not _W.OFFERED and (found := limits.deserted(work)):
                    self.waiting.overflow(work, found)

    # ── the two questions ────────────────────────────────────────────────────────────────────────────────────────

    def _seek_work(self, agent: Agent) -> None:
        now = self.clock.now()
        found = [self.index.best_work(agent, lane, now) for lane in sorted(agent.open)]
        works = [work for work in found if work is not None]
        if not works:
            return
        work = min(works, key=lambda one: one.standing(now))
        why = work.bound_why or (
            f"first in order: priority {work.ageing.priority(now):.2f}, waited {now - work.since:.1f} s"
        )
        self.offers.reserve(work, agent, why)

    def seek_agent(self, work: Work) -> None:
        """Offer waiting work to the agent whom the strategy prefers, if one is free."""
        agent = self.index.best_agent(work, self.clock.now())
        if agent is not None:
            self._offer(work, agent)

    def _offer(self, work: Work, agent: Agent) -> None:
        strategy = work.queue.settings.strategy.replace("_", " ")
        idle = self.clock.now() - agent.idle_since
        self.offers.reserve(work, agent, work.bound_why or f"{strategy}: idle {idle:.1f} s")

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def enqueue(self, item: WorkItem, owner: Owner) -> Work:
        """Work arrives, or comes back to the place that it has. UnknownQueue when there is no such queue.

        The owner hears of an agent, or that the work does not wait, when the step is done.
        """
        if item.queue not in self.settings.queues:
            raise UnknownQueue(item.queue)
        with self.steps:
            old = self.works.get(item.id)
            if old is not None and old.state is _W.TALKING:
                self.offers.talk_ended(old)
            elif old is not None and old.queue.name == item.queue:
                self._come_back(old, owner)
                return old
            elif old is not None:
                self.waiting.leave(old, "left", f"went to queue {item.queue}")
            return self._arrive(item, owner)

    def _arrive(self, item: WorkItem, owner: Owner) -> Work:
        now, queue = self.clock.now(), self.queues[item.queue]
        since, kept = now, False
        if moved := self.callers.came_from(item.id):
            since = moved.since
        elif item.since is not None:
            since, kept = min(item.since.timestamp() - self.wall, now), True
        elif (place := self.callers.take_place(item, now)) is not None:
            since, kept = min(place, now), True
        own = [("queue", queue.settings.priority.base), ("flow", item.priority)]
        reasons = [one for one in own if one[1]] + self.callers.bonus(item, self.settings.bonus, now)
        reasons += moved.raised if moved else ()
        base = sum(points for _, points in reasons)
        self.callers.saw(item, now)
        work = self.make(item, owner, since, next(self.orders), base, now)
        work.visited, work.reasons = moved.visited if moved else (), tuple(reasons)
        self.waiting.bind(work)
        agent = self.index.best_agent(work, now)
        away = limits.at_the_door(queue, self.settings, self.clock.wall())
        if away is None and agent is None and not kept:
            away = limits.when_not_matched(queue, self.expected(queue, queue.waiting))
        self._line_up(work, agent, away)
        return work

    def enqueue_at(self, item: WorkItem, owner: Owner, since: float, base: float) -> Work:
        """A place as of the clock's second `since`, with this priority; limits do not count."""
        with self.steps:
            now = self.clock.now()
            work = self.make(item, owner, min(since, now), next(self.orders), base, now)
            self._line_up(work, self.index.best_agent(work, now), None)
            return work

    def _line_up(self, work: Work, agent: Agent | None, away: limits.Overflowing | None) -> None:
        now, queue = self.clock.now(), work.queue
        self.works[work.item.id] = queue.works[work.item.id] = work
        self.index.work_in(work, now)
        position = self.position(work)
        estimate = self.expected(queue, position - 1) if agent is None else 0.0
        why = f"its place of {now - work.since:.0f} s ago" if work.since < now else ""
        self.say(work, "queued", position=position, estimate=estimate, why=why)
        if away is not None and self.waiting.overflow(work, away):
            return
        self.waiting.watch(work)
        if agent is not None:
            self._offer(work, agent)

    def make(self, item: WorkItem, owner: Owner | None, since: float, order: int, base: float, entered: float) -> Work:
        """Work with its place, not yet in the queue. Times are the clock's seconds."""
        queue = self.queues[item.queue]
        self.fitting.narrow(queue, item.need)
        work = Work(item, queue, since, order, Ageing(base, since, queue.settings.priority), entered, owner)
        work.stage = queue.stage_after(self.clock.now() - since)
        return work

    def _come_back(self, work: Work, owner: Owner) -> None:
        if work.reservation is not None:
            self.offers.come_back(work.reservation, owner)
        elif work.owner is not None and work.owner is not owner:
            self.steps.say(work.owner.left)
        work.owner = owner
        if work.state is _W.HELD:
            self.come_back(work)

    def come_back(self, work: Work) -> None:
        """Held work can be matched again."""
        self.index.work_out(work)
        work.move(_W.WAITING)
        work.stop_timers(("held",))
        self.index.work_in(work, self.clock.now())
        self.say(work, "returned", position=self.position(work), estimate=self.estimate(work))
        self.waiting.watch(work)
        self.seek_agent(work)

    def restore(self, item: WorkItem, since: float, order: int, base: float, entered: float) -> Work:
        """Take up work of before a restart: it keeps its place, and is matched once it is enqueued again."""
        with self.steps:
            work = self.make(item, None, since, order, base, entered)
            self.orders = itertools.count(max(order + 1, next(self.orders)))
            work.move(_W.HELD)
            self.works[work.item.id] = work.queue.works[work.item.id] = work
            self.waiting.hold(work)
            self.say(work, "restored", position=self.position(work), seconds=self.clock.now() - entered)
            return work

    def withdraw(self, work: Work, reason: str) -> None:
        """The work does not wait any longer; whatever was reserved for it is free. Nothing when it was over before.

        One of `ABANDONED` counts as given up, and keeps the caller's place for a while.
        """
        with self.steps:
            if work.state is _W.TALKING:
                self.offers.talk_ended(work)
            elif work.state is not _W.OVER:
                self.waiting.leave(work, "abandoned" if reason in ABANDONED else "left", reason)

    def raise_priority(self, work: Work, points: float, why: str) -> None:
        """Give waiting work more points, or fewer."""
        with self.steps:
            indexed = work.state in (_W.WAITING, _W.HELD)
            if indexed:
                self.index.work_out(work)
            work.reasons = (*work.reasons, (why, points))
            work.ageing = Ageing(work.ageing.base + points, work.since, work.queue.settings.priority)
            if indexed:
                self.index.work_in(work, self.clock.now())
            self.say(work, "raised", why=f"{points:+g}: {why}", position=self.position(work))

    def send_away(self, work: Work, target: str, why: str) -> None:
        """Somebody sends waiting work elsewhere, to a queue where it has been as well. What was reserved is free."""
        with self.steps:
            self.waiting.send(work, target, why)

    def position(self, work: Work) -> int:
        """Its place in its queue; 1 is next."""
        return self.index.position(work, self.clock.now())

    def estimate(self, work: Work) -> float | None:
        """Seconds it will probably wait from now; None when nobody serves."""
        return self.expected(work.queue, self.position(work) - 1)

    def expected(self, queue: Queue, ahead: int) -> float | None:
        """Seconds somebody will probably wait who has so many before him; None when nobody serves."""
        return queue.estimator.wait(ahead, max(queue.engaged, min(queue.on_duty, 1)))
