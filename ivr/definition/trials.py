"""Tests inside a flow file: what a caller does, and what must come of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pydantic

from cti.base.files.parts import DigitText, Part, Words
from cti.base.numbers.number import Number, NumberKind
from ivr.prompts.catalogue import DEFAULT_LANGUAGE


class Trial(Part):
    """A test: `do` is a script as for `hotline flow try`; what stands below `do` is expected.

    `hears` are prompt ids or parts of spoken text, `visits` names of nodes, both in this order with others between;
    `never` are nodes that must not be entered; `ends` is the outcome of the `end` node, or `hangup`.
    `from` is the caller's number (`anonymous`: none), `kind` what it is taken for (by itself: what it looks like),
    `tags` the caller's marks such as `vip`; `called` the number called and `language` what its callers hear.
    `arguments` are what the flow is given. `services` answers lookups by name (a record, null for nothing found, or
    `down`).
    """

    name: str
    caller: DigitText = pydantic.Field(default="13800000001", alias="from")
    kind: NumberKind | None = None
    tags: Words = ()
    called: DigitText = "12345"
    language: str = DEFAULT_LANGUAGE
    at: str = "2026-03-03 10:00"
    medium: str = "phone"
    arguments: dict[str, Any] = pydantic.Field(default={})
    services: dict[str, Any] = pydantic.Field(default={})
    do: str = ""
    hears: Words = ()
    visits: Words = ()
    never: Words = ()
    ends: str | None = None
    variables: dict[str, Any] = pydantic.Field(default={})
    rated: int | None = None

    @property
    def number(self) -> Number:
        """The number from which the caller of the test calls."""
        found = Number.parse(self.caller)
        return replace(found, kind=self.kind) if self.kind is not None else found

    @pydantic.field_validator("at", mode="before")
    @classmethod
    def _moment(cls, value: Any) -> Any:
        return value if isinstance(value, str) else str(value)
