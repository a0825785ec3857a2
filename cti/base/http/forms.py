"""What a form of a page sends (HTML, "form submission"): fields, and small files beside them, read up to a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from cti.base.http.bodies import BODY_SECONDS, read_body
from cti.base.refusal import Invalid

MOST_FIELDS = 200
CSRF = "csrf"
"""The field that shows what belongs to the session's token."""


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file that came with a form, whole."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in; blanks around texts are cut."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)
    files: tuple[FormFile, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        return self.fields.get(name, [default])[0]

    def all(self, name: str) -> list[str]:
        """All values of a field that are not empty."""
        return [one for one in self.fields.get(name, []) if one]

    def under(self, prefix: str) -> dict[str, list[str]]:
        """Fields whose names begin so, without it."""
        return {name.removeprefix(prefix): values for name, values in self.fields.items() if name.startswith(prefix)}


async def read_form(request: web.Request, limit: int) -> Form:
    """The whole form. HTTPUnsupportedMediaType, HTTPRequestEntityTooLarge, HTTPBadRequest; Invalid for a NUL in it."""
    files: list[FormFile] = []
    if request.content_type == "application/x-www-form-urlencoded":
        raw = await read_body(request, limit)
        try:
            pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise web.HTTPBadRequest from None
    elif request.content_type == "multipart/form-data":
        try:
            async with asyncio.timeout(BODY_SECONDS):
                pairs = await _parts(request, limit, files)
        except (TimeoutError, ValueError):
            raise web.HTTPBadRequest from None
    else:
        raise web.HTTPUnsupportedMediaType
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\x00" in value:
            # PostgreSQL has no such character, and nobody types it.
            raise Invalid("invalid", "含有无效字符", name)
        found.setdefault(name, []).append(value.strip().replace("\r\n", "\n"))
    return Form(found, tuple(files))


async def _parts(request: web.Request, limit: int, files: list[FormFile]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    left = limit
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or len(pairs) + len(files) >= MOST_FIELDS:
            raise web.HTTPBadRequest
        raw = bytearray()
        while chunk := await part.read_chunk():
            raw += chunk
            left -= len(chunk)
            if left < 0:
                raise web.HTTPRequestEntityTooLarge(limit, limit - left)
        if part.filename:
            files.append(FormFile(part.filename, bytes(raw)))
        elif part.filename is None:
            pairs.append((part.name or "", raw.decode()))
    return pairs
