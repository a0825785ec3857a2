"""What somebody filled in, checked against the form: the values as they count, or what is wrong with each field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cti.base.expressions import Expression
from cti.base.expressions.reckoning import reckoned
from cti.office.forms.definition import LONGEST, MOST, MOST_ROWS, Field, Form
from cti.office.rich.text import LONGEST as RICH
from cti.office.rich.text import cleaned, plain


@dataclass(frozen=True, slots=True)
class FormScope:
    """The names of a form's conditions."""

    values: Mapping[str, Any]
    facts: Mapping[str, Any]

    def value(self, name: str) -> Any:
        """A field's value, or `record`, `actor`, `time`; KeyError when there is none."""
        return self.facts[name] if name in self.facts else self.values[name]

    def ask(self, function: str, argument: str) -> bool:
        """`offered` and `open` mean nothing to a form."""
        raise KeyError(function)


@dataclass(slots=True)
class Checked:
    """The values as they count, with None where nothing stands; `errors` by field."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """All that is wrong, in one sentence."""
        return "；".join(self.errors.values())


def check(form: Form, given: Mapping[str, Any], facts: Mapping[str, Any] | None = None) -> Checked:
    """Check all fields that are shown. ExpressionError when a condition cannot be worked out."""
    found = Checked(dict.fromkeys(form.types, None))
    known = {"record": {}, "actor": {}, "time": {}, **(facts or {})}
    scope = FormScope(found.values, known)
    # Conditions read fields that stand above or below: all values first, then which of them count.
    for _, name, one, _ in form.every():
        read: Reader = _READERS.get(one.type, _text)
        try:
            found.values[name] = read(given.get(name), one)
        except ValueError as error:
            found.errors[name] = f"{one.title}{error}"
    _reckon({name: one for _, name, one, _ in form.every()}, found.values)
    shown = {
        name: one
        for _, name, one, part in form.every()
        if _holds(part.when if part is not None else None, scope) and _holds(one.when, scope)
    }
    for name in form.types:
        if name not in shown:
            found.values[name] = None
            found.errors.pop(name, None)
        elif name not in found.errors and shown[name].required and found.values[name] in (None, "", []):
            found.errors[name] = f"请填写{shown[name].title}"
    for name in given:
        if name not in found.values:
            found.errors[name] = f"表单没有“{name[:40]}”这一项"
    return found


def _reckon(fields: Mapping[str, Field], values: dict[str, Any]) -> None:
    """Put what formulas come to in its place; nothing where a number lacks or one would divide by 0."""
    for name, one in fields.items():
        if one.formula is None:
            continue
        values[name] = reckoned(one.formula, values)


def _holds(condition: Expression | None, scope: FormScope) -> bool:
    return condition is None or condition.truth(scope)


def _text(value: Any, one: Field) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("应为文字")
    text = value.strip()
    if not text:
        return None
    most = one.max if one.max is not None else LONGEST.get(one.type, LONGEST["text"])
    if len(text) > most:
        raise ValueError(f"不能超过 {most:g} 个字")
    if one.min is not None and len(text) < one.min:
        raise ValueError(f"至少要写 {one.min:g} 个字")
    if one.pattern and not re.fullmatch(one.pattern, text):
        raise ValueError(f"：{one.wrong}" if one.wrong else "格式不对")
    return text


def _rich(value: Any, one: Field) -> str | None:
    """Cleaned; its length is that of what it says."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > RICH:
        raise ValueError("应为文字")
    text = cleaned(value)
    _text(plain(text), one)
    return text or None


def _rows(value: Any, one: Field) -> list[dict[str, Any]]:
    """Each row by its columns; the first that is wrong is told with its place."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValueError("应为若干行")
    most = one.max if one.max is not None else MOST_ROWS
    if len(value) > most:
        raise ValueError(f"最多 {most:g} 行")
    if value and one.min is not None and len(value) < one.min:
        raise ValueError(f"至少 {one.min:g} 行")
    return [_row(row, one, place) for place, row in enumerate(value, 1)]


def _row(row: Mapping[str, Any], one: Field, place: int) -> dict[str, Any]:
    if unknown := [key for key in row if key not in one.rows]:
        raise ValueError(f"第 {place} 行没有“{unknown[0][:40]}”这一列")
    found: dict[str, Any] = {}
    for name, column in one.rows.items():
        read: Reader = _READERS.get(column.type, _text)
        try:
            found[name] = read(row.get(name), column)
        except ValueError as error:
            raise ValueError(f"第 {place} 行：{column.title}{error}") from None
        if column.required and column.formula is None and found[name] in (None, ""):
            raise ValueError(f"第 {place} 行：请填写{column.title}")
    _reckon(one.rows, found)
    return found


def _number(value: Any, one: Field) -> float | int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("应为数字")
    if one.type == "integer" and value != int(value):
        raise ValueError("应为整数")
    if one.min is not None and value < one.min:
        raise ValueError(f"不能小于 {one.min:g}")
    if one.max is not None and value > one.max:
        raise ValueError(f"不能大于 {one.max:g}")
    return int(value) if one.type == "integer" else value


def _flag(value: Any, one: Field) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise ValueError("应为是或否")
    return value


def _date(value: Any, one: Field) -> str | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError("应为日期") from None


def _time(value: Any, one: Field) -> str | None:
    if not value:
        return None
    try:
        return datetime.fromisoformat(str(value)).isoformat(timespec="seconds")
    except ValueError:
        raise ValueError("应为时间") from None


def _choice(value: Any, one: Field) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or (one.source is None and one.choices and value not in one.choices):
        raise ValueError("没有这个选项")
    return value


def _several(value: Any, one: Field) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("应为若干项")
    found = list(dict.fromkeys(item.strip() for item in value if item.strip()))
    if len(found) > (one.max if one.max is not None else MOST):
        raise ValueError(f"最多选 {one.max if one.max is not None else MOST:g} 项")
    if found and one.min is not None and len(found) < one.min:
        raise ValueError(f"至少选 {one.min:g} 项")
    if one.type == "choices" and one.source is None and any(item not in one.choices for item in found):
        raise ValueError("有不存在的选项")
    return found


Reader = Callable[[Any, Field], Any]
_READERS: dict[str, Reader] = {
    "rich": _rich,
    "rows": _rows,
    "number": _number, "integer": _number, "flag": _flag, "date": _date, "time": _time, "choice": _choice,
    "organisation": _text, "person": _text, "choices": _several, "tags": _several, "organisations": _several,
}  # fmt: skip
