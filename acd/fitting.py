"""Settings become queues, stages, bits and masks; only what changed is worked out anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acd.agents import Agent
from acd.decisions import Decision
from acd.queues import Bits, Queue, Stage, all_bits, make_stages
from acd.settings import AcdSettings, AgentSettings
from acd.states import AgentState, WorkState
from acd.work import Ageing, Work

if TYPE_CHECKING:
    from acd.matching import Matching

_W = WorkState


@dataclass(frozen=True, slots=True)
class Changed:
    """Queues whose stages changed, and the bits of what they and queues that are no more asked before."""

    queues: Sequence[Queue]
    gone: int


class Fitting:
    """Fits queues and agents to the settings."""

    def __init__(self, room: Matching) -> None:
        self._room = room
        self._bits = Bits()
        self.described: dict[str, AgentSettings] = {}
        """Agents whose skills were changed on a screen: they go before the file."""

    def settings_of(self, number: str) -> AgentSettings:
        """The agent's settings, from the screen or from the file."""
        return self.described.get(number) or self._room.settings.agent(number)

    def configure(self, settings: AcdSettings) -> None:
        """Use these settings from now on."""
        room = self._room
        with room.steps:
            before = {name: queue.stages for name, queue in room.queues.items()}
            works = [work for work in room.works.values() if work.state is not _W.TALKING]
            indexed = [work for work in works if work.state is not _W.OFFERED]
            for work in indexed:
                room.index.work_out(work)
            for agent in room.roster.agents.values():
                room.unlist(agent)
            room.settings = settings
            room.roster.configure(settings)
            self._set_queues(settings)
            changed = self._compare(before)
            for agent in room.roster.agents.values():
                described = self.settings_of(agent.number)
                self.fit(agent, described, changed if described == agent.settings else None)
            for work in works:
                self._settle(work)
            now = room.clock.now()
            for work in indexed:
                room.index.work_in(work, now)
            for work in sorted(indexed, key=lambda one: one.standing(now)):
                if work.state is _W.WAITING:
                    room.seek_agent(work)
            for agent in room.roster.agents.values():
                room.agent_changed(agent)

    def _compare(self, before: dict[str, tuple[Stage, ...]]) -> Changed:
        queues = self._room.queues
        fresh = [queue for name, queue in queues.items() if before.get(name) != queue.stages]
        gone = 0
        for name, stages in before.items():
            if name not in queues or queues[name].stages != stages:
                gone |= all_bits(stages)
        return Changed(fresh, gone)

    def _set_queues(self, settings: AcdSettings) -> None:
        queues = self._room.queues
        for name, queue in list(queues.items()):
            # A queue that is no longer named goes on until the last who waits there has left.
            if name not in settings.queues and not queue.works:
                make_stages(None, self._bits, queue.stages)
                del queues[name]
        for name, queue_settings in settings.queues.items():
            found = queues.setdefault(name, Queue(name, queue_settings))
            found.settings = queue_settings
            found.stages = make_stages(queue_settings, self._bits, found.stages)
            found.bits = all_bits(found.stages)
        self._room.index.prepare(queues.values())

    def _settle(self, work: Work) -> None:
        work.ageing = Ageing(work.ageing.base, work.since, work.queue.settings.priority)
        work.stage = work.queue.stage_after(self._room.clock.now() - work.since)
        self._room.waiting.watch(work)

    def describe(self, number: str, settings: AgentSettings) -> None:
        """Give an agent other skills, groups or capacity, also while he works."""
        room = self._room
        with room.steps:
            self.described[number] = settings
            agent = room.agent(number)
            room.unlist(agent)
            self.fit(agent, settings)
            if agent.state is not AgentState.SIGNED_OUT:
                room.tell(Decision(at=room.clock.now(), event="skills", agent=number, state=agent.state.value))
            room.agent_changed(agent)

    def fit(self, agent: Agent, settings: AgentSettings, changed: Changed | None = None) -> None:
        """Work out the agent's mask: all of it, or only the part of the queues that changed."""
        if changed is not None and not changed.queues and not changed.gone:
            return
        queues = self._room.queues.values()
        mask = 0 if changed is None else agent.mask & ~changed.gone
        for queue in queues if changed is None else changed.queues:
            mask |= queue.mask(settings)
        serves = tuple(queue for queue in queues if mask & queue.bits)
        first = tuple(queue for queue in serves if mask & queue.stages[0].bit)
        self._room.roster.moves.describe(agent, settings, mask, (serves, first))
