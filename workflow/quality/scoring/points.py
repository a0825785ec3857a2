"""What a filled-in sheet comes to. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cti.base.refusal import Faults, Invalid
from workflow.quality.scoring.sheet import Sheet

NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Answer:
    """What an inspector gave an item: points, or None where it does not count for this talk."""

    item: str
    points: float | None
    note: str = ""
    second: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A score of 100, whether it passes, and whether a fatal fault made it nothing."""

    score: float
    passed: bool
    fatal: bool


def checked(sheet: Sheet, answers: Collection[Answer], fatal: Collection[str]) -> None:
    """Refuse what is no filled-in sheet: Invalid names each item that is wrong."""
    faults = Faults()
    given = {one.item: one for one in answers}
    for name, item in sheet.items.items():
        one = given.get(name)
        if one is None:
            faults.found(Invalid("missing", f"“{item.title}”还没有评分", name))
        elif one.points is None and not item.optional:
            faults.found(Invalid("needed", f"“{item.title}”不能选不适用", name))
        elif one.points is not None and not any(abs(one.points - points) < NEAR for _, points in item.choices):
            faults.found(Invalid("level", f"“{item.title}”没有 {one.points:g} 分这一档", name))
    for name in [*given, *fatal]:
        if name not in sheet.looked:
            faults.found(Invalid("unknown", f"评分标准没有 {name} 这一项", name))
    if len(given) < len(answers):
        faults.found(Invalid("twice", "同一项评了两次", "answers"))
    faults.refuse()


def result_of(sheet: Sheet, answers: Collection[Answer], fatal: Collection[str]) -> Result:
    """The score: items that do not count are left out of both sides; with a fatal fault it is 0."""
    counted = [(sheet.items[one.item].points, one.points) for one in answers if one.points is not None]
    possible = sum(points for points, _ in counted)
    share = sum(points for _, points in counted) / possible if possible else 1.0
    score = 0.0 if fatal else round(100 * share, 2)
    return Result(score, score >= sheet.passing and not fatal, bool(fatal))


def tried(sheet: Sheet, points: Mapping[str, float], without: Collection[str]) -> Iterator[Answer]:
    """The answers of a test: all points where it names none."""
    for name, item in sheet.items.items():
        yield Answer(name, None if name in without else points.get(name, item.points))
