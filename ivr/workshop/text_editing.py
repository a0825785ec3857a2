"""A value is put into a flow's text, or taken out of it, where it stands; every other character stays as it is.

The text is taken apart by YAML's own marks and put together again, and what comes out is compared with what was
meant: what cannot be written in place is refused, and nothing is lost. Paths are keys, and places in lists.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Sequence
from typing import Any

import yaml

from cti.base.files import documents
from cti.base.refusal import Invalid

Path = Sequence[str | int]
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_/]*")
RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
INDENT = 2


def value_at(text: str, path: Path) -> Any:
    """What stands there. KeyError, IndexError or TypeError where nothing does."""
    found: Any = documents.parse(text, "flow").data
    for key in path:
        found = found[key]
    return found


def with_value(text: str, path: Path, value: Any) -> str:
    """The text with this value at `path`, where its holder is there already. Invalid."""
    holder = _at(text, path[:-1])
    meant = _meant(text, path, value)
    if isinstance(holder, yaml.SequenceNode):
        assert isinstance(path[-1], int)
        return _checked(_replaced(text, holder.value[path[-1]], written(value)), meant, path)
    key, old = _entry(holder, str(path[-1]))
    if key is None or old is None:
        return _checked(_with_key(text, holder, f"{written_key(path[-1])}: {written(value)}"), meant, path)
    if isinstance(old, yaml.CollectionNode) and not old.flow_style:
        # From the colon on: what was below stands beside its key.
        made = f"{text[: key.end_mark.index]}: {written(value)}{text[_end(old) :]}"
        return _checked(made, meant, path)
    return _checked(_replaced(text, old, written(value)), meant, path)


def without(text: str, path: Path) -> str:
    """The text without what stands at `path`: an entry of a mapping, with its lines. Invalid."""
    holder = _at(text, path[:-1])
    key, value = _entry(holder, str(path[-1])) if isinstance(holder, yaml.MappingNode) else (None, None)
    if key is None or value is None:
        raise unwritable(path)
    meant = copy.deepcopy(documents.parse(text, "flow").data)
    inner = meant
    for part in path[:-1]:
        inner = inner[part]
    del inner[path[-1]]
    begin, end = key.start_mark.index, _end(value)
    if holder.flow_style:
        after = re.compile(r"\s*,\s*").match(text, end)
        if after is not None:
            return _checked(text[:begin] + text[after.end() :], meant, path)
        before = text[:begin].rstrip()
        return _checked(before.removesuffix(",") + text[end:], meant, path)
    line = text.rfind("\n", 0, begin) + 1
    stop = text.find("\n", end)
    return _checked(text[:line] + (text[stop + 1 :] if stop >= 0 else ""), meant, path)


def with_entry_last(text: str, path: Path, name: str, entry: dict[str, Any]) -> str:
    """The text with `name: entry` as the last lines of the mapping at `path`, a line for each key. Invalid."""
    holder = _at(text, path)
    if not isinstance(holder, yaml.MappingNode) or holder.flow_style:
        raise unwritable(path)
    meant = _meant(text, [*path, name], entry)
    indent = " " * holder.start_mark.column
    lines = [f"{indent}{name}:", *(f"{indent}{' ' * INDENT}{key}: {written(one)}" for key, one in entry.items())]
    end = _end(holder.value[-1][1])
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    return _checked(f"{text[:stop]}\n\n" + "\n".join(lines) + (text[stop:] or "\n"), meant, [*path, name])


def written(value: Any) -> str:
    """A value as it stands on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return value if PLAIN.fullmatch(value) and value.lower() not in RESERVED else _quoted(value)
        case dict():
            return "{" + ", ".join(f"{written_key(key)}: {written(one)}" for key, one in value.items()) + "}"
        case _:
            return "[" + ", ".join(written(one) for one in value) + "]"


def written_key(key: str | int) -> str:
    """A key; one of digits is text."""
    return written(str(key))


def unwritable(path: Path) -> Invalid:
    """What cannot be written in place."""
    where = ".".join(str(one) for one in path)
    return Invalid("unwritable", f"无法在流程文本中自动修改 {where}，请在文本中编辑", "text")


def _meant(text: str, path: Path, value: Any) -> Any:
    wanted = copy.deepcopy(documents.parse(text, "flow").data)
    inner = wanted
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return wanted


def _at(text: str, path: Path) -> Any:
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    for key in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
        elif isinstance(node, yaml.MappingNode):
            _, node = _entry(node, str(key))
        else:
            raise unwritable(path)
    if not isinstance(node, yaml.CollectionNode) or not node.value:
        raise unwritable(path)
    return node


def _entry(mapping: yaml.MappingNode, key: str) -> tuple[yaml.Node | None, yaml.Node | None]:
    return next(((one, value) for one, value in mapping.value if one.value == key), (None, None))


def _end(node: yaml.Node) -> int:
    """Where it ends that is read of it: a block's own mark stands after what follows it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.index)


def _replaced(text: str, node: yaml.Node, made: str) -> str:
    return text[: node.start_mark.index] + made + text[_end(node) :]


def _with_key(text: str, mapping: yaml.MappingNode, made: str) -> str:
    if mapping.flow_style:
        at = mapping.end_mark.index - 1
        return text[:at].rstrip() + (", " if mapping.value else "") + made + text[at:]
    end = _end(mapping)
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    return f"{text[:stop]}\n{' ' * mapping.start_mark.column}{made}{text[stop:]}"


def _checked(after: str, meant: Any, path: Path) -> str:
    """What was written, if it says what was meant and nothing else."""
    try:
        found = documents.parse(after, "flow").data
    except documents.DocumentError:
        found = None
    if found != meant:
        raise unwritable(path)
    return after


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
