"""Reads the rows of another system's table: which of its columns are which of our fields, and its words ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

import pydantic

from cti.base.refusal import Invalid
from cti.office.imports.mapping import reading_of
from cti.office.imports.views import Fault
from cti.office.records.importing import fault_of, value_of
from cti.office.screens.forms import fields_of

M = TypeVar("M", bound=pydantic.BaseModel)
Lines = Sequence[Mapping[str, str]]


class TableReader(Generic[M]):
    """Reads rows as `model`, whose titles are the columns of our own template; a module's own says the model.

    `key` is the field with the other system's id of a row, which stands in a file once.
    """

    model: ClassVar[type[pydantic.BaseModel]]
    key: ClassVar[str]

    def __init__(self, heading: Sequence[str], columns: Lines = (), words: Lines = ()) -> None:
        """With lines of a mapping as they are kept; a field that is not among them has a column of its own title, or
        none.

        Invalid when a column that must be there, or that the mapping names, is not in the file.
        """
        theirs, self._words = reading_of(columns, words)
        self._met: dict[str, int] = {}
        self._fields = {one.key: one for one in fields_of(self.model)}
        self.titles = {key: theirs.get(key) or one.title for key, one in self._fields.items()}
        places = {cell.removesuffix("*").strip(): at for at, cell in enumerate(heading)}
        needed = {key for key, one in self._fields.items() if one.required or key in theirs}
        if missing := [title for key, title in self.titles.items() if title not in places and key in needed]:
            raise Invalid("sheet", f"第一行缺少以下列：{'、'.join(missing)}", "file")
        self._places = {key: places[title] for key, title in self.titles.items() if title in places}

    def row(self, number: int, cells: Sequence[str]) -> tuple[M | None, list[Fault]]:
        """As `read`; a row whose id stood in one before it is wrong."""
        said, faults = self.read(cells)
        if said is not None:
            id = str(getattr(said, self.key))
            if (first := self._met.setdefault(id, number)) != number:
                faults.append(Fault(self.titles[self.key], f"“{id[:40]}”与第 {first} 行重复"))
        return said, faults

    def read(self, cells: Sequence[str]) -> tuple[M | None, list[Fault]]:
        """What the row says, or all that is wrong with its cells."""
        said = {key: cells[at] for key, at in self._places.items() if at < len(cells) and cells[at]}
        given = {}
        for key, text in said.items():
            given[key] = value_of(self._fields[key], self._words.get((key, text), text))
        try:
            return self.model.model_validate(given), []  # type: ignore[return-value] # a module's own model is M
        except pydantic.ValidationError as error:
            found = {str(one["loc"][0]) if one["loc"] else "": one for one in reversed(error.errors())}
        return None, [
            Fault(self.titles.get(key, key), fault_of(self._fields.get(key), said.get(key, ""), one))
            for key, one in reversed(found.items())
        ]
