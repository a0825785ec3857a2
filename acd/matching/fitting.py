"""Settings become queues, stages, bits and masks; only what changed is worked out anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import structlog

from acd.matching.agents import Agent
from acd.matching.changing import Changing, Coming
from acd.matching.decisions import Decision
from acd.matching.room import Room
from acd.matching.roster import Roster
from acd.matching.stages import Bits
from acd.matching.states import AgentState
from acd.matching.waiting import Waiting
from acd.matching.work import Queue
from acd.settings.schema import AcdSettings, AgentSettings
from acd.settings.skills import ExpressionError, Need, parse

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""In a house of so many agents a change takes effect at once: it lasts a few milliseconds."""
PAUSE = 0.001
"""Seconds between two slices of a larger one."""


class Fitting:
    """Fits queues and agents to the settings."""

    def __init__(self, room: Room, roster: Roster, waiting: Waiting) -> None:
        self._room = room
        self._roster = roster
        self.described: dict[str, AgentSettings] = {}
        """Agents who were described one by one: that goes before the settings."""
        self.wanted = room.settings
        """What was asked for last: it holds, or will when the change under way is over."""
        self.at_once = AT_ONCE
        self._coming = Coming()
        self._changing = Changing(room, roster, waiting, Bits(), self._coming, self._differs, self._refit)
        self._slices: Iterator[None] | None = None
        self._done: Callable[[], None] = lambda: None

    def settings_of(self, number: str) -> AgentSettings:
        """The agent's settings, his own or those of the whole room."""
        return self.described.get(number) or self.wanted.agent(number)

    @property
    def is_changing(self) -> bool:
        """Whether a change is under way."""
        return self._slices is not None

    def configure(self, settings: AcdSettings, done: Callable[[], None]) -> None:
        """Go over to these settings: at once in a house of few agents, else slice by slice. `done` is called then.

        Who waits in a queue that did not change, and its agents, are left alone.
        """
        self.wanted, self._done = settings, done
        if self._slices is not None:
            # It goes on from there when what is under way has come to its end.
            return
        self._slices = self._changing.slices(settings)
        if len(self._room.agents) > self.at_once:
            self._go_on()
            return
        with self._room.steps:
            for _ in self._slices:
                pass
            self._slices = None
            done()

    def _go_on(self) -> None:
        """The next slice, and so on after a pause in which calls have their turn."""
        if self._slices is None:
            return
        try:
            with self._room.steps:
                next(self._slices)
        except StopIteration:
            self._slices = None
            self._done()
            if self.wanted is not self._room.settings:
                self.configure(self.wanted, self._done)
            return
        except Exception:
            self._slices = None
            raise
        self._room.later(PAUSE, self._go_on)

    def own_need(self, queue: Queue, text: str) -> Need | None:
        """What work asks for besides what its queue does; an expression that cannot be used is passed over."""
        if not text:
            return None
        try:
            need = parse(text)
            need.refuse_unknown(self._room.settings.skills)
        except ExpressionError as error:
            log.warning("work narrows its queue's need by what cannot be used", queue=queue.name, reason=str(error))
            return None
        return need

    def _differs(self, agent: Agent) -> bool:
        described = self.settings_of(agent.number)
        return described is not agent.settings and described != agent.settings

    def _refit(self, agent: Agent) -> None:
        """The agent becomes what is said of him now."""
        if self._differs(agent):
            self._become(agent, self.settings_of(agent.number))

    def describe(self, number: str, settings: AgentSettings) -> None:
        """Give an agent other skills, groups or capacity, also while he works."""
        with self._room.steps:
            self.described[number] = settings
            self._become(self.agent(number), settings)

    def _become(self, agent: Agent, settings: AgentSettings) -> None:
        self._room.touch(agent)
        self._fit(agent, settings)
        self._tell(agent)
        self._roster.refitted(agent)

    def _tell(self, agent: Agent) -> None:
        if agent.state is not AgentState.SIGNED_OUT:
            self._room.tell(
                Decision(at=self._room.clock.now(), event="skills", agent=agent.number, state=agent.state.value)
            )

    def agent(self, number: str) -> Agent:
        """The agent of this number; one who was never seen gets what the settings say of him."""
        agent = self._room.agents.get(number)
        if agent is None:
            agent = self._roster.get(number)
            self._fit(agent, self.settings_of(number))
        return agent

    def _fit(self, agent: Agent, settings: AgentSettings) -> None:
        """Work out what the agent, who is in no index now, may be offered."""
        mask = 0
        for queue in (*self._room.queues.values(), *self._coming.queues.values()):
            mask |= queue.mask(settings)
        self._roster.moves.describe(agent, settings, mask)
        # A new agent has his bit since then.
        self._coming.fitted |= agent.bit
