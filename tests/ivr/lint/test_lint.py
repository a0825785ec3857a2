"""Lint: each fault with its line and column, and what might be meant; nothing else."""

from __future__ import annotations

import re
import textwrap
import time
from pathlib import Path
from string import Formatter

import pydantic
import pytest
import yaml

import cti
import ivr
from cti.base.files import documents
from cti.base.files.findings import Finding
from cti.base.files.sentences import in_chinese
from cti.base.times.calendars import Calendars
from ivr import lint
from ivr.conversation.port import Facts
from ivr.findings.sentences import say
from ivr.lint import Known, codes
from ivr.reach.lookups import Lookups, Service
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


TYPES = ("any", "boolean", "date", "list", "moment", "none", "number", "record", "text")
CHINESE = "[\u4e00-\u9fff]"
PARTS = {"maybe", "did-you-mean", "and-others", "coming-by"} | {f"type-{one}" for one in TYPES}
"""Parts of sentences, which are no findings by themselves."""

HEAD = "flow: main\nstart: begin\ndefault: human\nnodes:\n"
TAIL = "  human: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n"


def around(nodes: str, head: str = HEAD) -> str:
    """A flow with these nodes, which begin at line 5 with column 3."""
    return head + textwrap.indent(textwrap.dedent(nodes).strip("\n"), "  ") + "\n" + TAIL


def findings_in(text: str) -> list[Finding]:
    """What is wrong with a text."""
    try:
        return lint.lint(documents.parse(text, "f"), known())
    except documents.DocumentError as error:
        return [Finding.of(one) for one in error.problems]


def found(nodes: str, head: str = HEAD) -> list[str]:
    """Findings about nodes, as they are printed."""
    return [str(one).removeprefix("f:") for one in findings_in(around(nodes, head))]


def cases(file: str, key: str) -> list[tuple[str, str, str]]:
    """The cases of a file beside this one: the text, a part of a finding, and its code."""
    found = yaml.safe_load((Path(__file__).parent / file).read_text("utf-8"))
    return [(one[key], one["finding"], one.get("code", "")) for one in found]


def test_a_good_flow_has_no_findings() -> None:
    assert found('begin: {menu: greeting, keys: {"1": bye}, timeout: human, invalid: human}') == []


@pytest.mark.parametrize(("nodes", "finding", "code"), cases("findings_in_nodes.yaml", "nodes"))
def test_findings(nodes: str, finding: str, code: str) -> None:
    findings = findings_in(around(nodes))
    if not finding:
        assert findings == []
    else:
        assert any(finding in str(one) and one.code == code for one in findings), findings


@pytest.mark.parametrize(("text", "finding", "code"), cases("findings_in_files.yaml", "text"))
def test_findings_of_a_whole_file(text: str, finding: str, code: str) -> None:
    findings = findings_in(text)
    assert any(finding in str(one) and one.code == code for one in findings), findings


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


def every_finding() -> list[Finding]:
    """All findings of all cases."""
    texts = [around(nodes) for nodes, _, _ in cases("findings_in_nodes.yaml", "nodes")]
    texts += [text for text, _, _ in cases("findings_in_files.yaml", "text")]
    return [one for text in texts for one in findings_in(text)]


def test_every_finding_has_a_code_and_is_said_in_chinese_too() -> None:
    findings = every_finding()
    assert len(findings) > 90
    assert [one for one in findings if one.code not in dict(say.codes())] == []
    for one in findings:
        for words in (one.in_chinese.message, one.in_chinese.suggestion):
            assert not words or re.search(CHINESE, words), one


def test_no_finding_names_a_class() -> None:
    """Complaints of pydantic's named our classes: `Input should be an instance of WantedSlot`."""
    rooms = [Path(ivr.__file__).parent, Path(cti.__file__).parent / "base"]
    sources = [path.read_text("utf-8") for room in rooms for path in room.rglob("*.py")]
    names = {
        name for text in sources for name in re.findall(r"^class _?(\w*[a-z][A-Z]\w*|Wanted\w+)", text, re.MULTILINE)
    }
    assert "WantedSlot" in names
    for one in every_finding():
        assert not names & set(re.findall(r"\w+", one.message)), one.message
        assert not re.search(r"instance of|tuple|validation", one.message), one.message


def test_every_code_has_two_sentences_and_is_explained() -> None:
    """Chinese was made by matching English sentences: a reworded one was shown in English."""
    for code, (english, chinese, about) in say.table.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert chinese == "{text}" or re.search(CHINESE, chinese), code
        holes, theirs = ({name for _, name, _, _ in Formatter().parse(one) if name} for one in (english, chinese))
        assert theirs <= holes and holes - theirs <= {"text", "s"}, code
        part = code in PARTS or code.startswith(("hint-", "failure-", "then-"))
        assert bool(about) != part, code


def test_every_code_that_is_said_exists() -> None:
    rooms = [Path(ivr.__file__).parent, Path(cti.__file__).parent / "base"]
    sources = [path.read_text("utf-8") for room in rooms for path in room.rglob("*.py")]
    said = {code for text in sources for code in re.findall(r"\bsay\(\s*\"([a-z-]+)\"", text)}
    assert len(said) > 100 and said <= set(say.table)


def test_the_page_of_codes_is_what_the_command_prints() -> None:
    """After a change: `hotline flow codes > ivr/lint/CODES.md`."""
    assert (Path(lint.__file__).parent / "CODES.md").read_text("utf-8") == codes.page()


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
    finding = Finding.of(refused.value.problems[0])
    assert finding.code.startswith("yaml-") and re.search(CHINESE, finding.in_chinese.message)


def test_the_same_code_in_both_languages() -> None:
    (dangling,) = findings_in(around("begin: {say: greeting, next: byee}"))
    assert (dangling.code, dangling.values) == ("way-dangling", {"node": "begin", "way": "next", "target": "byee"})
    assert dangling.in_chinese.message == "节点 begin 的去向 next 指向 byee，而 byee 不存在"
    assert dangling.in_chinese.suggestion == '是否想写 "bye"？'
    (typed,) = findings_in(around("begin: {set: {a: -caller.number}, next: bye}"))
    assert typed.in_chinese.message == "begin：需要数字，这里是文字（表达式 '-caller.number'）"
    failure = say("failure-ended", outcome="hangup", wanted="done")
    assert in_chinese(say("test-failed", name="'甲'", failure=failure)) == "测试 '甲' 未通过：结束于 hangup，应为 done"
    assert in_chinese("something new") == "something new"
