"""Several answers in one: a page of twenty tiles asks once, and waits once for a far network.

Each path is answered as if it had come alone: by its own route, for the same visitor, with his rights and his reach.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import pydantic
from aiohttp import web
from yarl import URL

from cti.base.http.routes import SIGNED_IN, Exchange, Query, Route
from cti.base.refusal import Invalid

PATH = "/api/answers"
MOST = 40

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Wanted(Query):
    """The paths, each with its own query."""

    path: Annotated[list[str], pydantic.BeforeValidator(_several)] = pydantic.Field(
        min_length=1, max_length=MOST, title="路径"
    )


def route(answer: Answer) -> Route:
    """The route; `answer` answers a request of this server."""

    async def answers(exchange: Exchange, query: Wanted) -> web.Response:
        """A list with a `status` and an `answer` for each path, in their order; files and pages are not given so."""
        found = await asyncio.gather(*(_one(answer, exchange.request, path) for path in query.path))
        return web.Response(body=b"[" + b",".join(found) + b"]", content_type="application/json")

    return Route("GET", PATH, answers, SIGNED_IN, "一次取多个结果")


async def _one(answer: Answer, request: web.Request, path: str) -> bytes:
    try:
        url = URL(path)
    except ValueError:
        raise Invalid("invalid", f"不是路径：{path}", "path") from None
    if url.absolute or not url.path.startswith("/api/") or url.path == PATH:
        raise Invalid("invalid", f"不是可以查询的路径：{path}", "path")
    response = await answer(request.clone(rel_url=url))
    body = response.body if isinstance(response, web.Response) else None
    if not isinstance(body, bytes) or not response.content_type.endswith("json"):
        return b'{"status":%d,"answer":null}' % response.status
    return b'{"status":%d,"answer":%s}' % (response.status, body)
