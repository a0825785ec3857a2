"""`http`: ask another system over HTTP, within a time, at an allowed host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

import pydantic

from cti.base.expressions import Expression, Template
from cti.base.expressions.functions import LONGEST_TEXT, written
from cti.base.files.parts import Name, Part, Seconds, Variable
from ivr.nodes.node import FAILED, Edge, Node, Target, Turn
from ivr.nodes.walk import Walk
from ivr.reach.surroundings import Surroundings
from ivr.reach.web import WebFailed, WebRequest

Path = Annotated[str, pydantic.Field(pattern=r"^[\w-]+(\.[\w-]+)*$")]
Status = Annotated[int, pydantic.Field(ge=100, le=599)]
Kind = Literal["text", "number", "boolean"]
Header = Annotated[str, pydantic.Field(pattern=r"^[A-Za-z0-9-]{1,60}$")]


def _nested(value: Any) -> Any:
    """Expressions, however deep they lie."""
    match value:
        case dict():
            return {str(name): _nested(one) for name, one in value.items()}
        case list():
            return [_nested(one) for one in value]
    return Expression.of(value)


def _as_written(value: Any) -> Any:
    match value:
        case dict():
            return {name: _as_written(one) for name, one in value.items()}
        case list():
            return [_as_written(one) for one in value]
    return value.text


Nested = Annotated[
    Any,
    pydantic.PlainValidator(_nested),
    pydantic.PlainSerializer(_as_written),
    pydantic.WithJsonSchema({"type": ["string", "number", "boolean", "object", "array"]}),
]
"""An expression, or a mapping or list of them."""


class Taken(Part):
    """A value of the answer: the path to it, such as `data.items.0.name`, and its type."""

    path: Path
    type: Kind = "text"

    @pydantic.model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: pydantic.GetJsonSchemaHandler) -> Any:
        """Editors know the short form too, in which only the main value is written."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class Http(Node):
    """Ask; `take` puts values of a JSON answer into variables. A status that is no 2xx goes `failed` or by `statuses`.

    Anything but GET has an effect and is sent at most once a visit. `secrets` maps headers to names of the setting
    `ivr.http_secrets`: what opens another system does not stand in a flow, which many may read.
    """

    KIND: ClassVar[str] = "http"
    SPEAKS: ClassVar[bool] = False
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)

    http: Template
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    query: dict[str, Expression] = pydantic.Field(default={})
    headers: dict[str, Template] = pydantic.Field(default={})
    secrets: dict[Header, Name] = pydantic.Field(default={})
    body: dict[str, Nested] | None = None
    take: dict[Variable, Taken] = pydantic.Field(default={})
    timeout: Seconds = 3.0
    statuses: dict[Status, Target] = pydantic.Field(default={})
    next: Target
    failed: Target | None = None

    def once(self, surroundings: Surroundings) -> bool:
        """See `Node.once`."""
        return self.method != "GET"

    def edges(self) -> Iterator[Edge]:
        """See `Node.edges`."""
        for status, target in self.statuses.items():
            yield Edge(str(status), target, ("statuses", status))
        yield from super().edges()

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for one in self.http.expressions:
            yield ("http",), one, None
        for name, expression in self.query.items():
            yield ("query", name), expression, None
        for place, expression in _leaves(self.body or {}, ("body",)):
            yield place, expression, None
        for name, template in self.headers.items():
            for one in template.expressions:
                yield ("headers", name), one, None

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        request = WebRequest(
            self.method,
            self.http.value(walk, escape=_in_address),
            {name: str(one.value(walk)) for name, one in self.query.items()},
            {name: walk.words(one) for name, one in self.headers.items()},
            None if self.body is None else _values(self.body, walk),
            self.secrets,
        )
        answer = await walk.patiently(walk.surroundings.web.ask(request, self.timeout), self.timeout + 0.5)
        if answer.status in self.statuses:
            return str(answer.status)
        if not 200 <= answer.status < 300:
            raise WebFailed(f"status {answer.status}")
        walk.variables |= {name: _take(answer.body, one) for name, one in self.take.items()}
        return "next"


def _leaves(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Expression]]:
    match value:
        case dict():
            for name, one in value.items():
                yield from _leaves(one, (*place, name))
        case list():
            for number, one in enumerate(value):
                yield from _leaves(one, (*place, number))
        case _:
            yield place, value


def _values(value: Any, walk: Walk) -> Any:
    match value:
        case dict():
            return {name: _values(one, walk) for name, one in value.items()}
        case list():
            return [_values(one, walk) for one in value]
    return value.value(walk)


def _in_address(value: Any) -> str:
    return quote(written(value), safe="")


def _take(body: Any, taken: Taken) -> Any:
    value = body
    for part in taken.path.split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, TypeError, ValueError):
            raise WebFailed(f"the answer has no {taken.path}") from None
    match taken.type, value:
        case "boolean", bool():
            return value
        case "number", int() | float() if not isinstance(value, bool):
            return value
        case "text", str() | int() | float():
            return str(value)[:LONGEST_TEXT]
    raise WebFailed(f"{taken.path} is no {taken.type}")
