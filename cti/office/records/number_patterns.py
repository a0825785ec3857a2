"""A column with a number or a segment of numbers, declared in a line: kept canonical, found by its index, masked.

Beside `<column>`, sealed like any telephone number, the table has its blind index `<column>_index`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from cti.base.numbers.number import Number
from cti.base.numbers.number_patterns import ANONYMOUS, canonical, is_exact, shown
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.identity.lookups import LAST_FOUR
from cti.office.identity.masking import shown_number
from cti.office.records.table import Record


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """The column, in a house whose local numbers have this area code (`0519`)."""

    column: str
    area: str

    def filled(self, said: str, row: Record | None) -> str:
        """The pattern that was typed, canonical; who was shown the kept one masked leaves it as it is. Invalid."""
        kept = getattr(row, self.column) if row is not None else ""
        if kept and said == Number.parse(kept).masked:
            return str(kept)
        try:
            return canonical(said, self.area)
        except ValueError as error:
            raise Invalid("pattern", str(error), self.column) from None

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The index that a record is found by."""
        return {f"{self.column}_index": values[self.column]} if self.column in values else {}

    def words(self, visitor: Visitor, row: Record) -> dict[str, Any]:
        """As this visitor may see it: whole numbers are masked by right, segments are nobody's."""
        kept = getattr(row, self.column)
        whole = kept != ANONYMOUS and is_exact(kept)
        return {self.column: shown_number(visitor, Number.parse(kept)) if whole else shown(kept)}

    def condition(self, table: type[Record], text: str) -> ColumnElement[bool] | None:
        """That a record has the pattern that a search names; None when it names none."""
        try:
            found: ColumnElement[bool] = getattr(table, f"{self.column}_index") == canonical(text, self.area)
        except ValueError:
            return None
        return found

    def sought(self, text: str) -> str:
        """The number that a search means, or its last four digits; "" for one that means none."""
        if len(text) == LAST_FOUR and text.isdecimal():
            return text
        return Number.parse(text, area=self.area).digits if text else ""
