"""Tests inside a flow file: what a caller does, and what must come of it."""

from __future__ import annotations

from typing import Any

import pydantic

from cti.base.parts import DigitText, Part, Words


class Trial(Part):
    """A test: `do` is a script as for `hotline flow try`; what stands below `do` is expected.

    `hears` are prompt ids or parts of spoken text, `visits` names of nodes, both in this order with others between;
    `never` are nodes that must not be entered; `ends` is the outcome of the `end` node, or `hangup`.
    `services` answers lookups by name (a record, or null for nothing found, or `down`).
    """

    name: str
    caller: DigitText = pydantic.Field(default="13800000001", alias="from")
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

    @pydantic.field_validator("at", mode="before")
    @classmethod
    def _moment(cls, value: Any) -> Any:
        return value if isinstance(value, str) else str(value)
