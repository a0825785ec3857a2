"""The sentences about definitions of figures, by code."""

from __future__ import annotations

from cti.base.files.faults import FAULTS
from cti.base.files.sentences import Sentence, Sentences
from cti.office.workshop.sentences import WORKSHOP

FIGURES: dict[str, Sentence] = {
    "facts-unknown": Sentence("there is no source of facts {name}", "没有数据来源 {name}", "a figure of nothing"),
    "fact-unknown": Sentence("{source} has no fact {name}", "{source} 没有数据项 {name}", "a fact that is not there"),
    "moment-needed": Sentence(
        "{name} is no moment: it puts no row into a period", "{name} 不是时间，不能确定统计期", "a period by no time"
    ),
    "number-fact-needed": Sentence("{name} is no number", "{name} 不是数字，不能求和", "a sum of words"),
    "one-method": Sentence(
        "a count has one of {methods}", "一项只能用一种算法：{methods}", "a sum that is an average, too"
    ),
    "rank-of-nothing": Sentence(
        "rank says which percentile: there is none", "rank 是百分位，只能和 percentile 一起写",
        "a rank without percentile",
    ),
    "grain-of-nothing": Sentence(
        "grain rounds the values of a percentile: there is none",
        "grain 是百分位数取值的最小单位，只能和 percentile 一起写",
        "a grain without percentile",
    ),
    "count-lacking": Sentence(
        "the formula reads {name}, which the figure does not count", "公式用到 {name}，但没有写明如何计数",
        "a formula over a count that is not there",
    ),
    "not-countable": Sentence(
        "a database cannot work this out: {what}", "统计条件里不能用：{what}", "what cannot be counted by"
    ),
    "truth-needed": Sentence("a condition is yes or no, not {found}", "条件应为是或否，这里是{found}", "no condition"),
    "untested": Sentence("the figure has no test", "口径没有自带测试", "nobody proves what the figure means"),
    "hint-facts": Sentence("there are: {names}", "可用：{names}"),
    "figure-row": Sentence("row {row}: {what}", "第 {row} 行：{what}", ""),
    "figure-value": Sentence("{name} is {found}, not {wanted}", "{name} 算得 {found}，应为 {wanted}", ""),
}  # fmt: skip

say = Sentences({**FAULTS, **WORKSHOP, **FIGURES})
