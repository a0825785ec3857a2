"""The contract of all routes as OpenAPI 3.1, made from the same signatures that validate."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pydantic
from aiohttp import web
from pydantic.json_schema import JsonSchemaMode

from cti.base.http.guard import CITIZEN_COOKIE
from cti.base.http.routes import CITIZEN, PUBLIC, SIGNED_IN, Endpoint

Key = tuple[int, str]
"""The number of a route, and which of its models: body, query or answer."""

REFERENCE = "#/components/schemas/{model}"

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
        "version": {"type": "integer", "description": "code changed: the version that is there now"},
        "changes": {
            "type": "array",
            "description": "code changed: who changed which fields meanwhile, and when",
            "items": {
                "type": "object",
                "properties": {
                    "version": {"type": "integer"},
                    "at": {"type": "string", "format": "date-time"},
                    "by": {"type": "string"},
                    "fields": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}

IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "the same key gives the same answer for 24 hours, and the work is done once",
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
}


class Contract:
    """The document as it is sent: made when it is first asked for, and anew once routes came or went.

    For a whole house that takes a second or two, in a thread: calls do not wait for it.
    """

    def __init__(self, version: str) -> None:
        self._version = version
        self._of: list[Endpoint] = []
        self._body = b""
        self._making = asyncio.Lock()

    async def answer(self, endpoints: Iterable[Endpoint]) -> web.Response:
        """The document of these routes."""
        every = list(endpoints)
        async with self._making:
            if not self._body or [*map(id, every)] != [*map(id, self._of)]:
                self._body = await asyncio.to_thread(self._made, every)
                self._of = every
            return web.Response(body=self._body, content_type="application/json", charset="utf-8")

    def _made(self, every: list[Endpoint]) -> bytes:
        return json.dumps(describe(every, self._version)).encode()


def describe(endpoints: Iterable[Endpoint], version: str) -> dict[str, Any]:
    """The OpenAPI document. Models of one name in two modules are told apart by their modules' names."""
    every = list(endpoints)
    found, shared = pydantic.TypeAdapter.json_schemas(_asked(every), ref_template=REFERENCE)
    schemas: dict[str, Any] = {**shared.get("$defs", {}), "Problem": PROBLEM}
    paths: dict[str, dict[str, Any]] = {}
    own: dict[int, dict[str, Any]] = {number: {} for number in range(len(every))}
    for ((number, part), _), schema in found.items():
        own[number][part] = schema
    for number, one in enumerate(every):
        paths.setdefault(one.route.path, {})[one.route.method.lower()] = _operation(one, own[number], schemas)
    for models in own.values():
        if "query" in models:
            # Its fields stand among the parameters.
            schemas.pop(models["query"]["$ref"].rpartition("/")[2], None)
    return {
        "openapi": "3.1.0",
        "info": {"title": "12345 hotline", "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "hotline"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF"},
                "key": {"type": "http", "scheme": "bearer"},
                "citizen": {"type": "apiKey", "in": "cookie", "name": CITIZEN_COOKIE},
            },
        },
    }


def _asked(every: list[Endpoint]) -> Iterator[tuple[Key, JsonSchemaMode, pydantic.TypeAdapter[Any]]]:
    """All models of all routes: in one question, so that their names are told apart."""
    for number, one in enumerate(every):
        if one.body is not None:
            yield (number, "body"), "validation", pydantic.TypeAdapter(one.body)
        if one.query is not None:
            yield (number, "query"), "validation", pydantic.TypeAdapter(one.query)
        if one.answer is not None and not one.raw:
            yield (number, "answer"), "serialization", one.answer


def _operation(one: Endpoint, own: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    route = one.route
    words = re.sub(r"\W+", "_", f"{route.method.lower()}{route.path.removeprefix('/api')}").strip("_")
    operation: dict[str, Any] = {
        "operationId": words,
        "summary": route.title,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": adapter.json_schema()}
            for name, adapter in one.parameters.items()
        ],
        "responses": {**_answer(one, own.get("answer")), "default": _problem()},
    }
    if route.method == "POST" and route.permission not in (PUBLIC, CITIZEN):
        operation["parameters"].append(IDEMPOTENCY)
    if one.query is not None:
        found = schemas[own["query"]["$ref"].rpartition("/")[2]]
        required = set(found.get("required", ()))
        operation["parameters"] += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in found["properties"].items()
        ]
    if one.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": own["body"]}}}
    if route.permission == CITIZEN:
        operation["security"] = [{"citizen": []} if route.method == "GET" else {"citizen": [], "csrf": []}]
    elif route.permission != PUBLIC:
        session: dict[str, list[str]] = {"session": []} if route.method == "GET" else {"session": [], "csrf": []}
        operation["security"] = [session, {"key": []}]
    if route.permission not in (PUBLIC, SIGNED_IN, CITIZEN):
        operation["x-permission"] = route.permission
    return operation


def _answer(one: Endpoint, schema: dict[str, Any] | None) -> dict[str, Any]:
    if one.raw:
        return {str(one.route.status): {"description": "成功", "content": {"*/*": {}}}}
    if schema is None:
        return {str(one.route.status if one.route.status != 200 else 204): {"description": "完成"}}
    return {str(one.route.status): {"description": "成功", "content": {"application/json": {"schema": schema}}}}


def _problem() -> dict[str, Any]:
    reference = {"$ref": REFERENCE.format(model="Problem")}
    return {"description": "出错", "content": {"application/problem+json": {"schema": reference}}}
