import pydantic
import pytest
from aiohttp import web

from cti.base.http.routes import PUBLIC, SIGNED_IN, Body, Endpoint, Exchange, Page, Route, RouteTable
from cti.base.visitor import Visitor


class Tree(Body):
    kind: str


async def show(visitor: Visitor, tree: int) -> dict[str, int]:
    return {"tree": tree}


async def add(asked: Exchange, who: Visitor, body: Tree) -> Tree:
    return body


async def listing(query: Page) -> list[Tree]:
    return []


async def sound(tree: str) -> web.FileResponse:
    return web.FileResponse(tree)


async def part(tree: str, part: str) -> None:
    return None


def test_a_signature_says_what_is_what():
    found = Endpoint.of(Route("GET", "/trees/{tree}", show, SIGNED_IN, ""))
    assert (found.visitor, found.exchange, found.body, found.query) == ("visitor", None, None, None)
    assert found.parameters["tree"].validate_python("7") == 7
    found = Endpoint.of(Route("POST", "/trees", add, SIGNED_IN, ""))
    assert (found.visitor, found.exchange, found.body) == ("who", "asked", Tree)
    assert Endpoint.of(Route("GET", "/trees", listing, PUBLIC, "")).query is Page
    assert Endpoint.of(Route("GET", "/trees/{tree}/sound", sound, PUBLIC, "")).answer is None


@pytest.mark.parametrize(
    "route",
    [
        Route("GET", "/trees", show, SIGNED_IN, ""),
        Route("GET", "/trees/{name}", show, SIGNED_IN, ""),
        Route("GET", "/trees/{tree}/{leaf}", show, SIGNED_IN, ""),
        Route("GET", "/trees/{tree}", show, PUBLIC, ""),
    ],
)
def test_a_handler_that_does_not_fit_is_refused_with_its_path(route):
    with pytest.raises(TypeError, match="/trees"):
        RouteTable().add([route])


def test_exact_paths_win_over_patterns_and_segments_are_decoded():
    table = RouteTable()
    table.add([Route("GET", "/trees/{tree}", sound, PUBLIC, ""), Route("GET", "/trees/all", listing, PUBLIC, "")])
    endpoint, values = table.find("/trees/all")["GET"]
    assert endpoint.route.handler is listing and values == []
    endpoint, values = table.find("/trees/a%2Fb%20%E6%A0%91")["GET"]
    assert endpoint.route.handler is sound and values == ["a/b 树"]
    for path in ("/trees", "/trees/a/b", "/", ""):
        assert not table.find(path)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_patterns_the_more_exact_one_counts_and_the_other_has_the_methods_that_it_lacks(order):
    table = RouteTable()
    table.add([
        Route("POST", "/trees/{tree}/{part}", part, PUBLIC, ""),
        Route("PUT", "/trees/{tree}/leaves", sound, PUBLIC, ""),
        Route("POST", "/trees/{tree}/roots", sound, PUBLIC, ""),
    ][::order])  # fmt: skip
    leaves = table.find("/trees/oak/leaves")
    assert leaves["PUT"][0].route.handler is sound and leaves["PUT"][1] == ["oak"]
    assert leaves["POST"][0].route.handler is part and leaves["POST"][1] == ["oak", "leaves"]
    assert table.find("/trees/oak/roots")["POST"][0].route.handler is sound


def test_added_routes_can_be_taken_away_and_added_again():
    table = RouteTable()
    routes = [Route("GET", "/trees", listing, PUBLIC, ""), Route("POST", "/trees", add, SIGNED_IN, "")]
    undo = table.add(routes)
    with pytest.raises(ValueError, match="two routes for POST /trees"):
        table.add([Route("GET", "/more", listing, PUBLIC, ""), routes[1]])
    assert not table.find("/more"), "of a refused list nothing stays"
    undo()
    undo()
    assert table.endpoints == [] and not table.find("/trees")
    table.add(routes)
    assert set(table.find("/trees")) == {"GET", "POST"}


def test_pages_have_limits():
    assert Page.model_validate({}).model_dump() == {"page": 1, "size": 50}
    for wrong in ({"page": 0}, {"size": 501}, {"page": 10**30}, {"colour": "red"}):
        with pytest.raises(pydantic.ValidationError):
            Page.model_validate(wrong)
