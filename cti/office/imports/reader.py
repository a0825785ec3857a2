"""Reads the rows of another system's table: which of its columns are which of our fields, and its words ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

import pydantic

from cti.base.refusal import Invalid
from cti.office.imports.views import Fault
from cti.office.records.importing import fault_of, value_of
from cti.office.screens.forms import fields_of

M = TypeVar("M", bound=pydantic.BaseModel)


class TableReader(Generic[M]):
    """Reads rows as `model`, whose titles are the columns of our own template; a module's own says the model."""

    model: ClassVar[type[pydantic.BaseModel]]

    def __init__(
        self, columns: Mapping[str, str], words: Mapping[tuple[str, str], str], heading: Sequence[str]
    ) -> None:
        """`columns` are theirs by our keys; a field that is not among them has a column of its own title, or none.

        Invalid when a column that must be there, or that the mapping names, is not in the file.
        """
        self._words = words
        self._fields = {one.key: one for one in fields_of(self.model)}
        self.titles = {key: columns.get(key) or one.title for key, one in self._fields.items()}
        places = {cell.removesuffix("*").strip(): at for at, cell in enumerate(heading)}
        needed = {key for key, one in self._fields.items() if one.required or key in columns}
        if missing := [title for key, title in self.titles.items() if title not in places and key in needed]:
            raise Invalid("sheet", f"第一行缺少以下列：{'、'.join(missing)}", "file")
        self._places = {key: places[title] for key, title in self.titles.items() if title in places}

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
