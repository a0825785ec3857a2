"""Lines in order, what is missing, and what is filled in from a recording."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflow.transcripts.lines import Kind, Line, filled, in_order, missing

BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(second: float) -> datetime:
    return BEGAN + timedelta(seconds=second)


def line(number: int, second: float, seconds: float, kind: Kind = "said", text: str = "") -> Line:
    return Line(number, "caller", "", at(second), seconds, text, kind=kind)


def test_what_was_missing_is_filled_in_and_the_rest_stays() -> None:
    lines = [line(1, 0, 2, text="一"), line(2, 3, 4, "gap"), line(3, 8, 1, "lost"), line(4, 10, 1, text="十")]
    assert missing(lines, "caller") == [(at(3), at(7)), (at(8), at(9))]
    assert missing(lines, "agent") == []
    whole = filled(lines, [line(1, 4, 2, text="四")], [(at(3), at(7))], "caller")
    assert [(one.number, one.text, one.kind) for one in whole] == [
        (1, "一", "said"), (5, "四", "said"), (3, "", "lost"), (4, "十", "said"),
    ]  # fmt: skip


def test_a_gap_of_which_a_part_was_recorded_stays() -> None:
    lines = [line(1, 0, 10, "gap")]
    assert [one.kind for one in filled(lines, [], [(at(0), at(6))], "caller")] == ["gap"]


KINDS = st.sampled_from(["said", "lost", "gap"])


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20), KINDS), max_size=12))
def test_nothing_that_was_said_is_lost_and_all_that_was_missing_can_be_filled(
    told: list[tuple[int, int, Kind]],
) -> None:
    lines = [line(number, second, seconds, kind, "话") for number, (second, seconds, kind) in enumerate(told, start=1)]
    gaps = missing(lines, "caller")
    assert all(before[1] < after[0] for before, after in itertools.pairwise(gaps))
    whole = filled(lines, [], gaps, "caller")
    assert whole == in_order(one for one in lines if one.kind == "said")
    assert missing(whole, "caller") == []
