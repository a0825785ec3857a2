"""Screens: who sees which, what is wrong with one, and that plugins' own are found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import pydantic
import pytest

from cti.base.http.routes import SIGNED_IN, Body, Endpoint, Page, Route
from cti.base.visitor import Visitor
from cti.office.screens import (
    Action,
    Chart,
    Column,
    Detail,
    Empty,
    Field,
    Filter,
    Group,
    List,
    Option,
    Screen,
    Series,
    Tab,
    Tile,
    When,
    lint,
)
from cti.office.screens.api import routes
from cti.office.screens.registry import Screens, read_screens
from cti.office.screens.slots import DeskCard, DeskForm, DeskTargets, StoryCard

REMOVE = Action(
    name="remove", title="删除", permission="things.edit", kind="confirm", method="DELETE", path="/api/things/{id}"
)


def a_list(**changes: Any) -> List:
    given: dict[str, Any] = {
        "source": "/api/things",
        "columns": (Column(key="name", title="名称"),),
        "filters": (Filter(kind="text", key="search", title="查找"),),
        "sort": "-name",
        "sorts": ("name",),
        "empty": Empty(title="没有"),
        "row": (REMOVE,),
    }
    return List(**{**given, **changes})


def states(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value=one, title=one) for one in values)


def a_screen(name: str = "things", **changes: Any) -> Screen:
    given: dict[str, Any] = {
        "name": name,
        "title": "物品",
        "group": "work",
        "icon": "box",
        "permission": "things.see",
        "kind": "list",
        "list": a_list(),
        "create": Action(
            name="add", title="新增", permission="things.edit", kind="form", path="/api/things",
            form=(Field(key="name", title="名称"),),
        ),
        "detail": Detail(
            source="/api/things/{id}", title="name", tabs=(Tab(name="about", title="概况", kind="fields"),),
            actions=(REMOVE,),
        ),
    }  # fmt: skip
    return Screen(**{**given, **changes})


class State(StrEnum):
    NEW = "new"
    OLD = "old"


class Thing(pydantic.BaseModel):
    id: str
    name: str
    state: State = State.NEW
    lent: bool = False


class Things(pydantic.BaseModel):
    items: list[Thing]
    total: int
    page: int
    size: int


class ThingQuery(Page):
    search: str = ""
    sort: str = ""
    state: list[Literal["new", "old"]] | None = None


class NewThing(Body):
    name: str


async def listing(query: ThingQuery) -> Things:
    raise NotImplementedError


async def one(id: str) -> Thing:
    raise NotImplementedError


async def add(body: NewThing) -> Thing:
    raise NotImplementedError


async def remove(id: str) -> None:
    raise NotImplementedError


ENDPOINTS = [
    Endpoint.of(route)
    for route in (
        Route("GET", "/api/things", listing, "things.see", "物品"),
        Route("POST", "/api/things", add, "things.edit", "新增"),
        Route("GET", "/api/things/{id}", one, "things.see", "一件"),
        Route("DELETE", "/api/things/{id}", remove, "things.edit", "删除"),
        Route("GET", "/api/open", listing, SIGNED_IN, "人人可见"),
    )
]


def visitor(*permissions: str) -> Visitor:
    return Visitor("p", "p", "王芳", None, "city", "320400", permissions=frozenset(permissions))


def test_everybody_gets_the_screens_and_actions_that_he_may_use() -> None:
    screens = Screens()
    undo = screens.add((a_screen(), a_screen("others", permission="others.see", group="system")))
    groups, seen = screens.seen_by(visitor("things.see"))
    assert {"work", "system"} <= {one.name for one in groups} and [one.name for one in seen] == ["things"]
    assert seen[0].create is None and seen[0].list is not None and seen[0].detail is not None
    assert seen[0].list.row == () and seen[0].detail.actions == ()
    _, seen = screens.seen_by(visitor("things.see", "things.edit"))
    assert seen[0].create is not None and seen[0].list is not None and seen[0].list.row == (REMOVE,)
    assert [one.name for one in screens.seen_by(visitor("*"))[1]] == ["things", "others"]
    assert screens.seen_by(visitor())[1] == []
    undo()
    assert screens.all == []


async def test_what_people_with_the_same_permissions_see_is_made_once() -> None:
    screens = Screens()
    undo = screens.add(
        (a_screen(),), tiles=(Tile(name="mine", title="我的", permission=SIGNED_IN, component="Mine", agent=True),)
    )
    fed: list[Tile] = []
    stop = screens.feed_tiles(lambda visitor: fed)
    (route,) = routes(screens)

    async def seen(visitor: Visitor) -> dict[str, Any]:
        answer = await route.handler(visitor)
        assert await route.handler(replace(visitor, person="another")) is answer
        found: dict[str, Any] = json.loads(answer.json)
        return found

    one = visitor("things.see")
    assert [screen["name"] for screen in (await seen(one))["screens"]] == ["things"]
    assert (await seen(visitor()))["screens"] == []
    assert (await seen(one))["tiles"] == []
    assert [tile["name"] for tile in (await seen(replace(one, agent_no="1001")))["tiles"]] == ["mine"]
    fed.append(Tile(name="new", title="新", permission=SIGNED_IN, component="New"))
    assert [tile["name"] for tile in (await seen(one))["tiles"]] == ["new"]
    stop()
    assert (await seen(one))["tiles"] == []
    undo()
    assert (await seen(one))["screens"] == []


def test_a_page_for_those_who_keep_something_is_not_shown_to_those_who_read_it() -> None:
    screens = Screens()
    screens.add((a_screen(keeping="things.edit"),))
    assert [one.name for one in screens.seen_by(visitor("things.see", "things.edit"))[1]] == ["things"]
    assert screens.seen_by(visitor("things.see"))[1] == []
    assert screens.seen_by(visitor("things.edit"))[1] == []


def test_what_is_everybodys_is_shown_to_everybody() -> None:
    """The page on which each writes down his absence was shown to administrators only."""
    screens, adding = Screens(), a_screen().create
    assert adding is not None
    mine = a_screen(permission=SIGNED_IN, create=adding.model_copy(update={"permission": SIGNED_IN}))
    screens.add((mine,))
    _, (seen,) = screens.seen_by(visitor())
    assert seen.create is not None and seen.list is not None and seen.list.row == ()


def test_names_are_taken_once_and_headings_must_exist() -> None:
    screens = Screens()
    screens.add((a_screen(),))
    with pytest.raises(ValueError, match="two screens are named things"):
        screens.add((a_screen(),))
    with pytest.raises(ValueError, match="no group nowhere"):
        screens.add((a_screen("x", group="nowhere"),))
    screens.add((a_screen("x", group="nowhere"),), (Group(name="nowhere", title="别处", icon="map"),))
    with pytest.raises(pydantic.ValidationError, match="is a charts without one"):
        a_screen("y", kind="charts")


def test_a_screen_that_fits_its_routes_is_without_findings() -> None:
    fitting = a_list(
        filters=(Filter(kind="choices", key="state", title="状态", options=states("new", "old")),),
        row=(
            REMOVE.model_copy(update={"when": When(key="state", among=("new",))}),
            REMOVE.model_copy(update={"name": "more", "when": When(key="lent", among=(True,))}),
            REMOVE.model_copy(update={"name": "named", "when": When(key="name", among=("any",))}),
        ),
    )
    assert lint.problems([a_screen(), a_screen("others", list=fitting)], ENDPOINTS) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"list": a_list(source="/api/nothing")}, "no route answers GET /api/nothing"),
        ({"list": a_list(columns=(Column(key="colour", title="颜色"),))}, "the source answers no colour"),
        ({"list": a_list(filters=(Filter(kind="text", key="hue", title="色"),))}, "the source takes no hue"),
        ({"list": a_list(filters=(Filter(kind="period", key="at", title="期"),))}, "the source takes no from"),
        (
            {"list": a_list(filters=(Filter(kind="choice", key="state", title="态", options=states("new", "odl")),))},
            "filter state: the source takes no value odl",
        ),
        (
            {"list": a_list(row=(REMOVE.model_copy(update={"when": When(key="state", among=("new", "odl"))}),))},
            "action remove: state of /api/things is never odl",
        ),
        (
            {"list": a_list(row=(REMOVE.model_copy(update={"when": When(key="lent", among=("yes",))}),))},
            "action remove: lent of /api/things is never yes",
        ),
        ({"icon": "bocks"}, "there is no icon bocks"),
        ({"list": a_list(sorts=("weight",))}, "rows of /api/things have no weight"),
        ({"list": a_list(export="/api/things.xlsx")}, "export: no route answers GET /api/things.xlsx"),
        ({"list": a_list(columns=(Column(key="name", title="名", link="x"),))}, "column name: there is no screen x"),
        ({"permission": "things.edit"}, "GET /api/things needs things.see, but is offered to things.edit"),
        (
            {"create": Action(name="add", title="新增", kind="form", path="/api/things")},
            "action add: POST /api/things needs things.edit, but is offered to things.see",
        ),
        (
            {"create": Action(name="add", title="新增", permission="things.edit", kind="form", path="/api/things",
                              form=(Field(key="hue", title="色"),))},
            "action add: field hue: POST /api/things takes no such field",
        ),
        (
            {"list": a_list(row=(Action(name="sheet", title="下载", kind="download", path="/api/things/{id}"),))},
            "action sheet: no route answers POST /api/things/{id}",
        ),
        (
            {"list": a_list(row=(REMOVE.model_copy(update={"opens": "nowhere"}),))},
            "action remove: there is no screen nowhere",
        ),
        ({"detail": Detail(source="/api/things/{id}", title="hue", tabs=())}, "GET /api/things/{id} answers no hue"),
        (
            {"charts": (Chart(title="图", kind="bar", source="/api/chart", x="d",
                              series=(Series(key="n", title="数"),)),)},
            "图: no route answers GET /api/chart",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(changes: dict[str, Any], said: str) -> None:
    found = lint.problems([a_screen(**changes)], ENDPOINTS, icons={"Box"})
    assert any(said in line for line in found), found
    assert all(line.startswith("screen things: ") for line in found)
    assert len(set(found)) == len(found), "each is told once"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_plugins_file_is_found_by_itself(root: Path) -> None:
    for name, text in {
        "sp_none": None,
        "sp_fixed": "SCREENS = ()\n",
        "sp_made": "def screens(host):\n    return [host]\n",
        "sp_wrong": "SCREEN = ()\n",
    }.items():
        (root / name).mkdir()
        (root / name / "__init__.py").touch()
        if text is not None:
            (root / name / "screens.py").write_text(text)
    assert read_screens("sp_none") == ((), (), (), ())
    assert read_screens("sp_fixed") == ((), (), (), ())
    assert read_screens("sp_made", a_screen()) == ((a_screen(),), (), (), ())
    with pytest.raises(LookupError, match="neither SCREENS nor screens"):
        read_screens("sp_wrong")


# ── beside a call ──


def a_card(**changes: Any) -> DeskCard:
    given: dict[str, Any] = {
        "name": "things", "title": "物品", "permission": "things.see", "source": "/api/things/{id}",
        "fields": (Column(key="name", title="名称"),), "empty": Empty(title="没有"),
    }  # fmt: skip
    return DeskCard(**{**given, **changes})


def a_form(**changes: Any) -> DeskForm:
    given: dict[str, Any] = {
        "name": "thing", "title": "登记", "permission": "things.edit", "source": "/api/open", "method": "POST",
        "path": "/api/things", "form": (Field(key="name", title="名称"),), "quick": "name",
    }  # fmt: skip
    return DeskForm(**{**given, **changes})


def test_cards_and_forms_are_for_those_who_may() -> None:
    screens = Screens()
    story = StoryCard(**a_card().model_dump(exclude={"fields"}), fields=a_card().fields)
    undo = screens.add((), (), (a_card(order=60), a_form(), story.model_copy(update={"name": "story"})))
    assert [one.name for one in screens.slots_for(visitor("things.see"), DeskCard)] == ["things"]
    assert screens.slots_for(visitor("things.see"), DeskForm) == []
    assert [one.name for one in screens.slots_for(visitor("things.edit"), DeskForm)] == ["thing"]
    with pytest.raises(ValueError, match="two deskcards"):
        screens.add((), (), (a_card(),))
    undo()
    assert screens.slots == []


@pytest.mark.parametrize(
    ("slot", "said"),
    [
        (a_card(source="/api/nothing/{id}"), "no route answers GET /api/nothing/{id}"),
        (a_card(fields=(Column(key="colour", title="颜色"),)), "column colour: the source answers no colour"),
        (a_card(permission="others.see"), "GET /api/things/{id} needs things.see, but is offered to others.see"),
        (a_card(opens="nowhere"), "there is no screen nowhere"),
        (a_form(form=(Field(key="size", title="大小"),), quick=None), "field size: POST /api/things takes no such"),
        (a_form(path="/api/nothing"), "no route answers POST /api/nothing"),
    ],
)
def test_what_stands_beside_a_call_fits_its_routes(slot: DeskCard | DeskForm, said: str) -> None:
    (found,) = lint.problems([], ENDPOINTS, [slot])
    assert said in found


def test_what_fits_is_not_complained_of() -> None:
    rows = a_card(source="/api/open", fields=(), columns=(Column(key="name", title="名称"),), opens="things")
    assert lint.problems([a_screen()], ENDPOINTS, [a_card(), rows, a_form()]) == []
    with pytest.raises(ValueError, match="either fields, columns or a component"):
        a_card(fields=())
    with pytest.raises(ValueError, match="has no field size"):
        a_form(quick="size")


def test_a_component_of_a_plugin_is_a_file_of_its_folder() -> None:
    screen = Screen(
        name="map", title="地图", group="work", icon="map", permission="things.see", kind="component",
        component="things/ThingMap",
    )  # fmt: skip
    tile = Tile(name="map", title="地图", permission="things.see", component="things/MapTile")
    card = DeskCard(
        name="map", title="地图", permission="things.see", source="/api/things/{id}", component="things/MapCard",
        empty=Empty(title="没有"),
    )  # fmt: skip
    found = lint.problems([screen], ENDPOINTS, [card], [tile])
    assert found == [
        "screen map: component things/ThingMap: there is no things/web/ThingMap.vue",
        "slot map: component things/MapCard: there is no things/web/MapCard.vue",
        "tile map: component things/MapTile: there is no things/web/MapTile.vue",
    ]
    known = {"things/ThingMap", "things/MapTile", "things/MapCard"}
    assert lint.problems([screen], ENDPOINTS, [card], [tile], known) == []


def test_whom_a_call_can_be_handed_to_is_found_by_words() -> None:
    book = DeskTargets(name="book", title="通讯录", permission="things.see", source="/api/things")
    assert lint.problems([], ENDPOINTS, [book]) == []
    (fault,) = lint.problems([], ENDPOINTS, [book.model_copy(update={"source": "/api/things/{id}"})])
    assert "takes no search" in fault
    screens = Screens()
    screens.add((), (), (book,))
    assert screens.slots_for(visitor("things.see"), DeskTargets) == [book]
    assert screens.slots_for(visitor("things.edit"), DeskTargets) == []
