"""The sentences about print templates, by code."""

from __future__ import annotations

from cti.base.files.faults import FAULTS
from cti.base.files.sentences import Sentence, Sentences
from cti.office.workshop.sentences import WORKSHOP

PRINTING: dict[str, Sentence] = {
    "printed-unknown": Sentence("nothing called {name} is printed", "没有可打印的 {name}", "a template of nothing"),
    "block-one": Sentence("a block has one of: {names}", "每一块只能是其中一种：{names}", "a block of no one sort"),
    "rows-unknown": Sentence("{about} has no rows {name}", "{about} 没有明细 {name}", "a table of nothing"),
    "columns-missing": Sentence("rows need columns", "有 rows 就要写 columns", "a table without columns"),
    "sheet-unknown": Sentence("{about} has no table {name}", "{about} 没有表格 {name}", "a sheet that is not there"),
    "hint-printed": Sentence("there are: {names}", "可用：{names}"),
    "print-lacks": Sentence("{words} is not printed", "没有打印出“{words}”", ""),
}  # fmt: skip

say = Sentences({**FAULTS, **WORKSHOP, **PRINTING})
