"""Who can do what, turned round: for each skill and level the set of agents who have it, as the bits of a number.

So a need that no queue asks for, one caller's own, is answered by a few operations on sets, one for each of its
conditions, however many agents there are; nothing has to be worked out for each agent.
"""

from __future__ import annotations

from acd.matching.agents import Agent
from acd.matching.stages import Stage
from acd.settings.schema import AgentSettings
from acd.settings.skills import Anyone, Both, Compare, Either, Need, Not, Term

TOP = 6
"""One above the highest level: nobody has it."""

GROUP, QUEUE = "", None
Key = tuple[str | None, int | str]
"""A skill and a level that he has at least; GROUP and a group of his; QUEUE and a queue that he is limited to."""


class Abilities:
    """Agents by what they can; an agent's place in the sets is his number here, from 0."""

    def __init__(self) -> None:
        self._places: dict[Agent, int] = {}
        self._agents: list[Agent] = []
        self._known: list[AgentSettings | None] = []
        self.everybody = 0
        self._having: dict[Key, int] = {}
        self._limited = 0

    def put(self, agent: Agent) -> None:
        """The agent's settings are these from now on."""
        place = self._places.get(agent)
        if place is None:
            place = self._places[agent] = len(self._agents)
            self._agents.append(agent)
            self._known.append(None)
            agent.bit = 1 << place
            self.everybody |= agent.bit
        before, self._known[place] = self._known[place], agent.settings
        if before is agent.settings:
            return
        bit = agent.bit
        for key in self._keys(before) if before is not None else ():
            self._having[key] &= ~bit
        for key in self._keys(agent.settings):
            self._having[key] = self._having.get(key, 0) | bit
        self._limited = self._limited | bit if agent.settings.queues else self._limited & ~bit

    def _keys(self, settings: AgentSettings) -> list[Key]:
        levels: list[Key] = [(skill, at) for skill, level in settings.skills.items() for at in range(1, level + 1)]
        return [*levels, *[(GROUP, group) for group in settings.groups], *[(QUEUE, queue) for queue in settings.queues]]

    def place(self, agent: Agent) -> int:
        """Where the agent's bit stands."""
        return self._places[agent]

    def agents(self, found: int) -> list[Agent]:
        """The agents of a set."""
        agents: list[Agent] = []
        while found:
            lowest = found & -found
            agents.append(self._agents[lowest.bit_length() - 1])
            found ^= lowest
        return agents

    def meet(self, queue: str, stage: Stage) -> int:
        """Who may serve a queue at a stage."""
        found = self.hold(stage.need) & (~self._limited | self._having.get((QUEUE, queue), 0))
        if stage.groups:
            members = 0
            for group in stage.groups:
                members |= self._having.get((GROUP, group), 0)
            found &= members
        return found

    def hold(self, need: Need) -> int:
        """Who meets an expression."""
        return self._term(need.term)

    def _term(self, term: Term) -> int:
        if isinstance(term, Compare):
            return self._compare(term)
        if isinstance(term, Both):
            return self._term(term.left) & self._term(term.right)
        if isinstance(term, Either):
            return self._term(term.left) | self._term(term.right)
        if isinstance(term, Not):
            return self.everybody & ~self._term(term.inner)
        assert isinstance(term, Anyone), term
        return self.everybody

    def _compare(self, term: Compare) -> int:
        skill, level = term.skill, term.level
        if term.sign == ">=":
            return self._level(skill, level)
        if term.sign == ">":
            return self._level(skill, level + 1)
        if term.sign == "<":
            return self.everybody & ~self._level(skill, level)
        if term.sign == "<=":
            return self.everybody & ~self._level(skill, level + 1)
        same = self._level(skill, level) & ~self._level(skill, level + 1)
        return self.everybody & ~same if term.sign == "!=" else same

    def _level(self, skill: str, level: int) -> int:
        if level <= 0:
            return self.everybody
        return 0 if level >= TOP else self._having.get((skill, level), 0)

    def by_score(self, skills: tuple[str, ...], among: int) -> dict[int, int]:
        """The agents of a set by the sum of their levels in these skills."""
        sums = {0: among}
        for skill in skills:
            added: dict[int, int] = {}
            for level in range(TOP):
                exactly = self._level(skill, level) & ~self._level(skill, level + 1)
                for score, agents in sums.items():
                    if found := agents & exactly:
                        added[score + level] = added.get(score + level, 0) | found
            sums = added
        return sums
