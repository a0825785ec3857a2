"""The document of the API."""

import asyncio
import json
import threading
from typing import Any

import pydantic
import pytest

from cti.base.http.routes import SIGNED_IN, Body, Endpoint, Page, Route
from cti.web import openapi
from cti.web.openapi import Contract, describe


def module(name: str, field: str) -> type[pydantic.BaseModel]:
    """A model named Entry of another module."""
    return pydantic.create_model("Entry", __module__=name, **{field: (int, ...)})  # type: ignore[call-overload, no-any-return]


APPLE, PEAR = module("orchard.apples", "apples"), module("orchard.pears", "pears")


class Wanted(Body):
    kind: str = "apple"


class Some(Page):
    ripe: bool | None = None


async def apples(query: Some) -> list[APPLE]:  # type: ignore[valid-type]
    return []


async def pear(body: Wanted) -> PEAR:  # type: ignore[valid-type]
    return PEAR(pears=1)


def test_models_of_one_name_are_told_apart() -> None:
    routes = [Route("GET", "/api/apples", apples, SIGNED_IN, ""), Route("POST", "/api/pears", pear, SIGNED_IN, "")]
    found = describe([Endpoint.of(one) for one in routes], "1")
    schemas = found["components"]["schemas"]

    def fields(reference: dict[str, str]) -> set[str]:
        return set(schemas[reference["$ref"].rpartition("/")[2]]["properties"])

    def answer(path: str, method: str) -> dict[str, dict[str, str]]:
        schema = found["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
        return dict(schema)

    assert fields(answer("/api/apples", "get")["items"]) == {"apples"}
    assert fields(answer("/api/pears", "post")) == {"pears"}  # type: ignore[arg-type]
    body = found["paths"]["/api/pears"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert fields(body) == {"kind"}
    asked = {one["name"] for one in found["paths"]["/api/apples"]["get"]["parameters"]}
    assert asked == {"page", "size", "ripe"}


async def test_the_contract_is_made_once_and_anew_when_routes_come_or_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request made it anew, for a second and a half of a whole house, while calls waited."""
    made: list[int] = []

    def counted(every: list[Endpoint], version: str) -> dict[str, Any]:
        assert threading.current_thread() is not threading.main_thread()
        made.append(len(every))
        return describe(every, version)

    monkeypatch.setattr(openapi, "describe", counted)
    one = Endpoint.of(Route("GET", "/api/apples", apples, SIGNED_IN, ""))
    other = Endpoint.of(Route("POST", "/api/pears", pear, SIGNED_IN, ""))
    contract = Contract("1")
    first, same = await asyncio.gather(contract.answer([one]), contract.answer([one]))
    assert first.body == same.body and made == [1]
    more = await contract.answer([one, other])
    assert set(json.loads(more.text or "")["paths"]) == {"/api/apples", "/api/pears"}
    assert (await contract.answer([one])).body == first.body
    assert made == [1, 2, 1]
    assert first.content_type == "application/json"
