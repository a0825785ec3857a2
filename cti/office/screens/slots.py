"""What a module puts beside a call: cards and forms at the agent's desk, cards on a call's page; and over all pages.

A `screens.py` has them in `SLOTS`. Paths hold keys of the call in braces: `/api/outcomes/calls/{id}`.
"""

from __future__ import annotations

from typing import Literal

import pydantic

from cti.office.screens.description import Action, Column, Empty, Field, Method, Part


class Slot(Part):
    """A thing beside a call, for those who have the permission; `order` is its place among others."""

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: str
    order: int = 50
    permission: str
    source: str


class Card(Slot):
    """What is known: `fields` of what `source` answers, `columns` of rows of its `items`, or what a `component` of the
    plugin's own shows of it.

    `opens` names the screen on which a click opens a row's record. A source that answers 404 has nothing to say, and
    `empty` stands there.
    """

    fields: tuple[Column, ...] = ()
    columns: tuple[Column, ...] = ()
    component: str = ""
    opens: str | None = None
    empty: Empty

    @pydantic.model_validator(mode="after")
    def _is_one(self) -> Card:
        if sum(map(bool, (self.fields, self.columns, self.component))) != 1:
            raise ValueError(f"card {self.name}: has either fields, columns or a component")
        return self


class Copying(Part):
    """A row becomes a new draft of the form `form`: what `source` answers about it stands in its fields."""

    title: str
    form: str
    source: str


class DeskCard(Card):
    """Stands at the desk from the first ring until the agent has written the talk up.

    `row` are actions about a row; their paths may hold `{call}` beside the row's keys. `live` is a topic whose changes
    say that the rows may be others now.

    A card with `always`, a path that answers its rows while nobody is on the line, concerns everybody at once: it
    stands above all else as long as it has rows, and in a talk the first action of the first rows has a key each.
    Any other has a `place` on a desk that nobody arranged: below the phone, among the forms, or beside them. Whoever
    sits there folds it and moves it. `idle`: it is of use while nobody is on the line, too; its component then gets an
    empty call. `rare`: few calls have to do with it, and it takes no place where there is nothing. `key`: Alt with this
    letter brings one to its first input; these are the letters that the desk leaves.
    `overheard`: it stands beside the talk of a seat that a leader looks at on the board, too. `written`: it stands
    beside a chat, too, whose id it gets as the call's.
    """

    row: tuple[Action, ...] = ()
    copying: Copying | None = None
    live: str | None = None
    always: str | None = None
    place: Literal["phone", "work", "aside"] = "aside"
    idle: bool = False
    rare: bool = False
    overheard: bool = False
    written: bool = False
    key: Literal["D", "F", "S", "V", "Z"] | None = None

    @pydantic.model_validator(mode="after")
    def _can_be_idle(self) -> DeskCard:
        if self.idle and not self.component:
            raise ValueError(f"card {self.name}: only a component of its own has something to show without a call")
        if self.overheard and self.row:
            raise ValueError(f"card {self.name}: who listens to a talk does nothing in it")
        return self


class StoryCard(Card):
    """Stands on a call's page."""


class Alike(Part):
    """Records like what is being typed, beside a form: `source` is asked with the values of the fields `asks`, and
    with the `call`. Alt and the letter `key` do the first of `row` with the likest.
    """

    title: str
    source: str
    asks: tuple[str, ...]
    columns: tuple[Column, ...]
    opens: str | None = None
    key: str = ""
    row: tuple[Action, ...] = ()


class DeskForm(Slot):
    """A form that opens with each talk and stays until it is sent, wrapped up or not; kept with each pause in typing.

    `source` answers what was sent for this call before, and 404 when nothing was: then it opens by itself, with what
    `begin` answers in it. It is sent to `path`. The options of the field `quick` are buttons, and in wrap-up one key
    each.

    `more` takes the values of the fields `asks` (POST) and answers further fields; it is asked again when they change.
    With `copied` several can be open for one call: a further one begins with the values of these fields, and in the
    paths its `{id}` is the call's with a number behind (`01J…-2`). `shows` is the key of the answer that is told when
    it has been sent. `written`: it is filled in beside a chat, too.
    """

    method: Method = "PUT"
    path: str
    form: tuple[Field, ...]
    quick: str | None = None
    begin: str | None = None
    more: str | None = None
    asks: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    alike: Alike | None = None
    shows: str | None = None
    written: bool = False
    done: str = "已提交"

    @pydantic.model_validator(mode="after")
    def _has_it(self) -> DeskForm:
        if self.quick is not None and self.quick not in {one.key for one in self.form}:
            raise ValueError(f"form {self.name}: has no field {self.quick}")
        return self


class DeskTargets(Slot):
    """To whom an agent can hand a call beside agents, queues and flows: `source` answers `search` with rows of `to`
    (`outside:NUMBER`), `name` and `phone`.
    """


class Dock(Part):
    """Stands over every page of the console, at its lower right, for those who have the permission: a `component` of
    the plugin's own, which shows nothing while there is nothing to do. It is loaded after the first page.
    """

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    order: int = 50
    permission: str
    component: str


AnySlot = DeskCard | StoryCard | DeskForm | DeskTargets | Dock
