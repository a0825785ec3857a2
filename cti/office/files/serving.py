"""Gives a file to a browser: whole or a range (RFC 9110 14), to be saved under its Chinese name (RFC 6266)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote

from aiohttp import web

SAFE_INLINE = re.compile(r"(image/(jpeg|png|gif|webp|bmp)|audio/[\w.+-]+|video/[\w.+-]+)")
"""What a browser shows and runs nothing of; all else is saved."""
RANGE = re.compile(r"bytes=(\d*)-(\d*)")

Pieces = Callable[[int, int], AsyncIterator[bytes]]


def disposition(name: str, *, inline: bool = False) -> str:
    """The header's value; old programs get the name's plain characters."""
    plain = re.sub(r"[^\w.()-]+", "_", name, flags=re.ASCII)[-80:] or "file"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def give(
    request: web.Request,
    name: str,
    type: str,
    size: int,
    etag: str,
    pieces: Pieces,
    *,
    inline: bool = False,
    cache: str = "private, no-cache",
) -> web.StreamResponse:
    """The answer; `pieces` are the bytes from a place to before another, `cache` says what browsers may keep."""
    tag = f'"{etag}"'
    headers = {
        "Content-Disposition": disposition(name, inline=inline and SAFE_INLINE.fullmatch(type) is not None),
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": cache,
    }
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    start, end, status = 0, size, 200
    asked = request.headers.get("Range")
    if asked and request.headers.get("If-Range", tag) == tag and (found := _range(asked, size)) is not None:
        start, end = found
        if start >= end:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response = web.StreamResponse(status=status, headers=headers)
    response.content_type = type
    response.content_length = end - start
    await response.prepare(request)
    if request.method != "HEAD":
        async for piece in pieces(start, end):
            await response.write(piece)
    await response.write_eof()
    return response


def _range(text: str, size: int) -> tuple[int, int] | None:
    """The one range that is asked for; None when there is none to be understood, or several: then all is given."""
    found = RANGE.fullmatch(text.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1 if last else size)
