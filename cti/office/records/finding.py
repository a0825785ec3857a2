"""One search over records of all kinds that are `searched`: what a visitor may read, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pydantic
import structlog
from sqlalchemy import ColumnElement, select

from cti.base.http.routes import SIGNED_IN, OptionView, Query, Route
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS, Disclosure
from cti.office.records.office import Office
from cti.office.records.service import Records
from cti.office.search import service as search
from cti.office.search.models import SearchEntry
from cti.office.search.passages import Piece, has_hit, passage
from cti.office.sharing.rule import Given, Reached, within
from cti.office.sharing.service import apart

log = structlog.get_logger(__name__)

Service = Records[Any, Any, Any, Any]


class SearchQuery(Query):
    """`before` is the `next` of the page before; `kind` narrows to one kind of records."""

    words: str = pydantic.Field(min_length=1, max_length=100, title="查找")
    kind: str = pydantic.Field(default="", max_length=40, title="类型")
    before: int | None = None
    size: int = pydantic.Field(default=10, ge=1, le=50)


class Found(pydantic.BaseModel):
    """A record that was found; `passages` are pieces of its texts in which the words stand."""

    kind: str
    kind_title: str
    id: str
    title: str
    at: datetime
    passages: list[list[Piece]]


class SearchAnswer(pydantic.BaseModel):
    """A page, where the next one begins (None: this is the last), and the kinds in which this visitor may search."""

    items: list[Found]
    next: int | None
    kinds: list[OptionView]


async def found_in(office: Office, visitor: Visitor, query: SearchQuery) -> SearchAnswer:
    """Search; each kind only for those who may see it, and in it the records that its own rule lets them read."""
    services = {kind: one for kind, one in office.services.items() if one.searched and visitor.may(one.see)}
    asked = {kind: one for kind, one in services.items() if query.kind in ("", kind)}
    async with office.store.reading() as session:
        rules: dict[str, ColumnElement[bool]] = {}
        few: list[search.Few] = []
        scopes: list[Scope] = []
        for kind, service in asked.items():
            ways = await apart(session, service.ways(visitor, service.see))
            given = [way for way in ways if isinstance(way, Given)]
            few += [search.Few(kind, way.ids, _kept(service)) for way in given]
            if others := [way for way in ways if not isinstance(way, Given)]:
                rules[kind] = _kept(service, within(others))
                scopes += [way.scope if isinstance(way, Reached) else EVERYTHING for way in others]
        hits = await search.find(
            session, query.words, _narrowed(scopes), kinds=list(rules), rules=rules, few=few, before=query.before,
            size=query.size,
        )  # fmt: skip
        shown: dict[tuple[str, str], Found] = {}
        for kind, service in asked.items():
            ids = [hit.id for hit in hits if hit.kind == kind]
            if not ids:
                continue
            rows = (await session.scalars(select(service.table).where(service.table.id.in_(ids)))).all()
            for row in rows:
                shown[kind, row.id] = _found(service, visitor, row, query.words)
    for kind in {hit.kind for hit in hits if asked[hit.kind].is_private}:
        seen = [hit.id for hit in hits if hit.kind == kind]
        await Disclosure(office.audit).seen(visitor, SEE_NUMBERS, kind, seen)
    return SearchAnswer(
        items=[shown[hit.kind, hit.id] for hit in hits if (hit.kind, hit.id) in shown],
        next=hits[-1].place if len(hits) == query.size else None,
        kinds=[OptionView(value=kind, title=one.title) for kind, one in services.items()],
    )


def search_routes(office: Office) -> list[Route]:
    """The route behind the search in the console's head."""

    async def found(visitor: Visitor, query: SearchQuery) -> SearchAnswer:
        return await found_in(office, visitor, query)

    return [Route("GET", "/api/search", found, SIGNED_IN, "查找所有记录")]


async def catch_up(office: Office) -> None:
    """Let records be found that were stored before their kind was searched; a kind that fails stops no other."""
    for service in list(office.services.values()):
        if service.searched:
            try:
                await service.catch_up()
            except Exception:
                log.exception("records are not all found yet", kind=service.kind)


def _kept(service: Service, *limits: ColumnElement[bool]) -> ColumnElement[bool]:
    """That an entry's record is there, and within the limits."""
    table = service.table
    kept = (table.id == SearchEntry.record, table.removed_at.is_(None), *limits)
    return select(table.id).where(*kept).correlate(SearchEntry).exists()


def _narrowed(scopes: Sequence[Scope]) -> Scope:
    """What the index itself can leave out: all that lies in none of them. The rules are asked in any case."""
    if all(scope.organisations is not None for scope in scopes):
        return Scope(organisations=frozenset[str]().union(*(scope.organisations or () for scope in scopes)))
    if all(scope.regions is not None for scope in scopes):
        return Scope(regions=frozenset[str]().union(*(scope.regions or () for scope in scopes)))
    return EVERYTHING


def _found(service: Service, visitor: Visitor, row: Any, words: str) -> Found:
    view = service.shown(visitor, row)
    texts = [text for key in service.searched if (text := service.said(key, getattr(view, key, "")))]
    passages = [passage(text, words) for text in texts[1:] if has_hit(text, words)]
    number = getattr(view, service.numbered.column) if service.numbered is not None else ""
    return Found(
        kind=service.kind,
        kind_title=service.title,
        id=row.id,
        title=" ".join(one for one in (number, texts[0] if texts else "") if one) or service.title,
        at=row.created_at,
        passages=passages[:3],
    )
