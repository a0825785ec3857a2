"""Mappings over HTTP: what files of every kind have, and lint with a try."""

from __future__ import annotations

from typing import Any

import pydantic

from cti.base.findings import Finding
from cti.base.http.routes import Body, Route
from cti.base.visitor import Visitor
from cti.office.mappings.applying import MappingFails, applied
from cti.office.mappings.library import MappingFile
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, chinese, chinese_summary
from cti.office.workshop.kept import has_errors
from cti.office.workshop.owning import Rights
from cti.office.workshop.service import FileSummary, Workshop

READ, EDIT = "connectors.see", "connectors.manage"
MAPPINGS = Rights(READ, EDIT, EDIT, "字段对照")


class TryBody(Body):
    """A mapping's text, and values to map."""

    text: str = pydantic.Field(max_length=TEXT_LIMIT)
    given: dict[str, Any] = pydantic.Field(default={})


class Tried(pydantic.BaseModel):
    """What is wrong with the text, and what the values become, or why they do not."""

    findings: list[Finding]
    gives: dict[str, Any] = {}
    fails: str = ""


class MappingsApi(FilesApi[MappingFile]):
    """The handlers."""

    parts = "fields"

    def __init__(self, desk: Workshop[MappingFile]) -> None:
        super().__init__(desk)

    def routes(self) -> list[Route]:
        """The table."""
        return [
            Route("GET", "/api/mappings", self.mappings, READ, "字段对照列表"),
            Route("POST", "/api/mappings/lint", self.attempt, READ, "检查并试用字段对照", limit=TEXT_LIMIT),
            *self.file_routes("/api/mappings", MAPPINGS),
        ]

    async def mappings(self, visitor: Visitor) -> list[FileSummary]:
        """All of them."""
        return [chinese_summary(self._files.about(visitor, name)) for name in self._files.names(visitor)]

    async def attempt(self, visitor: Visitor, body: TryBody) -> Tried:
        """What is wrong with a text, and what values become by it."""
        found, findings = await self._files.check(visitor, body.text)
        if found is None or has_errors(findings):
            return Tried(findings=chinese(findings))
        try:
            return Tried(findings=chinese(findings), gives=applied(found.head, body.given))
        except MappingFails as error:
            return Tried(findings=chinese(findings), fails=str(error))
