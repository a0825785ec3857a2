"""Patterns of the lists: what people type, which entry decides, and that looking is as good as trying all."""

from __future__ import annotations

import fnmatch
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.number import Number
from workflow.lists.patterns import ANONYMOUS, BLACK, WHITE, Entry, ListIndex, canonical, shown

NOW = datetime(2026, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept", "read"),
    [
        ("138 0000 0001", "+8613800000001", "13800000001"),
        ("88880000", "+8651988880000", "051988880000"),
        ("0519-88880000", "+8651988880000", "051988880000"),
        ("138*", "138*", "138*"),
        ("１３８".translate(str.maketrans("１３８", "138")) + "＊", "138*", "138*"),
        ("0519？？？？0000", "0519????0000", "0519????0000"),
        ("+852*", "+852*", "+852*"),
        ("匿名", ANONYMOUS, "匿名来电"),
        ("Anonymous", ANONYMOUS, "匿名来电"),
        ("95588", "95588", "95588"),
    ],
)
def test_what_people_type_is_kept_and_read(typed: str, kept: str, read: str) -> None:
    assert canonical(typed, "0519") == kept
    assert shown(kept) == read
    assert canonical(shown(kept), "0519") == kept


@pytest.mark.parametrize(
    "typed", ["*", "1*", "??????", "13a*", "1*3", "**", "abc", "", "110", "'; DROP TABLE", "1" * 40]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[一-鿿]"):
        canonical(typed, "0519")


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


PATTERNS = st.builds(lambda head, body, star: f"1{head}{body}{star}", st.sampled_from("38"),
                     st.text("018?", max_size=5), st.sampled_from(["*", "?", ""]))  # fmt: skip


@given(st.lists(PATTERNS, max_size=12), st.text("018", min_size=9, max_size=9))
def test_looking_finds_what_trying_all_finds(patterns: list[str], rest: str) -> None:
    caller = f"13{rest}"
    wild = [one for one in patterns if "*" in one or "?" in one]
    index = index_of(*((BLACK, one) for one in wild))
    fitting = [one for one in wild if fnmatch.fnmatchcase(caller, one)]
    most = max((sum(part.isdigit() for part in one) for one in fitting), default=0)
    met = index.meets(Number.parse(caller), ("city",), NOW)
    assert (met is None) == (not fitting)
    if met is not None:
        assert met.pattern in fitting and sum(part.isdigit() for part in met.pattern) == most
