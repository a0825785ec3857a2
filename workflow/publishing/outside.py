"""What the public and its channels read: lists of a section, one publication, its files. Nobody's rights are asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import pydantic
from aiohttp import web
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import PUBLIC, Exchange, Page, Query, Route
from cti.base.refusal import NotFound
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.files.serving import give
from cti.office.identity import regions
from cti.office.records import Office
from cti.office.rich.text import plain
from workflow.publishing.models import ShownRow
from workflow.publishing.rules import KIND, MATTERS, PUBLICATIONS, SECTIONS
from workflow.publishing.showing import mark
from workflow.publishing.shown import Shown
from workflow.publishing.views import Channel, Section

API = "/publishing/api"
ONE = f"{API}/items/{{id}}"
SUMMARY = 120
"""Characters of the text that stand for a summary that nobody wrote."""
_PICTURE = re.compile(rf"{re.escape(PUBLICATIONS)}/[0-9A-Z]{{26}}/files/([0-9A-Z]{{26}})/content(?:\?inline=true)?")
Sort = Literal["new", "read"]


class WhereQuery(Query):
    """Where the reader is (GB/T 2260; empty: the whole house), and by which channel he reads."""

    region: str = pydantic.Field(default="", pattern=r"^(\d{6})?$")
    channel: Channel = "portal"


class ItemsQuery(Page):
    """A page of a section; `section` `hot` is what was pushed as hot. `words` are looked for in titles."""

    section: Section | Literal["", "hot"] = ""
    words: str = pydantic.Field(default="", max_length=60)
    sort: Sort = "new"
    region: str = pydantic.Field(default="", pattern=r"^(\d{6})?$")
    channel: Channel = "portal"


class FileQuery(WhereQuery):
    """Whether it is shown in the page."""

    inline: bool = False


class PublicLine(pydantic.BaseModel):
    """A publication in a list."""

    id: str
    section: str
    section_title: str
    matter: str
    title: str
    summary: str
    picture: str = pydantic.Field(description="the address of the first picture; empty for none")
    author: str
    published_at: datetime
    pinned: bool


class PublicItems(pydantic.BaseModel):
    """A page of them: pinned ones first."""

    items: list[PublicLine]
    total: int
    page: int
    size: int


class PublicFile(pydantic.BaseModel):
    """A file beside the text."""

    name: str
    size: int
    url: str


class PublicItem(PublicLine):
    """One with its text (HTML that was cleaned) and files."""

    body: str
    files: list[PublicFile]


class PublicPublications:
    """The service, and its routes on the public site."""

    def __init__(self, office: Office, shown: Shown) -> None:
        self._office, self._shown = office, shown

    def routes(self) -> list[Route]:
        """Those of the public site."""
        return [
            Route("GET", f"{API}/items", self._items, PUBLIC, "公开的信息", outside=True),
            Route("GET", ONE, self._item, PUBLIC, "一条公开的信息", outside=True),
            Route("GET", f"{ONE}/files/{{file}}", self._file, PUBLIC, "公开信息的附件", outside=True),
        ]

    async def _items(self, query: ItemsQuery) -> PublicItems:
        return await self.find(query)

    async def _item(self, id: str, query: WhereQuery) -> PublicItem:
        return await self.read(id, query)

    async def find(self, query: ItemsQuery) -> PublicItems:
        """A page of what a channel shows to a region."""
        limits = self._limits(query.region, query.channel)
        if query.section == "hot":
            limits.append(ShownRow.hot_at.is_not(None))
        elif query.section:
            limits.append(ShownRow.section == query.section)
        if words := query.words.strip():
            limits.append(ShownRow.title.contains(words, autoescape=True))
        order = ShownRow.reads.desc() if query.sort == "read" else ShownRow.published_at.desc()
        wanted = select(ShownRow).where(*limits).order_by(ShownRow.pinned.desc(), order, ShownRow.id.desc())
        async with self._office.store.reading() as session:
            total = await session.scalar(select(func.count()).select_from(ShownRow).where(*limits)) or 0
            rows = (await session.scalars(wanted.offset((query.page - 1) * query.size).limit(query.size))).all()
        items = [PublicLine(**_line(row)) for row in rows]
        return PublicItems(items=items, total=total, page=query.page, size=query.size)

    async def read(self, id: str, query: WhereQuery) -> PublicItem:
        """One of them; that it was read is counted. NotFound."""
        async with self._office.store.reading() as session:
            row = await self._row(session, id, query)
            kept = self._office.need(Files)
            # Editors may have removed it from the draft since: it stays public until the next edition.
            there = [*await kept.of(session, KIND, id), *await kept.of(session, KIND, id, removed=True)]
        files = [one for one in there if one.id in row.files]
        at, by = ONE.replace("{id}", id), "" if query.channel == "portal" else f"channel={query.channel}"
        body = _PICTURE.sub(lambda found: f"{at}/files/{found[1]}?inline=true{by and f'&{by}'}", row.body)
        beside = [(one, f"{at}/files/{one.id}{by and f'?{by}'}") for one in files if one.id not in body]
        self._shown.read(id, query.channel)
        return PublicItem(
            **_line(row), body=body,
            files=[PublicFile(name=one.name, size=one.size, url=url) for one, url in beside],
        )  # fmt: skip

    async def _file(self, id: str, file: str, query: FileQuery, exchange: Exchange) -> web.StreamResponse:
        files, cipher = self._office.need(Files), self._office.store.cipher
        async with self._office.store.reading() as session:
            if file not in (await self._row(session, id, query)).files:
                raise NotFound("no_file", "附件不存在")
            found = await files.one(session, KIND, id, file)
        path = await files.content(found)
        return await give(
            exchange.request, found.name, found.type, found.size, found.sha256,
            lambda start, end: pieces_of(path, cipher, start, end), inline=query.inline,
        )  # fmt: skip

    async def _row(self, session: AsyncSession, id: str, query: WhereQuery) -> ShownRow:
        row: ShownRow | None = await session.scalar(
            select(ShownRow).where(ShownRow.id == id, *self._limits(query.region, query.channel))
        )
        if row is None:
            raise NotFound("no_publication", "没有这条信息，或已撤下")
        return row

    def _limits(self, region: str, channel: str) -> list[ColumnElement[bool]]:
        above = regions.above(region or self._office.region)
        return [ShownRow.region.in_(above), ShownRow.channel_marks.contains(mark(channel))]


def _line(row: ShownRow) -> dict[str, object]:
    pictures: Sequence[str] = _PICTURE.findall(row.body)
    at = ONE.replace("{id}", row.id)
    return {
        "id": row.id, "section": row.section, "section_title": SECTIONS.get(row.section, row.section),
        "matter": MATTERS.get(row.matter, ""), "title": row.title,
        "summary": row.summary or plain(row.body).replace("\n", " ")[:SUMMARY],
        "picture": f"{at}/files/{pictures[0]}?inline=true" if pictures else "", "author": row.author,
        "published_at": row.published_at, "pinned": row.pinned,
    }  # fmt: skip
