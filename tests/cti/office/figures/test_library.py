"""Definitions as files: those that are delivered hold, and each fault is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti.base.files import documents
from cti.office.figures.library import FigureLibrary
from cti.office.workshop.kept import errors
from cti.office.workshop.library import Refused
from cti.process.call_facts import call_facts
from cti.telephony.queue_titles import QueueTitles
from tests.office import ROOT
from workflow.tickets.facts import sources

DELIVERED = [ROOT / "cti" / "process" / "figures", ROOT / "workflow" / "tickets" / "figures"]
GOOD = """\
figure: answered
title: 接通率
unit: percent
source: calls
at: arrived_at
only: not outgoing
numerator: {if: talked}
denominator: {if: ended}
tests:
  - name: 一半
    rows:
      - {arrived_at: 2026-03-02, outgoing: false, talked: true, ended: true}
      - {arrived_at: 2026-03-02, outgoing: false, talked: false, ended: true}
    value: 50
"""


def library(folder: Path | None = None) -> FigureLibrary:
    found = FigureLibrary(folder)
    for source in (call_facts(QueueTitles()), *sources(sqlite=True)):
        found.offer(source)
    return found


@pytest.mark.parametrize("path", [path for folder in DELIVERED for path in sorted(folder.glob("*.yaml"))], ids=str)
def test_each_delivered_definition_holds(path: Path) -> None:
    found = library()
    file, findings = found.examine(documents.load(path))
    assert file is not None
    assert findings == []
    assert [proof.failures for proof in found.prove(file) if proof.failures] == []
    assert file.name == path.stem


@pytest.mark.parametrize(
    ("wrong", "instead", "line", "code"),
    [
        ("source: calls", "source: cals", 4, "facts-unknown"),
        ("at: arrived_at", "at: talked", 5, "moment-needed"),
        ("at: arrived_at", "at: never", 5, "fact-unknown"),
        ("{if: talked}", "{if: talkd}", 7, "variable-unknown"),
        ("{if: talked}", "{if: wait_seconds}", 7, "truth-needed"),
        ("{if: talked}", "{sum: queue}", 7, "number-fact-needed"),
        ("{if: talked}", "{if: valid_mobile(queue)}", 7, "not-countable"),
        ("{if: talked}", "{sum: wait_seconds, average: wait_seconds}", 7, "one-method"),
        ("{if: talked}", "{average: queue}", 7, "number-fact-needed"),
        ("{if: talked}", "{percentile: {begin: arrived_at, end: queue}}", 7, "moment-needed"),
        ("{if: talked}", "{rank: 90}", 7, "rank-of-nothing"),
        ("{if: talked}", "{percentile: wait_seconds, rank: 100}", 7, "at-most"),
        ("{if: talked}", "{average: wait_seconds, grain: 5}", 7, "grain-of-nothing"),
        ("unit: percent", "unit: percent\nformula: numerator / pending", 4, "count-lacking"),
        ("ended: true}\n    value", "over: true}\n    value", 13, "fact-unknown"),
        ("unit: percent", "unit: many", 3, "choice-needed"),
    ],
)
def test_a_fault_is_named_with_its_place(wrong: str, instead: str, line: int, code: str) -> None:
    assert wrong in GOOD
    _, findings = library().check(GOOD.replace(wrong, instead), "answered.yaml")
    found = errors(findings)
    assert [(one.code, one.line) for one in found] == [(code, line)]
    assert found[0].column >= 1
    assert all(one.in_chinese.message != one.message for one in found)


def test_a_definition_whose_test_fails_is_not_published(tmp_path: Path) -> None:
    found = library(tmp_path)
    found.publish(GOOD, author="test", message="first")
    with pytest.raises(Refused, match=r"value is 50\.0, not 40\.0"):
        found.publish(GOOD.replace("value: 50", "value: 40"), author="test", message="wrong")
    assert found.current("answered").revision == 1
    found.publish(GOOD.replace("if: ended", "if: ended or talked"), author="test", message="other")
    assert found.current("answered").revision == 2
    assert str(found.revision("answered", 1).head.denominator.when) == "Expression('ended')"  # type: ignore[union-attr]
