"""What can be printed, declared in a line by whoever has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cti.base.expressions.types import TEXT, Type, list_of, record


@dataclass(frozen=True, slots=True)
class Printed:
    """A kind of thing: `record` are its values, `lists` those of the rows that belong to it, `sheets` whole tables.

    A template reads `record`, and `print.by`, `print.at`, `print.house`; `example` is what it is tried with.
    """

    name: str
    title: str
    record: Mapping[str, str]
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def types(self) -> dict[str, Type]:
        """What expressions of blocks read: every value is text as people read it."""
        lists = {name: list_of(record(dict.fromkeys(row, TEXT))) for name, row in self.lists.items()}
        return {"record": record(dict.fromkeys(self.record, TEXT)), "print": PRINT, **lists}


PRINT = record(dict.fromkeys(("by", "at", "house"), TEXT))
