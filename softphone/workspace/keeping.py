"""How somebody has arranged his desk: which widget stands in which column, how wide, folded or open.

What a widget is, only the console knows: those of the desk itself, and one for each card that a plugin describes. The
name of one that is not there any more is kept, since its plugin may come back.
"""

from __future__ import annotations

from typing import Annotated

import pydantic

from cti.base.clock import Clock
from cti.base.http.routes import Body
from cti.base.visitor import Visitor
from cti.store.engine import Store
from softphone.models import ArrangementRow

MOST_COLUMNS, MOST_WIDGETS = 4, 40
NARROWEST = 10


class Widget(pydantic.BaseModel, extra="forbid"):
    """A widget at its place. `folded`: its name only."""

    name: Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    folded: bool = False


class Column(pydantic.BaseModel, extra="forbid"):
    """A column: its part of the width in percent, and its widgets from above."""

    width: Annotated[float, pydantic.Field(ge=NARROWEST, le=100)]
    widgets: Annotated[list[Widget], pydantic.Field(max_length=MOST_WIDGETS)]


class Arrangement(Body):
    """Columns from the left; none: as the desk comes."""

    columns: list[Column] = pydantic.Field(default_factory=list, max_length=MOST_COLUMNS)

    @pydantic.model_validator(mode="after")
    def _once_each(self) -> Arrangement:
        names = [widget.name for column in self.columns for widget in column.widgets]
        if len(set(names)) != len(names):
            raise ValueError("a widget stands at two places")
        return self


class Arrangements:
    """Keeps them, one a person, at whatever computer he sits."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def of(self, visitor: Visitor) -> Arrangement:
        """The visitor's own; without columns where he has arranged nothing."""
        async with self._store.reading() as session:
            row = await session.get(ArrangementRow, visitor.person)
        return Arrangement() if row is None else Arrangement.model_validate({"columns": row.columns})

    async def keep(self, visitor: Visitor, wanted: Arrangement) -> None:
        """Instead of what was; one without columns is the desk as it comes."""
        async with self._store.writing() as session:
            row = await session.get(ArrangementRow, visitor.person, with_for_update=True)
            if not wanted.columns:
                if row is not None:
                    await session.delete(row)
                return
            if row is None:
                row = ArrangementRow(person=visitor.person)
                session.add(row)
            row.columns = [one.model_dump() for one in wanted.columns]
            row.updated_at = self._clock.wall()
