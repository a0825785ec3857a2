"""From some settings to others, a slice at a time: between two slices calls go on, and agents come, go and change.

Agents become what is said of them, one after the other. What queues ask besides gets bits of its own, which agents are
given beside those that they have, and the index with them: nothing asks for them yet. Then each queue goes over from
its old bits to its new ones, at one stroke and with all who wait in it. At last the old bits are taken away, and may be
used again. Who is fitted anew meanwhile gets the bits of both (`Coming`), so no change between two slices is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from acd.matching.agents import Agent
from acd.matching.refit import WIDE, Changed, bits_of, give_bits, servers
from acd.matching.room import Room
from acd.matching.roster import Roster
from acd.matching.stages import Bits, all_bits, make_stages
from acd.matching.states import WorkState
from acd.matching.waiting import Waiting
from acd.matching.work import Ageing, Queue, Work
from acd.settings.schema import AcdSettings

LOOKED = 400
"""So many agents are compared with what is said of them in a slice,"""
FITTED = 1500
"""of so many agents times queues it is worked out what they may take,"""
GIVEN = WIDE
"""so many agents are given bits,"""
CLEARED = 2000
"""or lose some."""
QUEUES, SETS = 10, 2
"""So many queues are read in a slice, of so many it is worked out who may serve them."""
WAITING = 30
"""Queues that go over in one slice have not more who wait, or are one."""

T = TypeVar("T")


@dataclass(slots=True)
class Coming:
    """What is prepared: queues that nobody may enter yet, and the agents who have been fitted since it was begun."""

    queues: dict[str, Queue] = field(default_factory=dict)
    fitted: int = 0


class Changing:
    """One change. `fit` lets an agent be what is said of him, and tells whether that was anything else."""

    def __init__(
        self,
        room: Room,
        roster: Roster,
        waiting: Waiting,
        bits: Bits,
        coming: Coming,
        differs: Callable[[Agent], bool],
        fit: Callable[[Agent], None],
    ) -> None:
        self._room = room
        self._roster = roster
        self._waiting = waiting
        self._bits = bits
        self._coming = coming
        self._differs = differs
        self._fit = fit

    def slices(self, wanted: AcdSettings) -> Iterator[None]:
        """Go over to these settings; each step until the next `yield` is short, and leaves everything consistent."""
        room = self._room
        before = room.settings
        others = [
            name
            for name in sorted({*room.queues, *wanted.queues})
            if name not in room.queues or room.queues[name].settings != wanted.queues.get(name)
        ]
        yield
        yield from self._agents(len(wanted.queues))
        changed: list[Changed] = []
        for some in parts(others, QUEUES):
            changed += [self._prepare(name, wanted) for name in some]
            yield
        yield from room.index.prepare(
            [*(queue.settings for queue in room.queues.values()), *(wanted.queues[one] for one in wanted.queues)]
        )
        if any(one.now for one in changed):
            yield from self._give(changed)
        yield from self._go_over(changed, wanted)
        room.settings = wanted
        yield from self._clear(changed)
        room.index.forget([queue.settings for queue in room.queues.values()])
        self._roster.configured(before)
        room.emptied.update({queue: None for queue in room.queues.values() if not queue.signed_in})

    def _agents(self, queues: int) -> Iterator[None]:
        """Those of whom something else is said become so. They stay where they are in the index, if nothing is."""
        others: list[Agent] = []
        for some in parts(list(self._room.agents.values()), LOOKED):
            others += [agent for agent in some if self._differs(agent)]
            yield
        for some in parts(others, max(FITTED // max(queues, 1), 1)):
            for agent in some:
                self._fit(agent)
            yield

    def _prepare(self, name: str, wanted: AcdSettings) -> Changed:
        settings, queue = wanted.queues.get(name), self._room.queues.get(name)
        if settings is None:
            assert queue is not None
            return Changed(queue, queue.stages, ())
        if queue is None:
            queue = self._coming.queues[name] = Queue(name, settings, self._room.present)
        stages = make_stages(settings, self._bits, queue.stages)
        queue.coming = stages
        return Changed(queue, queue.stages, stages)

    def _give(self, changed: Sequence[Changed]) -> Iterator[None]:
        """Bits that no agent had until now."""
        room, rows = self._room, dict[int, int]()
        self._coming.fitted = 0
        everybody = room.abilities.everybody
        for some in parts(changed, SETS):
            for one in some:
                kept = {stage.bit for stage in one.before}
                for stage in one.now:
                    if stage.bit not in kept:
                        rows.update(bits_of(room.abilities, one.queue, stage))
            yield
        if not rows:
            return
        for at in range(0, everybody.bit_length(), GIVEN):
            give_bits(room.abilities, rows, everybody & ~self._coming.fitted & ((1 << GIVEN) - 1 << at))
            yield
        yield from room.index.refitted()

    def _go_over(self, changed: Sequence[Changed], wanted: AcdSettings) -> Iterator[None]:
        room = self._room
        for one in changed:
            if one.now and one.queue.name in self._coming.queues:
                self._swap(one, wanted)
                room.queues[one.queue.name] = self._coming.queues.pop(one.queue.name)
        # A queue that has not gone over yet may go by a calendar that is no longer named.
        calendars = {**room.settings.calendars, **wanted.calendars}
        room.settings = wanted.model_copy(update={"calendars": calendars})
        yield
        waiting = 0
        for at, one in enumerate(changed):
            waiting += len(one.queue.works)
            if at and (waiting > WAITING or at % QUEUES == 0):
                yield
                waiting = len(one.queue.works)
            if not one.now:
                self._close(one)
            elif one.queue.coming:
                self._swap(one, wanted)

    def _swap(self, one: Changed, wanted: AcdSettings) -> None:
        """The queue asks what its new settings say, of all who wait in it as well."""
        room, queue = self._room, one.queue
        works = [work for work in queue.works.values() if work.state is not WorkState.TALKING]
        for work in works:
            room.step_out(work)
        queue.change(wanted.queues[queue.name])
        queue.stages, queue.coming = one.now, ()
        queue.bits = all_bits(queue.stages)
        queue.first, queue.whole = servers(room.abilities, queue, queue.stages)
        for work in works:
            self._settle(work)
            if work.state is not WorkState.OFFERED:
                room.line_up(work)
        if not queue.signed_in:
            room.emptied[queue] = None

    def _settle(self, work: Work) -> None:
        queue = work.queue
        work.ageing = Ageing(work.ageing.base + queue.risen, work.since, queue.settings.priority)
        work.stage = queue.stage_after(self._room.clock.now() - work.since)
        self._waiting.watch(work)

    def _close(self, one: Changed) -> None:
        """A queue that is no longer named goes on until the last who waits or talks there has left."""
        if not one.queue.works and not one.queue.engaged:
            del self._room.queues[one.queue.name]

    def _clear(self, changed: Sequence[Changed]) -> Iterator[None]:
        """Nothing asks for these bits any longer: nobody keeps them, and they can be used again."""
        room, gone = self._room, list[int]()
        for one in changed:
            if one.now or one.queue.name not in room.queues:
                kept = {stage.bit for stage in one.now}
                gone += [
                    bit for stage in one.before if stage.bit not in kept for bit in (stage.bit, *stage.scores.values())
                ]
        if not gone:
            return
        others = ~all_of(gone)
        for some in parts(list(room.agents.values()), CLEARED):
            for agent in some:
                agent.mask &= others
            yield
        yield from room.index.refitted()
        for bit in gone:
            self._bits.give_back(bit)


def all_of(bits: Iterable[int]) -> int:
    """One mask of many bits."""
    found = 0
    for bit in bits:
        found |= bit
    return found


def parts(found: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """So many at a time."""
    return (found[at : at + size] for at in range(0, len(found), size))
