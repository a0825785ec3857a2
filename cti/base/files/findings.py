"""Findings: every fault of a file with its place, its code, and a hint where one can be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, TypeVar

import pydantic

from cti.base.files.documents import Document, DocumentError, Problem, Where
from cti.base.files.faults import say
from cti.base.files.sentences import Words, Wrong, in_chinese

M = TypeVar("M", bound=pydantic.BaseModel)


@dataclass(frozen=True, slots=True)
class Finding(Problem):
    """A complaint with what might be meant. `code` stays the same over versions and languages, `values` are its
    arguments in words."""

    suggestion: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}"
        return f"{text}; {self.suggestion}" if self.suggestion else text

    @classmethod
    def at(
        cls, document: Document, where: Where, words: Words, *, severity: str = "error", suggestion: str = ""
    ) -> Finding:
        """A complaint about the value at `where`; the index in a list that is written as its single item is skipped."""
        found: Where = ()
        for part in where:
            if (*found, part) in document.places or not isinstance(part, int):
                found = (*found, part)
        place = document.problem(found, words, severity)
        return cls.of(place, suggestion)

    @classmethod
    def of(cls, problem: Problem, suggestion: str = "") -> Finding:
        """What a document is refused for, as a finding."""
        if isinstance(problem, Finding):
            return problem
        words = problem.message if isinstance(problem.message, Words) else say("value", text=problem.message)
        return cls(
            problem.file, problem.line, problem.column, words, problem.severity, suggestion, words.code, words.values
        )

    @property
    def in_chinese(self) -> Finding:
        """The same with its words in Chinese."""
        return replace(self, message=in_chinese(self.message), suggestion=in_chinese(self.suggestion))


NAMES = ("^[a-z]", "^[A-Za-z]", "^[A-Za-z_]")
"""How patterns of names begin."""


def close_to(word: str, known: Iterable[str]) -> str:
    """A suggestion of the known word that is nearest, or nothing."""
    close = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return say("did-you-mean", word=close[0]) if close else ""


def validated(document: Document, model: type[M]) -> M:
    """The document as a `model`; DocumentError with a finding for each fault."""
    try:
        return model.model_validate(document.data)
    except pydantic.ValidationError as error:
        raise DocumentError([explain(document, (), one, model) for one in error.errors()]) from None


def explain(document: Document, where: Where, error: Any, model: type[pydantic.BaseModel]) -> Finding:
    """An error of pydantic's about the `model` at `where`, without the names of our own types."""
    path = [part for part in error["loc"] if part != "[key]" and not str(part).startswith(("function-", "lax-or"))]
    place: Where = (*where, *path)
    name = _name(place)
    match error["type"]:
        case "extra_forbidden":
            fields = _fields_at(model, path[:-1])
            hint = close_to(str(path[-1]), fields) or say("hint-known", names=", ".join(sorted(fields)))
            return Finding.at(document, place, say("key-unknown").under(name), suggestion=hint)
        case "missing":
            words = say("key-missing", key=path[-1]).under(_name(place[:-1]) or getattr(model, "WORD", ""))
            return Finding.at(document, place[:-1], words)
        case "string_pattern_mismatch" if not error["ctx"]["pattern"].startswith(NAMES):
            # What was written may be a key: it is not repeated.
            return Finding.at(document, place, say("text-wrong").under(name))
        case "string_pattern_mismatch":
            words = say("name-bad", word=repr(str(error["input"])[:60])).under(name)
            return Finding.at(document, place, words, suggestion=say("hint-names"))
        case "value_error":
            fault = error["ctx"]["error"]
            words = fault.words if isinstance(fault, Wrong) else say("value", text=fault)
            return Finding.at(document, place, words.under(name))
        case kind:
            return Finding.at(document, place, _wanted(kind, error).under(name))


_MAPPING, _LIST = "mapping-needed", "list-needed"
_SHAPES = {
    "model_type": _MAPPING, "model_attributes_type": _MAPPING, "dict_type": _MAPPING, "mapping_type": _MAPPING,
    "list_type": _LIST, "tuple_type": _LIST, "set_type": _LIST, "frozen_set_type": _LIST, "string_type": "text-needed",
    "int_type": "integer-needed", "int_parsing": "integer-needed", "int_from_float": "integer-needed",
    "float_type": "number-needed", "float_parsing": "number-needed", "finite_number": "number-needed",
    "bool_type": "boolean-needed", "bool_parsing": "boolean-needed", "is_instance_of": "value-wrong",
}  # fmt: skip
_LIMITS: dict[str, tuple[str, str]] = {
    "less_than": ("less-than", "lt"), "less_than_equal": ("at-most", "le"), "greater_than": ("more-than", "gt"),
    "greater_than_equal": ("at-least", "ge"), "too_short": ("too-few", "min_length"),
    "too_long": ("too-many", "max_length"), "string_too_short": ("text-short", "min_length"),
    "string_too_long": ("text-long", "max_length"), "literal_error": ("choice-needed", "expected"),
    "enum": ("choice-needed", "expected"),
}  # fmt: skip


def _wanted(kind: str, error: Any) -> Words:
    """What should stand there."""
    if kind in _SHAPES:
        return say(_SHAPES[kind])
    if kind in _LIMITS:
        code, context = _LIMITS[kind]
        argument = "expected" if code == "choice-needed" else "limit"
        return say(code, **{argument: error["ctx"][context]})
    if kind.startswith(("date_", "datetime_", "time_")):
        return say("date-needed" if kind.startswith("date_") else "time-needed")
    message = str(error["msg"])
    return say("value", text=message[0].lower() + message[1:])


def _name(place: Where) -> str:
    return ".".join(str(part) for part in (place[1:] if place[:1] == ("nodes",) else place))


def _fields_at(model: type[pydantic.BaseModel], path: list[Any]) -> set[str]:
    """The keys that a mapping inside `model` may have, as far as the models tell."""
    here: type[pydantic.BaseModel] | None = model
    for part in path:
        if isinstance(part, int) or here is None:
            continue
        field = next((one for name, one in here.model_fields.items() if part in (name, one.alias)), None)
        if field is not None:
            here = _model_in(field.annotation)
    return {one.alias or name for name, one in here.model_fields.items()} if here is not None else set()


def _model_in(annotation: Any) -> type[pydantic.BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return annotation
    for one in getattr(annotation, "__args__", ()):
        if (found := _model_in(one)) is not None:
            return found
    return _model_in(annotation.__origin__) if hasattr(annotation, "__metadata__") else None
