"""Score sheets: lint with lines, what a score comes to, what is marked, and how much several agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from cti.base.refusal import Invalid
from workflow.quality.scoring.agreement import cohen, fleiss, in_words, kappa
from workflow.quality.scoring.library import SheetLibrary
from workflow.quality.scoring.marks import Said, marks, measured_of
from workflow.quality.scoring.points import Answer, checked, result_of, tried
from workflow.quality.scoring.room import SHIPPED
from workflow.quality.scoring.sheet import Sheet

SHEET = """\
sheet: trial
title: 试用
passing: 60
items:
  opening: {title: 开头语, points: 40, must: [您好], within: 10}
  answer: {title: 解答, points: 60, levels: {好: 60, 中: 30, 差: 0}, optional: true, never: [不知道]}
fatal:
  rude: {title: 顶撞, never: [闭嘴]}
sensitive: [上访]
measures: {silence: 5, talk_over: 2, fast: 6}
tests:
  - {name: 满分, score: 100, passed: true}
"""


def library() -> SheetLibrary:
    return SheetLibrary(shipped=[SHIPPED])


def sheet(text: str = SHEET) -> Sheet:
    found, _ = library().check(text, "trial.yaml")
    assert found is not None
    return found.head


def wrong(text: str) -> list[tuple[int, str]]:
    _, findings = library().check(text, "trial.yaml")
    return [(one.line, one.code) for one in findings]


def test_the_sheet_that_comes_with_the_house_passes_its_tests() -> None:
    found = library()
    assert found.names == ["service"]
    assert not [proof for proof in found.prove(found.current("service")) if proof.failures]
    assert wrong((SHIPPED / "service.yaml").read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("before", "after", "line", "code"),
    [
        ("{好: 60, 中", "{好: 50, 中", 6, "sheet-level-most"),
        ("中: 30, 差: 0", "中: 60, 差: 60", 6, "sheet-level-none"),
        ("points: 40, must", "points: 30, must", 4, "sheet-total"),
        ("never: [不知道]", "never: [不知道], must: [不知道！]", 6, "sheet-both"),
        ("[上访]", '["……"]', 9, "sheet-empty"),
        ("  rude:", "  opening:", 8, "sheet-twice"),
        ("must: [您好], within: 10", "within: 10", 5, "sheet-within"),
        ("{name: 满分, score", "{name: 满分, points: {nothing: 1}, score", 12, "sheet-unknown"),
        ("{name: 满分, score", "{name: 满分, points: {answer: 31}, score", 12, "sheet-points"),
        ("{name: 满分, score", "{name: 满分, without: [opening], score", 12, "sheet-needed"),
        ("{name: 满分, score: 100, passed: true}", "{name: 满分}", 12, "sheet-nothing"),
        ("tests:\n  - {name: 满分, score: 100, passed: true}\n", "", 1, "sheet-untested"),
    ],
)
def test_lint_names_the_line(before: str, after: str, line: int, code: str) -> None:
    assert before in SHEET
    assert (line, code) in wrong(SHEET.replace(before, after))


def test_a_test_inside_that_fails_says_what_came() -> None:
    found, _ = library().check(SHEET.replace("score: 100, passed: true", "score: 90, passed: false"), "trial.yaml")
    assert found is not None
    (proof,) = library().prove(found)
    assert [str(one) for one in proof.failures] == ["the score is 100, not 90", "it passes"]


def test_what_does_not_count_is_left_out_of_both_sides() -> None:
    one = sheet()
    assert result_of(one, [Answer("opening", 40), Answer("answer", 30)], []).score == 70
    assert result_of(one, [Answer("opening", 40), Answer("answer", None)], []).score == 100
    assert result_of(one, [Answer("opening", 0), Answer("answer", None)], []).passed is False
    found = result_of(one, [Answer("opening", 40), Answer("answer", 60)], ["rude"])
    assert (found.score, found.passed, found.fatal) == (0, False, True)


def test_a_sheet_that_is_not_filled_in_names_each_item() -> None:
    with pytest.raises(Invalid) as refused:
        checked(sheet(), [Answer("answer", 31), Answer("strange", 1)], ["none_such"])
    assert "“开头语”还没有评分" in str(refused.value.more or refused.value.detail)
    with pytest.raises(Invalid):
        checked(sheet(), [Answer("opening", None), Answer("answer", None)], [])
    checked(sheet(), [Answer("opening", 0), Answer("answer", None)], ["rude"])


@over(st.lists(st.sampled_from([0.0, 30.0, 60.0, None]), min_size=1, max_size=1), st.booleans())
def test_a_score_lies_between_nothing_and_all(levels: list[float | None], opens: bool) -> None:
    found = result_of(sheet(), [Answer("opening", 40 if opens else 0), Answer("answer", levels[0])], [])
    assert 0 <= found.score <= 100
    assert found.passed == (found.score >= 60)


def test_marks_name_the_item_and_the_second() -> None:
    said = [
        Said("caller", 1.0, 2.0, "您好，我要上访"),
        Said("agent", 12.0, 1.0, "你好 您 好"),
        Said("agent", 20.0, 2.0, "这个我不-知道，请您打电话到别处去问一问吧"),
    ]
    measured = measured_of([[(1.0, 3.0), (19.0, 23.0)], [(12.0, 13.0), (20.0, 22.5)]])
    found = [(one.item, one.kind, one.second) for one in marks(sheet(), said, measured)]
    assert found == [
        ("opening", "missing", None), ("answer", "said", 20.0), ("", "sensitive", 1.0), ("", "silence", 3.0),
        ("", "silence", 13.0), ("", "talk_over", 20.0), ("", "fast", 20.0),
    ]  # fmt: skip
    assert measured.longest_silence == 9.0


def test_without_words_no_phrase_is_missing() -> None:
    assert marks(sheet(), [], measured_of([[(0.0, 1.0)], [(1.0, 2.0)]])) == []


def test_a_hundred_of_a_kind_are_not_marked() -> None:
    said = [Said("agent", float(at), 1.0, "不知道") for at in range(100)]
    assert len([one for one in marks(sheet(), said, None) if one.kind == "said"]) == 20


def test_kappa_is_as_in_the_textbooks() -> None:
    # Cohen: 20 and 15 agreed of 50, 5 and 10 not: po 0.7, pe 0.5.
    first = ["y"] * 25 + ["n"] * 25
    second = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    assert cohen(first, second) == pytest.approx(0.4)
    # Fleiss 1971 as it is usually worked out: 10 subjects, 14 raters, 5 categories: 0.210.
    table = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1), (7, 7, 0, 0, 0),
        (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    ratings = [[at for at, count in enumerate(row) for _ in range(count)] for row in table]
    assert fleiss(ratings) == pytest.approx(0.210, abs=0.0005)
    assert kappa([["a", "b"], ["b", "b"], ["a", "a"]]) == cohen(["a", "b", "a"], ["b", "b", "a"])


@over(st.lists(st.lists(st.sampled_from("abc"), min_size=3, max_size=3), min_size=1, max_size=12))
def test_agreement_is_at_most_one(ratings: list[list[str]]) -> None:
    value = kappa(ratings)
    assert value is None or value <= 1 + 1e-9
    if all(len(set(one)) == 1 for one in ratings):
        assert value is None or value == pytest.approx(1)


def test_agreement_has_words() -> None:
    assert [in_words(one) for one in (None, -0.1, 0.1, 0.5, 0.9)] == [
        "无法计算", "低于随机", "很低", "中等一致", "几乎一致",
    ]  # fmt: skip


def test_a_test_gives_all_points_where_it_names_none() -> None:
    assert [(one.item, one.points) for one in tried(sheet(), {"answer": 30}, [])] == [("opening", 40), ("answer", 30)]


def test_a_published_revision_stays(tmp_path: Path) -> None:
    one = SheetLibrary(tmp_path, shipped=[SHIPPED])
    one.publish(SHEET, author="a", message="first")
    one.publish(SHEET.replace("passing: 60", "passing: 90"), author="a", message="second")
    assert (one.revision("trial", 1).head.passing, one.current("trial").head.passing) == (60, 90)


def test_a_countys_sheet_is_its_own(tmp_path: Path) -> None:
    one = SheetLibrary(tmp_path, shipped=[SHIPPED])
    one.publish(SHEET.replace("title: 试用", "title: 试用\norganisation: east"), author="a", message="first")
    assert [one.is_for("trial", name) for name in ("east", "west", "city")] == [True, False, False]
    assert one.is_for("service", "west") and not one.is_for("nothing", "city")
