"""The room's settings, put together from `settings.yaml` (section `acd`) and the files `acd/*.yaml` beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic

from acd.settings.schema import AcdSettings
from cti.base.files import documents
from cti.base.files.documents import Document, DocumentError, Problem, Where

SECTION = "acd"
HOUSE = "settings.yaml"


@dataclass(frozen=True, slots=True)
class Part:
    """A document, and where in it the room's settings stand."""

    document: Document
    where: Where = ()

    @property
    def data(self) -> Any:
        """The settings in it; None when it has none."""
        data = self.document.data
        for key in self.where:
            data = data.get(key) if isinstance(data, dict) else None
        return data

    def problem(self, where: Where, message: str) -> Problem:
        """A complaint about a setting."""
        return self.document.problem((*self.where, *where), message)

    def depth(self, where: Where) -> int:
        """How much of the path to a setting stands in this document."""
        return sum(1 for at in range(1, len(where) + 1) if (*self.where, *where[:at]) in self.document.places)


def load_settings(data: Path) -> AcdSettings:
    """The settings of a state directory; DocumentError names file and line of everything that is wrong."""
    return merge(read_parts(data))


def files(data: Path) -> list[Path]:
    """The files that have settings of the room, or may have."""
    return [path for path in (data / HOUSE, *sorted((data / SECTION).glob("*.yaml"))) if path.exists()]


def read_parts(data: Path) -> list[Part]:
    """What stands in the files; DocumentError when one cannot be parsed."""
    house = data / HOUSE
    parts = [Part(documents.load(path), (SECTION,) if path == house else ()) for path in files(data)]
    return [part for part in parts if part.data is not None]


def merge(parts: list[Part]) -> AcdSettings:
    """Settings from several documents; what two of them set is refused."""
    return validate(parts, gather(parts))


def gather(parts: list[Part]) -> dict[str, Any]:
    """All documents as one, not checked yet."""
    whole: dict[str, Any] = {}
    problems: list[Problem] = []
    for part in parts:
        if not isinstance(part.data, dict):
            raise DocumentError([part.problem((), "must be a mapping")])
        for key, value in part.data.items():
            found = whole.get(key)
            if key not in whole:
                whole[key] = dict(value) if isinstance(value, dict) else value
            elif isinstance(found, dict) and isinstance(value, dict):
                twice = found.keys() & value.keys()
                problems += [part.problem((key, name), f"{key}.{name} is set elsewhere already") for name in twice]
                found.update(value)
            else:
                problems.append(part.problem((key,), f"{key} is set elsewhere already"))
    if problems:
        raise DocumentError(problems)
    return whole


def validate(parts: list[Part], whole: dict[str, Any]) -> AcdSettings:
    """Settings of what `gather` found; DocumentError names the place in its file."""
    try:
        settings = AcdSettings.model_validate(whole)
    except pydantic.ValidationError as error:
        raise DocumentError(
            [_explain(parts, found["loc"], found["msg"].removeprefix("Value error, ")) for found in error.errors()]
        ) from None
    if wrong := settings.problems():
        raise DocumentError([_explain(parts, where, message) for where, message in wrong])
    return settings


def _explain(parts: list[Part], where: Where, message: str) -> Problem:
    path: Where = tuple(step for step in where if not str(step).startswith("function-"))
    name = ".".join(str(step) for step in path) or SECTION
    if not parts:
        return Problem(SECTION, 1, 1, f"{name}: {message}")
    return max(parts, key=lambda part: part.depth(path)).problem(path, f"{name}: {message}")
