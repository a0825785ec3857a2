"""Forms as files: read, told to the console, checked on the server with an error per field, linted, tested."""

from __future__ import annotations

from typing import Any

import pytest

from cti.office.forms.definition import Form
from cti.office.forms.describing import Source
from cti.office.forms.library import FormLibrary

TEXT = """\
form: register
title: 登记
fields:
  title: {title: 标题, required: true, min: 4, max: 20}
  kind: {title: 类型, type: choice, options: {ask: 咨询, complain: 投诉}, required: true}
  unit: {title: 被投诉单位, type: organisation, required: true, if: kind == 'complain'}
  place:
    title: 地点
    type: choice
    tree: {wujin: {title: 武进区, below: {hutang: {title: 湖塘镇}}}}
  count: {title: 人数, type: integer, min: 1, max: 99}
  day: {title: 发生日期, type: date}
  phone: {title: 电话, type: phone, pattern: "1[0-9]{10}", wrong: 请填写手机号}
  tags: {title: 标签, type: tags, max: 2}
  urgent: {title: 紧急, type: flag}
parts:
  - title: 企业信息
    if: record.enterprise
    fields:
      code: {title: 信用代码, required: true, pattern: "[0-9A-Z]{18}"}
tests:
  - {name: 普通咨询, values: {title: 路灯不亮, kind: ask}, record: {enterprise: false}}
  - {name: 投诉要写单位, values: {title: 路灯不亮, kind: complain}, record: {enterprise: false}, wrong: unit}
  - {name: 企业要写代码, values: {title: 路灯不亮, kind: ask}, record: {enterprise: true}, wrong: code}
"""
RECORD = {"record": {"enterprise": False}}


@pytest.fixture
def library() -> FormLibrary:
    return FormLibrary(None)


@pytest.fixture
def form(library: FormLibrary) -> Form:
    found, findings = library.check(TEXT, "register.yaml")
    assert found is not None and findings == []
    library.add(found)
    return found.head


def check(library: FormLibrary, **values: Any) -> dict[str, str]:
    return library.check_values("register", {"title": "路灯不亮", "kind": "ask", **values}, RECORD).errors


def test_its_own_tests_pass_and_a_failing_one_says_which_field(library: FormLibrary, form: Form) -> None:
    found = library.current("register")
    assert [one.failures for one in library.prove(found)] == [(), (), ()]
    wrong, _ = library.check(TEXT.replace("wrong: unit}", "wrong: kind}"), "register.yaml")
    assert wrong is not None
    assert [len(one.failures) for one in library.prove(wrong)] == [0, 2, 0]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"title": "  "}, "title", "请填写标题"),
        ({"title": "灯"}, "title", "标题至少要写 4 个字"),
        ({"title": "灯" * 21}, "title", "标题不能超过 20 个字"),
        ({"title": 3}, "title", "标题应为文字"),
        ({"kind": "praise"}, "kind", "类型没有这个选项"),
        ({"kind": "complain"}, "unit", "请填写被投诉单位"),
        ({"place": "nowhere"}, "place", "地点没有这个选项"),
        ({"count": 0}, "count", "人数不能小于 1"),
        ({"count": 1.5}, "count", "人数应为整数"),
        ({"count": True}, "count", "人数应为数字"),
        ({"day": "2026-13-01"}, "day", "发生日期应为日期"),
        ({"phone": "123"}, "phone", "电话：请填写手机号"),
        ({"tags": ["a", "b", "c"]}, "tags", "标签最多选 2 项"),
        ({"urgent": "yes"}, "urgent", "紧急应为是或否"),
        ({"other": 1}, "other", "表单没有“other”这一项"),
    ],
)
def test_each_wrong_value_is_told_at_its_field(
    library: FormLibrary, form: Form, values: dict[str, Any], field: str, words: str
) -> None:
    assert check(library, **values) == {field: words}


def test_what_is_not_shown_does_not_count(library: FormLibrary, form: Form) -> None:
    checked = library.check_values("register", {"title": "路灯不亮", "kind": "ask", "unit": "water"}, RECORD)
    assert checked.errors == {} and checked.values["unit"] is None
    assert checked.values["tags"] == [] and checked.values["urgent"] is False
    hidden = library.check_values("register", {"title": "路灯不亮", "kind": "ask", "code": "bad"}, RECORD)
    assert hidden.errors == {} and hidden.values["code"] is None


def test_the_console_is_told_fields_conditions_and_the_parts_of_this_record(library: FormLibrary, form: Form) -> None:
    fields = {one.key: one for one in library.fields(form, RECORD)}
    assert list(fields) == [*form.fields]
    assert fields["unit"].when is not None and fields["unit"].when.among == ("complain",)
    assert fields["unit"].options_from == "/api/options/organisations" and fields["unit"].kind == "choice"
    assert [one.title for one in fields["place"].options] == ["武进区", "武进区 / 湖塘镇"]
    assert fields["title"].max_length == 20 and fields["count"].step == 1
    enterprise = library.fields(form, {"record": {"enterprise": True}})
    assert (enterprise[-1].key, enterprise[-1].section) == ("code", "企业信息")


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("options: {ask: 咨询, complain: 投诉}, ", "", "options-missing"),
        ("urgent: {title: 紧急, type: flag}", "urgent: {title: 紧急, type: flag, options: {a: b}}", "options-useless"),
        ("options: {ask: 咨询, complain: 投诉}", "from: kinds", "source-unknown"),
        ("options: {ask: 咨询, complain: 投诉}", "options: {ask: 咨询}, default: other", "default-none"),
        ("min: 1, max: 99", "min: 100, max: 99", "limits-crossed"),
        ('pattern: "1[0-9]{10}"', 'pattern: "1[0-9"', "pattern-bad"),
        ("if: kind == 'complain'", "if: kid == 'complain'", "variable-unknown"),
        ("if: kind == 'complain'", "if: kind != 'ask'", "condition-complex"),
        ("if: record.enterprise", "if: record.enterprise and urgent", "condition-complex"),
        ("      code:", "      title:", "field-twice"),
        ("  day: {", "  record: {", "field-reserved"),
        ("form: register", "form: register\nfrom: x", "key-unknown"),
    ],
)
def test_lint(library: FormLibrary, before: str, after: str, code: str) -> None:
    assert before in TEXT
    findings = library.check(TEXT.replace(before, after, 1), "register.yaml")[1]
    assert code in [one.code for one in findings], [str(one) for one in findings]
    assert all(one.in_chinese.message != one.message for one in findings)


def test_a_module_offers_where_options_come_from(library: FormLibrary) -> None:
    text = TEXT.replace("options: {ask: 咨询, complain: 投诉}", "from: kinds")
    undo = library.offer("kinds", Source("/api/options/kinds", search=True))
    found, findings = library.check(text, "register.yaml")
    assert found is not None and findings == []
    field = next(one for one in library.fields(found.head, RECORD) if one.key == "kind")
    assert (field.options_from, field.options_search) == ("/api/options/kinds", True)
    undo()
    assert [one.code for one in library.check(text, "register.yaml")[1]] == ["source-unknown"]


ITEMS = """\
form: claim
title: 报销
fields:
  items:
    title: 费用
    type: rows
    required: true
    max: 2
    rows:
      what: {title: 项目, required: true, max: 10}
      sort: {title: 类别, type: choice, options: {a: 交通, b: 其他}}
      sum: {title: 金额, type: number, min: 0, total: true}
      all: {title: 合计, type: number, total: true, formula: sum * 2 + 1}
  half: {title: 一半, type: number, formula: whole / parts}
  whole: {title: 总数, type: number}
  parts: {title: 份数, type: integer}
  text: {title: 说明, type: rich, max: 5}
"""


def test_rows_are_checked_each_and_described_with_their_columns(library: FormLibrary) -> None:
    found, findings = library.check(ITEMS, "claim.yaml")
    assert found is not None and findings == []
    library.add(found)

    def wrong(*items: Any) -> str:
        return library.check_values("claim", {"items": list(items)}, {}).errors.get("items", "")

    good = {"what": " 车票 ", "sort": "a", "sum": 3.5}
    said = library.check_values("claim", {"items": [{**good, "all": 99}], "whole": 3, "parts": 2}, {}).values
    assert said["items"] == [{**good, "what": "车票", "all": 8}] and said["half"] == 1.5
    assert library.check_values("claim", {"items": [good], "whole": 3, "parts": 0}, {}).values["half"] is None
    assert wrong() == "请填写费用" and wrong(good, good, good) == "费用最多 2 行" and wrong("x") == "费用应为若干行"
    assert (
        wrong(good, {"sum": 1}) == "费用第 2 行：请填写项目"
        and wrong({**good, "sum": -1}) == "费用第 1 行：金额不能小于 0"
    )
    assert (
        wrong({**good, "sort": "c"}) == "费用第 1 行：类别没有这个选项"
        and wrong({**good, "x": 1}) == "费用第 1 行没有“x”这一列"
    )
    items, half, *_, text = library.fields(found.head, {})
    assert [(one.key, one.kind, one.total) for one in items.rows] == [
        ("what", "text", False), ("sort", "choice", False), ("sum", "number", True), ("all", "number", True),
    ]  # fmt: skip
    assert (items.kind, half.formula, text.kind) == ("rows", "whole / parts", "rich")


def test_a_rich_text_is_cleaned_and_measured_by_what_it_says(library: FormLibrary) -> None:
    found, _ = library.check(ITEMS, "claim.yaml")
    assert found is not None
    library.add(found)
    given = {"items": [{"what": "车票"}], "text": "<p onclick=x><b>一二</b></p>"}
    assert library.check_values("claim", given, {}).values["text"] == "<p>一二</p>"
    assert "5 个字" in library.check_values("claim", {**given, "text": "<p>一二三四五六</p>"}, {}).errors["text"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("rows:\n      what", "min: 1\n    options: {a: b}\n    rows:\n      what", "options-useless"),
        ("type: rich", "type: rows", "rows-missing"), ("type: rich", "rows: {a: {title: 甲}}", "rows-useless"),
        ("sum * 2 + 1", "half", "formula-complex"), ("whole / parts", "whole / text", "formula-complex"),
        ("whole / parts", "parts == 1", "formula-complex"), ("type: number, min: 0", "type: tags", "column-complex"),
        ("type: choice, ", "type: choice, if: record.x, ", "column-complex"),
        ("type: choice, options: {a: 交通, b: 其他}", "type: choice", "options-missing"),
    ],
)  # fmt: skip
def test_lint_of_rows(library: FormLibrary, old: str, new: str, code: str) -> None:
    assert old in ITEMS
    _, findings = library.check(ITEMS.replace(old, new), "claim.yaml")
    assert code in [one.code for one in findings]


def test_a_sensitive_field_is_described_as_one(library: FormLibrary) -> None:
    """While an agent is in it, the recording of his talk is paused."""
    text = "form: claim\ntitle: 领取\nfields:\n  card: {title: 证件号码, sensitive: true}\n  name: {title: 姓名}\n"
    found, problems = library.check(text, "claim.yaml")
    assert found is not None, problems
    assert [(one.key, one.sensitive) for one in library.fields(found.head, {})] == [("card", True), ("name", False)]
    told = library.fields(found.head, {})[1].model_dump(mode="json")
    assert "sensitive" not in told
