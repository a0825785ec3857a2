"""A sentence, a word or an intent is put into a flow's text where it belongs; every other character stays as it is.

The text is taken apart by YAML's own marks and put together again, and what comes out is compared with what was
meant: what cannot be written in place is refused, and nothing is lost.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

import yaml

from cti.base.files import documents
from cti.base.refusal import Invalid

Path = Sequence[str]


def with_item(text: str, path: Path, item: str) -> str:
    """The text with `item` at the end of the list at `path`, which is made where its mapping has none. Invalid."""
    text = _opened(text, path[:-1])
    holder = _at(text, path[:-1])
    key, value = _entry(holder, path[-1])
    if key is None:
        return _checked(text, _with_key(text, holder, f"{path[-1]}: [{_quoted(item)}]"), path, [item])
    if not isinstance(value, yaml.SequenceNode):
        raise _unwritable(path)
    found = _value(text, path)
    if item in found:
        return text
    if value.flow_style:
        at = value.end_mark.index - 1
        made = text[:at].rstrip() + (", " if value.value else "") + _quoted(item) + text[at:]
    else:
        last = value.value[-1]
        end = text.find("\n", last.end_mark.index if last.start_mark.line == last.end_mark.line else len(text))
        end = len(text) if end < 0 else end
        made = f"{text[:end]}\n{' ' * value.start_mark.column}- {_quoted(item)}{text[end:]}"
    return _checked(text, made, path, [*found, item])


def with_entry(text: str, path: Path, name: str, entry: dict[str, Any]) -> str:
    """The text with `name: entry` in the mapping at `path`, which is made where there is none. Invalid."""
    written = f"{name}: {_flowing(entry)}"
    holder = _at(text, path[:-1])
    key, value = _entry(holder, path[-1])
    if key is None:
        made = _with_key(text, holder, f"{path[-1]}: {{{written}}}")
        return _checked(text, made, path, {name: entry})
    if not isinstance(value, yaml.MappingNode):
        raise _unwritable(path)
    found = _value(text, path)
    if name in found:
        raise Invalid("name_taken", f"已有名为 {name} 的意图", "intent")
    return _checked(text, _with_key(text, value, written), path, {**found, name: entry})


def _opened(text: str, path: Path) -> str:
    """The text with the short form of an intent (`human: call_in`) written out."""
    _, value = _entry(_at(text, path[:-1]), path[-1])
    if not isinstance(value, yaml.ScalarNode):
        return text
    written = f"{{next: {text[value.start_mark.index : value.end_mark.index]}}}"
    made = text[: value.start_mark.index] + written + text[value.end_mark.index :]
    return _checked(text, made, path, {"next": _value(text, path)})


def _with_key(text: str, mapping: yaml.MappingNode, written: str) -> str:
    """One more entry: at the end of `{…}`, or on a line of its own before the others."""
    if mapping.flow_style:
        at = mapping.end_mark.index - 1
        return text[:at].rstrip() + (", " if mapping.value else "") + written + text[at:]
    # After the first entry, which for a node is the key that names its kind: where that is a single line.
    (first, value), begin = mapping.value[0], mapping.start_mark.index
    if first.start_mark.line == value.end_mark.line:
        end = text.find("\n", value.end_mark.index)
        end = len(text) if end < 0 else end
        return f"{text[:end]}\n{' ' * mapping.start_mark.column}{written}{text[end:]}"
    return f"{text[:begin]}{written}\n{' ' * mapping.start_mark.column}{text[begin:]}"


def _at(text: str, path: Path) -> yaml.MappingNode:
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    for key in path:
        if not isinstance(node, yaml.MappingNode):
            raise _unwritable(path)
        _, node = _entry(node, key)
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise _unwritable(path)
    return node


def _entry(mapping: yaml.MappingNode, key: str) -> tuple[yaml.Node | None, yaml.Node | None]:
    return next(((one, value) for one, value in mapping.value if one.value == key), (None, None))


def _value(text: str, path: Path) -> Any:
    found: Any = documents.parse(text, "flow").data
    for key in path:
        found = found[key]
    return found


def _checked(before: str, after: str, path: Path, meant: Any) -> str:
    """What was written, if it says what was meant and nothing else."""
    wanted = copy.deepcopy(documents.parse(before, "flow").data)
    inner = wanted
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = meant
    try:
        found = documents.parse(after, "flow").data
    except documents.DocumentError:
        found = None
    if found != wanted:
        raise _unwritable(path)
    return after


def _unwritable(path: Path) -> Invalid:
    return Invalid("unwritable", f"无法在流程文本中自动修改 {'.'.join(path)}，请打开流程编辑", "intent")


def _flowing(entry: dict[str, Any]) -> str:
    parts = (
        f"{key}: [{', '.join(map(_quoted, value))}]" if isinstance(value, list) else f"{key}: {_quoted(value)}"
        for key, value in entry.items()
    )
    return "{" + ", ".join(parts) + "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
