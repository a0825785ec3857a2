"""Lint: each fault with its line and column, and what might be meant; nothing else."""

from __future__ import annotations

import re
import textwrap
import time
from pathlib import Path

import pydantic
import pytest
import yaml

from cti import documents
from cti.base.calendars import Calendars
from ivr import lint
from ivr.conversation import Facts
from ivr.lint import Known
from ivr.lint.chinese import chinese
from ivr.lookups import Lookups, Service
from tests.ivr.trying import flow, said


class Progress(pydantic.BaseModel):
    state: str
    days: int


class Asked(pydantic.BaseModel):
    number: str
    phone: str = ""


async def answer(arguments: Asked, facts: Facts) -> Progress | None:
    return None


def known() -> Known:
    lookups = Lookups()
    lookups.offer(Service("tickets.progress", "", Asked, Progress, answer))
    sub = flow(
        """
        flow: sub
        start: a
        arguments: {n: number}
        results: {out: text}
        nodes:
          a: {end: good, results: {out: "'x'"}}
        """
    )
    return Known(
        prompts=frozenset({"greeting", "menu/main", "ticket/state/closed"}),
        queues=frozenset({"general", "enterprise"}),
        skills={"mandarin": "普通话", "english": "英语"},
        groups=frozenset({"night"}),
        calendars=Calendars().names,
        hosts=frozenset({"10.0.0.5"}),
        secrets=frozenset({"tickets"}),
        services=lookups.shapes,
        flows={"sub": sub},
    )


HEAD = "flow: main\nstart: begin\ndefault: human\nnodes:\n"
TAIL = "  human: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n"


def found(nodes: str, head: str = HEAD) -> list[str]:
    """Findings; the nodes begin at line 5 with column 3."""
    body = textwrap.indent(textwrap.dedent(nodes).strip("\n"), "  ") + "\n"
    document = documents.parse(head + body + TAIL, "f")
    return [str(one).removeprefix("f:") for one in lint.lint(document, known())]


def cases(file: str, key: str) -> list[tuple[str, str]]:
    """The cases of a file beside this one."""
    found = yaml.safe_load((Path(__file__).parent / file).read_text("utf-8"))
    return [(one[key], one["finding"]) for one in found]


def test_a_good_flow_has_no_findings() -> None:
    assert found('begin: {menu: greeting, keys: {"1": bye}, timeout: human, invalid: human}') == []


@pytest.mark.parametrize(("nodes", "finding"), cases("findings_in_nodes.yaml", "nodes"))
def test_findings(nodes: str, finding: str) -> None:
    findings = found(nodes)
    if not finding:
        assert findings == []
    else:
        assert any(finding in one for one in findings), findings


@pytest.mark.parametrize(("text", "finding"), cases("findings_in_files.yaml", "text"))
def test_findings_of_a_whole_file(text: str, finding: str) -> None:
    try:
        findings = [str(one) for one in lint.lint(documents.parse(text, "f"), known())]
    except documents.DocumentError as error:
        findings = [f"f:{one.line}:{one.column}: error: {one.message}" for one in error.problems]
    assert any(finding in one for one in findings), findings


def test_sub_flows_that_call_each_other_in_a_circle_are_found() -> None:
    other = flow("flow: other\nstart: a\ndefault: b\nnodes:\n  a: {call: main, next: b}\n  b: {end: x}\n")
    document = documents.parse(HEAD + "  begin: {call: other, next: bye}\n" + TAIL, "f")
    messages = [one.message for one in lint.lint(document, Known(flows={"other": other}))]
    assert messages == ["begin calls other, which comes back to main: sub-flows do not recurse"]


def test_a_variable_set_on_every_way_is_set() -> None:
    assert (
        said(
            """
        begin: {when: [{if: caller.anonymous, next: a}], else: b}
        a: {set: {n: 1}, next: c, failed: c2}
        b: {set: {n: 2}, next: c, failed: c2}
        c: {say: {number: n}, next: bye}
        c2: {say: sorry, next: bye}
        """
        )
        == []
    )


def test_one_fault_is_told_once() -> None:
    assert len(found("begin: {say: {digits: missing}, next: bye}")) == 1


def test_aliases_that_grow_without_end_are_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    with pytest.raises(documents.DocumentError, match="has more than"):
        documents.parse("\n".join(lines), "f")


def seconds_to_lint(nodes: int) -> float:
    lines = ["flow: big", "start: n0", "default: human", "nodes:"]
    for index in range(nodes):
        lines += [
            f"  n{index}:",
            "    menu: [greeting, {text: '请选择{count}', instead: menu/main}]",
            f'    keys: {{"1": n{min(index + 1, nodes - 1)}, "2": {{next: human, if: count > {index}}}}}',
            "    timeout: human",
            "    invalid: human",
        ]
    text = "\n".join(lines) + "\n" + TAIL + "variables: {count: 1}\n"
    begin = time.process_time()
    findings = lint.lint(documents.parse(text, "big.yaml"), known())
    # The processor's time: other tests may run beside this one.
    seconds = time.process_time() - begin
    assert [one.severity for one in findings if one.severity == "error"] == []
    return seconds


def test_ten_times_the_nodes_take_about_ten_times_as_long() -> None:
    few, many = (min(seconds_to_lint(nodes) for _ in range(3)) for nodes in (100, 1000))
    assert many < 25 * few


def test_everything_is_said_in_chinese_too() -> None:
    texts = [HEAD + textwrap.indent(nodes, "  ") + "\n" + TAIL for nodes, _ in cases("findings_in_nodes.yaml", "nodes")]
    texts += [text for text, _ in cases("findings_in_files.yaml", "text")]
    english: list[str] = []
    for text in texts:
        try:
            findings = lint.lint(documents.parse(text, "f"), known())
        except documents.DocumentError:
            continue
        english += [words for one in findings for words in (one.message, one.suggestion) if words]
    assert len(english) > 100
    left = [words for words in english if not re.search("[\u4e00-\u9fff]", chinese(words))]
    assert left == []


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c\n", "a: {b: c\nd: e\n", "a: [b\nc: d\n", "a: [\n", "a:\n  b: 1\n c: 2\n", "a: 'x\n", "a: @x\n",
        "\ta: 1\n", "a: 1\n\tb: 2\n", "a: *nope\n", "a:\n- b\nc\n", "- a\nb: c\n", 'a: "\\q"\n', "a: 1\na: 2\n",
    ],
)  # fmt: skip
def test_a_text_that_is_no_yaml_is_told_in_chinese(text: str) -> None:
    with pytest.raises(documents.DocumentError) as refused:
        documents.parse(text, "f")
    assert re.search("[\u4e00-\u9fff]", chinese(refused.value.problems[0].message))


@pytest.mark.parametrize(
    ("english", "words"),
    [
        ("begin: next leads to byee, which does not exist", "节点 begin 的去向 next 指向 byee，而 byee 不存在"),
        ("begin.nxt: unknown key", "begin.nxt：没有这个键"),
        ("begin: a number is needed, this is a text, in 'a'", "begin：需要数字，这里是文字（表达式 'a'）"),
        ("test '甲': ended hangup, not done", "测试 '甲' 未通过：结束于 hangup，应为 done"),
        ("something new", "something new"),
    ],
)
def test_in_chinese(english: str, words: str) -> None:
    assert chinese(english) == words
