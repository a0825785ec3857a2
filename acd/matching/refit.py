"""What other queues mean for agents, by sets: whose bits change, who serves other queues, and what each has then.

A queue's stage is met by a set of agents, found by a few operations on sets however many agents there are (see
`abilities.py`). Only at the end are the sets turned into what each agent has, all at once: by columns of a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from acd.matching.abilities import Abilities
from acd.matching.stages import Stage
from acd.matching.work import Queue

WIDE = 64
"""So many agents' columns are read from one table: a millisecond's work when all queues of a large house change."""

_ALL = (1 << WIDE) - 1


@dataclass(frozen=True, slots=True)
class Changed:
    """A queue whose stages changed: those before (none: it is new) and those now (none: it vanished)."""

    queue: Queue
    before: tuple[Stage, ...]
    now: tuple[Stage, ...]


def give_bits(abilities: Abilities, rows: Mapping[int, int], among: int) -> None:
    """Give those of some agents who are in the set of a bit that bit; those that they have they keep."""
    having = 0
    for agents in rows.values():
        having |= agents
    among &= having
    places = {bit.bit_length() - 1: agents for bit, agents in rows.items()}
    sets = [places.get(at, 0) for at in range(max(places, default=0), -1, -1)]
    for agent, column in zip(abilities.agents(among), columns(sets, among), strict=True):
        agent.mask |= int(column, 2)


def servers(abilities: Abilities, queue: Queue, stages: tuple[Stage, ...]) -> tuple[int, int]:
    """Who meets the first stage, and who meets one of them."""
    met = [abilities.meet(queue.name, stage) for stage in stages]
    whole = 0
    for agents in met:
        whole |= agents
    return met[0] if met else 0, whole


def bits_of(abilities: Abilities, queue: Queue, stage: Stage) -> Iterator[tuple[int, int]]:
    """Each bit of a stage with the agents who have it."""
    able = abilities.meet(queue.name, stage)
    yield stage.bit, able
    if stage.scores:
        for score, agents in abilities.by_score(stage.need.skills, able).items():
            yield stage.scores[score], agents


def columns(sets: Sequence[int], places: int) -> Iterator[bytes]:
    """For each of these places of the sets, from the lowest: a 1 for each set that has it, else a 0, as digits."""
    start = 0
    while places >> start:
        wanted = places >> start & _ALL
        if wanted:
            table = "".join([f"{agents >> start & _ALL:0{WIDE}b}" for agents in sets]).encode()
            while wanted:
                lowest = wanted & -wanted
                yield table[WIDE - lowest.bit_length() :: WIDE]
                wanted ^= lowest
        start += WIDE
