"""Visits that no engine saw come into the books, once; those that an engine saw do not come twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

import cti.telephony.reconcile
from cti.base.bus import Bus
from cti.base.events import CallArrived, CallEnded, SwitchUp
from cti.base.numbers.number import Number
from cti.store.calls import CdrLine, StoredCalls
from cti.store.journal.journal import Journal
from cti.telephony.reconcile import Reconciler
from cti.telephony.switch.port import LegGone, SwitchRecord
from cti.telephony.switch_events import SwitchEvents

LONG_AGO = datetime.now(UTC) - timedelta(minutes=5)


def record(leg: str, ended: datetime = LONG_AGO, **changes: Any) -> SwitchRecord:
    values: dict[str, Any] = {
        "leg": leg,
        "first_leg": leg,
        "caller": "13800000001",
        "called": "12345",
        "started_at": ended - timedelta(seconds=9),
        "answered_at": ended - timedelta(seconds=8),
        "ended_at": ended,
        "disposition": "ANSWERED",
        "in_emergency": False,
        "other": "",
        "fields": {},
        "by_trunk": True,
    }
    return SwitchRecord(**{**values, **changes})


@dataclass
class Books:
    new: list[SwitchRecord] = field(default_factory=list)
    taken_away: int = 0
    place: dict[str, int] = field(default_factory=lambda: {"offset": 7})

    def begin_at(self, place: dict[str, int]) -> None:
        raise AssertionError("nothing was kept")

    def done(self) -> None:
        self.taken_away += 1

    def read(self) -> list[SwitchRecord]:
        found, self.new = self.new, []
        return found


@dataclass
class Stored:
    """The store and the journal of the reconciler."""

    legs: list[tuple[str, str]] = field(default_factory=list)
    lines: list[CdrLine] = field(default_factory=list)
    places: list[object] = field(default_factory=list)

    async def kept(self, kind: str) -> dict[str, Any]:
        return {}

    async def caller_legs(self, since: datetime) -> list[tuple[str, str]]:
        assert since < LONG_AGO
        return self.legs

    async def flushed(self) -> None:
        self.places.append("flushed")

    async def add_cdrs(self, lines: Sequence[CdrLine]) -> None:
        self.lines += lines

    def put(self, kind: str, key: str, data: object) -> None:
        self.places.append(data)


class House:
    def __init__(self, *found: SwitchRecord, legs: list[tuple[str, str]] | None = None) -> None:
        self.books, self.stored, self.bus = Books(list(found)), Stored(legs or []), Bus()
        self.entered: list[SwitchRecord] = []
        self.reconciler = Reconciler(self.books, cast(StoredCalls, self.stored), cast(Journal, self.stored), "switch-1")
        self.reconciler.follow(self.bus, [])

    def enter(self, seen: SwitchRecord) -> None:
        self.entered.append(seen)
        self.arrived(seen.leg, f"call of {seen.leg}")

    def arrived(self, leg: str, call: str) -> None:
        number = Number.parse("13800000001")
        about = {"call": call, "organisation": "city", "region": "1", "caller": number, "called": number}
        self.bus.publish(CallArrived(at=LONG_AGO, **about, trunk="", leg=leg))

    def ended(self) -> None:
        self.bus.publish(
            CallEnded(
                at=LONG_AGO, call="any", organisation="city", region="1", reason="completed", seconds=1, answered=True
            )
        )


async def test_a_visit_that_no_engine_saw_is_entered_with_its_record() -> None:
    house = House(record("1"), record("2", by_trunk=False), record("3", first_leg="1"))
    await house.reconciler.start(house.enter)
    assert [seen.leg for seen in house.entered] == ["1"]
    assert {line.leg: line.call for line in house.stored.lines} == {"1": "call of 1", "2": None, "3": None}
    assert house.stored.places == ["flushed", {"offset": 7}]


async def test_a_visit_of_two_records_is_entered_once_from_its_beginning_to_its_end() -> None:
    first, last = record("1", LONG_AGO), record("1", LONG_AGO + timedelta(seconds=30))
    house = House(record("1", LONG_AGO, in_emergency=True), last)
    await house.reconciler.start(house.enter)
    (seen,) = house.entered
    assert (seen.started_at, seen.ended_at, seen.in_emergency) == (first.started_at, last.ended_at, True)
    assert len(house.stored.lines) == 2


async def test_a_call_that_ended_before_its_engine_did_is_not_entered_again() -> None:
    house = House(record("1"), legs=[("1", "known")])
    await house.reconciler.start(house.enter)
    assert house.entered == []
    assert [line.call for line in house.stored.lines] == ["known"]


async def test_one_whose_session_may_still_come_waits_and_is_read_again_by_another_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cti.telephony.reconcile, "GATHER_SECONDS", 0.0)
    house = House()
    await house.reconciler.start(house.enter)
    house.stored.places.clear()
    house.books.new = [record("1", datetime.now(UTC)), record("2")]
    house.ended()
    await asyncio.sleep(0.05)
    assert [seen.leg for seen in house.entered] == ["2"]
    assert house.stored.places == [], "the place in the file is kept when nothing waits any more"
    house.arrived("1", "came after all")
    house.ended()
    await asyncio.sleep(0.05)
    assert [seen.leg for seen in house.entered] == ["2"]
    assert ("1", "came after all") in {(line.leg, line.call) for line in house.stored.lines}
    assert house.stored.places == ["flushed", {"offset": 7}]


async def test_a_visit_that_ends_without_a_call_of_ours_is_entered_with_no_other_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cti.telephony.reconcile, "GATHER_SECONDS", 0.0)
    house = House()
    await house.reconciler.start(house.enter)
    house.books.new = [record("1")]
    house.reconciler.look_soon()
    await asyncio.sleep(0.05)
    assert [seen.leg for seen in house.entered] == ["1"]


def test_the_end_of_a_leg_of_no_call_is_told() -> None:
    nobody: Any = SimpleNamespace(of_leg=lambda leg: None, measured=SimpleNamespace(gone=lambda event: None))
    events, told = SwitchEvents(nobody, Bus()), list[str]()
    events.when_stranger_gone(lambda: told.append("look"))
    events.hear(LegGone("9", "", 16))
    assert told == ["look"]


async def test_who_came_and_went_while_the_switch_could_not_be_heard_is_entered_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cti.telephony.reconcile, "GATHER_SECONDS", 0.0)
    house = House()
    await house.reconciler.start(house.enter)
    house.books.new = [record("1")]
    house.bus.publish(SwitchUp(at=LONG_AGO, switch="switch-1", legs=0))
    await asyncio.sleep(0.05)
    assert [seen.leg for seen in house.entered] == ["1"]


async def test_what_ends_while_the_books_are_read_is_read_without_another_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cti.telephony.reconcile, "GATHER_SECONDS", 0.0)
    house = House()
    await house.reconciler.start(house.enter)
    store = house.stored.add_cdrs

    async def slow(lines: Sequence[CdrLine]) -> None:
        if not house.entered and not house.books.new and lines:
            house.books.new = [record("2")]
            house.reconciler.look_soon()
        await store(lines)

    monkeypatch.setattr(house.stored, "add_cdrs", slow)
    house.books.new = [record("1", by_trunk=False)]
    house.reconciler.look_soon()
    await asyncio.sleep(0.1)
    assert [seen.leg for seen in house.entered] == ["2"]


async def test_what_was_written_since_the_last_reading_is_looked_up_at_once() -> None:
    house = House()
    await house.reconciler.start(house.enter)
    house.books.new = [record("9", by_trunk=False)]
    assert house.reconciler.end_of("9") == LONG_AGO
    assert house.reconciler.end_of("8") is None
    assert house.stored.lines == []
    await house.reconciler.start(house.enter)
    assert [line.leg for line in house.stored.lines] == ["9"], "stored by the next reading"
