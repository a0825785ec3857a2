"""A mapping as its file says it.

```yaml
mapping: event_result
title: 事件办理结果
fields:
  eventId: external                                   # an expression over our fields
  result.state: {of: state, as: {done: "3", handling: "2"}, else: "1"}
  result.words: {text: "{unit}答复：{answer}"}
  result.tel: {of: phone, optional: true}             # left out where we have none
tests:
  - {name: 办结, given: {external: E1, state: done, unit: 市水务局, answer: 已修复},
     gives: {eventId: E1, result: {state: "3", words: 市水务局答复：已修复}}}
```
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import pydantic

from cti.base.expressions import Expression, Template
from cti.base.files.parts import NAME, Part
from cti.office.workshop.definitions import FileTest, Head

Path = Annotated[str, pydantic.Field(pattern=r"^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$", max_length=200)]
"""Where a value stands: `result.state` is `state` inside `result`."""
Value = str | int | float | bool | None


class Field(Part):
    """What stands in a field: the value `of` an expression, or a `text` with expressions in braces.

    `as` replaces values, and what is not among them becomes `else`, or is an error without it. An `optional` field is
    left out where the expression has no value.
    """

    of: Expression | None = None
    text: Template | None = None
    values: dict[str, Value] = pydantic.Field(default={}, alias="as")
    otherwise: Value = pydantic.Field(default=None, alias="else")
    optional: bool = False

    @pydantic.model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Field) else {"of": value}

    @pydantic.model_validator(mode="after")
    def _one_source(self) -> Field:
        if (self.of is None) == (self.text is None):
            raise ValueError("exactly one of `of` and `text` says what stands there")
        return self

    @property
    def has_else(self) -> bool:
        """Whether values that are not named are allowed."""
        return "otherwise" in self.model_fields_set


class Test(FileTest):
    """What comes out of some values; `fails` names the field that cannot be filled instead."""

    given: dict[str, Any]
    gives: dict[str, Any] | None = None
    fails: str = ""

    @pydantic.model_validator(mode="after")
    def _one_end(self) -> Test:
        if (self.gives is None) == (not self.fails):
            raise ValueError("a test says what it gives, or which field fails")
        return self


class Mapping(Head):
    """A mapping's file: each field of the other side, with where its value comes from, and tests."""

    WORD: ClassVar[str] = "mapping"

    mapping: str = pydantic.Field(pattern=NAME)
    title: str = pydantic.Field(min_length=1, max_length=60)
    fields: dict[Path, Field] = pydantic.Field(min_length=1)
    tests: tuple[Test, ...] = ()

    @property
    def compared(self) -> dict[str, object]:
        """The fields, by which two revisions are compared."""
        return dict(self.fields)
