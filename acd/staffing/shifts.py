"""How many people on which shift, so that at all times of the day as many are there as are needed, in few hours.

Each interval's need is a row of a linear programme whose columns are shifts; a shift covers intervals in a row, so the
differences of neighbouring rows make it a flow of least cost (Bartholdi, Orlin, Ratliff 1980, "Cyclic scheduling via
integer programs with circular ones"), which is found by shortest ways. People are whole by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

DAY = 1440


@dataclass(frozen=True, slots=True)
class Shift:
    """`begin` and `minutes` of a shift; it may go past midnight."""

    begin: int
    minutes: int

    def __str__(self) -> str:
        end = (self.begin + self.minutes) % DAY
        return f"{self.begin // 60:02}:{self.begin % 60:02}-{end // 60:02}:{end % 60:02}"


class NotCovered(ValueError):
    """At some time people are needed and no shift is on; the message names it."""


def cover(need: Sequence[int], begin: int, interval: int, shifts: Sequence[Shift]) -> dict[Shift, int]:
    """People on each shift that is used. `need` are people by interval (minutes long), from minute `begin` of the day.

    Every day is like this one: who comes at night is there the next morning. NotCovered.
    """
    slots = DAY // interval
    wanted = [0] * slots
    for at, people in enumerate(need):
        wanted[(begin // interval + at) % slots] = people
    spans = {shift: (shift.begin // interval, max(shift.minutes // interval, 1)) for shift in shifts}
    for at, people in enumerate(wanted):
        if people and not any((at - first) % slots < length for first, length in spans.values()):
            raise NotCovered(f"{at * interval // 60:02}:{at * interval % 60:02}: {people} needed, no shift is on")
    # Three days in a row; what is found for the middle one is what a day among equals needs.
    found = _least_hours(wanted * 3, {(day, shift): (first + day * slots, length)
                                      for day in range(-1, 3) for shift, (first, length) in spans.items()})  # fmt: skip
    on = {shift: found.get((1, shift), 0) for shift in spans}
    _fill(on, wanted, spans)
    return {shift: count for shift, count in sorted(on.items(), key=lambda one: one[0].begin) if count}


def there(people: dict[Shift, int], interval: int) -> list[int]:
    """People by interval of the day, from midnight."""
    slots = DAY // interval
    found = [0] * slots
    for shift, count in people.items():
        for at in range(max(shift.minutes // interval, 1)):
            found[(shift.begin // interval + at) % slots] += count
    return found


def _fill(people: dict[Shift, int], wanted: list[int], spans: dict[Shift, tuple[int, int]]) -> None:
    """Add people where the day is not like those beside it; take off who is not needed at any time."""
    slots = len(wanted)

    def covered(shift: Shift) -> list[int]:
        first, length = spans[shift]
        return [(first + at) % slots for at in range(length)]

    left = list(wanted)
    for shift, count in people.items():
        for at in covered(shift):
            left[at] -= count
    while max(left) > 0:
        best = max(spans, key=lambda one: sum(left[at] > 0 for at in covered(one)) / spans[one][1])
        people[best] += 1
        for at in covered(best):
            left[at] -= 1
    for shift in spans:
        spare = min((-left[at] for at in covered(shift)), default=0)
        off = min(spare, people[shift])
        people[shift] -= off
        for at in covered(shift):
            left[at] += off


@dataclass(slots=True)
class _Way:
    """An arc of the flow: to where, what one more costs, how much still fits, and the way back."""

    to: int
    cost: int
    room: float
    back: int


def _least_hours(wanted: list[int], spans: dict[tuple[int, Shift], tuple[int, int]]) -> dict[tuple[int, Shift], int]:
    size = len(wanted)
    ways: list[list[_Way]] = [[] for _ in range(size + 1)]

    def connect(one: int, other: int, cost: int) -> _Way:
        ways[one].append(_Way(other, cost, inf, len(ways[other])))
        ways[other].append(_Way(one, -cost, 0, len(ways[one]) - 1))
        return ways[other][-1]

    used: dict[tuple[int, Shift], _Way] = {}
    for key, (first, length) in spans.items():
        begin, end = max(first, 0), min(first + length, size)
        if begin < end:
            used[key] = connect(begin, end, length)
    for at in range(size):
        connect(at + 1, at, 0)  # more people than needed
    supply = [after - before for before, after in zip([0, *wanted], [*wanted, 0], strict=True)]
    while (source := next((at for at, more in enumerate(supply) if more > 0), None)) is not None:
        path = _cheapest(ways, source, supply)
        target = path[-1].to
        amount = min(supply[source], -supply[target], *(way.room for way in path))
        for way in path:
            way.room -= amount
            ways[way.to][way.back].room += amount
        supply[source] -= int(amount)
        supply[target] += int(amount)
    return {key: int(way.room) for key, way in used.items()}


def _cheapest(ways: list[list[_Way]], source: int, supply: list[int]) -> list[_Way]:
    """The cheapest way from a place with too many to one with too few (Bellman, Ford: ways back cost less than 0)."""
    costs: list[float] = [inf] * len(ways)
    costs[source] = 0
    by: list[_Way | None] = [None] * len(ways)
    origin = [source] * len(ways)
    todo = [source]
    while todo:
        nearer: dict[int, None] = {}
        for at in todo:
            for way in ways[at]:
                if way.room > 0 and costs[at] + way.cost < costs[way.to]:
                    costs[way.to], by[way.to], origin[way.to] = costs[at] + way.cost, way, at
                    nearer[way.to] = None
        todo = list(nearer)
    target = min((at for at, less in enumerate(supply) if less < 0), key=lambda at: costs[at])
    path: list[_Way] = []
    while target != source:
        last = by[target]
        assert last is not None, "every need is covered by a shift"
        path.append(last)
        target = origin[target]
    return path[::-1]
