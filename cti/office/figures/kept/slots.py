"""Today, and parts of other days, remembered in slots of ten minutes: a slot that no change touched is not counted
again.

Nothing of this lies in a table: each engine remembers what it counted itself. Beside a slot stands the sum of the ids
of the notes in it, which any further note makes larger. Notes go only when their source gets another turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, SQLColumnExpression, Text, bindparam, cast, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.office.figures.kept.cuts import Cut, Line, Times, within
from cti.office.figures.kept.models import FigureChangeRow, FigureCutRow

SLOT = 600
"""Seconds."""
CHARACTERS = 15
"""By so many of its first ones a moment in SQLite tells its slot: 2026-03-01 08:1."""
LONGEST = timedelta(days=3)
"""What is over of a time and longer than this is counted without slots: it is yet to be kept by days."""
MOST_ROWS = 20_000
"""Groups of all slots of a cut, else they are not remembered; and of all cuts together:"""
MOST_LINES = 300_000
SLOTS, TURN = range(2)
MOST_NAMED = 500
"""Slots that a statement names one by one."""
DAY_SLOTS = 86_400 // SLOT
Run = tuple[int, int]
"""From a slot to before another, counted from the beginning of 1970."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What was counted of whole slots, each under its day, and the times that are left."""

    spans: list[tuple[str, list[Line]]]
    rest: Times


@dataclass(slots=True)
class _Known:
    """Of a cut: its source's turn, which slots are counted, the groups of those that have some, and notes in them."""

    source: str
    turn: int
    runs: list[Run] = field(default_factory=list)
    lines: dict[int, list[Line]] = field(default_factory=dict)
    notes: dict[int, int] = field(default_factory=dict)
    size: int = 0


class Slots:
    """Those of all cuts; the one that nobody read for longest goes first."""

    def __init__(self, *, sqlite: bool) -> None:
        self._sqlite = sqlite
        self._known: dict[str, _Known] = {}
        self._wanted: dict[int, Any] = {}
        self._lines = 0

    async def parts(
        self, session: AsyncSession, cut: Cut, key: str, source: str, times: Sequence[Times], now: datetime
    ) -> list[Parts]:
        """What is known of the whole slots of these times of a cut, counted where it is not; `source` is the key under
        which its source has a turn."""
        cuts = [[_slots(since, until, now) for since, until in some] for some in times]
        wanted = _joined(run for some in cuts for run in some if run is not None)
        plain = [Parts([], some) for some in times]
        if not wanted:
            return plain
        turn, notes = await self._notes(session, cut.source.name, source, wanted)
        if turn is None:
            return plain
        known = self._known.pop(key, None)
        if known is not None:
            self._lines -= known.size
        if known is None or known.turn < turn:
            known = _Known(cut.source.name, turn)
        # An older state than what is known here is answered, and not remembered.
        mine = known if known.turn == turn else _Known(cut.source.name, turn)
        lacking = _lacking(mine, wanted, notes)
        rows = await self._count(session, cut, lacking) if lacking else []
        if len(rows) > MOST_ROWS:
            return plain
        _take(mine, lacking, notes, rows, cut)
        self._remember(key, known)
        return [
            Parts(_spans(mine, [run for run in runs if run is not None]), _rest(some, runs))
            for some, runs in zip(times, cuts, strict=True)
        ]

    def move_on(self, source: str, turn: int, moments: Iterable[datetime]) -> None:
        """A source has this turn now, because the notes of these moments went; what else is known stays."""
        gone = {_slot(one) for one in moments}
        for known in self._known.values():
            if known.source == source and known.turn == turn - 1:
                known.turn = turn
                for slot in gone:
                    known.lines.pop(slot, None)
                    known.notes.pop(slot, None)
                known.runs = _without(known.runs, _joined((slot, slot + 1) for slot in gone))

    def clear(self) -> None:
        """Know nothing."""
        self._known.clear()
        self._lines = 0

    def _remember(self, key: str, known: _Known) -> None:
        if (other := self._known.pop(key, None)) is not None:  # somebody else counted meanwhile
            self._lines -= other.size
            known = known if known.turn >= other.turn else other
        known.size = sum(map(len, known.lines.values())) + len(known.lines) + len(known.notes)
        self._known[key] = known
        self._lines += known.size
        while self._lines > MOST_LINES and len(self._known) > 1:
            self._lines -= self._known.pop(next(iter(self._known))).size

    async def _notes(
        self, session: AsyncSession, source: str, key: str, runs: Sequence[Run]
    ) -> tuple[int | None, dict[int, int]]:
        turn, found = None, {}
        values: dict[str, Any] = {"source": source, "key": key, **_values(runs)}
        for slot, what, number in await session.execute(self._noted(len(runs)), values):
            if what == TURN:
                turn = int(number)
            else:
                found[_number(slot)] = int(number)
        return turn, found

    def _noted(self, count: int) -> Any:
        made = self._wanted.get(count)
        if made is None:
            note, cut = FigureChangeRow, FigureCutRow
            slot = cast(self._slot_of(note.moment), Text)
            notes = select(slot, literal(SLOTS), func.sum(note.id)).where(
                note.source == bindparam("source"), within(note.moment, _named(count))
            )
            turns = select(cut.key, literal(TURN), cut.turn).where(cut.key == bindparam("key"))
            made = self._wanted[count] = union_all(notes.group_by(slot), turns)
        return made

    async def _count(self, session: AsyncSession, cut: Cut, runs: Sequence[Run]) -> Sequence[Any]:
        # Asked for many short times, a database looks through all that is the visitor's, or compares with each.
        hulls, said = _near(runs, DAY_SLOTS), {}
        known = f"slots {len(hulls)} {len(runs) > len(hulls)}"
        made: Select[Any] | None = cut.known.get(known)
        if made is None:
            slot = self._slot_of(cut.moment)
            _, *columns = cut.statement.inner_columns
            by = columns[: len(cut.names)]
            made = cut.statement.with_only_columns(slot, *columns).group_by(None).group_by(slot, *by)
            made = made.where(within(cut.moment, _named(len(hulls))))
            if len(runs) > len(hulls):
                made = made.where(slot.in_(bindparam("slots", expanding=True)))
            made = cut.known[known] = made.limit(MOST_ROWS + 1)
        if len(runs) > len(hulls):
            said["slots"] = [self._said(slot) for first, after in runs for slot in range(first, after)]
        return (await session.execute(made, {**_values(hulls), **said})).all()

    def _said(self, slot: int) -> str | int:
        return str(_begin(slot))[:CHARACTERS] if self._sqlite else slot

    def _slot_of(self, moment: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
        if self._sqlite:
            return func.substr(moment, 1, CHARACTERS)
        return cast(func.floor(func.extract("epoch", moment) / SLOT), Integer)


def _named(count: int) -> Any:
    return [(bindparam(f"since{place}"), bindparam(f"until{place}")) for place in range(count)]


def _values(runs: Sequence[Run]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for place, (first, after) in enumerate(runs):
        found |= {f"since{place}": _begin(first), f"until{place}": _begin(after)}
    return found


def _begin(slot: int) -> datetime:
    return datetime.fromtimestamp(slot * SLOT, UTC)


def _slot(moment: datetime) -> int:
    return int(moment.timestamp() // SLOT)


@lru_cache(maxsize=4096)
def _number(said: str | int) -> int:
    """A slot as a database says it."""
    text = str(said)
    return int(text) if text.isdecimal() else _slot(datetime.fromisoformat(f"{text}0+00:00"))


@lru_cache(maxsize=4096)
def _day(slot: int) -> str:
    return datetime.fromtimestamp(slot * SLOT, ZONE).date().isoformat()


def _slots(since: datetime, until: datetime, now: datetime) -> Run | None:
    """The whole slots of a time."""
    first, after = -int(-since.timestamp() // SLOT), _slot(until)
    return (first, after) if first < after and min(until, now) - since <= LONGEST else None


def _rest(times: Times, runs: Sequence[Run | None]) -> Times:
    found: list[tuple[datetime, datetime]] = []
    for (since, until), run in zip(times, runs, strict=True):
        if run is None:
            found.append((since, until))
            continue
        edges = (since, _begin(run[0])), (_begin(run[1]), until)
        found += [(begin, end) for begin, end in edges if begin < end]
    return found


def _lacking(known: _Known, wanted: Sequence[Run], notes: dict[int, int]) -> list[Run]:
    """What is to be counted; where it is more than a statement can name, with what lies between."""
    touched = [
        (slot, slot + 1) for slot in notes.keys() | known.notes.keys()
        if notes.get(slot) != known.notes.get(slot) and any(first <= slot < after for first, after in wanted)
    ]  # fmt: skip
    found = _joined([*_without(wanted, known.runs), *touched])
    return found if sum(after - first for first, after in found) <= MOST_NAMED else _near(found, DAY_SLOTS)


def _take(known: _Known, counted: Sequence[Run], notes: dict[int, int], rows: Iterable[Any], cut: Cut) -> None:
    for first, after in counted:
        for there in (known.lines, known.notes):
            for slot in [one for one in there if first <= one < after]:
                del there[slot]
        known.notes.update({slot: sum for slot, sum in notes.items() if first <= slot < after})
    for slot, *line in rows:
        known.lines.setdefault(_number(slot), []).append(cut.line(line))
    known.runs = _joined([*known.runs, *counted])


def _spans(known: _Known, runs: Sequence[Run]) -> list[tuple[str, list[Line]]]:
    return [
        (_day(slot), lines) for slot, lines in known.lines.items()
        if any(first <= slot < after for first, after in runs)
    ]  # fmt: skip


def _joined(runs: Iterable[Run]) -> list[Run]:
    """In order, those that meet or lie in each other as one."""
    found: list[Run] = []
    for first, after in sorted(runs):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(after, found[-1][1])
        else:
            found.append((first, after))
    return found


def _near(runs: Sequence[Run], gap: int) -> list[Run]:
    """Those between which there are fewer slots than that as one; they are in order and apart."""
    found: list[Run] = []
    for first, after in runs:
        if found and first - found[-1][1] < gap:
            found[-1] = found[-1][0], after
        else:
            found.append((first, after))
    return found


def _without(runs: Sequence[Run], others: Sequence[Run]) -> list[Run]:
    """What lies in runs and not in others; both are in order and apart."""
    return list(_left(runs, others))


def _left(runs: Sequence[Run], others: Sequence[Run]) -> Iterator[Run]:
    for begin, after in runs:
        first = begin
        for there, end in others:
            if end <= first or after <= there:
                continue
            if first < there:
                yield first, there
            first = max(first, end)
        if first < after:
            yield first, after
