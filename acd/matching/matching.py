"""The matching: brings work and agents together, at the moment when either appears. Pure code on a clock.

Each public method is one step: when it is done, no work waits that a free agent may take. What was decided is told
after the step, in order. The state is `Room`; here is what comes in from outside.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from acd.matching import limits
from acd.matching.agents import Agent
from acd.matching.closing import Closing
from acd.matching.decisions import Tell
from acd.matching.estimates import Estimate
from acd.matching.fitting import Fitting
from acd.matching.index import Index, Matcher
from acd.matching.match import Match
from acd.matching.offers import Offers
from acd.matching.room import Room
from acd.matching.roster import Roster
from acd.matching.states import WorkState
from acd.matching.wait_estimate import WaitEstimates
from acd.matching.waiting import DEDICATED, Waiting
from acd.matching.work import Ageing, Owner, Queue, Work, WorkItem
from acd.settings.schema import AcdSettings, AgentSettings
from cti.base.clock import Clock

ABANDONED = frozenset({"abandoned", "caller_hung_up", "hung_up", "cut_off"})
"""Reasons of a withdrawal that mean the caller is gone."""
CUT_SHORT = frozenset({"switch_lost", "failed"})
"""Reasons against his will: he did not give up, and finds his place when he calls again."""

_W = WorkState


class UnknownQueue(KeyError):
    """No queue has this name."""


class Matching:
    """Queues, agents and work. Not thread-safe; one for a group of queues."""

    def __init__(self, clock: Clock, settings: AcdSettings, tell: Tell, index: Matcher | None = None) -> None:
        self.room = room = Room(clock, settings, tell, index or Index())
        self.clock = clock
        self.steps = room.steps
        self.wall = room.wall
        self.queues, self.works, self.callers = room.queues, room.works, room.callers
        self.index = room.index
        self.later, self.tell = room.later, room.tell
        self.roster = Roster(room)
        self._waiting = Waiting(room, self.roster)
        self.offers = Offers(room, self.roster, self._waiting)
        self.fitting = Fitting(room, self.roster, self._waiting)
        self.wait_estimates = WaitEstimates(room)
        self._closing = Closing(room, self._waiting)
        room.steps.settle = Match(room, self._waiting, self.offers).settle
        self.configure(settings)

    @property
    def wanted(self) -> AcdSettings:
        """The settings that were asked for last: they hold now, or a moment later."""
        return self.fitting.wanted

    @property
    def settings(self) -> AcdSettings:
        """The settings that hold now."""
        return self.room.settings

    def configure(self, settings: AcdSettings, done: Callable[[], None] = lambda: None) -> None:
        """Use these settings, also for those who wait already: from now on, or in a large house within a second or two.

        `done` is called when they hold.
        """

        def hold() -> None:
            self._closing.watch()
            done()

        self.fitting.configure(settings, hold)

    def describe(self, number: str, settings: AgentSettings) -> None:
        """Give an agent other skills, groups or capacity, also while he works."""
        self.fitting.describe(number, settings)

    def agent(self, number: str) -> Agent:
        """The agent of this number."""
        return self.fitting.agent(number)

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
                self._waiting.leave(old, "left", f"went to queue {item.queue}")
            return self._arrive(item, owner)

    def _arrive(self, item: WorkItem, owner: Owner) -> Work:
        room, now, queue = self.room, self.clock.now(), self.queues[item.queue]
        since, kept = now, False
        if moved := self.callers.came_from(item.id):
            since = moved.since
        elif item.since is not None:
            since, kept = min(item.since.timestamp() - self.wall, now), True
        elif (place := self.callers.take_place(item, now)) is not None:
            since, kept = min(place, now), True
        own = [("queue", queue.settings.priority.base), ("flow", item.priority)]
        reasons = [one for one in own if one[1]]
        points = None if moved is None else moved.points
        reasons += self.callers.bonus(item, self.settings.bonus, now) if points is None else points
        base = sum(points for _, points in reasons)
        self.callers.saw(item, now)
        work = self._make(item, owner, since, next(room.orders), base, now)
        work.visited, work.reasons = moved.visited if moved else (), tuple(reasons)
        for agent, until in moved.refused.items() if moved else ():
            self._waiting.skip(work, agent, until)
        self._waiting.bind(work)
        self._line_up(work)
        away = limits.at_the_door(queue, self.settings, self.clock.wall())
        if away is not None:
            self._waiting.overflow(work, away)
        elif not kept:
            room.arrived.append(work)
        return work

    def enqueue_at(self, item: WorkItem, owner: Owner, since: float, base: float) -> Work:
        """A place as of the clock's second `since`, with this priority; limits do not count."""
        with self.steps:
            now = self.clock.now()
            work = self._make(item, owner, min(since, now), next(self.room.orders), base, now)
            self._line_up(work)
            return work

    def readmit(
        self, item: WorkItem, owner: Owner, since: float, base: float, reasons: Iterable[tuple[str, float]]
    ) -> Work:
        """Work whose talk was cut off waits again where it stood, with its points; it is no new arrival. UnknownQueue.

        Since it was served once, only those wait before it who have more points, or waited longer even then.
        """
        if item.queue not in self.settings.queues:
            raise UnknownQueue(item.queue)
        with self.steps:
            if (old := self.works.get(item.id)) is not None:
                self.withdraw(old, "its talk was cut off")
            now = self.clock.now()
            work = self._make(item, owner, min(since, now), next(self.room.orders), base, now)
            work.reasons = tuple(reasons)
            self._line_up(work, "readmitted")
            return work

    def _line_up(self, work: Work, event: str = "queued") -> None:
        now = self.clock.now()
        self.works[work.item.id] = work.queue.works[work.item.id] = work
        work.queue.estimator.arrived(work.ageing.base, now)
        if self.index.is_free(work, now):
            # It stands in the index only if that agent is lost before the end of the step.
            work.settle(now)
            self.room.fresh[work] = None
            work.estimate = Estimate(0.0, 0.0, work.queue.estimator.answer, 0.0)
        else:
            self.room.line_up(work)
            work.estimate = self.wait_estimates.of(work)
        position = self.index.ahead(work, work.item.queue, now) + 1
        why = [f"its place of {now - work.since:.0f} s ago"] if work.since < now else []
        if work.bound_to:
            settings = work.queue.settings
            seconds = settings.dedicated if work.bound_why == DEDICATED else settings.last_agent
            why.append(f"waits for its {work.bound_why} {work.bound_to} for up to {seconds:g} s")
        self.room.say(work, event, agent=work.bound_to, position=position, estimate=work.estimate, why="; ".join(why))
        self._waiting.watch(work)

    def _make(self, item: WorkItem, owner: Owner | None, since: float, order: int, base: float, entered: float) -> Work:
        """Work with its place, not yet in the queue. Times are the clock's seconds."""
        queue = self.queues[item.queue]
        work = Work(item, queue, since, order, Ageing(base, since, queue.settings.priority), entered, owner)
        work.own = self.fitting.own_need(queue, item.need)
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
        self.room.step_out(work)
        work.move(_W.WAITING)
        work.stop_timers(("held",))
        self.room.line_up(work)
        self.room.say(work, "returned", position=self.position(work), estimate=self.estimate(work))
        self._waiting.watch(work)

    def restore(self, item: WorkItem, since: float, order: int, base: float, entered: float) -> Work:
        """Take up work of before a restart: it keeps its place, and is matched once it is enqueued again."""
        room = self.room
        with self.steps:
            work = self._make(item, None, since, order, base, entered)
            room.orders = itertools.count(max(order + 1, next(room.orders)))
            work.move(_W.HELD)
            self.works[work.item.id] = work.queue.works[work.item.id] = work
            self._waiting.hold(work)
            room.say(work, "restored", position=self.position(work), seconds=self.clock.now() - entered)
            return work

    def withdraw(self, work: Work, reason: str, ago: float = 0.0) -> None:
        """The work does not wait any longer; whatever was reserved for it is free. Nothing when it was over before.

        It left `ago` seconds ago, when nobody looked.

        One of `ABANDONED` counts as given up; it and one of `CUT_SHORT` keep the caller's place for a while.
        """
        with self.steps:
            if work.state is _W.TALKING:
                self.offers.talk_ended(work)
            elif work.state is not _W.OVER:
                event = "abandoned" if reason in ABANDONED else "left"
                self._waiting.leave(work, event, reason, ago=ago, keeps_place=reason in ABANDONED | CUT_SHORT)

    def raise_priority(self, work: Work, points: float, why: str) -> None:
        """Give waiting work more points, or fewer."""
        with self.steps:
            self.room.step_out(work)
            work.reasons = (*work.reasons, (why, points))
            work.ageing = Ageing(work.ageing.base + points, work.since, work.queue.settings.priority)
            if work.state in (_W.WAITING, _W.HELD):
                self.room.line_up(work)
            self.room.say(work, "raised", why=f"{points:+g}: {why}", position=self.position(work))

    def send_away(self, work: Work, target: str, why: str) -> None:
        """Somebody sends waiting work elsewhere, to a queue where it has been as well. What was reserved is free."""
        with self.steps:
            self._waiting.send(work, target, why)

    def position(self, work: Work) -> int:
        """Its place in its queue; 1 is next."""
        return self.index.position(work, self.clock.now())

    def estimate(self, work: Work) -> Estimate | None:
        """How long it will probably wait from now; None when nobody serves."""
        return self.wait_estimates.of(work)

    def expected(self, queue: Queue) -> Estimate | None:
        """How long somebody will probably wait who comes now; None when nobody serves."""
        if queue.ready and not queue.waiting:
            return Estimate(0.0, 0.0, queue.estimator.answer, 0.0)
        return self.wait_estimates.of_newcomer(queue)
