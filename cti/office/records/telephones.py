"""A column with somebody's telephone number, declared in a line: kept canonical, found by its blind index, masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import class_mapper

from cti.base.numbers.number import Number
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.identity.lookups import LAST_FOUR
from cti.office.identity.masking import masked_name, shown_name, shown_number
from cti.office.records.table import Record


@dataclass(frozen=True, slots=True)
class Telephone:
    """`column` has the number, `name` whose it is, seen by who may see personal data.

    Beside it the table has its blind index `<column>_index`, and `<column>_last_four` where it is found by these too.
    """

    column: str
    name: str = ""

    @property
    def masked(self) -> tuple[str, ...]:
        """The columns that some see masked."""
        return (self.column, self.name) if self.name else (self.column,)

    def indexes(self, table: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
        """The blind indexes of a number among values; of none where the column may be empty."""
        if self.column not in values:
            return {}
        columns = {one.key: one.columns[0] for one in class_mapper(table).column_attrs}
        wanted = [one for one in (f"{self.column}_index", f"{self.column}_last_four") if one in columns]
        number = values[self.column]
        return {one: (number or None) if columns[one].nullable else number for one in wanted}

    def words(self, visitor: Visitor, row: Record) -> dict[str, Any]:
        """Number and name as this visitor may see them."""
        number = getattr(row, self.column)
        shown = {self.column: shown_number(visitor, Number.parse(number)) if number else ""}
        return {**shown, self.name: shown_name(visitor, getattr(row, self.name))} if self.name else shown

    def filled(self, said: Mapping[str, Any], row: Record | None, area: str) -> dict[str, Any]:
        """What people filled in, the number canonical; what they were shown masked stays as it is. Invalid."""
        found: dict[str, Any] = {}
        if number := said.get(self.column):
            kept = getattr(row, self.column) if row is not None else ""
            parsed = Number.parse(number, area=area)
            if kept and number == Number.parse(kept).masked:
                parsed = Number.parse(kept)
            if not parsed.digits:
                raise Invalid("number", f"“{number}”不是有效的电话号码", self.column)
            found[self.column] = parsed.digits
        if row is not None and self.name in said and said[self.name] == masked_name(getattr(row, self.name)):
            found[self.name] = getattr(row, self.name)
        return found

    def sought(self, table: type[Record], text: str, area: str) -> str:
        """The number that a search means: canonical, or its last four digits where the table is found by these."""
        if self._is_last_four(table, text):
            return text
        return Number.parse(text, area=area).digits if text else ""

    def condition(self, table: type[Record], text: str, area: str) -> ColumnElement[bool] | None:
        """That a record has the number that a search means; None when it means none."""
        if not (number := self.sought(table, text, area)):
            return None
        kind = "last_four" if self._is_last_four(table, text) else "index"
        found: ColumnElement[bool] = getattr(table, f"{self.column}_{kind}") == number
        return found

    def _is_last_four(self, table: type[Record], text: str) -> bool:
        return len(text) == LAST_FOUR and text.isdecimal() and hasattr(table, f"{self.column}_last_four")
