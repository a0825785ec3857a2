"""A node of a flow is added, changed by its form, or taken out (话术节点): in the text itself, in place.

So text and forms are always the same, and nothing of the text is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cti.base.refusal import Invalid, NotFound
from ivr.workshop.node_forms import PIECES, WAYS, nodes_of, targets_of
from ivr.workshop.text_editing import Path, value_at, with_entry_last, with_value, without

NEW: dict[str, dict[str, Any]] = {
    "say": {"say": {"text": "请写要说的话"}},
    "ask": {"ask": {"text": "请写问题"}, "tries": 2},
    "menu": {"menu": {"text": "请写菜单的提示"}, "keys": {}},
    "record": {"record": {"text": "请在提示音后留言"}, "into": "left"},
    "queue": {"queue": "general"},
    "call": {"call": ""},
    "end": {"end": "served"},
}
NEW_WAYS = {"ask": ("next", "unknown", "timeout"), "menu": ("invalid", "timeout"), "queue": ("next", "else")}
"""What a new node begins with, and where it can go. A jump node (跳转节点) is a `call`: another flow, and back."""
PROMPT = re.compile(r"[a-z0-9_]+(/[a-z0-9_{}.]+)*")
MOST_NODES = 500
OPTIONAL = ("title", "type", "note", "words", "examples", "human")
"""What may be left empty."""


def changed(text: str, node: str, path: Path, value: Any) -> str:
    """The text with another value in a node, or of the flow itself. Empty words take out what may be missing.

    Invalid, NotFound.
    """
    nodes = nodes_of(text)
    if node and node not in nodes:
        raise NotFound("no_node", "流程中没有这个节点")
    whole: list[str | int] = ["nodes", node, *path] if node else [*path]
    if _is_piece(path) and isinstance(value, str) and not PROMPT.fullmatch(value):
        # Words stand as words; only what is a prompt's name may stand alone.
        value = value if path[-1] == "text" else {"text": value}
        if path[-1] == "prompt":
            whole, value = whole[:-1], value
    if value in ("", []) and (path[-1] in WAYS or path[-1] in OPTIONAL):
        return without(text, whole) if _stands(text, whole) else text
    return with_value(text, whole, value)


def _is_piece(path: Path) -> bool:
    heads = {"say", "ask", "menu", "fill", "record", "rate", "collect", *PIECES}
    return path[-1] in ("text", "prompt") or path[0] in heads or (path[0] == "wants" and path[2] in ("ask", "again"))


def _stands(text: str, path: Path) -> bool:
    try:
        value_at(text, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def taken_out(text: str, node: str, path: Path) -> str:
    """The text without a key, an intent or a way of a node. Invalid."""
    return without(text, ["nodes", node, *path])


def with_key(text: str, node: str, key: str, to: str) -> str:
    """The text with one more key of a menu, or of a question. Invalid."""
    keys = value_at(text, ["nodes", node]).get("keys") or {}
    if key in keys:
        raise Invalid("key_taken", f"按键 {key} 已经有去向", "key")
    return _with_part(text, node, "keys", key, to, bool(keys))


def with_intent(text: str, node: str, title: str, words: Sequence[str], to: str) -> str:
    """The text with one more intent of a question. Invalid."""
    intents = value_at(text, ["nodes", node]).get("intents") or {}
    name = _free("intent", intents)
    return _with_part(text, node, "intents", name, {"next": to, "title": title, "words": list(words)}, bool(intents))


def _with_part(text: str, node: str, part: str, name: str, value: Any, is_there: bool) -> str:
    path: list[str | int] = ["nodes", node, part]
    return with_value(text, [*path, name], value) if is_there else with_value(text, path, {name: value})


def with_node(text: str, kind: str, note: str, after: str, called: str = "") -> tuple[str, str]:
    """The text with one more node, and its name; `after` leads to it now, and it to where that led. Invalid."""
    nodes = nodes_of(text)
    if kind not in NEW:
        raise Invalid("kind", "不能新增这种节点", "kind")
    if len(nodes) >= MOST_NODES:
        raise Invalid("too_many", f"一个流程最多 {MOST_NODES} 个节点", "kind")
    name = _free(kind, nodes)
    body = nodes.get(after, {})
    begins = str(body.get("next") or after or next(iter(nodes)))
    entry: dict[str, Any] = {"note": note, **NEW[kind]}
    if kind == "call":
        entry["call"] = called
    if kind == "menu":
        entry["keys"] = {"1": begins}
    if kind != "end":
        entry |= dict.fromkeys(NEW_WAYS.get(kind, ("next",)), begins)
    text = with_entry_last(text, ["nodes"], name, entry)
    if after in nodes and "next" in body:
        text = with_value(text, ["nodes", after, "next"], name)
    return text, name


def without_node(text: str, node: str, to: str) -> str:
    """The text without a node; all that led to it leads to `to`. Invalid, NotFound."""
    nodes = nodes_of(text)
    if node not in nodes or to not in nodes or to == node:
        raise NotFound("no_node", "请选择由哪个节点接替")
    for name, body in nodes.items():
        if name != node:
            for path, target in targets_of(body):
                if target == node:
                    text = with_value(text, ["nodes", name, *path], to)
    for head in (["start"], ["default"], ["human"], ["hangup"], ["emergency", "next"]):
        if _stands(text, head) and value_at(text, head) == node:
            text = with_value(text, head, to)
    return without(text, ["nodes", node])


def _free(kind: str, taken: Any) -> str:
    number = 1
    while f"{kind}_{number}" in taken:
        number += 1
    return f"{kind}_{number}"
