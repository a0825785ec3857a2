"""The sentences about forms, by code."""

from __future__ import annotations

from cti.base.files.faults import FAULTS
from cti.base.files.sentences import Sentence, Sentences
from cti.office.workshop.sentences import WORKSHOP

FORMS: dict[str, Sentence] = {
    "field-reserved": Sentence(
        "{name} means something else in conditions", "{name} 在条件里另有含义，不能用作填写项的名称",
        "a field with the name of something else",
    ),
    "field-twice": Sentence("{name} stands in the form twice", "填写项 {name} 重复出现", "two fields of one name"),
    "options-missing": Sentence(
        "a {type} has options, a tree, or from", "选择项要写 options、tree 或 from", "a choice without options"
    ),
    "options-useless": Sentence("a {type} has no options", "{type} 类型没有选项", "options of a field that has none"),
    "rows-missing": Sentence("rows have columns", "rows 类型要写 rows：各列的名称和标题", "rows without columns"),
    "rows-useless": Sentence("only rows have columns", "只有 rows 类型有各列", "columns of a field that has none"),
    "column-complex": Sentence(
        "a column cannot be this, nor have a condition", "行内的一列不能是这种类型，也不能有条件",
        "a column that is more than a simple field",
    ),
    "formula-complex": Sentence(
        "a formula is of numbers that somebody fills in, with + - * /", "formula 只能由填写的数字用 + - * / 组成",
        "a formula that the console cannot reckon",
    ),
    "source-unknown": Sentence("there is no source {name}", "没有选项来源 {name}", "options from nowhere"),
    "default-none": Sentence(
        "the default {value} is none of the options", "默认值 {value} 不在选项里", "a default that cannot be chosen"
    ),
    "limits-crossed": Sentence("min is more than max", "min 大于 max", "no value can be right"),
    "pattern-bad": Sentence("no regular expression: {reason}", "不是正则表达式：{reason}", "a pattern nobody can read"),
    "condition-complex": Sentence(
        "the console cannot ask this while somebody types", "填写时界面无法判断这个条件",
        "a condition that is more than one field with its values",
    ),
    "hint-condition": Sentence(
        "one field: `name`, `name == 'x'`, `name in ['x', 'y']`; or only record, actor and time",
        "只写一项：`名称`、`名称 == 'x'`、`名称 in ['x', 'y']`；或只用 record、actor、time",
    ),
    "hint-there": Sentence("there are: {names}", "可用：{names}"),
    "form-wrong": Sentence("{field} is wrong: {words}", "{field} 有错：{words}", ""),
    "form-right": Sentence("{field} is not wrong", "{field} 没有被判错", ""),
}  # fmt: skip

say = Sentences({**FAULTS, **WORKSHOP, **FORMS})
