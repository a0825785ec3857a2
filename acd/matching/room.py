"""The state of the matching: queues, work, agents, who is bound to whom, and what the running step has touched.

Data, and marks on it: what may find a match is noted here and matched once, in order, at the end of the step (see
`match.py`). Those who change the state import this module; it imports none of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

from acd.matching.abilities import Abilities
from acd.matching.agents import Agent
from acd.matching.callers import Callers
from acd.matching.decisions import Decision, Tell
from acd.matching.estimates import Estimate
from acd.matching.index import Matcher
from acd.matching.states import WorkState
from acd.matching.steps import Steps
from acd.matching.work import Present, Queue, Work
from acd.settings.schema import AcdSettings
from cti.base.clock import Clock, Timer


class Room:
    """Queues, agents and work. Times are the clock's seconds.

    `bound` are works by the agent whom they wait for. `touched` are agents who are out of the index until the end of
    the step, `fresh` works that may find an agent, `arrived` those of them that entered and may be turned away when
    they find none, `emptied` queues in which nobody is signed in any longer.
    """

    def __init__(self, clock: Clock, settings: AcdSettings, tell: Tell, index: Matcher) -> None:
        self.clock = clock
        self.settings = settings
        self.wall = clock.wall().timestamp() - clock.now()
        """Seconds of the epoch at the clock's second 0, as of the start: it does not jump."""
        self.queues: dict[str, Queue] = {}
        self.works: dict[str, Work] = {}
        self.agents: dict[str, Agent] = {}
        self.bound: dict[str, dict[str, Work]] = {}
        self.callers = Callers()
        self.abilities = Abilities()
        self.present = Present()
        self.index = index
        index.use(self.abilities)
        self.orders = itertools.count(1)
        self.steps = Steps()
        self.touched: dict[Agent, None] = {}
        self.fresh: dict[Work, None] = {}
        self.arrived: list[Work] = []
        self.emptied: dict[Queue, None] = {}
        self.serving = 0
        """The set of agents, as in `abilities`, who are on duty and do not leave after their talk."""
        self._tell = tell

    # ── marks ────────────────────────────────────────────────────────────────────────────────────────────────────

    def touch(self, agent: Agent) -> None:
        """Something about the agent changes now: he is out of the index until the end of the step."""
        for lane in agent.open:
            self.index.agent_out(agent, lane)
        agent.open = frozenset()
        self.touched[agent] = None

    def line_up(self, work: Work) -> None:
        """The work stands at its place in the index, and may find an agent unless it is held."""
        self.stand(work)
        if work.state is WorkState.WAITING:
            self.fresh[work] = None

    def stand(self, work: Work) -> None:
        """The work stands at its place in the index."""
        self.index.work_in(work, self.clock.now())
        work.stands = True

    def step_out(self, work: Work) -> None:
        """The work is out of the index: it leaves, or something that orders it changes. Nothing when it is not in."""
        if work.stands:
            self.index.work_out(work)
            work.stands = False

    def serve(self, agent: Agent, serves: bool) -> None:
        """The agent serves from now on, or no longer."""
        if agent.serving is not serves:
            agent.serving = serves
            self.serving ^= agent.bit

    def servers(self, queue: Queue) -> int:
        """The set of agents who serve a queue from the first second on and do not leave after their talk."""
        return queue.first & self.serving

    def served_by(self, agent: Agent) -> list[Queue]:
        """The queues that an agent serves."""
        return [queue for queue in self.queues.values() if agent.mask & queue.bits]

    # ── time and telling ─────────────────────────────────────────────────────────────────────────────────────────

    def later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` as a step of its own in so many seconds."""
        return self.clock.call_later(seconds, self.steps.guard(callback))

    def tell(self, decision: Decision) -> None:
        """Tell a decision when the step is done."""
        self.steps.say(partial(self._tell, decision))

    def say(
        self,
        work: Work,
        event: str,
        *,
        agent: str = "",
        why: str = "",
        target: str = "",
        position: int | None = None,
        estimate: Estimate | None = None,
        seconds: float | None = None,
        ago: float = 0.0,
    ) -> None:
        """Tell a decision about work, or what came of it by itself so many seconds ago."""
        now = self.clock.now() - ago
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
                estimate=None if estimate is None else estimate.seconds,
                estimate_low=None if estimate is None else estimate.low,
                estimate_high=None if estimate is None else estimate.high,
                seconds=seconds,
                priority=work.ageing.priority(now),
                points=work.ageing.base,
                since=work.since,
                organisation=work.item.organisation,
                region=work.item.region,
            )
        )
