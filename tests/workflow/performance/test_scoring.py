"""Points, scores and ranks; and what is wrong with a scheme, with file and line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.files import documents
from cti.office.workshop.kept import errors
from tests.workflow.performance.performance_place import SCHEME
from workflow.performance.library import FILES, SHIPPED, SchemeLibrary
from workflow.performance.scheme import Kpi
from workflow.performance.scoring import ABSENT, Part, points_of, ranks, scored, value_of

LINE = Kpi.model_validate({"title": "率", "figure": "x", "weight": 1, "zero": 60, "full": 90})
STEPS = Kpi.model_validate({"title": "量", "figure": "x", "weight": 1, "steps": {0: 40, 300: 60, 900: 100}})
BUSY = Kpi.model_validate({
    "title": "每小时", "figures": {"talks": "a", "hours": "b"}, "formula": "talks / hours", "weight": 1, "zero": 0,
    "full": 10,
})  # fmt: skip


def test_points_come_of_a_line_or_of_steps() -> None:
    assert [points_of(LINE, one, "") for one in (50, 60, 75, 90, 99)] == [0, 0, 50, 100, 100]
    assert [points_of(STEPS, one, "more") for one in (0, 299, 300, 899, 900)] == [40, 40, 60, 60, 100]
    assert [points_of(STEPS, one, "less") for one in (0, 1, 300, 301, 901)] == [40, 60, 60, 100, 0]


def test_a_division_by_nothing_is_told_and_is_no_zero() -> None:
    value, why = value_of(BUSY, {"talks": Part(9), "hours": Part(0)})
    assert value is None
    assert why == "公式 talks / hours 除以零或算不出（talks = 9，hours = 0）"
    assert value_of(BUSY, {"talks": Part(9)}) == (None, "没有数据：b")
    assert value_of(BUSY, {"talks": Part(9), "hours": Part(None, why=ABSENT)}) == (None, ABSENT)
    assert value_of(BUSY, {"talks": Part(9), "hours": Part(3)}) == (3, "")


def test_a_rate_of_too_few_does_not_count() -> None:
    few = LINE.model_copy(update={"least": 3})
    assert value_of(few, {"value": Part(50.0, 1, 2)}) == (None, "样本只有 2，不足 3")
    assert value_of(few, {"value": Part(50.0, 2, 4)}) == (50.0, "")


@given(st.lists(st.one_of(st.none(), st.integers(0, 5).map(float)), max_size=12))
def test_ranks_follow_scores(scores: list[float | None]) -> None:
    found = ranks({str(at): one for at, one in enumerate(scores)})
    told = sorted((one, found[str(at)]) for at, one in enumerate(scores) if one is not None)
    assert [found[str(at)] for at, one in enumerate(scores) if one is None] == [None] * scores.count(None)
    assert all(rank is not None and 1 <= rank <= len(told) for _, rank in told)
    for (one, rank), (other, next_rank) in pairwise(told):
        assert rank is not None and next_rank is not None
        assert (rank == next_rank) == (one == other) and next_rank <= rank


def test_weights_of_what_has_no_value_are_shared() -> None:
    scheme = SchemeLibrary(None, shipped=[]).check(SCHEME, "agents")[0]
    assert scheme is not None
    found = scored(scheme.head, {"talks": (5.0, ""), "rated": (None, "没有数据")}, {"talks": "more"})
    assert (found.score, found.counted) == (None, 40)
    found = scored(scheme.head, {"talks": (5.0, ""), "busy": (10.0, "")}, {"talks": "more"})
    assert (found.score, found.counted) == (66.67, 60)
    assert [one.lost for one in found.lines] == [pytest.approx(33.3333), 0, 0]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_delivered_scheme_is_without_fault(path) -> None:  # type: ignore[no-untyped-def] # a path
    library = SchemeLibrary(None, shipped=[])
    found, findings = library.examine(documents.load(path))
    assert [str(one) for one in findings] == []
    assert found is not None and path.parent.name == FILES
    assert [one.failures for one in library.prove(found) if one.failures] == []


FAULTS = [
    ("figure: agent_talks, better: more", "better: more", 7, "kpi-figure"),
    ("zero: 0, full: 10}", "zero: 10, full: 10}", 7, "kpi-points"),
    ("better: more, weight: 40, zero: 0, full: 10", "weight: 40, steps: {0: 100, 5: 50}", 7, "kpi-better"),
    ("40, zero: 0, full: 10}", "40, steps: {0: 100, 5: 50}}", 7, "kpi-order"),
    ("better: more, weight: 40, zero: 0", "better: less, weight: 40, zero: 0", 7, "kpi-line"),
    ("formula: talks / hours", "formula: talks / houses", 12, "kpi-formula"),
    ("formula: talks / hours", "formula: talks / (hours - hours)", 12, "kpi-zero"),
    ("formula: talks / hours", "formula: talks * 2", 11, "kpi-unread"),
    ("rated: 100}, score", "rate: 100}, score", 17, "scheme-kpi"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "line", "code"), FAULTS, ids=[one[3] for one in FAULTS])
def test_lint_names_the_line(before: str, after: str, line: int, code: str) -> None:
    assert before in SCHEME
    library = SchemeLibrary(None, shipped=[])
    findings = library.examine(documents.parse(SCHEME.replace(before, after), "agents.yaml"))[1]
    assert [(one.file, one.line) for one in errors(findings) if one.code == code] == [("agents.yaml", line)]
