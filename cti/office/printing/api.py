"""Print templates over HTTP: read, checked, published, and drawn with an example while somebody writes one."""

from __future__ import annotations

import asyncio
import base64
import io
from dataclasses import dataclass
from typing import Any

import pydantic

from cti.base.expressions import ExpressionError
from cti.base.files.findings import Finding
from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.printing.library import PRINT_EXAMPLE, PrintFile, PrintLibrary
from cti.office.printing.pieces import filled_in
from cti.office.printing.rights import PRINTOUTS, READ
from cti.office.printing.service import Printing
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, TextBody, chinese
from cti.office.workshop.service import Workshop

SCALE = 1.5
"""Pixels of a page's picture for each point."""
EXAMPLE_ROWS = 3
EXAMPLE_SHEET = {"headings": ["项目", "数值"], "rows": [["〔项目〕", "〔数值〕"]] * EXAMPLE_ROWS}


class DrawBody(TextBody):
    """A template, and the page that is looked at."""

    page: int = pydantic.Field(default=1, ge=1, le=200)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What lint says of a template, and a page of it with example values as a PNG in base64; empty for a faulty one."""

    findings: list[Finding]
    pages: int
    picture: str


@dataclass(frozen=True, slots=True)
class PrintVocabulary:
    """What an editor completes: the schema, and what there is to print by kind, list and key."""

    schema: dict[str, Any]
    kinds: dict[str, dict[str, Any]]


class PrintingApi(FilesApi[PrintFile]):
    """What files of every kind have, and draws an example."""

    parts = "blocks"

    def __init__(self, desk: Workshop[PrintFile], printing: Printing) -> None:
        super().__init__(desk)
        self._printing = printing
        self._drawing = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Each route with its permission, and what it is called in the contract."""
        return [
            Route("GET", "/api/printout_vocabulary", self.vocabulary, READ, "打印模板可用的内容"),
            Route("POST", "/api/printouts/draw", self.draw, READ, "检查打印模板并画出样张", limit=TEXT_LIMIT),
            *self.file_routes("/api/printouts", PRINTOUTS),
        ]

    async def vocabulary(self) -> PrintVocabulary:
        """The schema, and the values with their titles."""
        kinds = {
            name: {"title": one.title, "record": dict(one.record), "sheets": list(one.sheets),
                   "lists": {key: dict(row) for key, row in one.lists.items()}}
            for name, one in self._printing.library.kinds.items()
        }  # fmt: skip
        return PrintVocabulary(PrintLibrary.schema(), kinds)

    async def draw(self, visitor: Visitor, body: DrawBody) -> Drawn:
        """What a template says, and how it looks with values that are their own names."""
        found, findings = await self._files.check(visitor, body.text)
        if found is None or any(one.severity == "error" for one in findings):
            return Drawn(chinese(findings), 0, "")
        kind = self._printing.library.kinds[found.head.about]
        example = {
            "record": {key: f"〔{title}〕" for key, title in kind.record.items()},
            **{
                name: [{key: f"〔{title}〕" for key, title in row.items()}] * EXAMPLE_ROWS
                for name, row in kind.lists.items()
            },
            **dict.fromkeys(kind.sheets, EXAMPLE_SHEET),
            "print": PRINT_EXAMPLE,
        }  # fmt: skip
        try:
            paper = filled_in(found.head, example)
        except ExpressionError as error:
            words = Finding(str(found.document.file), 1, 1, error.message)
            return Drawn(chinese([*findings, words]), 0, "")
        content = await self._printing.drawn(paper, "pdf")
        async with self._drawing:
            pages, picture = await asyncio.to_thread(_picture, content, body.page)
        return Drawn(chinese(findings), pages, picture)


def _picture(content: bytes, page: int) -> tuple[int, str]:
    import pypdfium2  # with the first template that somebody writes

    document = pypdfium2.PdfDocument(content)
    try:
        count = len(document)
        drawn = io.BytesIO()
        document[min(page, count) - 1].render(scale=SCALE).to_pil().save(drawn, "PNG")
        return count, base64.b64encode(drawn.getvalue()).decode()
    finally:
        document.close()
