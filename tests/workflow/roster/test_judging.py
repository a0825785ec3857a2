"""How a shift was kept, at every moment: a pure function."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.roster.attendance.judging import STATES, Kept, Mark, Rule, judge

BEGIN = datetime(2026, 3, 2, 14, tzinfo=UTC)
"""22:00 in the house's time: the shift goes over midnight."""
END = BEGIN + timedelta(hours=10)
LATER = END + timedelta(days=1)
RULE = Rule()


def at(minutes: int, kind: str = "in") -> Mark:
    return Mark((BEGIN if kind == "in" else END) + timedelta(minutes=minutes), "in" if kind == "in" else "out")


def kept(*marks: Mark, now: datetime = LATER, **more: object) -> Kept:
    return judge(BEGIN, END, marks, now, RULE, **more)  # type: ignore[arg-type] # of tests


@pytest.mark.parametrize(
    ("marks", "state", "late", "early"),
    [
        ((at(-10), at(3, "out")), "normal", 0, 0),
        ((at(5), at(-5, "out")), "normal", 0, 0),
        ((at(6), at(0, "out")), "late", 6, 0),
        ((at(0), at(-30, "out")), "early", 0, 30),
        ((at(20), at(-20, "out")), "both", 20, 20),
        ((), "absent", 0, 0),
        ((at(0),), "abnormal", 0, 0),
        ((at(0, "out"),), "abnormal", 0, 0),
        ((at(-300),), "absent", 0, 0),
        ((at(-5), at(60), at(-200, "out"), at(2, "out")), "normal", 0, 0),
    ],
)
def test_what_check_ins_come_to(marks: tuple[Mark, ...], state: str, late: int, early: int) -> None:
    found = kept(*marks)
    assert (found.state, found.late, found.early) == (state, late, early)


def test_nothing_is_held_against_anybody_before_its_time() -> None:
    assert kept(now=BEGIN - timedelta(hours=1)).state == "coming"
    assert kept(now=BEGIN + timedelta(hours=1)).state == "working"
    assert kept(at(10), now=BEGIN + timedelta(hours=1)).state == "late"
    assert kept(at(0), now=END + timedelta(hours=1)).state == "working"
    assert kept(now=END).state == "absent"
    assert kept(at(0), now=END + timedelta(hours=5)).state == "abnormal"


def test_who_is_on_leave_need_not_come() -> None:
    assert kept(leave=True).state == "leave"


def test_a_mark_between_two_shifts_belongs_to_the_nearer() -> None:
    before = END + timedelta(hours=2)
    assert kept(at(0), at(50, "out"), before=before).out_at == END + timedelta(minutes=50)
    assert kept(at(0), at(70, "out"), before=before).state == "abnormal"
    after = BEGIN - timedelta(hours=2)
    assert kept(at(-70), after=after).state == "absent"


MARKS = st.lists(
    st.builds(lambda minutes, kind: Mark(BEGIN + timedelta(minutes=minutes), kind), st.integers(-600, 1400),
              st.sampled_from(["in", "out"])),
    max_size=8,
)  # fmt: skip


@given(MARKS, st.integers(-600, 3000))
def test_it_is_whole_whenever_it_is_asked(marks: list[Mark], minute: int) -> None:
    now = BEGIN + timedelta(minutes=minute)
    known = [one for one in marks if one.at <= now]
    found = judge(BEGIN, END, known, now, RULE)
    assert found.state in STATES
    assert (found.late > 0) == (found.state in ("late", "both")) or found.state in ("abnormal", "working")
    assert (found.early > 0) == (found.state in ("early", "both"))
    assert found == judge(BEGIN, END, known[::-1], now, RULE)
    if now >= END:
        assert found.state != "coming"
    if now > END + RULE.window:
        assert found.state not in ("coming", "working")


@given(MARKS)
def test_more_check_ins_never_make_it_later(marks: list[Mark]) -> None:
    settled = judge(BEGIN, END, marks, LATER, RULE)
    more = judge(BEGIN, END, [*marks, at(-1)], LATER, RULE)
    assert more.late <= settled.late or settled.in_at is None
