"""Pictures, sounds and videos as those who learn get them: the whole file or a range of it.

Whether somebody may have a file is asked by whoever calls this.
"""

from __future__ import annotations

from aiohttp import web

from cti.base.http.routes import Exchange
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.files.serving import give
from cti.office.records import Office


async def file_answer(office: Office, exchange: Exchange, kind: str, record: str, file: str) -> web.StreamResponse:
    """A file of a record, to be shown. NotFound."""
    async with office.store.reading() as session:
        row = await office.need(Files).one(session, kind, record, file)
    path, cipher = await office.need(Files).content(row), office.store.cipher
    return await give(
        exchange.request, row.name, row.type, row.size, row.sha256,
        lambda start, end: pieces_of(path, cipher, start, end), inline=True,
    )  # fmt: skip
