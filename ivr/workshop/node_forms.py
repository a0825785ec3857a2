"""Nodes of a flow as forms (话术节点): what can be filled in of each, for who writes no files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cti.base.refusal import Invalid, NotFound
from ivr.nodes import KINDS
from ivr.workshop.text_editing import value_at

FieldKind = Literal["words", "list", "target", "number", "piece", "flow", "queue", "calendar"]
WAYS = (
    "next", "else", "open", "closed", "holiday", "none", "empty", "invalid", "unknown", "timeout", "busy",
    "no_answer", "no_agents", "full", "voicemail", "callback", "message", "exhausted", "failed",
)  # fmt: skip
PIECES = {"say_unknown": "没听懂时说", "say_invalid": "按错时说", "say_timeout": "没有回应时说", "wrong": "说不对时问"}
MAPS_OF_WAYS = (("keys",), ("intents",), ("ends",), ("statuses",))
NUMBERS = {"tries": "最多问几次", "wait": "等几秒", "limit": "最多等几秒", "longest": "最长几秒", "priority": "优先级"}
CHOSEN: dict[str, FieldKind] = {"queue": "queue", "call": "flow", "hours": "calendar", "callback": "queue"}
"""Kinds whose own value is chosen from what the house has."""
CHOICE_TITLES = {"queue": "队列", "flow": "子流程", "calendar": "日历"}


@dataclass(frozen=True, slots=True)
class FieldOfNode:
    """Something to fill in: where it stands in the node, and in which group of the form; `gone` may be taken out."""

    path: list[str | int]
    title: str
    kind: FieldKind
    value: Any
    group: str = ""
    gone: list[str | int] | None = None


@dataclass(frozen=True, slots=True)
class NodeForm:
    """A node to fill in. `leads_here` are the nodes with a way to it; `in_text`: it has more than the form shows."""

    name: str
    kind: str
    is_jump: bool
    fields: list[FieldOfNode]
    leads_here: list[str]
    in_text: bool


def form_of(text: str, node: str) -> NodeForm:
    """What can be filled in of a node. NotFound."""
    nodes = nodes_of(text)
    if node not in nodes:
        raise NotFound("no_node", "流程中没有这个节点")
    body = nodes[node]
    kind = next((one for one in body if one in KINDS), "")
    fields = list(_fields(kind, body))
    shown = {str(one.path[0]) for one in fields}
    leads = [name for name, one in nodes.items() if name != node and any(to == node for _, to in targets_of(one))]
    return NodeForm(node, kind, kind == "call", fields, leads, bool(set(body) - shown))


def form_of_head(text: str) -> NodeForm:
    """The flow itself (故事板): its name, type and note, and where it begins."""
    nodes_of(text)
    said = value_at(text, [])
    fields = [
        FieldOfNode(["title"], "故事板名称", "words", said.get("title", "")),
        FieldOfNode(["type"], "类型", "words", said.get("type", "")),
        FieldOfNode(["note"], "备注", "words", said.get("note", "")),
        FieldOfNode(["start"], "从哪个节点开始", "target", said.get("start", "")),
        FieldOfNode(["human"], "说“人工”时转到", "target", said.get("human", "")),
    ]
    return NodeForm("", "", False, fields, [], in_text=True)


def nodes_of(text: str) -> dict[str, Any]:
    """The nodes as they stand in the text. Invalid where there are none."""
    try:
        found = value_at(text, ["nodes"])
    except (KeyError, TypeError):
        found = None
    if not isinstance(found, dict):
        raise Invalid("no_nodes", "流程文本里还没有节点", "text")
    return {str(name): body if isinstance(body, dict) else {} for name, body in found.items()}


def _fields(kind: str, body: dict[str, Any]) -> Iterator[FieldOfNode]:
    yield FieldOfNode(["note"], "名称", "words", body.get("note", ""))
    if kind in CHOSEN:
        yield FieldOfNode([kind], CHOICE_TITLES[CHOSEN[kind]], CHOSEN[kind], body[kind])
    elif kind == "end":
        yield FieldOfNode([kind], "结果的名称", "words", body[kind])
        if "say" in body:
            yield from _pieces(["say"], "结束语", body["say"])
    elif kind in ("say", "ask", "menu", "fill", "record", "rate", "collect"):
        yield from _pieces([kind], "要说的话", body[kind])
    for name, title in PIECES.items():
        if name in body:
            yield from _pieces([name], title, body[name])
    for key, one in _mapping(body.get("keys")):
        path: list[str | int] = ["keys", key, "next"] if isinstance(one, dict) else ["keys", key]
        target = one["next"] if isinstance(one, dict) else one
        yield FieldOfNode(path, "去向", "target", target, f"按 {key}", ["keys", key])
        if isinstance(one, dict):
            yield FieldOfNode(["keys", key, "title"], "按钮文字", "words", one.get("title", ""), f"按 {key}")
    for name, one in _mapping(body.get("intents")):
        yield from _intent(name, one)
    for name, one in _mapping(body.get("wants")):
        group = f"询问 {one.get('title', name)}"
        yield FieldOfNode(["wants", name, "title"], "叫法", "words", one.get("title", ""), group, ["wants", name])
        for part, title in (("ask", "怎么问"), ("again", "换个问法")):
            if part in one:
                yield from _pieces(["wants", name, part], title, one[part], group)
    for at, one in enumerate(body.get("when") or ()):
        yield FieldOfNode(["when", at, "next"], str(one.get("if", "")), "target", one.get("next", ""), "条件")
    for name, title in NUMBERS.items():
        if isinstance(body.get(name), (int, float)):
            yield FieldOfNode([name], title, "number", body[name])
    known = KINDS[kind].model_fields if kind in KINDS else {}
    for way in WAYS:
        if way in body or (way in known and way in ("next", "unknown", "timeout", "invalid", "failed")):
            yield FieldOfNode([way], way, "target", body.get(way) or "", "去向", [way] if way in body else None)


def _mapping(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), one) for key, one in value.items()] if isinstance(value, dict) else []


def _intent(name: str, one: Any) -> Iterator[FieldOfNode]:
    inner, path = one if isinstance(one, dict) else {"next": one}, ["intents", name]
    group = f"意图 {inner.get('title') or name}"
    target = [*path, "next"] if isinstance(one, dict) else path
    yield FieldOfNode([*target], "去向", "target", inner.get("next", ""), group, [*path])
    if isinstance(one, dict):
        yield FieldOfNode([*path, "title"], "名称（按钮文字）", "words", inner.get("title", ""), group)
        for part, title in (("words", "关键词"), ("examples", "例句")):
            said = inner.get(part, [])
            yield FieldOfNode([*path, part], title, "list", [said] if isinstance(said, str) else list(said), group)


def _pieces(path: list[str | int], title: str, value: Any, group: str = "") -> Iterator[FieldOfNode]:
    if not isinstance(value, list):
        yield from _piece(path, title, value, group)
        return
    for at, one in enumerate(value):
        yield from _piece([*path, at], f"{title} {at + 1}" if len(value) > 1 else title, one, group)


def _piece(path: list[str | int], title: str, value: Any, group: str) -> Iterator[FieldOfNode]:
    if isinstance(value, str):
        yield FieldOfNode(path, title, "piece", value, group)
    elif isinstance(value, dict):
        for part in ("text", "prompt"):
            if part in value:
                yield FieldOfNode([*path, part], title, "piece", value[part], group)


def targets_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """All that leads to a node by name, and where it stands in its node."""
    if isinstance(value, dict):
        for key, one in value.items():
            name = str(key)
            is_way = name in (*WAYS, "hangup") or path in MAPS_OF_WAYS
            if isinstance(one, str):
                if is_way and not (path == () and name in KINDS and name not in ("callback", "message")):
                    yield (*path, name), one
            else:
                yield from targets_of(one, (*path, name))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from targets_of(one, (*path, at))
