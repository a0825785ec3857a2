"""Settings become queues, stages, bits and masks; only what changed is worked out anew."""

from __future__ import annotations

import structlog

from acd.matching.agents import Agent
from acd.matching.decisions import Decision
from acd.matching.refit import Changed, refit
from acd.matching.room import Room
from acd.matching.roster import Roster
from acd.matching.stages import Bits, all_bits, make_stages
from acd.matching.states import AgentState, WorkState
from acd.matching.waiting import Waiting
from acd.matching.work import Ageing, Queue, Work
from acd.settings.schema import AcdSettings, AgentSettings
from acd.settings.skills import ExpressionError, Need, parse

log = structlog.get_logger(__name__)

_W = WorkState


class Fitting:
    """Fits queues and agents to the settings."""

    def __init__(self, room: Room, roster: Roster, waiting: Waiting) -> None:
        self._room = room
        self._roster = roster
        self._waiting = waiting
        self._bits = Bits()
        self.described: dict[str, AgentSettings] = {}
        """Agents who were described one by one: that goes before the settings."""

    def settings_of(self, number: str) -> AgentSettings:
        """The agent's settings, his own or those of the whole room."""
        return self.described.get(number) or self._room.settings.agent(number)

    def configure(self, settings: AcdSettings) -> None:
        """Use these settings from now on. Who waits in a queue that did not change, and its agents, are left alone."""
        room = self._room
        with room.steps:
            other = {
                name
                for name in {*room.queues, *settings.queues}
                if name not in room.queues or room.queues[name].settings != settings.queues.get(name)
            }
            works = [work for work in room.works.values() if work.queue.name in other and work.state is not _W.TALKING]
            for work in works:
                room.step_out(work)
            before, room.settings = room.settings, settings
            changed = self._set_queues(settings, other)
            fitted = self._fit_all(changed)
            room.index.prepare(room.queues.values())
            for work in works:
                self._settle(work, settings)
                if work.state is not _W.OFFERED:
                    room.line_up(work)
            self._roster.configured(before)
            for agent in fitted:
                self._roster.refitted(agent)
            room.emptied.update({queue: None for queue in room.queues.values() if not queue.signed_in})

    def _set_queues(self, settings: AcdSettings, names: set[str]) -> list[Changed]:
        """Returns the queues whose stages are others than before."""
        queues, changed = self._room.queues, list[Changed]()
        for name in sorted(names):
            wanted, before = settings.queues.get(name), queues.get(name)
            old = before.stages if before is not None else ()
            if wanted is None:
                # A queue that is no longer named goes on until the last who waits or talks there has left.
                if before is not None and not before.works and not before.engaged:
                    make_stages(None, self._bits, old)
                    changed.append(Changed(queues.pop(name), old, ()))
                continue
            found = queues.setdefault(name, Queue(name, wanted, self._room.present))
            found.change(wanted)
            found.stages = make_stages(wanted, self._bits, old)
            found.bits = all_bits(found.stages)
            if found.stages != old:
                changed.append(Changed(found, old, found.stages))
        return changed

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

    def _fit_all(self, changed: list[Changed]) -> list[Agent]:
        """Returns the agents of whom the settings say something else.

        Others stay where they stand in the index: what they may take now is work of queues that changed, which lines
        up anew.
        """
        room = self._room
        others = [
            (agent, described)
            for agent in room.agents.values()
            if (described := self.settings_of(agent.number)) is not agent.settings and described != agent.settings
        ]
        if changed:
            among = room.abilities.everybody
            for agent, _ in others:
                among ^= agent.bit
            if refit(room.abilities, changed, among):
                room.index.refitted()
        for agent, described in others:
            room.touch(agent)
            self._fit(agent, described)
            self._tell(agent)
        return [agent for agent, _ in others]

    def _settle(self, work: Work, settings: AcdSettings) -> None:
        wanted = settings.queues.get(work.queue.name)
        if wanted is None:
            return
        base = work.ageing.base + work.queue.risen
        work.ageing = Ageing(base, work.since, wanted.priority)
        work.stage = work.queue.stage_after(self._room.clock.now() - work.since)
        self._waiting.watch(work)

    def describe(self, number: str, settings: AgentSettings) -> None:
        """Give an agent other skills, groups or capacity, also while he works."""
        with self._room.steps:
            self.described[number] = settings
            agent = self.agent(number)
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
        for queue in self._room.queues.values():
            mask |= queue.mask(settings)
        self._roster.moves.describe(agent, settings, mask)
