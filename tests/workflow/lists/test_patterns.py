"""Which entry of the lists decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cti.base.numbers.number import Number
from cti.base.numbers.number_patterns import ANONYMOUS
from workflow.lists.patterns import BLACK, WHITE, Entry, ListIndex

NOW = datetime(2026, 5, 6, tzinfo=UTC)


def index_of(*entries: tuple[str, str]) -> ListIndex:
    found = ListIndex()
    for number, (which, pattern) in enumerate(entries):
        found.put(Entry(str(number), which, pattern, "city", None))
    return found


def decides(index: ListIndex, caller: str, organisations: tuple[str, ...] = ("city",), now: datetime = NOW) -> str:
    met = index.meets(Number.parse(caller, area="0519"), organisations, now)
    return "" if met is None else f"{met.list} {met.pattern}"


def test_the_entry_that_names_most_decides_and_of_equals_a_white_one() -> None:
    index = index_of(
        (BLACK, "138*"), (WHITE, "1380000*"), (BLACK, "+8613800000001"), (BLACK, "0519*"), (WHITE, "0519????0000"),
        (BLACK, ANONYMOUS), (BLACK, "139*"), (WHITE, "139*"), (BLACK, "+852*"),
    )  # fmt: skip
    assert decides(index, "13800000001") == "black +8613800000001"
    assert decides(index, "13800000002") == "white 1380000*"
    assert decides(index, "+8613811110000") == "black 138*"
    assert decides(index, "13911110000") == "white 139*"
    assert decides(index, "0519-88880000") == "white 0519????0000"
    assert decides(index, "88880001") == "black 0519*"
    assert decides(index, "+85212345678") == "black +852*"
    assert decides(index, "anonymous") == "black anonymous"
    assert decides(index, "not-a-number") == "black anonymous"
    assert decides(index, "15000000000") == ""


def test_entries_end_and_count_for_their_organisations_only() -> None:
    index = ListIndex()
    index.put(Entry("a", BLACK, "138*", "east", NOW + timedelta(hours=1)))
    assert decides(index, "13800000001", ("village", "east", "city")) == "black 138*"
    assert decides(index, "13800000001", ("west", "city")) == ""
    assert decides(index, "13800000001", ("east",), NOW + timedelta(hours=1)) == ""
    index.put(Entry("a", WHITE, "139*", "east", None))
    assert decides(index, "13800000001", ("east",)) == "" and decides(index, "13900000001", ("east",)) == "white 139*"
    index.drop("a")
    index.drop("a")
    assert len(index) == 0 and decides(index, "13900000001", ("east",)) == ""
