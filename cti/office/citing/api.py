"""The route by which forms ask what may be cited."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Query, Route
from cti.base.visitor import Visitor
from cti.office.citing.service import OPTIONS, Citing
from cti.office.screens import Choice
from cti.store.engine import Store


class CitedQuery(Query):
    """Words, or the value of what was chosen already."""

    search: str = pydantic.Field(default="", max_length=120)


def routes(citing: Citing, store: Store) -> list[Route]:
    """The route by which a form offers the texts that its visitor may cite."""

    async def options(visitor: Visitor, query: CitedQuery) -> list[Choice]:
        async with store.reading() as session:
            return await citing.options(session, visitor, query.search)

    return [Route("GET", OPTIONS, options, SIGNED_IN, "可引用的依据")]
