"""YAML documents that know where each value stands, so that every complaint names file, line and column.

Used by everything that people edit as a file: settings, flows, queues. Duplicate keys are refused. What is written is
what is read: `on`, `off` and `yes` stay text, as YAML 1.2 has it, and a number is what can be counted with. A
telephone's `010` or `+8613…`, a time `8:30` and `1_000` stay text (YAML 1.1 made 8, 8613…, 510 and 1000 of them).
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import pydantic
import yaml

from cti.base.files.faults import no_yaml, say

MOST_VALUES = 500_000
"""Values that a document may have, repeated ones counted: an alias inside an alias grows without end."""

DEEPEST = 100
"""How many values may stand around one."""

REMEMBERED = 256
"""Texts of which it is known what they say: what is delivered is read, kept in the city's folder, and read there."""

LONG = 100_000
"""Characters of a text that is not remembered."""

M = TypeVar("M", bound=pydantic.BaseModel)
Where = tuple[str | int, ...]
"""The path of a value inside a document: `("nodes", "greeting", "say", 0)`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A complaint about a place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str
    severity: str = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class DocumentError(Exception):
    """A document that cannot be used; `problems` has every complaint found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed data and the place of each of its values; a mapping's key is found under the path of its value."""

    file: str
    data: Any
    places: dict[Where, tuple[int, int]]

    def problem(self, where: Where, message: str, severity: str = "error") -> Problem:
        """A complaint about the value at `where`, or about the nearest thing around it that exists."""
        path = where
        while path not in self.places and path:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Problem(self.file, line, column, message, severity)

    def validate(self, model: type[M], where: Where = ()) -> M:
        """Make `model` of the data at `where`; raises DocumentError with a line for each wrong field."""
        data: Any = self.data
        for key in where:
            data = data[key]
        try:
            return model.model_validate(data)
        except pydantic.ValidationError as error:
            raise DocumentError([self._explain(where, found) for found in error.errors()]) from None

    def _explain(self, where: Where, found: Any) -> Problem:
        inner: Where = tuple(part for part in found["loc"] if not str(part).startswith("function-"))
        name = ".".join(str(part) for part in (*where, *inner)) or "document"
        return self.problem((*where, *inner), f"{name}: {found['msg']}")


class _Loader(yaml.CSafeLoader):
    """Safe, with plain booleans and numbers only; libyaml reads a file of 8,000 lines in 0.13 s, five times as fast."""


_PLAIN = {
    "tag:yaml.org,2002:bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "tag:yaml.org,2002:int": (r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    "tag:yaml.org,2002:float": (
        r"^-?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|^-?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$",
        "-.0123456789",
    ),
}
"""What a bare word is besides text, by tag: its form, and with which characters it begins."""

_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag not in _PLAIN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, (_form, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(_tag, re.compile(_form), list(_first))


def load(path: Path) -> Document:
    """Read and parse a file; raises DocumentError when it cannot be read or parsed."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError([Problem(str(path), 1, 1, say("file-unreadable", reason=error))]) from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Document:
    """Parse YAML text; `file` is only named in complaints."""
    if len(text) > LONG:
        return _parsed(text, file)
    try:
        data, places = _remembered(text)
    except DocumentError:
        return _parsed(text, file)  # the complaint names the file
    # Whoever asks may change what he is given.
    return Document(file, pickle.loads(data), places.copy())  # noqa: S301  # written by this process


@lru_cache(REMEMBERED)
def _remembered(text: str) -> tuple[bytes, dict[Where, tuple[int, int]]]:
    found = _parsed(text, "")
    return pickle.dumps(found.data, pickle.HIGHEST_PROTOCOL), found.places


def _parsed(text: str, file: str) -> Document:
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        places: dict[Where, tuple[int, int]] = {}
        problems: list[Problem] = []
        if node is None:
            return Document(file, None, places)
        _walk(node, (), places, problems, file, ())
        if problems:
            raise DocumentError(problems)
        return Document(file, loader.construct_document(node), places)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = " ".join(part for part in (error.context, error.problem) if part)
        raise DocumentError([Problem(file, line, column, no_yaml(message))]) from None
    except RecursionError:
        raise DocumentError([Problem(file, 1, 1, say("yaml-deep", most=DEEPEST))]) from None
    except yaml.YAMLError as error:
        raise DocumentError([Problem(file, 1, 1, no_yaml(str(error)))]) from None


def _walk(
    node: yaml.Node,
    path: Where,
    places: dict[Where, tuple[int, int]],
    problems: list[Problem],
    file: str,
    around: tuple[int, ...],
) -> None:
    """Note the places of all values; `around` are the nodes (by identity) that this one stands in."""
    line, column = places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if len(places) > MOST_VALUES:
        raise DocumentError([Problem(file, 1, 1, say("yaml-many", most=MOST_VALUES))])
    if id(node) in around:
        problems.append(Problem(file, line, column, say("yaml-alias")))
        return
    if len(around) >= DEEPEST:
        raise DocumentError([Problem(file, line, column, say("yaml-deep", most=DEEPEST))])
    around = (*around, id(node))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(key_node)
            mark = key_node.start_mark
            if key in seen:
                problems.append(Problem(file, mark.line + 1, mark.column + 1, say("yaml-twice", key=repr(key))))
            seen.add(key)
            typed: str | int = int(key) if key_node.tag.endswith(":int") and key.isdecimal() else key
            places[(*path, typed)] = (mark.line + 1, mark.column + 1)
            _walk(value_node, (*path, typed), places, problems, file, around)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*path, index), places, problems, file, around)
