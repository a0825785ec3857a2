"""What is declared in a line of a service and then works whole for its records: files, comments, tags …

`parts: ClassVar = (Files(), Comments())` in the service's body brings routes below the record's own base, sides of its
page, fields of its lists and of the form that makes it, and what its timeline has of them. Who may see or change the
record may see or change its parts; they go with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct
from cti.office.conditions.askable import Askable
from cti.office.screens.description import Action, Column, Field, Filter, Tab
from cti.office.timeline.sources import TimelineSource

if TYPE_CHECKING:
    from cti.office.records.service import Records

    Service = Records[Any, Any, Any, Any]

Fields = Mapping[str, tuple[Any, Any]]
"""Fields of a model that is made at run time: types and pydantic's `Field`, by their keys."""


class RecordPart:
    """One part. It holds no state of its own: what it stands on it asks the service's office for."""

    name: ClassVar[str]

    def shown(self) -> Fields:
        """What it adds to the record's view; each with a default, filled in by `beside`."""
        return {}

    def asked(self) -> Fields:
        """What it adds to a list's query; each with a default that asks for nothing."""
        return {}

    def filled(self) -> Fields:
        """What it adds to the form that makes a record; each with a default."""
        return {}

    async def beside(
        self, session: AsyncSession, service: Service, visitor: Visitor, ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, Any]]:
        """The values of `shown` for these records, by their ids: one query for all of them."""
        return {}

    def limits(self, service: Service, visitor: Visitor, query: Any) -> list[ColumnElement[bool]]:
        """The conditions on records that `asked` makes."""
        return []

    async def made(self, session: AsyncSession, service: Service, visitor: Visitor, id: str, filled: Any) -> None:
        """A record was made in this transaction, with what was `filled` in; what this raises makes it undone."""

    async def happened(
        self, session: AsyncSession, service: Service, visitor: Visitor, act: str, id: str, words: str = ""
    ) -> None:
        """Somebody did something with a record in this transaction: the audit's verb, or `words` of another part."""

    async def purge(self, session: AsyncSession, service: Service, ids: Iterable[str]) -> None:
        """Records are gone for good, and so is all of theirs."""

    async def exported(self, session: AsyncSession, service: Service, ids: Sequence[str]) -> None:
        """Records were written into a file; the audit's entry about it is the last of this transaction."""

    def askable(self, service: Service, visitor: Visitor) -> Sequence[Askable]:
        """What of it this visitor can ask for in conditions."""
        return ()

    def bulk(self) -> tuple[BulkAct, ...]:
        """What it lets people do with many records at once."""
        return ()

    def many(self, service: type[Service], base: str) -> tuple[Action, ...]:
        """The acts of `bulk` as the console offers them."""
        return ()

    def offered(self, service: Service, visitor: Visitor, row: Any, writes: bool) -> list[str]:
        """The names of its actions that the visitor may take with a row now; `writes` says whether he may change it."""
        return []

    def routes(self, service: Service, base: str) -> list[Route]:
        """Its routes below `base`."""
        return []

    def sources(self, service: Service) -> Sequence[TimelineSource]:
        """What the timeline has of it."""
        return ()

    # What the console shows of it; `service` is the class.

    def tabs(self, service: type[Service], base: str) -> tuple[Tab, ...]:
        """Sides of the record's page."""
        return ()

    def columns(self) -> tuple[Column, ...]:
        """What it adds to lists of the record; nothing by default."""
        return ()

    def filters(self, base: str) -> tuple[Filter, ...]:
        """By what it lets lists of the record be limited; nothing by default."""
        return ()

    def form(self, base: str) -> tuple[Field, ...]:
        """Fields of the form that makes a record."""
        return ()

    def actions(self, service: type[Service], base: str) -> tuple[Action, ...]:
        """What can be done with one record; those that are `told` are named by `offered`."""
        return ()


def extended(model: type[pydantic.BaseModel], fields: Iterable[Fields]) -> type[pydantic.BaseModel]:
    """The model with fields of parts; itself when they have none. TypeError when one is taken."""
    more: dict[str, tuple[Any, Any]] = {}
    for one in fields:
        if taken := (set(one) & {*model.model_fields, *more}):
            raise TypeError(f"{model.__name__} has {', '.join(sorted(taken))} of its own, and so has a part")
        more.update(one)
    if not more:
        return model
    made: type[pydantic.BaseModel] = pydantic.create_model(
        model.__name__,
        __base__=model,
        __doc__=model.__doc__,
        __module__=model.__module__,
        **more,  # type: ignore[call-overload] # fields as a mapping
    )
    return made
