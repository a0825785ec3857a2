"""Bodies of requests, read up to their limit and not for longer than one is patient."""

from __future__ import annotations

import asyncio

from aiohttp import web

PAUSE_SECONDS = 10.0
BODY_SECONDS = 60.0
"""How long a body may pause, and take in all."""


async def read_body(request: web.Request, limit: int) -> bytes:
    """The whole body; HTTPRequestEntityTooLarge, HTTPBadRequest when it does not come."""
    if (request.content_length or 0) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while chunk := await asyncio.wait_for(request.content.readany(), PAUSE_SECONDS):
                raw += chunk
                if len(raw) > limit:
                    raise web.HTTPRequestEntityTooLarge(limit, len(raw))
    except TimeoutError:
        raise web.HTTPBadRequest from None
    return bytes(raw)
