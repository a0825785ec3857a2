"""Patterns of numbers: what people type, and that looking finds what trying all finds."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.numbers.number import Number
from cti.base.numbers.number_patterns import ANONYMOUS, PatternIndex, canonical, fits, shown


@dataclass(frozen=True)
class One:
    id: str
    pattern: str


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
        ("*4444*", "*4444*", "*4444*"),
        ("＊0000", "*0000", "*0000"),
    ],
)
def test_what_people_type_is_kept_and_read(typed: str, kept: str, read: str) -> None:
    assert canonical(typed, "0519") == kept
    assert shown(kept) == read
    assert canonical(shown(kept), "0519") == kept


@pytest.mark.parametrize(
    "typed", ["*", "1*", "??????", "13a*", "1*3", "**", "*1*", "1**", "abc", "", "110", "'; DROP TABLE", "1" * 40]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[一-鿿]"):
        canonical(typed, "0519")


PATTERNS = st.builds(lambda lead, body, trail: f"{lead}{body}{trail}", st.sampled_from(["", "", "*", "1", "13"]),
                     st.text("0138?", min_size=1, max_size=5), st.sampled_from(["*", "?", ""]))  # fmt: skip


@given(st.lists(PATTERNS, max_size=12), st.text("0138", min_size=9, max_size=9))
def test_looking_finds_what_trying_all_finds(patterns: list[str], rest: str) -> None:
    number = Number.parse(f"13{rest}")
    found: PatternIndex[One] = PatternIndex()
    kept = [One(str(place), pattern) for place, pattern in enumerate(patterns)]
    for one in kept:
        found.put(One(one.id, "139*"))
        found.put(one)
    assert len(found) == len(kept)
    wanted = {
        one
        for one in kept
        if ("*" in one.pattern or "?" in one.pattern)
        and any(fnmatch.fnmatchcase(text, one.pattern) for text in (number.national, number.digits))
    }
    assert set(found.fitting(number)) == wanted
    for one in kept:
        found.drop(one.id)
        found.drop(one.id)
    assert not set(found.fitting(number)) and len(found) == 0


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("*4444*", "13844440000", True), ("*4444*", "4444", True), ("*4444*", "1384440000", False),
     ("*0000", "13800000000", True), ("*0000", "000", False), ("*0?00*", "13801000", True), ("138*", "138", True)],
)  # fmt: skip
def test_a_segment_fits_from_its_begin_at_its_end_or_anywhere(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected
