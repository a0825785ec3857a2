"""What is asked and told of files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body, Query
from cti.office.files.content import Sort, sort_of
from cti.office.files.models import FileRow
from cti.office.files.previews import Way, has_thumbnail, way_of
from cti.office.files.uploads import Token

Tokens = list[Annotated[str, pydantic.Field(pattern=Token)]]
Scan = Literal["off", "pending", "clean", "infected", "failed"]


class FileView(pydantic.BaseModel):
    """A file of a record. `blocked` says in words why it cannot be opened now; empty when it can.

    `changeable` is whether who looks may rename and remove it, if he may add files at all.
    """

    id: str
    name: str
    type: str
    sort: Sort
    size: int
    sha256: str
    by: str
    added_at: datetime
    removed: bool
    removed_by: str
    scan: Scan
    blocked: str
    preview: Way
    thumbnail: bool
    changeable: bool = True
    person: str = pydantic.Field(default="", exclude=True)

    @classmethod
    def of(cls, row: FileRow, blocked: str) -> FileView:
        """As the page shows it; `blocked` says why it is not given out."""
        return cls(
            id=row.id, name=row.name, type=row.type, sort=sort_of(row.type), size=row.size, sha256=row.sha256,
            by=row.by, added_at=row.added_at, removed=row.removed_at is not None, removed_by=row.removed_by,
            scan=row.scan, blocked=blocked, preview="" if blocked else way_of(row.type),
            thumbnail=not blocked and has_thumbnail(row.type), person=row.person,
        )  # fmt: skip


class FileList(pydantic.BaseModel):
    """The files of a record, the oldest first; `most` is how many there may be."""

    items: list[FileView]
    most: int


class NewFiles(Body):
    """Uploads to be linked to the record."""

    tokens: Tokens = pydantic.Field(min_length=1, max_length=100)


class FileName(Body):
    """A new name; its ending stays."""

    name: str = pydantic.Field(min_length=1, max_length=200)


class NewUpload(Body):
    """A file that is about to come. `token` is made by the browser: asked again with it, it is the same upload."""

    token: str = pydantic.Field(pattern=Token)
    name: str = pydantic.Field(min_length=1, max_length=300)
    size: int = pydantic.Field(ge=1, le=2**40)


class Offset(Query):
    """From where the bytes of the body go on."""

    offset: int = pydantic.Field(default=0, ge=0)


class RemovedQuery(Query):
    """Whether removed ones are asked for."""

    removed: bool = False


class ContentQuery(Query):
    """`inline` is for showing, else the file is to be saved."""

    inline: bool = False


class UploadLimits(pydantic.BaseModel):
    """What may be uploaded: bytes of one file, files of a record, and endings, for browsers' file choosers."""

    max_bytes: int
    per_record: int
    accept: str


class Counts(pydantic.BaseModel):
    """What there is in a document itself; None where its type does not say."""

    paragraphs: int | None = None
    tables: int | None = None
    pictures: int | None = None


class TextPreview(pydantic.BaseModel):
    """A document to read: clean HTML, tables of sheets, or plain text; `cut` when that is not all."""

    kind: Literal["html", "sheets", "text"]
    cut: bool
    html: str = ""
    text: str = ""
    sheets: list[Sheet] = []
    counts: Counts = Counts()


class Sheet(pydantic.BaseModel):
    """A sheet of a workbook."""

    title: str
    rows: list[list[str]]


class PageCount(pydantic.BaseModel):
    """How many pages there are to look at."""

    pages: int
