"""The parts of a screen. They go to the console as JSON without what is as by default; paths may hold keys of the
row or record they are about in braces (`/api/citizens/{id}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import pydantic

Tone = Literal["ready", "break", "ring", "talk", "wrapup", "off"]
"""A colour of the console's states, by what it means there: good, care, waiting, active, after, none."""

ColumnKind = Literal[
    "text",
    "long",
    "number",
    "time",
    "date",
    "duration",
    "phone",
    "choice",
    "tags",
    "flag",
    "file",
    "sound",
    "person",
    "rich",
    "point",
]
FieldKind = Literal[
    "text", "long", "password", "number", "flag", "choice", "choices", "date", "time", "file", "phone", "tags", "json",
    "color", "person", "rows", "tree", "files", "rich", "point",
]  # fmt: skip
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

TELLS_KIND = ("kind", "method")
"""Told also when they are as by default, so that what reads a part knows what it is."""


@cache
def _usual(part: type[pydantic.BaseModel]) -> Mapping[str, Any]:
    """What need not be told of a kind of parts: the defaults of its fields."""
    fields = part.model_fields.items()
    return {key: one.get_default() for key, one in fields if key not in TELLS_KIND and not one.is_required()}


class Part(pydantic.BaseModel):
    """A piece of a description: frozen, unknown keys refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    @pydantic.model_serializer(mode="wrap")
    def _without_defaults(self, serialize: pydantic.SerializerFunctionWrapHandler) -> dict[str, Any]:
        usual = _usual(type(self))
        return {
            key: value for key, value in serialize(self).items() if key not in usual or getattr(self, key) != usual[key]
        }


class Option(Part):
    """A value and its words."""

    value: str
    title: str
    tone: Tone | None = None


class Choice(Part):
    """What a path of options answers: a list of these."""

    value: str
    title: str


class When(Part):
    """Only where the row or the form has one of these values under `key`."""

    key: str
    among: tuple[str | int | bool | None, ...] = pydantic.Field(serialization_alias="in")

    @pydantic.model_serializer(mode="plain")
    def _plainly(self) -> dict[str, Any]:
        return {"key": self.key, "in": list(self.among)}


class Column(Part):
    """A column of a list, or a value of a detail.

    `none` are the words for an empty value: no words at all leave it out of a page. `better` names another key that
    says it better where it is there; `link` names the screen that opens with the row's value. `width` is in pixels.
    With a `permission` it is only there for those who have it; a page of one record leaves it out but `when` another
    key has one of some values. A telephone number with `dial` is called by a click; one that a record is to call, as
    a ticket is, has an action of its own instead. A `point` is latitude and longitude (WGS 84) with a comma between;
    it opens the map programme of a telephone.
    """

    key: str
    title: str
    kind: ColumnKind = "text"
    dial: bool = False
    width: int | None = None
    options: tuple[Option, ...] = ()
    hidden: bool = False
    none: str | None = None
    better: str | None = None
    link: str | None = None
    permission: str = ""
    when: When | None = None


class Filter(Part):
    """What a list can be narrowed by; sent under `key`, a period under `from` and `to` (ISO times).

    With a `permission` it is only there for those who have it.
    """

    kind: Literal["text", "choice", "choices", "period", "flag", "tree"]
    key: str
    title: str
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    options_search: bool = False
    wide: bool = False
    permission: str = ""


class Field(Part):
    """A field of a form; `fields_of` makes them from the body's model.

    `options_search` asks `options_from` with `?search=`; `only_new` fields are left out when a record is edited,
    `fixed` ones are shown and cannot be changed then; `section` begins a new group of fields. `check` is a path that
    looks at the text while somebody types: to POST `{key: text}` it answers `{ok, message, position}`. `rows` are the
    columns of a field that holds several small records. `files` is the path of the record's files, in which pictures of
    a rich text are kept; `total` adds up the figures of a column of `rows`. What a
    `formula` of other numbers comes to (`price * count`) is shown and not filled in; the server reckons it again. While
    somebody is in a `sensitive` one, the recording of his talk is paused. A `point` can be shown on the `outline` that
    this path answers, as the map of the house is drawn. `proposed` are values that stand below it,
    the likeliest first: a press fills one in.
    """

    key: str
    title: str
    kind: FieldKind = "text"
    required: bool = False
    help: str | None = None
    pattern: str | None = None
    wrong: str | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    max_length: int | None = None
    default: Any = None
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    options_search: bool = False
    only_new: bool = False
    fixed: bool = False
    accept: str | None = None
    when: When | None = None
    section: str | None = None
    check: str | None = None
    outline: str | None = None
    rows: tuple[Field, ...] = ()
    files: str | None = None
    total: bool = False
    formula: str | None = None
    sensitive: bool = False
    proposed: tuple[Option, ...] = ()


class Action(Part):
    """Something to do: a form whose values are the body, a question to confirm, a download, or a link.

    An empty `permission` is the screen's. `form_source` is the path of the record that fills the form; its `version`
    goes back with the body. `preview` is the path that takes an import's file, the ticked rows, or nothing, first and
    answers what would be done. `shows` is the key of the answer that is shown this once, such as a new password;
    `words` are simply told. With `sheet` it is a list, offered this once as a spreadsheet with these columns. A `told`
    one is offered where the row's `acts` name it: the server says with each record what may be done with it now.
    `refused` says why it cannot be done now, although it is his to do. The form of a `page` is one of its own, kept as
    a draft: that of a screen's `create`, or of the one action that changes a record. What is done `at_once` is not
    asked about. `opens` is the screen on which the record that it answers is opened then.
    """

    name: str
    title: str
    permission: str = ""
    kind: Literal["form", "confirm", "download", "link"]
    method: Method = "POST"
    path: str
    tone: Literal["primary", "danger"] | None = None
    confirm: str | None = None
    form: tuple[Field, ...] = ()
    form_source: str | None = None
    when: When | None = None
    preview: str | None = None
    shows: str | None = None
    sheet: tuple[Column, ...] = ()
    done: str | None = None
    told: bool = False
    page: bool = False
    refused: str | None = None
    at_once: bool = False
    opens: str | None = None


class Empty(Part):
    """What stands where a list has no rows."""

    title: str
    text: str = ""


class Kanban(Part):
    """The rows of a list as cards in columns by the value under `by`, which is the key of a filter, too.

    A card that is dropped in another column begins the action that `moves` names for that column, with its form: one of
    the list's for a row, or of those that the record offers now. Where there is none now, the card goes back.
    """

    by: str
    columns: tuple[Option, ...]
    moves: Mapping[str, str] = {}


class Calendar(Part):
    """The rows of a list by day, week and month: from `begins` to `ends`, called by `title`.

    The list's source takes `from` and `to` (ISO times) and answers what lies at least partly between them.
    """

    begins: str
    ends: str | None = None
    title: str


class List(Part):
    """A list: `source` answers `{items, total, page, size}` to page, size, sort and the filters' keys.

    `sort` is the order at first (`-key` is descending), `sorts` are the columns that can be sorted by. `live` is a
    topic whose changes say that the rows may be others now, `opens` the page that a click on a row opens (else its
    record, or its form). `actions` stand above the list, `bulk` ones take `{"ids": […]}` of ticked rows, `row` ones are
    about one. `records` is the kind of records that it lists, by which the search in the head finds their pages;
    `badge` is the query of it that the menu counts (no more than 100), such as `{"state": "open"}`.
    `conditions` is the path of what can be asked for in conditions that people build (`where`).
    With a `kanban` or a `calendar` people can look at the same rows in these ways.
    `export` is the path of a spreadsheet of the same filters, for those who have `export_permission`.
    `note` is the path of a sentence above the list: it answers `{words, good}`.
    """

    source: str
    id: str = "id"
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str | None = None
    sorts: tuple[str, ...] = ()
    empty: Empty
    records: str | None = None
    badge: Mapping[str, str] = {}
    conditions: str | None = None
    export: str | None = None
    export_permission: str = ""
    note: str | None = None
    live: str | None = None
    kanban: Kanban | None = None
    calendar: Calendar | None = None
    opens: str | None = None
    actions: tuple[Action, ...] = ()
    bulk: tuple[Action, ...] = ()
    row: tuple[Action, ...] = ()


class Tab(Part):
    """A side of a detail. A timeline's source answers `{items, next, kinds}`: see `cti.office.timeline.entries`.

    A component of a part of records gets its `source`; `edit` is the permission without which it changes nothing: the
    console is told whether the visitor has it.

    With a `permission` it is only there for those who have it.
    """

    name: str
    title: str
    kind: Literal["fields", "list", "timeline", "component"]
    permission: str = ""
    fields: tuple[Column, ...] = ()
    list: List | None = None
    source: str | None = None
    component: str | None = None
    edit: str = ""


class Detail(Part):
    """One record: `title`, `subtitle` and `tags` name keys of what `source` answers; so do `marks`, which stand with
    their titles beside the subtitle: where it is, by when it is due; and `note`, a sentence below them that who acts
    must have read. Keys of fields of its tabs, with their words.

    `offers` is a path that answers more actions: those that this visitor may take with this record now. `live` is a
    topic whose changes say in their `id` which record may be another now.
    """

    source: str
    title: str
    subtitle: str | None = None
    tags: str | None = None
    marks: tuple[str, ...] = ()
    note: str | None = None
    tabs: tuple[Tab, ...]
    actions: tuple[Action, ...] = ()
    offers: str | None = None
    live: str | None = None


class Series(Part):
    """A line, bar or slice of a chart: the values under `key` of each item."""

    key: str
    title: str
    tone: Tone | None = None


class Link(Part):
    """A screen with a list, and its filters: values in braces are keys of the row, `{"stage": "{value}"}`."""

    screen: str
    query: Mapping[str, str] = {}


class Chart(Part):
    """A chart of the items that `source` answers; `x` is the key of the axis.

    `link` is the list behind each bar, point or slice: a click opens it.
    """

    title: str
    kind: Literal["line", "bar", "pie", "stack"]
    source: str
    x: str
    series: tuple[Series, ...]
    unit: str | None = None
    link: Link | None = None


class Figure(Part):
    """A figure: the value under `key` of what `source` answers; `link` is the list behind it."""

    title: str
    source: str
    key: str
    kind: ColumnKind = "number"
    link: Link | None = None


class Tree(Part):
    """A tree: `source` answers all nodes; `move`, `merge` and what tells what that would do are paths about one."""

    source: str
    move: str
    merge: str
    merge_preview: str


class Screen(Part):
    """One entry of the menu and what it opens; `icon` is a name of lucide's, `order` its place within the group.

    A tree has its list's actions and the form of `create`; a component is one of a plugin's own (`acd/SkillMatrix`
    is the file `acd/web/SkillMatrix.vue`), or one of the console, by its registered name. `keeping` is a second right
    that it asks for,
    where the page is of no use to those who only read. `also` are other words by which people look for
    it: what it was called before, and what others call it.
    """

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    group: str
    icon: str = pydantic.Field(pattern=r"^[a-z][a-z0-9-]*$")
    order: int = 50
    permission: str
    keeping: str = pydantic.Field(default="", exclude=True)
    also: tuple[str, ...] = ()
    kind: Literal["list", "component", "charts", "tree"]
    component: str | None = None
    list: List | None = None
    tree: Tree | None = None
    detail: Detail | None = None
    create: Action | None = None
    charts: tuple[Chart, ...] = ()
    filters: tuple[Filter, ...] = ()
    figures: tuple[Figure, ...] = ()

    @pydantic.model_validator(mode="after")
    def _is_whole(self) -> Screen:
        lacks = {
            "list": self.list is None,
            "component": not self.component,
            "charts": not self.charts,
            "tree": self.tree is None or self.list is None,
        }
        missing = lacks[self.kind]
        if missing:
            raise ValueError(f"screen {self.name}: is a {self.kind} without one")
        return self


class Group(Part):
    """A heading of the menu; one that stands `within` another is an entry there, and its screens are tabs of a page."""

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    icon: str
    order: int = 50
    within: str | None = None
