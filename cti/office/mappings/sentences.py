"""The sentences about mappings, by code."""

from __future__ import annotations

from cti.base.files.faults import FAULTS
from cti.base.files.sentences import Sentence, Sentences
from cti.office.workshop.sentences import WORKSHOP

MAPPINGS: dict[str, Sentence] = {
    "mapping-inside": Sentence(
        "{field} is inside {other}, which has a value of its own", "{field} 在 {other} 之内，而 {other} 自己已有值",
        "a field inside another field's value",
    ),
    "mapping-useless": Sentence(
        "an optional field with `else` is never left out for a value that is not named",
        "可省略的字段写了 else，没有列出的值不会省略", "both optional and else",
    ),
    "mapping-untested": Sentence(
        "has no tests: nobody sees when it stops to fit", "没有自带测试，改错了看不出来", "a mapping without tests"
    ),
    "mapping-differs": Sentence("gives {found}", "得到 {found}", ""),
    "mapping-fails": Sentence("fails at {field}: {words}", "字段 {field} 无法填写：{words}", ""),
    "mapping-passes": Sentence("{field} does not fail", "字段 {field} 没有出错", ""),
}  # fmt: skip

say = Sentences({**FAULTS, **WORKSHOP, **MAPPINGS})
