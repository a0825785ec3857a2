"""What can be asked of a thing, and the condition that each question makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import pydantic
from sqlalchemy import ColumnElement, and_, not_, or_

from cti.base.clock import Clock
from cti.base.refusal import Invalid
from cti.base.times.business_time import ZONE
from cti.office.conditions.days import SPANS, span, start_of
from cti.office.conditions.parsing import Condition
from cti.office.references import Reference
from cti.office.screens.description import Option

Kind = Literal["text", "number", "time", "date", "flag", "choice", "reference", "tree", "tags", "whole"]
LONGEST = 200
MOST_VALUES = 100
OPS: Mapping[Kind, Mapping[str, str]] = {
    "text": {"has": "包含", "has_not": "不包含", "is": "等于", "is_not": "不等于", "starts": "开头是",
             "empty": "为空", "filled": "不为空"},
    "number": {"is": "等于", "least": "不小于", "most": "不大于", "empty": "为空", "filled": "不为空"},
    "time": {"in": "在", "since": "不早于", "until": "早于", "empty": "为空", "filled": "不为空"},
    "date": {"in": "在", "since": "不早于", "until": "早于", "empty": "为空", "filled": "不为空"},
    "flag": {"is": "是"},
    "choice": {"among": "属于", "not_among": "不属于"},
    "reference": {"among": "属于", "not_among": "不属于", "empty": "为空", "filled": "不为空"},
    "tree": {"among": "属于（含下级）", "not_among": "不属于（含下级）", "empty": "为空", "filled": "不为空"},
    "tags": {"any": "有任一", "all": "全部都有", "none": "都没有"},
    "whole": {"is": "等于"},
}  # fmt: skip
"""How each kind is asked, with the words of it. `whole` can be found by its whole value only: it has a blind index."""
NO_VALUE = ("empty", "filled")


class AskableView(pydantic.BaseModel):
    """Something to ask, as the console offers it."""

    key: str
    title: str
    kind: Kind
    ops: list[Option]
    options: list[Option] = []
    options_from: str | None = None
    options_search: bool = False


@dataclass(frozen=True, slots=True)
class Askable:
    """One: `column` holds it, unless `made` makes the condition of an operation and its values."""

    key: str
    title: str
    kind: Kind
    column: Any = None
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    options_search: bool = False
    reference: Reference | None = None
    made: Callable[[str, list[str]], ColumnElement[bool]] | None = field(default=None, compare=False)

    def view(self) -> AskableView:
        """With the words of its operations."""
        return AskableView(
            key=self.key, title=self.title, kind=self.kind, options=list(self.options), options_from=self.options_from,
            ops=[Option(value=op, title=title) for op, title in OPS[self.kind].items()],
            options_search=self.options_search,
        )  # fmt: skip

    def condition(self, said: Condition, clock: Clock) -> ColumnElement[bool]:
        """What it means for rows. Invalid for an operation or a value that it has not."""
        if said.op not in OPS[self.kind]:
            raise self._wrong("不能这样比较")
        if said.op in NO_VALUE:
            return self._empty() if said.op == "empty" else not_(self._empty())
        match self.kind:
            case "text":
                return self._text(said.op, self._said(said.value))
            case "number":
                return self._number(said.op, said.value)
            case "time" | "date":
                return self._time(said.op, said.value, clock)
            case "flag":
                if not isinstance(said.value, bool):
                    raise self._wrong("应为是或否")
                found: ColumnElement[bool] = self.column.is_(said.value)
                return found
            case "whole":
                same: ColumnElement[bool] = self.column == self._said(said.value)
                return same
        return self._among(said.op, self._values(said.value))

    def _empty(self) -> ColumnElement[bool]:
        none: ColumnElement[bool] = self.column.is_(None)
        return or_(none, self.column == "") if self.kind in ("text", "reference", "tree") else none

    def _text(self, op: str, text: str) -> ColumnElement[bool]:
        made: Mapping[str, Callable[[], ColumnElement[bool]]] = {
            "has": lambda: self.column.contains(text, autoescape=True),
            "has_not": lambda: self._without(self.column.contains(text, autoescape=True)),
            "is": lambda: self.column == text,
            "is_not": lambda: self._without(self.column == text),
            "starts": lambda: self.column.startswith(text, autoescape=True),
        }
        return made[op]()

    def _without(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        """What has no value has not that one either."""
        return or_(self.column.is_(None), not_(condition))

    def _number(self, op: str, value: Any) -> ColumnElement[bool]:
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 2**53:
            raise self._wrong("应为数字")
        found: ColumnElement[bool] = (
            self.column == value if op == "is" else self.column >= value if op == "least" else self.column <= value
        )
        return found

    def _time(self, op: str, value: Any, clock: Clock) -> ColumnElement[bool]:
        if op == "in":
            if value not in SPANS:
                raise self._wrong("没有这个时间范围")
            first, end = span(value, clock.wall())
            return and_(self.column >= self._moment(first), self.column < self._moment(end))
        try:
            at = start_of(date.fromisoformat(value)) if len(value) == 10 else datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise self._wrong("应为日期") from None
        if at.tzinfo is None:
            raise self._wrong("应为日期")
        found: ColumnElement[bool] = (
            self.column >= self._moment(at) if op == "since" else self.column < self._moment(at)
        )
        return found

    def _moment(self, at: datetime) -> datetime | date:
        return at.astimezone(ZONE).date() if self.kind == "date" else at

    def _among(self, op: str, values: list[str]) -> ColumnElement[bool]:
        if self.made is not None:
            return self.made(op, values)
        if self.options and (unknown := set(values) - {one.value for one in self.options}):
            raise self._wrong(f"没有这个值：{sorted(unknown)[0][:40]}")
        if self.reference is not None:
            among = or_(*(self.reference.below(self.column, one) for one in values))
        else:
            among = self.column.in_(values)
        return among if op == "among" else self._without(among)

    def _said(self, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            raise self._wrong(f"请填写 1 至 {LONGEST} 个字")
        return value.strip()

    def _values(self, value: Any) -> list[str]:
        if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
            raise self._wrong("请选择")
        if any(not isinstance(one, str) or len(one) > LONGEST for one in value):
            raise self._wrong("请选择")
        return value

    def _wrong(self, words: str) -> Invalid:
        return Invalid("where", f"筛选条件“{self.title}”：{words}", "where")
