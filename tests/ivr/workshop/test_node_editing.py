"""Nodes are changed by forms in the flow's own text: what was meant changes, and nothing else, comments neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cti.base.files import documents
from cti.base.refusal import Invalid, NotFound
from ivr.workshop.library import SHIPPED
from ivr.workshop.node_editing import (
    NEW,
    changed,
    taken_out,
    with_intent,
    with_key,
    with_node,
    without_node,
)
from ivr.workshop.node_forms import form_of

FLOW = """\
# 夜间服务
flow: night
start: welcome
default: bye
nodes:
  welcome:   # 先问候
    note: 问候
    menu: [greeting, {text: 报修请按1}]
    keys: {"1": more, "2": {next: bye, title: 结束}}   # 只有两个键
    timeout: bye
    invalid: bye

  # 接着问
  more:
    ask:
      - bot/greeting   # 提示音
    intents:
      fund: {next: bye, title: 公积金, words: [公积金, 提取]}
      human: bye
    unknown: bye
    timeout: bye
  bye: {end: served, say: goodbye}
"""


def data(text: str) -> Any:
    return documents.parse(text, "x").data


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def field(text: str, node: str, *path: str | int) -> object:
    return next(one.value for one in form_of(text, node).fields if one.path == list(path))


def test_a_form_says_what_can_be_filled_in() -> None:
    form = form_of(FLOW, "welcome")
    assert (form.kind, form.is_jump, form.leads_here) == ("menu", False, [])
    assert field(FLOW, "welcome", "menu", 1, "text") == "报修请按1"
    assert field(FLOW, "welcome", "keys", "2", "next") == "bye"
    assert field(FLOW, "more", "intents", "fund", "words") == ["公积金", "提取"]
    assert form_of(FLOW, "bye").leads_here == ["welcome", "more"]
    with pytest.raises(NotFound):
        form_of(FLOW, "nowhere")


@pytest.mark.parametrize(
    ("node", "path", "value", "line"),
    [
        ("welcome", ["note"], "欢迎", "    note: \"欢迎\""),
        ("welcome", ["menu", 1, "text"], "报修请按一", '    menu: [greeting, {text: "报修请按一"}]'),
        ("welcome", ["menu", 0], "您好", '    menu: [{text: "您好"}, {text: 报修请按1}]'),
        ("welcome", ["keys", "1"], "bye", '    keys: {"1": bye, "2": {next: bye, title: 结束}}   # 只有两个键'),
        ("welcome", ["keys", "2", "title"], "", '    keys: {"1": more, "2": {next: bye}}   # 只有两个键'),
        ("more", ["ask", 0], "请问什么事？", '      - {text: "请问什么事？"}   # 提示音'),
        (
            "more", ["intents", "fund", "examples"], ["怎么取钱"],
            '      fund: {next: bye, title: 公积金, words: [公积金, 提取], examples: ["怎么取钱"]}',
        ),
        ("more", ["timeout"], "welcome", "    timeout: welcome"),
        ("bye", ["note"], "再见", '  bye: {end: served, say: goodbye, note: "再见"}'),
    ],
)  # fmt: skip
def test_a_value_is_changed_in_its_place(node: str, path: list[str | int], value: object, line: str) -> None:
    found = changed(FLOW, node, path, value)
    before, after = FLOW.splitlines(), found.splitlines()
    assert [one for one in after if one not in before] == [line]
    assert comments(found) == comments(FLOW) and len(after) == len(before)


def test_keys_and_intents_come_and_go() -> None:
    found = with_key(FLOW, "welcome", "3", "more")
    assert field(found, "welcome", "keys", "3") == "more"
    with pytest.raises(Invalid):
        with_key(found, "welcome", "3", "bye")
    assert taken_out(found, "welcome", ["keys", "3"]) == FLOW
    found = with_intent(FLOW, "more", "社保", ["社保", "养老金"], "welcome")
    assert field(found, "more", "intents", "intent_1", "words") == ["社保", "养老金"]
    assert comments(found) == comments(FLOW)
    assert "human" not in data(taken_out(FLOW, "more", ["intents", "human"]))["nodes"]["more"]["intents"]


@pytest.mark.parametrize("kind", NEW)
def test_a_node_stands_after_another_and_is_taken_out_again(kind: str) -> None:
    found, name = with_node(FLOW, kind, "新节点", "more", "survey")
    assert form_of(found, name).kind == kind and form_of(found, name).is_jump == (kind == "call")
    assert comments(found) == comments(FLOW)
    again = without_node(found, name, "bye")
    assert data(again) == data(FLOW) and comments(again) == comments(FLOW)


def test_what_led_to_a_node_leads_to_its_heir() -> None:
    found = without_node(FLOW, "more", "bye")
    assert data(found)["nodes"]["welcome"]["keys"]["1"] == "bye"
    assert "# 接着问" in found
    assert data(without_node(FLOW, "welcome", "more"))["start"] == "more"


@pytest.mark.parametrize(
    "path",
    [SHIPPED / f"{name}.yaml" for name in ("answers", "outgoing", "progress", "report")],
    ids=lambda path: path.stem,
)
def test_each_field_of_the_shipped_flows_is_changed_alone_or_refused(path: Path) -> None:
    text, refused, tried = path.read_text("utf-8"), 0, 0
    for node in list(data(text)["nodes"])[:8]:
        for one in form_of(text, node).fields[:3]:
            value = {"list": ["甲", "乙"], "number": 3, "target": node}.get(one.kind, "换一句话")
            tried += 1
            try:
                found = changed(text, node, one.path, value)
            except Invalid:
                # Shared parts (YAML's anchors) are changed in the text.
                refused += 1
                continue
            assert comments(found) == comments(text)
    assert refused < tried / 3
