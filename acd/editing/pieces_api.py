"""Routes of the settings' pieces: list, one, add, change, remove, the same way for each kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic

from acd.editing.bodies import (
    BreakBody,
    CalendarBody,
    GroupBody,
    QueueBody,
    SkillBody,
)
from acd.editing.items import KINDS, Item
from acd.editing.rows import BreakRow, CalendarRow, GroupRow, QueueRow, Row, Rows, SkillRow
from acd.editing.service import CONFIGURE, SettingsService
from acd.settings.schema import AcdSettings
from cti.base.http.routes import Page, Paged, Route
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.screens.forms import form

PREFIX = "/api/acd"
NAME, NAME_WRONG = r"^[a-z][a-z0-9_-]{0,39}$", "小写字母开头，只能含小写字母、数字、下划线和短横线"
SKILL, SKILL_WRONG = r"^[^\W\d][\w-]{0,39}$", "以字母或汉字开头，只能含文字、数字、下划线和短横线"


class Found(Page):
    """A page of those that have this text in their name or title."""

    text: str = pydantic.Field(default="", max_length=100)


def _without_defaults(body: pydantic.BaseModel) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude={"version", "name"}, exclude_defaults=True)


@dataclass(frozen=True, slots=True)
class Piece:
    """A kind of piece. `form` fills its body from the settings, `written` is what a body is in a file."""

    kind: str
    body: type[pydantic.BaseModel]
    row: type[Row]
    form: Callable[[AcdSettings, str], dict[str, Any]]
    written: Callable[[Any], Any]
    pattern: str = NAME
    wrong: str = NAME_WRONG

    @property
    def new(self) -> type[pydantic.BaseModel]:
        """The body of a new one: its name comes first."""
        hints = form(only_new=True, wrong=self.wrong, help="保存后不可修改", section="基本")
        name: Any = (str, pydantic.Field(title="标识", pattern=self.pattern, json_schema_extra=hints))
        made = pydantic.create_model(f"New{self.body.__name__}", __base__=self.body, name=name)
        made.__doc__ = f"One that does not exist yet. {self.body.__doc__}"
        return made


def _queue_form(settings: AcdSettings, name: str) -> dict[str, Any]:
    return QueueBody.of(settings.queues[name], 0).model_dump(mode="json")


PIECES: dict[str, Piece] = {
    "queues": Piece(
        "queues", QueueBody, QueueRow, _queue_form,
        lambda body: QueueBody.model_validate(body.model_dump(exclude={"name"})).as_written(),
    ),
    "skills": Piece(
        "skills", SkillBody, SkillRow, lambda settings, name: {"title": settings.skills[name]},
        lambda body: body.title, SKILL, SKILL_WRONG,
    ),
    "groups": Piece(
        "groups", GroupBody, GroupRow, lambda settings, name: settings.groups[name].model_dump(), _without_defaults
    ),
    "breaks": Piece(
        "breaks", BreakBody, BreakRow, lambda settings, name: settings.breaks[name].model_dump(), _without_defaults
    ),
    "calendars": Piece(
        "calendars", CalendarBody, CalendarRow, lambda settings, name: CalendarBody.of(settings.calendars[name]),
        lambda body: CalendarBody.model_validate(body.model_dump(exclude={"name"})).as_written(),
    ),
}  # fmt: skip


def piece_routes(service: SettingsService, rows: Rows, piece: Piece) -> list[Route]:
    """The table of one kind."""
    kind, title, path = piece.kind, KINDS[piece.kind], f"{PREFIX}/{piece.kind}"
    name_of = Annotated[str, pydantic.Field(pattern=piece.pattern)]
    page = Paged[piece.row]  # type: ignore[name-defined] # a model chosen at run time

    async def listing(visitor: Visitor, query: Found) -> Any:
        text = query.text.lower()
        found = [row for row in rows.of(kind) if text in row.id.lower() or text in row.title.lower()]
        return page.cut(found, query)

    async def one(visitor: Visitor, name: str) -> Any:
        if name not in getattr(service.settings, kind):
            raise NotFound("no_item", f"没有这个{title}")
        version = service.version(Item(kind, name))
        return piece.body.model_validate({**piece.form(service.settings, name), "version": version})

    async def add(visitor: Visitor, body: Any) -> None:
        await service.put(visitor, Item(kind, body.name), 0, piece.written(body))

    async def change(visitor: Visitor, name: str, body: Any) -> None:
        await service.put(visitor, Item(kind, name), body.version, piece.written(body))

    async def remove(visitor: Visitor, name: str, version: int) -> None:
        await service.put(visitor, Item(kind, name), version, None)

    put = _typed(change, None, name=name_of, body=piece.body)
    gone = _typed(remove, None, name=name_of)
    return [
        Route("GET", path, _typed(listing, page), CONFIGURE, f"{title}列表"),
        Route("POST", path, _typed(add, None, body=piece.new), CONFIGURE, f"新增{title}"),
        Route("GET", f"{path}/{{name}}", _typed(one, piece.body, name=name_of), CONFIGURE, f"一个{title}"),
        Route("PUT", f"{path}/{{name}}", put, CONFIGURE, f"修改{title}"),
        Route("POST", f"{path}/{{name}}/{{version}}/remove", gone, CONFIGURE, f"删除{title}"),
    ]


def _typed(handler: Callable[..., Awaitable[Any]], answer: Any, **kinds: Any) -> Callable[..., Awaitable[Any]]:
    """The handler with its annotations made real: they are chosen at run time."""
    handler.__annotations__ = {**handler.__annotations__, **kinds, "return": answer or type(None)}
    return handler
