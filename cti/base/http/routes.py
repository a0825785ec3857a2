"""Routes made of typed handlers: what a handler's signature says is what is validated, answered and documented.

A handler is a coroutine function. Its parameters are found by type and name: `Visitor` (who asks), `Citizen` (who asks
on the public site), `Exchange` (the HTTP exchange), `body` (a pydantic model of the JSON body), `query` (one of the
query string), and the rest by the names in the path. It returns a model, a dataclass, a list or a dict of JSON data,
such an answer `Encoded` before, None (204), or a whole `web.StreamResponse`.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import unquote

import pydantic
from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.http.encoded import Encoded
from cti.base.http.forms import Form
from cti.base.visitor import Visitor

T = TypeVar("T")
Handler = Callable[..., Awaitable[Any]]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

PUBLIC = "public"
"""The permission of a route that needs no session."""

SIGNED_IN = "signed_in"
"""The permission of a route that every signed-in person may use."""

CITIZEN = "citizen"
"""The permission of a route of the public site for citizens who have shown that a mobile number is theirs."""

BODY_LIMIT = 1024 * 1024
"""Bytes that a body may have unless its route says otherwise."""


class Body(pydantic.BaseModel):
    """A JSON body: unknown fields are refused, blanks around text are cut."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)


class Query(pydantic.BaseModel):
    """A query string: unknown fields are refused. Empty values count as absent."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)


class Page(Query):
    """Which page of a list, from 1."""

    page: int = pydantic.Field(default=1, ge=1, le=100_000)
    size: int = pydantic.Field(default=50, ge=1, le=500)


class Paged(pydantic.BaseModel, Generic[T]):
    """A page of a list; `total` counts all that match, or, with `more`, those of them that were counted."""

    items: list[T]
    total: int
    page: int
    size: int
    more: bool = False

    @classmethod
    def cut(cls, every: Sequence[T], query: Page) -> Paged[T]:
        """The page of a list that is all there."""
        first = (query.page - 1) * query.size
        items = list(every[first : first + query.size])
        return cls(items=items, total=len(every), page=query.page, size=query.size)


class OptionView(pydantic.BaseModel):
    """A value that can be chosen, and its words."""

    value: str
    title: str


@dataclass(slots=True)
class Exchange:
    """The HTTP exchange, for handlers that need more than models; `address` and `browser` are the asker's.

    Set `start_session` to a token to give it to the browser, `end_session` to take it away, `know_browser` to one by
    which the browser is known at the next sign-in. Of a page, `form` is what was sent, `citizen` who is signed in.
    """

    request: web.Request
    address: str
    browser: str
    token: str
    start_session: str | None = None
    end_session: bool = False
    know_browser: str | None = None
    form: Form = field(default_factory=Form)
    citizen: Citizen | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of the table. `path` names its parameters in braces; `permission` may be PUBLIC, SIGNED_IN or CITIZEN.

    `status` is the answer's when all is well (204 without content is found by itself); `limit` is the body's in bytes.
    One that is `outside` is answered on the public site and nowhere else, one that is not never there; with `challenge`
    whoever asks must have solved a task first, which costs a program more than a person. There a `CITIZEN` one is for
    who has shown that a mobile number is his: its handler may take a `Citizen`. A `page` is for browsers without
    scripts: what it takes is a form, and what is refused is told as a page.
    """

    method: Method
    path: str
    handler: Handler
    permission: str
    title: str
    status: int = 200
    limit: int = BODY_LIMIT
    outside: bool = False
    challenge: bool = False
    page: bool = False


@dataclass(frozen=True)
class Endpoint:
    """A route with its handler's signature taken apart; a `raw` one answers with whole responses of any type.

    `path_types` has the type of each parameter in the path, `answer_type` that of the answer (None: there is none).
    """

    route: Route
    path_types: dict[str, Any]
    body: type[pydantic.BaseModel] | None
    query: type[pydantic.BaseModel] | None
    visitor: str | None
    exchange: str | None
    citizen: str | None
    answer_type: Any
    raw: bool

    # Made when they are first asked for: for all routes they would keep the callers of a starting engine waiting.

    @cached_property
    def parameters(self) -> dict[str, pydantic.TypeAdapter[Any]]:
        """What reads the parameters in the path."""
        return {name: pydantic.TypeAdapter(kind) for name, kind in self.path_types.items()}

    @cached_property
    def answer(self) -> pydantic.TypeAdapter[Any] | None:
        """What makes JSON of the answer; None where it is written as it is."""
        return None if self.answer_type is None else pydantic.TypeAdapter(self.answer_type)

    @classmethod
    def of(cls, route: Route) -> Endpoint:
        """Take it apart; TypeError names the route whose handler does not fit."""
        hints = typing.get_type_hints(route.handler, include_extras=True)
        names = list(inspect.signature(route.handler).parameters)
        in_path = set(re.findall(r"{(\w+)}", route.path))
        special: dict[str, str] = {}
        for name in names:
            if hints.get(name) is Visitor:
                special["visitor"] = name
            elif hints.get(name) is Exchange:
                special["exchange"] = name
            elif hints.get(name) is Citizen:
                special["citizen"] = name
        rest = set(names) - set(special.values()) - {"body", "query"}
        if rest != in_path:
            raise TypeError(f"{route.method} {route.path}: path has {sorted(in_path)}, handler takes {sorted(rest)}")
        if "visitor" in special and route.permission in (PUBLIC, CITIZEN):
            raise TypeError(f"{route.method} {route.path}: nobody is signed in on a public route")
        if ("citizen" in special and route.permission != CITIZEN) or (
            route.permission == CITIZEN and not route.outside
        ):
            raise TypeError(
                f"{route.method} {route.path}: citizens are on the public site alone, where a route is theirs"
            )
        if route.outside and route.permission not in (PUBLIC, CITIZEN):
            raise TypeError(f"{route.method} {route.path}: nobody of the staff is signed in on the public site")
        returned = hints.get("return", type(None))
        if typing.get_origin(returned) is Encoded:
            (returned,) = typing.get_args(returned)
        raw = inspect.isclass(returned) and issubclass(returned, web.StreamResponse)
        return cls(
            route=route,
            path_types={name: hints[name] for name in sorted(in_path)},
            body=hints.get("body"),
            query=hints.get("query"),
            visitor=special.get("visitor"),
            exchange=special.get("exchange"),
            citizen=special.get("citizen"),
            answer_type=None if raw or returned is type(None) else returned,
            raw=raw,
        )


@dataclass(slots=True)
class RouteTable:
    """All routes; more can be added and taken away while the host runs."""

    _exact: dict[str, dict[str, Endpoint]] = field(default_factory=dict)
    _patterns: dict[int, dict[tuple[str | None, ...], dict[str, Endpoint]]] = field(default_factory=dict)
    _all: dict[tuple[str, str], Endpoint] = field(default_factory=dict)

    @property
    def endpoints(self) -> list[Endpoint]:
        """All of them, in the order they were added."""
        return list(self._all.values())

    def add(self, routes: list[Route]) -> Callable[[], None]:
        """Add routes; returns the undo. ValueError, and none is added, when a method and path are taken."""
        added = [Endpoint.of(route) for route in routes]
        done: list[Endpoint] = []

        def undo() -> None:
            for endpoint in done:
                self._place(endpoint.route).pop(endpoint.route.method, None)
                del self._all[endpoint.route.method, endpoint.route.path]
            done.clear()

        for endpoint in added:
            place = self._place(endpoint.route)
            if endpoint.route.method in place:
                undo()
                raise ValueError(f"two routes for {endpoint.route.method} {endpoint.route.path}")
            place[endpoint.route.method] = endpoint
            self._all[endpoint.route.method, endpoint.route.path] = endpoint
            done.append(endpoint)
        return undo

    def _place(self, route: Route) -> dict[str, Endpoint]:
        if "{" not in route.path:
            return self._exact.setdefault(route.path, {})
        shape = tuple(None if part.startswith("{") else part for part in route.path.split("/"))
        return self._patterns.setdefault(len(shape), {}).setdefault(shape, {})

    def find(self, raw_path: str) -> dict[str, tuple[Endpoint, list[str]]]:
        """By method, the endpoint of a path and its parameters' values in order.

        Of two that match, the one with fewer parameters counts; methods that it lacks are the other's.
        """
        found = {method: (endpoint, list[str]()) for method, endpoint in self._exact.get(raw_path, {}).items()}
        parts = raw_path.split("/")
        shapes = self._patterns.get(len(parts), {})
        matching = [shape for shape in shapes if all(a is None or a == b for a, b in zip(shape, parts, strict=True))]
        for shape in sorted(matching, key=lambda shape: shape.count(None)):
            values = [unquote(part) for one, part in zip(shape, parts, strict=True) if one is None]
            for method, endpoint in shapes[shape].items():
                found.setdefault(method, (endpoint, values))
        return found
