"""The schemes that were published, with their revisions, and what is wrong with a text: file, line, column."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from cti.base.expressions.types import NUMBER
from cti.base.files.documents import Document
from cti.base.files.faults import FAULTS
from cti.base.files.findings import Finding, close_to
from cti.base.files.sentences import Sentence, Sentences, Words
from cti.office.figures import Figures
from cti.office.workshop.definitions import Definition, Definitions
from cti.office.workshop.owning import Rights
from cti.office.workshop.sentences import WORKSHOP
from workflow.performance.rules import SCHEMES
from workflow.performance.scheme import Given, Kpi, Scheme, SchemeTest
from workflow.performance.scoring import Part, scored, value_of

FILES = "schemes"
SHIPPED = Path(__file__).parent / FILES
RIGHTS = Rights(SCHEMES, SCHEMES, SCHEMES, "考核方案")
SchemeFile = Definition[Scheme]

FOUND: dict[str, Sentence] = {
    "kpi-figure": Sentence(
        "a KPI has `figure`, or `figures` with a `formula`", "写 figure，或写 figures 和 formula", "a KPI of nothing"
    ),
    "kpi-unknown": Sentence(
        "there is no figure {name} now: the KPI has no value until there is",
        "现在没有指标 {name}（可能它的模块没有运行），算不出之前这项不计分", "a figure that is not there",
    ),
    "kpi-split": Sentence(
        "the figure {name} cannot be split by {by}", "指标 {name} 不能按 {by} 分开算到人或单位", "a figure of nobody"
    ),
    "kpi-points": Sentence(
        "a KPI has `steps`, or `zero` and `full`", "写 steps，或同时写 zero 和 full（两者不能相等）",
        "values without points",
    ),
    "kpi-order": Sentence(
        "more points for a worse value: {value}", "{value} 处的分数与“{better}”相反", "steps in the wrong order"
    ),
    "kpi-better": Sentence(
        "say with `better` whether more or less is good", "写 better: more 或 less：越高越好还是越低越好",
        "steps of which nobody knows the direction",
    ),
    "kpi-line": Sentence(
        "`better` says {better}, `zero` and `full` the contrary", "better 是 {better}，zero 和 full 却相反",
        "a line against its direction",
    ),
    "kpi-formula": Sentence("{words}, in {formula}", "{words}（公式 {formula}）", "a formula that cannot be read"),
    "kpi-zero": Sentence("the formula always divides by zero", "公式总是除以零", "a formula without a value"),
    "kpi-unread": Sentence("the formula does not read {name}", "公式没有用到 {name}", "a figure that counts nothing"),
    "scheme-weights": Sentence(
        "the weights add up to {total}: scores are told as a share of 100",
        "权重合计 {total}，得分按 100 分折算", "weights that are not 100 together",
    ),
    "scheme-untested": Sentence(
        "has no tests: nobody sees when scores become others", "没有自带测试，改坏了看不出来", "a scheme without tests"
    ),
    "scheme-kpi": Sentence("there is no KPI {name}", "没有 {name} 这项指标", "a test about what is not there"),
    "scheme-score": Sentence("the score is {found}, not {wanted}", "得分是 {found}，不是 {wanted}", ""),
    "hint-names": Sentence("there are: {names}", "可用：{names}"),
}  # fmt: skip
say = Sentences({**FAULTS, **WORKSHOP, **FOUND})
WORDS = {"more": "越高越好", "less": "越低越好"}


class SchemeLibrary(Definitions[Scheme]):
    """Periods keep the revision by which they were begun. `figures` are the house's, once they can be asked."""

    model = Scheme
    kind: ClassVar[str] = "scheme"
    schema_name: ClassVar[str] = "scheme.schema.json"

    def __init__(
        self, figures: Figures | None, folder: Path | None = None, *, shipped: Sequence[Path] = (SHIPPED,)
    ) -> None:
        self._figures = figures
        super().__init__(folder, shipped=shipped)

    def is_for(self, name: str, organisation: str) -> bool:
        """Whether an organisation may score by it: there is such a scheme, of the house or its own."""
        found = self.files.get(name)
        return found is not None and found.organisation in ("", organisation)

    def better(self, scheme: Scheme) -> dict[str, str]:
        """The direction of each KPI: its own, that of its line, or that of its figure."""
        return {name: self.direction(kpi) for name, kpi in scheme.kpis.items()}

    def direction(self, kpi: Kpi) -> str:
        """Whether `more` or `less` of a KPI is good; empty where nobody says so."""
        if kpi.better:
            return kpi.better
        if kpi.zero is not None and kpi.full is not None:
            return "more" if kpi.full > kpi.zero else "less"
        found = self._figures.library.files.get(kpi.figure or "") if self._figures is not None else None
        return found.head.better if found is not None else ""

    # ── lint ──

    def lint(self, head: Scheme, document: Document) -> Iterator[Finding]:
        """See `Definitions.lint`."""
        for name, kpi in head.kpis.items():
            yield from self._figures_of(head, document, name, kpi)
            yield from self._points(document, name, kpi)
            yield from _formula(document, name, kpi)
        if head.total != 100:
            yield Finding.at(document, ("kpis",), say("scheme-weights", total=f"{head.total:g}"), severity="warning")
        for index, test in enumerate(head.tests):
            for name in test.values:
                if name not in head.kpis:
                    words = say("scheme-kpi", name=name)
                    yield Finding.at(
                        document, ("tests", index, "values", name), words, suggestion=close_to(name, head.kpis)
                    )
        if not head.tests:
            yield Finding.at(document, ("scheme",), say("scheme-untested"), severity="warning")

    def _figures_of(self, head: Scheme, document: Document, name: str, kpi: Kpi) -> Iterator[Finding]:
        single = kpi.figure is not None and not kpi.figures and kpi.formula is None
        several = kpi.figure is None and bool(kpi.figures) and kpi.formula is not None
        if not (single or several):
            yield Finding.at(document, ("kpis", name), say("kpi-figure"))
            return
        if self._figures is None:
            return
        library = self._figures.library
        for key, figure in kpi.named.items():
            where = ("kpis", name, "figures", key) if kpi.figures else ("kpis", name, "figure")
            found = library.files.get(figure)
            source = library.sources.get(found.head.source) if found is not None else None
            if found is None or source is None:
                hint = close_to(figure, library.files)
                yield Finding.at(document, where, say("kpi-unknown", name=figure), severity="warning", suggestion=hint)
            elif head.by(name) not in source.splits:
                words = say("kpi-split", name=figure, by=head.by(name))
                yield Finding.at(document, where, words, suggestion=say("hint-names", names=", ".join(source.splits)))

    def _points(self, document: Document, name: str, kpi: Kpi) -> Iterator[Finding]:
        has_line = kpi.zero is not None and kpi.full is not None and kpi.zero != kpi.full
        part = kpi.zero is not None or kpi.full is not None
        if bool(kpi.steps) == has_line or (part and not has_line):
            yield Finding.at(document, ("kpis", name), say("kpi-points"))
            return
        better = self.direction(kpi)
        if has_line:
            assert kpi.zero is not None and kpi.full is not None
            if kpi.better and kpi.better != ("more" if kpi.full > kpi.zero else "less"):
                yield Finding.at(document, ("kpis", name, "full"), say("kpi-line", better=WORDS[kpi.better]))
            return
        if not better:
            yield Finding.at(document, ("kpis", name), say("kpi-better"))
            return
        order = sorted(kpi.steps.items(), reverse=better == "less")
        for (_, before), (value, points) in itertools.pairwise(order):
            if points < before:
                words = say("kpi-order", value=f"{value:g}", better=WORDS[better])
                yield Finding.at(document, ("kpis", name, "steps"), words)

    def failures(self, head: Scheme, index: int) -> Iterator[str]:
        """Score the test's values."""
        found = scored(head, _values(head, head.tests[index]), self.better(head)).score
        wanted = head.tests[index].score
        same = found == wanted or (found is not None and wanted is not None and abs(found - wanted) <= 0.005)
        if not same:
            yield say("scheme-score", found=_said(found), wanted=_said(wanted))


def _formula(document: Document, name: str, kpi: Kpi) -> Iterator[Finding]:
    formula = kpi.formula
    if formula is None:
        return
    found: list[Finding] = []

    def complain(words: Words, at: int) -> None:
        said = say("kpi-formula", words=words, formula=formula.text)
        hint = say("hint-names", names=", ".join(kpi.named))
        found.append(Finding.at(document, ("kpis", name, "formula"), said, suggestion=hint))

    formula.type(dict.fromkeys(kpi.named, NUMBER), complain)
    for one in sorted(kpi.named.keys() - formula.names):
        found.append(Finding.at(document, ("kpis", name, "figures", one), say("kpi-unread", name=one)))
    if not found and not any(
        value_of(kpi, {one: Part(sample + at) for at, one in enumerate(kpi.named)})[0] is not None
        for sample in (1.0, 2.5, 7.0)
    ):
        found.append(Finding.at(document, ("kpis", name, "formula"), say("kpi-zero")))
    yield from found


def _values(head: Scheme, test: SchemeTest) -> Mapping[str, tuple[float | None, str]]:
    def one(kpi: Kpi, given: Given) -> tuple[float | None, str]:
        if isinstance(given, dict):
            return value_of(kpi, {name: Part(value) for name, value in given.items()})
        return given, ""

    return {name: one(head.kpis[name], given) for name, given in test.values.items() if name in head.kpis}


def _said(score: float | None) -> str:
    return "—" if score is None else f"{score:g}"
