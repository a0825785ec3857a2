"""Rankings as files: lint, their own tests, and the one that comes with the house."""

from pathlib import Path

import pytest

from workflow.knowledge.finding.judging import Judged, quality, ranks
from workflow.knowledge.finding.ranking import USED, RankingLibrary
from workflow.knowledge.finding.room import SHIPPED

TEXT = """ranking: knowledge
title: 试
weights: {WEIGHTS}
tests:
  - {name: 公积金, articles: {a: 公积金提取, b: 医疗保险}, asked: 公积金, first: FIRST}
"""


def text(weights: str = "whole: 1", first: str = "a") -> str:
    return TEXT.replace("WEIGHTS", weights).replace("FIRST", first)


def test_the_delivered_one_passes_its_tests() -> None:
    library = RankingLibrary(shipped=[SHIPPED])
    found = library.current(USED)
    assert not list(library.lint(found.head, found.document))
    assert [one.failures for one in library.prove(found)] == [()] * 4


@pytest.mark.parametrize(
    ("weights", "first", "code", "line"),
    [
        ("whole: 1, beauty: 2", "a", "ranking-sign", 3),
        ("whole: -1", "a", "ranking-nothing", 3),
        ("whole: 1", "c", "ranking-unknown", 5),
    ],
)
def test_lint_names_the_line(weights: str, first: str, code: str, line: int) -> None:
    _, findings = RankingLibrary().check(text(weights, first), "x.yaml")
    assert [(one.code, one.line) for one in findings] == [(code, line)]


def test_a_ranking_that_fails_its_test_is_not_published(tmp_path: Path) -> None:
    library = RankingLibrary(tmp_path)
    with pytest.raises(Exception, match="a comes first"):
        library.publish(text(first="b"), author="x", message="x")
    assert library.publish(text(), author="x", message="x").revision == 1


def test_quality() -> None:
    found = ranks(
        [Judged("a", {"1"}), Judged("b", {"2", "9"}), Judged("c", {"3"}), Judged("d", {"4"})],
        lambda asked: {"a": ["1"], "b": ["7", "8", "9"], "c": ["0"] * 6 + ["3"]}.get(asked, []),
    )
    assert [one.rank for one in found] == [1, 3, 7, 0]
    told = quality(found)
    assert (told.questions, told.first, told.five) == (4, 0.25, 0.5)
    assert told.mrr == pytest.approx((1 + 1 / 3 + 1 / 7) / 4)
    assert quality([]).questions == 0
