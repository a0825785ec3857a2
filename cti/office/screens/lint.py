"""Compares screens with the routes of the house: a path that nothing answers, a column that no answer has, a form that
its route refuses, an action offered to those who may not do it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from cti.base.http.routes import PUBLIC, SIGNED_IN, Endpoint
from cti.office.screens.description import Action, Chart, Column, Detail, Field, Figure, Filter, List, Screen, Tab
from cti.office.screens.lint_schemas import Schema, properties, row_of, schema_of, taken_by
from cti.office.screens.lint_values import unknown_conditions, unknown_options
from cti.office.screens.slots import AnySlot, DeskCard, DeskForm, DeskTargets, Dock
from cti.office.screens.tiles import Tile

PERIOD = ("from", "to")
PAGING = ("page", "size")
PAGES = {"calls", "inbox", "board", "desk"}
"""Pages of the console's own that columns and tiles may lead to beside described screens."""
Held = frozenset[str]
"""The permissions of those to whom something is offered."""


def problems(
    screens: Sequence[Screen],
    endpoints: Iterable[Endpoint],
    slots: Sequence[AnySlot] = (),
    tiles: Sequence[Tile] = (),
    components: Collection[str] = (),
    icons: Collection[str] = (),
) -> list[str]:
    """Each as `screen NAME: place: what is wrong`. `components` are those that plugins bring, `acd/SkillMatrix`.

    `icons` are those that the console has, as lucide exports them (`Building2`); without any they are not looked at.
    """
    lint = _Lint(list(endpoints), screens, components)
    lacking = [one for one in screens if icons and exported(one.icon) not in icons]
    return [
        *(f"screen {one.name}: there is no icon {one.icon}" for one in lacking),
        *(f"screen {one.name}: {said}" for one in screens for said in lint.screen(one)),
        *(f"slot {one.name}: {said}" for one in slots for said in lint.slot(one)),
        *(f"tile {one.name}: {said}" for one in tiles for said in lint.tile(one)),
    ]


def exported(icon: str) -> str:
    """The name under which lucide exports an icon: `building-2` is `Building2`."""
    return "".join(part[:1].upper() + part[1:] for part in icon.split("-"))


class _Lint:
    def __init__(self, endpoints: list[Endpoint], screens: Sequence[Screen], components: Collection[str]) -> None:
        self._by_length: dict[tuple[str, int], list[tuple[Endpoint, list[str]]]] = defaultdict(list)
        """Routes with the parts of their paths, by method and number of parts."""
        for one in endpoints:
            shape = one.route.path.split("/")
            self._by_length[one.route.method, len(shape)].append((one, shape))
        self._by_path = {f"{one.route.method} {one.route.path}": one for one in endpoints}
        self._components = components
        self._screens = {screen.name: screen for screen in screens}
        self._names = {*self._screens, *PAGES}

    def screen(self, one: Screen) -> Iterator[str]:
        held = frozenset({one.permission, one.keeping} - {""})
        yield from self._component(one.component)
        if one.list is not None:
            yield from self._list("list", one.list, held)
        if one.tree is not None:
            yield from self._get("tree", one.tree.source, held)
            for path in (one.tree.move, one.tree.merge, one.tree.merge_preview):
                if self._find("POST", path) is None:
                    yield f"tree: no route answers POST {path}"
        if one.detail is not None:
            yield from self._detail(one.detail, held)
        if one.create is not None:
            yield from self._action("create", one.create, held)
        yield from self._filters("filters", one.filters, None, held)
        for chart in one.charts:
            yield from self._chart(chart, held)
        yield from self._figures(one.figures, held)

    def tile(self, one: Tile) -> Iterator[str]:
        held = frozenset({one.permission})
        yield from self._component(one.component)
        yield from self._figures(one.figures, held)
        if one.chart is not None:
            yield from self._chart(one.chart, held)
        for count in one.counts:
            yield from self._link("count", count.screen, count.query)
            screen = self._screens.get(count.screen)
            if screen is not None and screen.list is not None and not screen.list.records:
                yield f"count: nobody counts the rows of {count.screen}: its list names no records"
        if one.source:
            found = self._find("GET", one.source)
            if found is None:
                yield f"no route answers GET {one.source}"
                return
            yield from _allowed(f"GET {one.source}", found, held)
            if (row := row_of(found)) is not None:
                yield from self._columns("columns", one.columns, row)
        if one.link is not None:
            yield from self._link("list", one.link.screen, one.link.query)

    def _component(self, name: str | None) -> Iterator[str]:
        """One of the console's own has no `/`; whether it is there, the console's tests see."""
        if name and "/" in name and name not in self._components:
            plugin, _, file = name.partition("/")
            yield f"component {name}: there is no {plugin}/web/{file}.vue"

    def _chart(self, one: Chart, held: Held) -> Iterator[str]:
        yield from self._get(one.title, one.source, held)
        if one.link is not None:
            yield from self._link(one.title, one.link.screen, one.link.query)

    def _figures(self, figures: Sequence[Figure], held: Held) -> Iterator[str]:
        for one in figures:
            yield from self._get(one.title, one.source, held)
            if one.link is not None:
                yield from self._link(one.title, one.link.screen, one.link.query)

    def _link(self, place: str, name: str, query: Mapping[str, str]) -> Iterator[str]:
        """What is wrong with the way to a list: the console shows there only what the list's own filters say."""
        screen = self._screens.get(name)
        if screen is None:
            if name not in PAGES:
                yield f"{place}: there is no screen {name}"
            return
        filters = {key for one in (screen.list.filters if screen.list else ()) for key in _keys(one)}
        for key in query:
            if key not in filters:
                yield f"{place}: the list of {name} has no filter {key}"

    def slot(self, one: AnySlot) -> Iterator[str]:
        held = frozenset({one.permission})
        if isinstance(one, Dock):
            yield from self._component(one.component)
            return
        found = self._find("GET", one.source)
        if found is None:
            yield f"no route answers GET {one.source}"
            return
        yield from _allowed(f"GET {one.source}", found, held)
        if isinstance(one, DeskForm):
            action = Action(
                name=one.name, title=one.title, kind="form", method=one.method, path=one.path, form=one.form
            )
            yield from self._action("form", action, held)
            if one.begin:
                yield from self._get("begin", one.begin, held)
            if one.more and self._find("POST", one.more) is None:
                yield f"no route answers POST {one.more}"
            if one.alike is not None:
                yield from self._get("alike", one.alike.source, held)
                for action in one.alike.row:
                    yield from self._action("alike", action, held)
            return
        if isinstance(one, DeskTargets):
            if "search" not in (taken_by(found.query) if found.query is not None else set()):
                yield f"targets: GET {one.source} takes no search"
            return
        yield from self._component(one.component)
        if isinstance(one, DeskCard):
            for action in one.row:
                yield from self._action("card", action, held)
            if one.always is not None:
                yield from self._get("always", one.always, held)
            if one.copying is not None:
                yield from self._get("copying", one.copying.source, held)
        answer = row_of(found) if one.columns else properties(found)
        if answer is not None and not one.component:
            yield from self._columns("card", one.columns or one.fields, answer)
        if one.opens and one.opens not in self._names:
            yield f"card: there is no screen {one.opens}"

    def _list(self, place: str, one: List, held: Held) -> Iterator[str]:
        found = self._find("GET", one.source)
        if found is None:
            yield f"{place}: no route answers GET {one.source}"
            return
        yield from _allowed(f"{place}: GET {one.source}", found, held)
        asked = taken_by(found.query) if found.query is not None else set()
        for key in PAGING:
            if key not in asked:
                yield f"{place}: GET {one.source} takes no {key}"
        yield from self._filters(place, one.filters, asked, held)
        for narrowed in one.filters:
            for value in unknown_options(narrowed, found):
                yield f"{place}: filter {narrowed.key}: the source takes no value {value}"
        if one.sorts and "sort" not in asked:
            yield f"{place}: GET {one.source} takes no sort"
        row = row_of(found)
        if row is not None:
            yield from self._columns(place, one.columns, row)
            yield from _conditions(place, one, found, row)
            shown_when = [action.when.key for action in one.row if action.when is not None]
            for key in (one.id, *one.sorts, *([one.sort.removeprefix("-")] if one.sort else []), *shown_when):
                if key not in row:
                    yield f"{place}: rows of {one.source} have no {key}"
        if one.conditions:
            yield from self._get(f"{place}: conditions", one.conditions, held)
            if "where" not in asked:
                yield f"{place}: GET {one.source} takes no where"
        for key, keys in _seen_by(one):
            if key not in asked:
                yield f"{place}: GET {one.source} takes no {key}"
            for name in keys:
                if row is not None and name not in row:
                    yield f"{place}: rows of {one.source} have no {name}"
        if one.export:
            yield from self._get(f"{place}: export", one.export, held | {one.export_permission})
        for action in (*one.actions, *one.bulk, *one.row):
            yield from self._action(place, action, held)

    def _filters(self, place: str, filters: Sequence[Filter], asked: set[str] | None, held: Held) -> Iterator[str]:
        for one in filters:
            for key in _keys(one):
                if asked is not None and key not in asked:
                    yield f"{place}: filter {one.key}: the source takes no {key}"
            if one.options_from:
                yield from self._get(f"{place}: filter {one.key}", one.options_from, held)

    def _columns(self, place: str, columns: Sequence[Column], row: Schema) -> Iterator[str]:
        for one in columns:
            for key in (one.key, *([one.better] if one.better else [])):
                if key not in row:
                    yield f"{place}: column {one.key}: the source answers no {key}"
            if one.link and one.link not in self._names:
                yield f"{place}: column {one.key}: there is no screen {one.link}"

    def _detail(self, one: Detail, held: Held) -> Iterator[str]:
        found = self._find("GET", one.source)
        if found is None:
            yield f"detail: no route answers GET {one.source}"
            return
        yield from _allowed(f"detail: GET {one.source}", found, held)
        record = properties(found)
        for key in (one.title, one.subtitle, one.tags):
            if key is not None and record is not None and key not in record:
                yield f"detail: GET {one.source} answers no {key}"
        for tab in one.tabs:
            yield from self._tab(tab, record, held | {tab.permission} if tab.permission else held)
        for action in one.actions:
            yield from self._action("detail", action, held)

    def _tab(self, one: Tab, record: Schema | None, held: Held) -> Iterator[str]:
        place = f"tab {one.name}"
        yield from self._component(one.component)
        if record is not None:
            yield from self._columns(place, one.fields, record)
        if one.list is not None:
            yield from self._list(place, one.list, held)
        if one.source is not None:
            yield from self._get(place, one.source, held)

    def _action(self, place: str, one: Action, held: Held) -> Iterator[str]:
        place = f"{place}: action {one.name}"
        held = held | {one.permission} if one.permission else held
        if one.kind != "link":
            found = self._find(one.method, one.path)
            if found is None:
                yield f"{place}: no route answers {one.method} {one.path}"
            else:
                yield from _allowed(f"{place}: {one.method} {one.path}", found, held)
                yield from self._form(place, one.form, found, held)
        if one.opens and one.opens not in self._names:
            yield f"{place}: there is no screen {one.opens}"
        if one.form_source:
            yield from self._get(place, one.form_source, held)
        if one.preview:
            found = self._find("POST", one.preview)
            if found is None:
                yield f"{place}: no route answers POST {one.preview}"
            else:
                yield from _allowed(f"{place}: POST {one.preview}", found, held)

    def _form(self, place: str, fields: Sequence[Field], found: Endpoint, held: Held) -> Iterator[str]:
        taken = taken_by(found.body) if found.body is not None else None
        for one in fields:
            if taken is not None and one.key not in taken:
                yield f"{place}: field {one.key}: {found.route.method} {found.route.path} takes no such field"
            if one.options_from:
                yield from self._get(f"{place}: field {one.key}", one.options_from, held)

    def _get(self, place: str, path: str, held: Held) -> Iterator[str]:
        found = self._find("GET", path)
        if found is None:
            yield f"{place}: no route answers GET {path}"
        else:
            yield from _allowed(f"{place}: GET {path}", found, held)

    def _find(self, method: str, path: str) -> Endpoint | None:
        path = path.partition("?")[0]
        if (exact := self._by_path.get(f"{method} {path}")) is not None:
            return exact
        parts = path.split("/")
        fitting = [pair for pair in self._by_length[method, len(parts)] if _fits(pair[1], parts)]
        return min(fitting, key=lambda pair: sum(part.startswith("{") for part in pair[1]))[0] if fitting else None


def _seen_by(one: List) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What kanban and calendar ask for, and which keys of rows they show."""
    if (board := one.kanban) is not None:
        yield board.by, (board.by,)
    if (days := one.calendar) is not None:
        for key in PERIOD:
            yield key, (days.begins, days.title, *([days.ends] if days.ends else []))


def _conditions(place: str, one: List, found: Endpoint, row: Schema) -> Iterator[str]:
    whole = schema_of(found.answer) if found.answer is not None else {}
    named = [(f"action {action.name}", action.when) for action in one.row]
    named += [(f"column {column.key}", column.when) for column in one.columns]
    for what, when in named:
        if when is not None:
            for value in unknown_conditions(when, row, whole):
                yield f"{place}: {what}: {when.key} of {one.source} is never {value}"


def _keys(one: Filter) -> tuple[str, ...]:
    return PERIOD if one.kind == "period" else (one.key,)


def _fits(route: list[str], path: list[str]) -> bool:
    return all(one == part or (one.startswith("{") and part != "") for one, part in zip(route, path, strict=True))


def _allowed(place: str, found: Endpoint, held: Held) -> Iterator[str]:
    needed = found.route.permission
    if needed not in (PUBLIC, SIGNED_IN, *held):
        yield f"{place} needs {needed}, but is offered to {' and '.join(sorted(held))}"
