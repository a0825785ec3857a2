"""What other queues mean for agents, by sets: whose bits change, who serves other queues, and what each has then.

A queue's stage is met by a set of agents, found by a few operations on sets however many agents there are (see
`abilities.py`). Only at the end are the sets turned into what each agent has, all at once: by columns of a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

from acd.abilities import Abilities
from acd.stages import Stage
from acd.states import ON_DUTY, AgentState
from acd.work import Queue

WIDE = 512
"""So many agents' columns are read from one table, which stays in the processor's cache."""

_ALL = (1 << WIDE) - 1
_TRUE = bytes(code == ord("1") for code in range(256))


@dataclass(frozen=True, slots=True)
class Changed:
    """A queue whose stages changed: those before (none: it is new) and those now (none: it vanished)."""

    queue: Queue
    before: tuple[Stage, ...]
    now: tuple[Stage, ...]


def refit(abilities: Abilities, changed: Iterable[Changed], queues: Iterable[Queue], among: int) -> int:
    """Give a set of agents, whose own settings are as before, the bits and `queues` that they have now.

    The counters of the queues follow. Returns the set of those who have other bits, or serve other queues.
    """
    lost: dict[int, int] = {}
    gained: dict[int, int] = {}
    states, moved = _states(abilities), 0
    for one in changed:
        kept = {stage.bit for stage in one.before} & {stage.bit for stage in one.now}
        sides: list[tuple[int, int]] = []
        for stages, bits, sign in ((one.before, lost, -1), (one.now, gained, +1)):
            first, whole = _servers(abilities, one.queue, stages)
            _count(one.queue, first & among, whole & among, sign, states)
            sides.append((first, whole))
            for stage in stages:
                if stage.bit not in kept:
                    bits.update(_sets(abilities, one.queue, stage))
        moved |= (sides[0][0] ^ sides[1][0]) | (sides[0][1] ^ sides[1][1])
    other = 0
    for bit in {*lost, *gained}:
        other |= lost.get(bit, 0) ^ gained.get(bit, 0)
    _give_bits(abilities, lost, gained, other & among)
    _give_queues(abilities, list(queues), moved & among)
    return (other | moved) & among


def _give_bits(abilities: Abilities, lost: dict[int, int], gained: dict[int, int], among: int) -> None:
    gone = 0
    for bit in lost:
        gone |= bit
    rows = {bit.bit_length() - 1: agents for bit, agents in gained.items()}
    sets = [rows.get(at, 0) for at in range(max(rows, default=0), -1, -1)]
    for agent, column in zip(abilities.agents(among), columns(sets, among), strict=True):
        agent.mask = agent.mask & ~gone | int(column, 2)


def _give_queues(abilities: Abilities, queues: Sequence[Queue], among: int) -> None:
    if not among:
        return
    agents = abilities.agents(among)
    servers = [_servers(abilities, queue, queue.stages) for queue in queues]
    for agent, column in zip(agents, columns([whole for _, whole in servers], among), strict=True):
        agent.serves = tuple(compress(queues, column.translate(_TRUE)))
    for agent, column in zip(agents, columns([first for first, _ in servers], among), strict=True):
        agent.serves_first = tuple(compress(queues, column.translate(_TRUE)))


def _servers(abilities: Abilities, queue: Queue, stages: tuple[Stage, ...]) -> tuple[int, int]:
    """Who meets the first stage, and who meets one of them."""
    met = [abilities.meet(queue.name, stage) for stage in stages]
    whole = 0
    for agents in met:
        whole |= agents
    return met[0] if met else 0, whole


def _sets(abilities: Abilities, queue: Queue, stage: Stage) -> Iterator[tuple[int, int]]:
    """Each bit of a stage with the agents who have it."""
    able = abilities.meet(queue.name, stage)
    yield stage.bit, able
    if stage.scores:
        for score, agents in abilities.by_score(stage.need.skills, able).items():
            yield stage.scores[score], agents


States = tuple[int, int, int]
"""The sets of agents who are ready, on duty, signed in."""


def _states(abilities: Abilities) -> States:
    states = [agent.state for agent in abilities.agents(abilities.everybody)]
    return (
        _set(state is AgentState.READY for state in states),
        _set(state in ON_DUTY for state in states),
        _set(state is not AgentState.SIGNED_OUT for state in states),
    )


def _set(members: Iterable[bool]) -> int:
    return int("".join(["1" if one else "0" for one in members])[::-1] or "0", 2)


def _count(queue: Queue, first: int, whole: int, sign: int, states: States) -> None:
    ready, on_duty, signed_in = states
    queue.ready += sign * (first & ready).bit_count()
    queue.on_duty += sign * (whole & on_duty).bit_count()
    queue.signed_in += sign * (whole & signed_in).bit_count()


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
