"""What needs no database: answers, drawing, essays, boxes, watching, states."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cti.base.refusal import Invalid
from tests.office import ROOT
from workflow.training.bank import answers
from workflow.training.content.loading import DRAWN, read
from workflow.training.courses.finishing import months_later
from workflow.training.courses.watching import Watched, beat, is_whole, merged
from workflow.training.exams.drawing import Pool, TooFew, draw, options_in_order, shuffled
from workflow.training.exams.essays import points_of
from workflow.training.exams.sitting_rules import MOVES, STATES, due, takes_answers
from workflow.training.practice.boxes import DAYS, LAST, OUT, Card
from workflow.training.practice.boxes import answered as moved
from workflow.training.rules import KINDS

ABC = {"A": "甲", "B": "乙", "C": "丙"}
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("single", "b", "B"),
        ("multiple", "c, a", "AC"),
        ("judge", "√", "对"),
        ("judge", "错误", "错"),
        ("essay", "文", "文"),
    ],
)
def test_answers_are_kept_in_one_way(kind: str, said: str, kept: str) -> None:
    assert answers.checked(kind, said, ABC) == kept


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        ("single", "AB", "只能有一个"), ("single", "E", "没有选项E"), ("multiple", "A", "至少有两个"),
        ("judge", "也许", "不是判断题的答案"), ("single", "", "请填写正确答案"),
    ],
)  # fmt: skip
def test_a_wrong_answer_says_what_is_wrong(kind: str, said: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as found:
        answers.checked(kind, said, ABC)
    assert found.value.field == "answer"


def test_options_have_no_gaps_and_no_doubles() -> None:
    with pytest.raises(Invalid, match="选项B为空") as found:
        answers.filled({"A": "甲", "B": "", "C": "丙"}, "single")
    assert found.value.field == "option_b"
    with pytest.raises(Invalid, match="内容相同"):
        answers.filled({"A": "甲", "B": "甲"}, "single")
    with pytest.raises(Invalid, match="至少填写两个"):
        answers.filled({"A": "甲"}, "multiple")


def test_a_multiple_choice_with_some_of_the_right_ones_is_half() -> None:
    assert answers.worth("multiple", "ABC", "ABC", 4) == 4
    assert answers.worth("multiple", "ABC", "AB", 4) == 2
    assert answers.worth("multiple", "ABC", "ABD", 4) == 0
    assert answers.worth("essay", "", "话", 4) is None and answers.worth("essay", "", "", 4) == 0


@given(
    some.integers(0, 10**6), some.lists(some.tuples(some.integers(1, 5), some.integers(0, 4)), min_size=1, max_size=4)
)
def test_a_draw_is_the_same_from_its_seed_and_has_none_twice(seed: int, rules: list[tuple[int, int]]) -> None:
    every = [f"q{at:02}" for at in range(40)]
    pools = [Pool(str(at), every[at * 7 :], count, 2) for at, (count, _) in enumerate(rules)]
    once = draw(pools, seed)
    again = draw([Pool(one.title, one.questions[::-1], one.count, one.points) for one in pools], seed)
    assert once == again and len({one for one, _ in once}) == len(once) == sum(one.count for one in pools)


def test_a_narrow_rule_is_not_left_without_by_a_wide_one() -> None:
    wide, narrow = Pool("宽", ["a", "b", "c"], 2, 1), Pool("窄", ["a"], 1, 1)
    for seed in range(20):
        assert dict(draw([wide, narrow], seed)).keys() == {"a", "b", "c"}
    with pytest.raises(TooFew):
        draw([Pool("少", ["a"], 2, 1)], 1)


def test_an_order_keeps_kinds_together_and_options_whole() -> None:
    items, kinds = list("abcdef"), ["single"] * 3 + ["judge"] * 3
    found = shuffled(items, kinds, 7)
    assert found == shuffled(items, kinds, 7) and set(found[:3]) == set("abc") and set(found[3:]) == set("def")
    assert sorted(options_in_order(ABC, 3)) == list("ABC")


@pytest.mark.parametrize(
    ("marks", "points"),
    [([5], None), ([5, 6], 5.5), ([2, 8], None), ([2, 8, 7], 7.5), ([2, 8, 3], 2.5), ([2, 8, 5], 6.5)],
)
def test_marks_of_an_essay(marks: list[float], points: float | None) -> None:
    assert points_of(marks, 10, 20) == points


@given(some.lists(some.booleans(), max_size=60))
def test_a_wrong_answer_stays_in_the_book_until_it_was_right_in_each_box(answers_of_days: list[bool]) -> None:
    card, day = Card(), TODAY
    for right in answers_of_days:
        was, card = card, moved(card, right, day)
        assert OUT <= card.box <= LAST and (card.due is None) == (card.box == OUT)
        if not right:
            assert card.box == 1
        elif was.box == OUT or (was.due is not None and day < was.due):
            assert card == was
        elif was.box == LAST:
            assert card.box == OUT
        else:
            assert card.box == was.box + 1
            assert card.due == day + timedelta(days=DAYS[card.box - 1])
        day = card.due or day


def test_right_ten_times_an_evening_moves_one_box() -> None:
    card = moved(Card(), False, TODAY)
    for _ in range(10):
        card = moved(card, True, TODAY + timedelta(days=1))
    assert card.box == 2


@given(some.lists(some.tuples(some.floats(0, 130), some.floats(0, 40)), max_size=40))
def test_nobody_is_credited_more_than_the_time_that_went_by(beats: list[tuple[float, float]]) -> None:
    state, passed = Watched(), 0.0
    for position, elapsed in beats:
        state, passed = beat(state, position, elapsed, 1.5, 120), passed + elapsed
        assert state.covered <= passed * 1.5 + 1e-6 and state.covered <= 120 + 1e-6
        assert state.spans == merged(state.spans)


def test_a_video_that_is_played_is_whole_and_one_that_is_skipped_is_not() -> None:
    state = Watched()
    for at in range(10, 121, 10):
        state = beat(state, at, 10, 1.5, 120)
    assert is_whole(state, 120) and state.seconds == 120
    skipped = beat(beat(Watched(), 118, 10, 1.5, 120), 120, 2, 1.5, 120)
    assert not is_whole(skipped, 120) and skipped.position == 120
    faster = Watched()
    for at in range(30, 121, 30):
        faster = beat(faster, at, 10, 1.5, 120)
    assert faster.covered == 0


def test_a_term_ends_with_the_exam_and_by_the_servers_clock() -> None:
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert due(now, 30, now + timedelta(minutes=20)) == now + timedelta(minutes=20)
    assert takes_answers("sitting", now + timedelta(seconds=1), now)
    assert not takes_answers("sitting", now, now) and not takes_answers("marked", now + timedelta(days=1), now)
    assert MOVES.keys() == STATES.keys() and all(one in STATES for to in MOVES.values() for one in to)


def test_a_month_later_is_a_day_that_there_is() -> None:
    assert months_later(datetime(2026, 1, 31, tzinfo=UTC), 1).date() == date(2026, 2, 28)
    assert months_later(datetime(2026, 12, 15, tzinfo=UTC), 25).date() == date(2029, 1, 15)


def test_the_course_for_agents_has_sixty_questions_that_the_bank_takes() -> None:
    file = read()
    assert len(file.questions) == 60 and len({one.q for one in file.questions}) == 60
    for one in file.questions:
        body = one.body("x")
        options = answers.filled({letter: getattr(body, f"option_{letter.lower()}") for letter in "ABCDEF"}, body.kind)
        assert answers.checked(body.kind, body.answer, options) == body.answer, one.q
        assert body.kind in KINDS and one.e
    for kind, count, _ in DRAWN:
        assert sum(1 for one in file.questions if one.k == kind) >= count


def test_the_keys_that_the_course_teaches_are_those_of_the_desk() -> None:
    """An answer `X（Alt+T）` or `F8 接听` must be a key that the console has."""
    source = (ROOT / "softphone/web/src/desk/keys/shortcuts.ts").read_text(encoding="utf-8")
    pages = (ROOT / "softphone/web/src/layout/keys.ts").read_text(encoding="utf-8")
    signs = {"/": "Slash", ",": "Comma", ".": "Period", ";": "Semicolon"}
    for one in read().questions:
        for key in re.findall(r"Alt\+([A-Z/,.;])", one.e):
            code = signs.get(key, f"Key{key}")
            assert code in source or key in "JZ", f"{one.q}: Alt+{key}"
        for key in re.findall(r"\bF\d", one.e):
            assert key in source, f"{one.q}: {key}"
        for key in re.findall(r"Ctrl\+\w+", one.e):
            assert key in pages, f"{one.q}: {key}"
