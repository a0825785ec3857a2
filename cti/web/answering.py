"""From a request to a handler's arguments, and from what it returned to an answer: the same on both hosts."""

from __future__ import annotations

from typing import Any

import pydantic
from aiohttp import web

from cti.base.http import problems
from cti.base.http.bodies import read_body
from cti.base.http.encoded import Encoded
from cti.base.http.routes import Endpoint
from cti.base.refusal import Invalid


def path_arguments(endpoint: Endpoint, values: list[str]) -> dict[str, Any]:
    """The handler's arguments from the path. Invalid."""
    names = [part[1:-1] for part in endpoint.route.path.split("/") if part.startswith("{")]
    found: dict[str, Any] = {}
    for name, value in zip(names, values, strict=True):
        _refuse_nul(value, name)
        try:
            found[name] = endpoint.parameters[name].validate_python(value)
        except pydantic.ValidationError as error:
            raise problems.invalid(error, field=name) from None
    return found


def query_of(model: type[pydantic.BaseModel], request: web.Request) -> pydantic.BaseModel:
    """The query string as the handler's model. Invalid."""
    said: dict[str, Any] = {}
    for name in request.query:
        values = [value for value in request.query.getall(name) if value != ""]
        for value in values:
            _refuse_nul(value, name)
        if values:
            said[name] = values if len(values) > 1 else values[0]
    try:
        return model.model_validate(said)
    except pydantic.ValidationError as error:
        raise problems.invalid(error) from None


def _refuse_nul(text: str, field: str) -> None:
    # PostgreSQL has no such character, and nobody types it.
    if "\x00" in text:
        raise Invalid("invalid", "含有无效字符", field)


async def read_json(request: web.Request, limit: int) -> bytes:
    """The body of a request that says it is JSON."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    return await read_body(request, limit)


def parsed(model: type[pydantic.BaseModel], raw: bytes) -> pydantic.BaseModel:
    """A body as the handler's model. Invalid."""
    if b"\\u0000" in raw:
        raise Invalid("invalid", "含有无效字符")
    try:
        return model.model_validate_json(raw)
    except pydantic.ValidationError as error:
        raise problems.invalid(error) from None


def response_of(endpoint: Endpoint, result: Any, request: web.Request) -> web.StreamResponse:
    """What a handler returned, as the answer."""
    if isinstance(result, web.StreamResponse):
        return result
    if isinstance(result, Encoded):
        return _encoded(result, request)
    if endpoint.answer is None:
        return web.Response(status=endpoint.route.status if endpoint.route.status != 200 else 204)
    body = endpoint.answer.dump_json(result, by_alias=True)
    return web.Response(status=endpoint.route.status, body=body, content_type="application/json")


def _encoded(result: Encoded[Any], request: web.Request) -> web.Response:
    headers = {"Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=result.json, content_type="application/json", headers=headers)
    headers["Content-Encoding"] = "gzip"
    return web.Response(body=result.zipped, content_type="application/json", headers=headers)
