"""Mappings over HTTP: what files of every kind have, and lint with a try."""

from __future__ import annotations

from typing import Any

import pydantic

from cti.base.files.findings import Finding
from cti.base.http.routes import Body, Route
from cti.base.visitor import Visitor
from cti.office.mappings.applying import MappingFails, applied
from cti.office.mappings.library import MappingFile
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, chinese
from cti.office.workshop.kept import has_errors
from cti.office.workshop.owning import Rights
from cti.office.workshop.service import Workshop

READ, EDIT = "connectors.see", "connectors.manage"
MAPPINGS = Rights(READ, EDIT, EDIT, "字段对照")


class TryBody(Body):
    """A mapping's text, and values to map; without them those of the text's first test are mapped."""

    text: str = pydantic.Field(max_length=TEXT_LIMIT)
    given: dict[str, Any] | None = None


class Tried(pydantic.BaseModel):
    """What is wrong with the text, and what the values become, or why they do not.

    `example` is what the text's first test gives.
    """

    findings: list[Finding]
    gives: dict[str, Any] = {}
    fails: str = ""
    example: dict[str, Any] = {}


class MappingsApi(FilesApi[MappingFile]):
    """What files of every kind have, and shows what a mapping makes of an example."""

    parts = "fields"

    def __init__(self, desk: Workshop[MappingFile]) -> None:
        super().__init__(desk)

    def routes(self) -> list[Route]:
        """Each route with its permission, and what it is called in the contract."""
        return [
            Route("POST", "/api/mappings/lint", self.attempt, READ, "检查并试用字段对照", limit=TEXT_LIMIT),
            *self.file_routes("/api/mappings", MAPPINGS),
        ]

    async def attempt(self, visitor: Visitor, body: TryBody) -> Tried:
        """What is wrong with a text, and what values become by it."""
        found, findings = await self._files.check(visitor, body.text)
        if found is None or has_errors(findings):
            return Tried(findings=chinese(findings))
        tests = found.head.tests
        example = tests[0].given if tests else {}
        tried = Tried(findings=chinese(findings), example=example)
        try:
            tried.gives = applied(found.head, example if body.given is None else body.given)
        except MappingFails as error:
            tried.fails = str(error)
        return tried
