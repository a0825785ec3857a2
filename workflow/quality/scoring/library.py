"""The score sheets that were published, with their revisions: see `cti.office.workshop.definitions`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cti.base.files.documents import Document
from cti.base.files.faults import FAULTS
from cti.base.files.findings import Finding, close_to
from cti.base.files.sentences import Sentence, Sentences
from cti.office.workshop.definitions import Definition, Definitions
from cti.office.workshop.owning import Rights
from cti.office.workshop.sentences import WORKSHOP
from workflow.quality.rules import SHEETS
from workflow.quality.scoring.marks import Said, marks, plain
from workflow.quality.scoring.points import result_of, tried
from workflow.quality.scoring.sheet import Sheet, SheetTest

FILES = "sheets"
"""The folder of the state directory."""
RIGHTS = Rights(SHEETS, SHEETS, SHEETS, "评分标准")
SheetFile = Definition[Sheet]

FOUND: dict[str, Sentence] = {
    "sheet-level-most": Sentence(
        "the best level has {best} points, the item {points}",
        "最高一档是 {best} 分，这一项是 {points} 分",
        "levels that do not reach an item's points",
    ),
    "sheet-level-none": Sentence(
        "no level loses a point: the item says nothing", "没有扣分的档，这一项分不出好坏", "levels that say nothing"
    ),
    "sheet-worthless": Sentence("no item has points", "没有一项有分", "a sheet without points"),
    "sheet-total": Sentence(
        "the points add up to {total}: scores are told as a share of 100",
        "各项合计 {total} 分，得分按 100 分折算",
        "points that are not 100 together",
    ),
    "sheet-both": Sentence(
        "{phrase} must and must not be said", "“{phrase}”既必须说又不许说", "a phrase in both lists"
    ),
    "sheet-empty": Sentence("{phrase} has no letter", "“{phrase}”没有文字，找不到", "a phrase of signs alone"),
    "sheet-twice": Sentence("{name} is an item, too", "{name} 与评分项重名", "a fatal fault named like an item"),
    "sheet-within": Sentence(
        "`within` without phrases", "写了 within，却没有要找的话术", "a time in which nothing is looked for"
    ),
    "sheet-untested": Sentence(
        "has no tests: nobody sees when scores become others", "没有自带测试，改坏了看不出来", "a sheet without tests"
    ),
    "sheet-unknown": Sentence("there is no item {name}", "没有 {name} 这一项", "a test about what is not there"),
    "sheet-points": Sentence(
        "{name} has no level of {points} points", "{name} 没有 {points} 分这一档", "a test with points of no level"
    ),
    "sheet-needed": Sentence("{name} is not optional", "{name} 不能不适用", "a test that leaves out what counts"),
    "sheet-nothing": Sentence(
        "the test expects nothing", "测试没有写期望的 score、passed 或 marks", "a test that cannot fail"
    ),
    "sheet-score": Sentence("the score is {found}, not {wanted}", "得分是 {found}，不是 {wanted}", ""),
    "sheet-passes": Sentence("it passes", "结果是合格", ""),
    "sheet-fails": Sentence("it does not pass", "结果是不合格", ""),
    "sheet-marks": Sentence("marked are: {found}", "标出的是：{found}", ""),
}
say = Sentences({**FAULTS, **WORKSHOP, **FOUND})


class SheetLibrary(Definitions[Sheet]):
    """Scored talks keep the revision by which they were scored."""

    model = Sheet
    kind: ClassVar[str] = "sheet"
    schema_name: ClassVar[str] = "sheet.schema.json"

    def is_for(self, name: str, organisation: str) -> bool:
        """Whether an organisation may score by it: there is such a sheet, of the house or its own."""
        found = self.files.get(name)
        return found is not None and found.organisation in ("", organisation)

    def lint(self, head: Sheet, document: Document) -> Iterator[Finding]:
        """See `Definitions.lint`."""
        for name, item in head.items.items():
            values = [points for _, points in item.choices]
            if item.levels and max(values) != item.points:
                words = say("sheet-level-most", best=f"{max(values):g}", points=f"{item.points:g}")
                yield Finding.at(document, ("items", name, "levels"), words)
            if item.points and min(values) == max(values):
                yield Finding.at(document, ("items", name), say("sheet-level-none"))
        for name, one in head.looked.items():
            yield from self._phrases(head, document, name)
            if one.within is not None and not (one.must or one.never):
                where = ("items" if name in head.items else "fatal", name, "within")
                yield Finding.at(document, where, say("sheet-within"), severity="warning")
        for name in head.fatal:
            if name in head.items:
                yield Finding.at(document, ("fatal", name), say("sheet-twice", name=name))
        for index, phrase in enumerate(head.sensitive):
            if not plain(phrase):
                yield Finding.at(document, ("sensitive", index), say("sheet-empty", phrase=phrase))
        if not head.total:
            yield Finding.at(document, ("items",), say("sheet-worthless"))
        elif head.total != 100:
            yield Finding.at(document, ("items",), say("sheet-total", total=f"{head.total:g}"), severity="warning")
        for index, test in enumerate(head.tests):
            yield from self._tests(head, document, index, test)
        if not head.tests:
            yield Finding.at(document, ("sheet",), say("sheet-untested"), severity="warning")

    @staticmethod
    def _phrases(head: Sheet, document: Document, name: str) -> Iterator[Finding]:
        one, section = head.looked[name], "items" if name in head.items else "fatal"
        must = {plain(phrase) for phrase in one.must}
        for key, phrases in (("must", one.must), ("never", one.never)):
            for index, phrase in enumerate(phrases):
                if not plain(phrase):
                    yield Finding.at(document, (section, name, key, index), say("sheet-empty", phrase=phrase))
                elif key == "never" and plain(phrase) in must:
                    yield Finding.at(document, (section, name, key, index), say("sheet-both", phrase=phrase))

    @staticmethod
    def _tests(head: Sheet, document: Document, index: int, test: SheetTest) -> Iterator[Finding]:
        def unknown(key: str, name: str, known: list[str]) -> Finding:
            return Finding.at(
                document, ("tests", index, key), say("sheet-unknown", name=name), suggestion=close_to(name, known)
            )

        for name, points in test.points.items():
            if name not in head.items:
                yield unknown("points", name, list(head.items))
            elif points not in [value for _, value in head.items[name].choices]:
                words = say("sheet-points", name=name, points=f"{points:g}")
                yield Finding.at(document, ("tests", index, "points", name), words)
        for name in test.without:
            if name not in head.items:
                yield unknown("without", name, list(head.items))
            elif not head.items[name].optional:
                yield Finding.at(document, ("tests", index, "without"), say("sheet-needed", name=name))
        for name in test.fatal:
            if name not in head.fatal:
                yield unknown("fatal", name, list(head.fatal))
        for name in test.marks or ():
            if name not in head.looked:
                yield unknown("marks", name, list(head.looked))
        if test.score is None and test.passed is None and test.marks is None:
            yield Finding.at(document, ("tests", index), say("sheet-nothing"))

    def failures(self, head: Sheet, index: int) -> Iterator[str]:
        """Score the test's points, and mark what it says."""
        test = head.tests[index]
        found = result_of(head, list(tried(head, test.points, test.without)), test.fatal)
        if test.score is not None and abs(found.score - test.score) > 0.005:
            yield say("sheet-score", found=f"{found.score:g}", wanted=f"{test.score:g}")
        if test.passed is not None and found.passed != test.passed:
            yield say("sheet-passes" if found.passed else "sheet-fails")
        if test.marks is not None:
            said = [Said("agent" if one.agent else "caller", one.at, 0.0, one.agent or one.caller) for one in test.said]
            marked = sorted({one.item for one in marks(head, said, None) if one.item})
            if marked != sorted(set(test.marks)):
                yield say("sheet-marks", found="、".join(marked) or "—")
