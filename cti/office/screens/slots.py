"""What a module puts beside a call: cards and forms at the agent's desk, cards on a call's page.

A `screens.py` has them in `SLOTS`. Paths hold keys of the call in braces: `/api/outcomes/calls/{id}`.
"""

from __future__ import annotations

import pydantic

from cti.office.screens.description import Column, Empty, Field, Method, Part


class Slot(Part):
    """A thing beside a call, for those who have the permission; `order` is its place among others."""

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: str
    order: int = 50
    permission: str
    source: str


class Card(Slot):
    """What is known: `fields` of what `source` answers, or with `columns` rows of its `items`.

    `opens` names the screen on which a click opens a row's record. A source that answers 404 has nothing to say, and
    `empty` stands there.
    """

    fields: tuple[Column, ...] = ()
    columns: tuple[Column, ...] = ()
    opens: str | None = None
    empty: Empty

    @pydantic.model_validator(mode="after")
    def _is_one(self) -> Card:
        if bool(self.fields) == bool(self.columns):
            raise ValueError(f"card {self.name}: has either fields or columns")
        return self


class DeskCard(Card):
    """Stands at the desk from the first ring until the agent has written the talk up."""


class StoryCard(Card):
    """Stands on a call's page."""


class DeskForm(Slot):
    """A form that opens with each talk and stays until it is sent, wrapped up or not; kept with each pause in typing.

    `source` answers what was sent for this call before, and 404 when nothing was: then it opens by itself. It is sent
    to `path`. The options of the field `quick` are buttons, and in wrap-up one key each.
    """

    method: Method = "PUT"
    path: str
    form: tuple[Field, ...]
    quick: str | None = None
    done: str = "已提交"

    @pydantic.model_validator(mode="after")
    def _has_it(self) -> DeskForm:
        if self.quick is not None and self.quick not in {one.key for one in self.form}:
            raise ValueError(f"form {self.name}: has no field {self.quick}")
        return self


AnySlot = DeskCard | StoryCard | DeskForm
