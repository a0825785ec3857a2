"""The sentences about what every file of the house may have wrong: YAML, shapes of values, expressions, calendars."""

from __future__ import annotations

from cti.base.files.sentences import Sentence, Sentences, Words

FAULTS: dict[str, Sentence] = {
    # ── the file and its YAML; what libyaml says in English stands in {text} ──
    "file-unreadable": Sentence("cannot be read: {reason}", "读不出来：{reason}", "the file cannot be read"),
    "yaml": Sentence("{text}", "YAML 写法有误：{text}", "the text is no YAML"),
    "yaml-alias": Sentence(
        "an alias stands inside what it names", "别名（*名称）写在了它所指的内容里面", "an alias inside what it names"
    ),
    "yaml-anchor": Sentence("{text}", "没有这个锚点（*名称）", "an alias of an anchor that does not exist"),
    "yaml-braces": Sentence(
        "{text}", "花括号里缺少逗号，或没有闭合", "a mapping in braces is not closed, or lacks a comma"
    ),
    "yaml-brackets": Sentence(
        "{text}", "方括号里缺少逗号，或没有闭合", "a list in brackets is not closed, or lacks a comma"
    ),
    "yaml-character": Sentence(
        "{text}", "不能以此开头：加引号，或把制表符换成空格", "a value begins with a sign that has a meaning"
    ),
    "yaml-colon": Sentence(
        "{text}", "这里不能出现冒号：上一行可能没写完，或含冒号的文字没加引号", "a colon where none can stand"
    ),
    "yaml-deep": Sentence(
        "values stand inside one another deeper than {most}", "嵌套超过 {most} 层", "values nested too deep"
    ),
    "yaml-empty": Sentence("{text}", "这里缺少内容，或括号没有闭合", "a value is missing, or a bracket is not closed"),
    "yaml-escape": Sentence("{text}", "双引号里不能这样用反斜杠", "a backslash in double quotes that means nothing"),
    "yaml-indent": Sentence(
        "{text}", "缩进与上文对不齐，或这里多了内容", "the line does not stand under the ones before it"
    ),
    "yaml-key": Sentence("{text}", "这一行应写成“键: 值”，缺少冒号", "a line without a colon"),
    "yaml-list": Sentence("{text}", "列表里的每一项都要以“- ”开头", "an item of a list without its dash"),
    "yaml-many": Sentence("has more than {most} values", "超过 {most} 个值", "more values than a file may have"),
    "yaml-quote": Sentence("{text}", "引号没有闭合", "a quote is not closed"),
    "yaml-tab": Sentence("{text}", "缩进要用空格，不能用制表符", "a tab at the beginning of a line"),
    "yaml-twice": Sentence("{key} stands here twice", "{key} 重复出现", "a key stands twice in a mapping"),
    # ── shapes of values ──
    "at-least": Sentence("at least {limit} is needed", "不能小于 {limit}", "a number is too small"),
    "at-most": Sentence("at most {limit} is allowed", "不能大于 {limit}", "a number is too large"),
    "boolean-needed": Sentence("true or false is needed", "应为 true 或 false", "neither true nor false"),
    "choice-needed": Sentence("{expected} is needed", "应为 {expected}", "none of the values that are possible"),
    "date-needed": Sentence("a date like 2026-10-01 is needed", "应为日期，例如 2026-10-01", "no date"),
    "integer-needed": Sentence("a whole number is needed", "应为整数", "no whole number"),
    "key-missing": Sentence("{key} is missing", "缺少 {key}", "a key that must be there is not"),
    "key-unknown": Sentence("unknown key", "没有这个键", "a key that nothing knows"),
    "less-than": Sentence("less than {limit} is needed", "应小于 {limit}", "a number is too large"),
    "list-needed": Sentence("a list is needed", "应为列表", "no list"),
    "mapping-needed": Sentence("a mapping is needed: key, colon, value", "应写成“键: 值”", "no mapping"),
    "more-than": Sentence("more than {limit} is needed", "应大于 {limit}", "a number is too small"),
    "name-bad": Sentence("{word} is no name", "{word} 不是合法的名称", "a name with signs that names do not have"),
    "number-needed": Sentence("a number is needed", "应为数字", "no number"),
    "text-long": Sentence("at most {limit} characters are allowed", "至多 {limit} 个字符", "a text is too long"),
    "text-needed": Sentence("a text is needed", "需要文字", "no text"),
    "text-short": Sentence("at least {limit} characters are needed", "至少 {limit} 个字符", "a text is too short"),
    "text-wrong": Sentence(
        "is not written as it must be", "写法不对", "a text that has not the form that it must have"
    ),
    "time-needed": Sentence("a time is needed", "应为时间", "no time of day, or no moment"),
    "too-few": Sentence(
        "at least {limit} of them are needed", "至少要有 {limit} 项", "a list or a mapping with too few items"
    ),
    "too-many": Sentence(
        "at most {limit} of them are allowed", "至多 {limit} 项", "a list or a mapping with too many items"
    ),
    "value": Sentence("{text}", "{text}", "a value that is refused for another reason, which the message tells"),
    "value-wrong": Sentence("another kind of value is needed", "值的类型不对", "a value of another kind"),
    # ── expressions ──
    "arguments-count": Sentence(
        "{function} takes {count} argument{s}", "函数 {function} 需要 {count} 个参数", "a function has other arguments"
    ),
    "brace-open": Sentence(
        "the brace at character {at} is not closed", "第 {at} 个字符处的花括号没有闭合", "a brace is not closed"
    ),
    "brace-stray": Sentence(
        "the brace at character {at} closes nothing; a brace itself is written twice",
        "第 {at} 个字符处的花括号多余；它本身要写两遍",
        "a brace closes nothing",
    ),
    "expression": Sentence(
        "{text}", "{text}", "an expression that cannot be read, for a reason that the message tells"
    ),
    "divided-zero": Sentence("divides by zero", "除数为零", "a division that never has a result"),
    "expression-ends": Sentence("ends too early{hint}", "没有写完{hint}", "an expression is not complete"),
    "expression-long": Sentence("longer than {most} characters", "超过 {most} 个字符", "an expression is too long"),
    "expression-deep": Sentence("nested deeper than {most}", "嵌套超过 {most} 层", "an expression nests too deep"),
    "expression-needed": Sentence(
        "an expression is a text, a number, true or false", "表达式应为文字、数字、true 或 false", "no expression"
    ),
    "expression-sign": Sentence(
        "unexpected {sign}{hint}", "意外的 {sign}{hint}", "a sign in an expression that cannot stand there"
    ),
    "field-none": Sentence("a {kind} has no {field}", "{kind}没有 {field}", "a field of a value that has none"),
    "field-unknown": Sentence(
        "there is no {field}{maybe}", "没有 {field}{maybe}", "a field that the value does not have"
    ),
    "function-unknown": Sentence(
        "no function {function}{maybe}", "没有函数 {function}{maybe}", "a function that does not exist"
    ),
    "in-what": Sentence(
        "'in' looks into a list or a text, this is a {kind}", "in 只能用于列表或文字，这里是{kind}", "`in` into no list"
    ),
    "items-none": Sentence("a {kind} has no items", "{kind}不能取其中一项", "an item of a value that is no list"),
    "join-text": Sentence(
        "a text and a {kind} cannot be joined; text(…) makes a text of it",
        "文字不能直接与{kind}相连，先用 text(…) 转成文字",
        "a text is joined with something else",
    ),
    "never-compared": Sentence(
        "a {left} cannot be compared with a {right}", "{left}不能与{right}比较", "types without an order between them"
    ),
    "never-equal": Sentence(
        "a {left} is never equal to a {right}", "{left}与{right}永远不会相等", "a comparison that never holds"
    ),
    "never-in": Sentence("a {left} is never in a {right}", "{left}不会在{right}里", "a value that the list never has"),
    "order-none": Sentence("a {kind} has no order", "{kind}不能比较大小", "a comparison of values without an order"),
    "type-needed": Sentence(
        "a {wanted} is needed, this is a {found}", "需要{wanted}，这里是{found}", "a value of another type"
    ),
    "variable-unknown": Sentence("{name} is not known{maybe}", "不认识 {name}{maybe}", "a variable that nothing sets"),
    # ── calendars ──
    "days-backwards": Sentence(
        "{days} runs backwards", "{days} 前后颠倒了", "a range of days from a later to an earlier one"
    ),
    "days-bad": Sentence(
        "{days} names no days; they are {known}, or mon-fri",
        "{days} 不是星期；可写 {known}，或 mon-fri",
        "no days of the week",
    ),
    "days-twice": Sentence("{day} stands here twice", "{day} 重复出现", "a day of the week stands twice"),
    "holiday-long": Sentence(
        "a holiday ends after it begins, within a month",
        "节假日的结束应晚于开始，且不超过一个月",
        "a holiday ends too early or too late",
    ),
    "hours-backwards": Sentence(
        "{hours} ends before it begins; over midnight it takes two entries",
        "{hours} 结束早于开始；跨过午夜要分成两段写",
        "hours that end before they begin",
    ),
    "hours-bad": Sentence("{hours} is not written like 08:30-12:00", "{hours} 应写成 08:30-12:00 的样子", "no hours"),
    # ── parts of sentences ──
    "did-you-mean": Sentence('did you mean "{word}"?', '是否想写 "{word}"？'),
    "hint-names": Sentence(
        "names are small letters, digits, _ and -, and begin with a letter",
        "名称由小写字母、数字、_、- 组成，以字母开头",
    ),
    "hint-known": Sentence("known: {names}", "可用的键：{names}"),
    "maybe": Sentence('; did you mean "{word}"?', '，是否想写 "{word}"？'),
    "then-missing": Sentence("; {sign} is missing", "，缺少 {sign}"),
    "then-equals": Sentence("; a comparison is written ==", "；比较要写 =="),
    "then-and": Sentence("; join comparisons by 'and'", "；几个比较要用 and 连接"),
    "then-field": Sentence("; the name of a field is missing", "，缺少字段名"),
    "type-any": Sentence("any", "任意值"),
    "type-boolean": Sentence("boolean", "是否值"),
    "type-date": Sentence("date", "日期"),
    "type-list": Sentence("list of {item}", "{item}列表"),
    "type-moment": Sentence("moment", "时刻"),
    "type-none": Sentence("none", "空值"),
    "type-number": Sentence("number", "数字"),
    "type-record": Sentence("record", "记录"),
    "type-text": Sentence("text", "文字"),
}

say = Sentences(FAULTS)

_YAML = (
    ("mapping values are not allowed", "yaml-colon"),
    ("while parsing a flow mapping did not find expected", "yaml-braces"),
    ("while parsing a flow sequence did not find expected", "yaml-brackets"),
    ("while parsing a block mapping did not find expected", "yaml-indent"),
    ("while parsing a block collection did not find expected", "yaml-list"),
    ("while scanning a quoted scalar found unexpected end", "yaml-quote"),
    ("found unknown escape character", "yaml-escape"),
    ("while scanning a simple key could not find expected", "yaml-key"),
    ("found character that cannot start any token", "yaml-character"),
    ("found a tab character", "yaml-tab"),
    ("did not find expected node content", "yaml-empty"),
    ("found undefined alias", "yaml-anchor"),
)
"""libyaml has no codes: these are its own sentences, and nobody else's."""


def no_yaml(text: str) -> Words:
    """What libyaml complains of."""
    return say(next((code for part, code in _YAML if part in text), "yaml"), text=text)
