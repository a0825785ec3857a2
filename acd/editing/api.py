"""The settings over HTTP beside their pieces: agents and their skills, expressions, the history, options."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from acd.editing.bodies import AgentBody, MatrixBody, SkillsBody
from acd.editing.changes import Change
from acd.editing.items import KINDS, Item
from acd.editing.pieces_api import PIECES, PREFIX, Found, piece_routes
from acd.editing.rows import Rows, kind_title
from acd.editing.service import AGENTS, CONFIGURE, LEVELS, SettingsService
from acd.service import Acd
from acd.settings.skills import parse
from cti.base.http.routes import SIGNED_IN, Body, OptionView, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.screens.forms import form

AgentNo = Annotated[str, pydantic.Field(pattern=r"^\d{1,12}$")]
OptionKind = Literal["queues", "skills", "groups", "breaks", "calendars", "targets"]


class AgentRow(pydantic.BaseModel):
    """An agent in the list."""

    id: str = pydantic.Field(title="工号")
    name: str = pydantic.Field(title="姓名")
    skills: list[str] = pydantic.Field(title="技能", json_schema_extra=form(none="无"))
    groups: list[str] = pydantic.Field(title="班组", json_schema_extra=form(none="无"))
    queues: list[str] = pydantic.Field(title="限定队列", json_schema_extra=form(none="按技能"))
    rank: int = pydantic.Field(title="次序")
    calls: int = pydantic.Field(title="同时通话")
    chats: int = pydantic.Field(title="同时会话")
    listed: bool = pydantic.Field(title="设置", json_schema_extra=form(options={"true": "单独", "false": "默认"}))
    version: int


class ChangeRow(pydantic.BaseModel):
    """One change of the settings."""

    id: int = pydantic.Field(title="序号")
    at: datetime = pydantic.Field(title="时间")
    by: str = pydantic.Field(title="修改人")
    kind: str = pydantic.Field(title="类别", json_schema_extra=form(kind="choice", options=KINDS))
    what: str = pydantic.Field(title="内容")
    fields: list[str] = pydantic.Field(title="修改项", json_schema_extra=form(none="—"))


class HistoryQuery(Page):
    """A page of the history, perhaps of one kind only."""

    kind: str = pydantic.Field(default="", max_length=20)


class NeedBody(Body):
    """An expression to check."""

    need: str = pydantic.Field(max_length=1000)


class NeedAnswer(pydantic.BaseModel):
    """What is wrong with it and at which character (from 0), or how many of the listed agents meet it.

    `warning` marks one that is right, and that nobody meets.
    """

    ok: bool
    warning: bool = False
    message: str = ""
    position: int | None = None
    agents: int = 0


class MatrixRow(pydantic.BaseModel):
    """An agent with his levels; skills that he has not are left out."""

    agent: str
    name: str
    version: int
    levels: dict[str, int]


class Matrix(pydantic.BaseModel):
    """Skills as columns, a page of agents as rows."""

    skills: list[OptionView]
    items: list[MatrixRow]
    total: int
    page: int
    size: int


class FileProblem(pydantic.BaseModel):
    """A complaint about a file."""

    file: str
    line: int
    column: int
    message: str


class SettingsApi:
    """Reads and changes the pieces of the settings, each with who did it in the history."""

    def __init__(self, service: SettingsService, acd: Acd) -> None:
        self._service = service
        self._rows = Rows(acd, service.desk.changes)

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        pieces = [route for piece in PIECES.values() for route in piece_routes(self._service, self._rows, piece)]
        return [
            *pieces,
            Route("GET", f"{PREFIX}/agents", self.agents, CONFIGURE, "座席技能列表"),
            Route("GET", f"{PREFIX}/agents/{{agent}}", self.agent, CONFIGURE, "一个座席的技能"),
            Route("PUT", f"{PREFIX}/agents/{{agent}}", self.put_agent, CONFIGURE, "修改座席技能"),
            Route("GET", f"{PREFIX}/agents/{{agent}}/levels", self.levels, LEVELS, "一个座席的技能级别"),
            Route("PUT", f"{PREFIX}/agents/{{agent}}/levels", self.put_levels, LEVELS, "调整座席的技能级别"),
            Route("GET", f"{PREFIX}/matrix", self.matrix, CONFIGURE, "技能矩阵"),
            Route("PUT", f"{PREFIX}/matrix", self.put_matrix, CONFIGURE, "批量修改技能级别"),
            Route("POST", f"{PREFIX}/check_need", self.check_need, CONFIGURE, "检查技能表达式"),
            Route("GET", f"{PREFIX}/history", self.history, CONFIGURE, "分配设置的修改记录"),
            Route("POST", f"{PREFIX}/history/{{change}}/undo", self.undo, CONFIGURE, "撤销一次修改"),
            Route("GET", f"{PREFIX}/problems", self.problems, CONFIGURE, "配置文件中的错误"),
            Route("GET", f"{PREFIX}/options/{{kind}}", self.options, SIGNED_IN, "可选的队列、技能、班组等"),
        ]

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def agents(self, visitor: Visitor, query: Found) -> Paged[AgentRow]:
        """A page of the agents within the visitor's reach."""
        found = [one for one in await self._service.agents(visitor) if _has(query.text, *one)]
        settings, rows = self._service.settings, []
        for number, name in found:
            about = settings.agent(number)
            levels = [f"{settings.skills.get(skill, skill)} {level}" for skill, level in about.skills.items()]
            rows.append(
                AgentRow(
                    id=number,
                    name=name,
                    skills=levels,
                    groups=list(about.groups),
                    queues=list(about.queues),
                    rank=about.rank,
                    calls=about.calls,
                    chats=about.chats,
                    listed=number in settings.agents,
                    version=self._service.version(Item(AGENTS, number)),
                )
            )
        return Paged.cut(rows, query)

    async def agent(self, visitor: Visitor, agent: AgentNo) -> AgentBody:
        """One agent, as his form has him."""
        about, version = await self._service.agent(visitor, agent)
        return AgentBody.of(about, version)

    async def put_agent(self, visitor: Visitor, agent: AgentNo, body: AgentBody) -> None:
        """Other skills, groups or capacity from now on."""
        await self._service.put(visitor, Item(AGENTS, agent), body.version, body.as_written())

    async def levels(self, visitor: Visitor, agent: AgentNo) -> SkillsBody:
        """One agent's levels, for the form of his supervisor."""
        about, version = await self._service.agent(visitor, agent, LEVELS)
        return SkillsBody(version=version, skills=AgentBody.of(about, version).skills)

    async def put_levels(self, visitor: Visitor, agent: AgentNo, body: SkillsBody) -> None:
        """Other levels from now on, for callers who wait too."""
        levels = {one.skill: one.level for one in body.skills}
        await self._service.put_levels(visitor, agent, body.version, levels)

    async def matrix(self, visitor: Visitor, query: Found) -> Matrix:
        """Levels of a page of agents."""
        found = [one for one in await self._service.agents(visitor) if _has(query.text, *one)]
        settings = self._service.settings
        rows = [
            MatrixRow(
                agent=number,
                name=name,
                version=self._service.version(Item(AGENTS, number)),
                levels=dict(settings.agent(number).skills),
            )
            for number, name in found
        ]
        cut = Paged.cut(rows, query)
        skills = [OptionView(value=name, title=title) for name, title in settings.skills.items()]
        return Matrix(skills=skills, items=cut.items, total=cut.total, page=cut.page, size=cut.size)

    async def put_matrix(self, visitor: Visitor, body: MatrixBody) -> None:
        """Many levels at once, all or none."""
        await self._service.put_cells(visitor, body.cells)

    # ── expressions, history, options ────────────────────────────────────────────────────────────────────────────

    async def check_need(self, visitor: Visitor, body: NeedBody) -> NeedAnswer:
        """What is wrong with a need that somebody types, or whom it fits."""
        wrong, agents = self._service.check_need(visitor, body.need)
        if wrong is not None:
            return NeedAnswer(ok=False, message=wrong.said, position=wrong.position)
        if not agents and not parse(body.need).holds({}):
            return NeedAnswer(ok=True, warning=True, message="表达式正确，但现在没有座席符合")
        some = f"（{'、'.join(agents[:5])}{'…' if len(agents) > 5 else ''}）" if agents else ""
        words = f"单独设置的座席中有 {len(agents)} 名符合{some}"
        return NeedAnswer(ok=True, message=words, agents=len(agents))

    async def history(self, visitor: Visitor, query: HistoryQuery) -> Paged[ChangeRow]:
        """Who changed what, the newest first."""
        found = [one for one in self._service.history(visitor) if not query.kind or one.item.startswith(query.kind)]
        return Paged.cut([_change(one) for one in found], query)

    async def undo(self, visitor: Visitor, change: int) -> None:
        """Bring back what was before."""
        await self._service.undo(visitor, change)

    async def problems(self, visitor: Visitor) -> list[FileProblem]:
        """What is wrong with the files as they are now; what held before them goes on."""
        return [
            FileProblem(file=one.file, line=one.line, column=one.column, message=one.message)
            for one in self._service.desk.problems
        ]

    async def options(self, kind: OptionKind) -> list[OptionView]:
        """What there is to choose from."""
        return [OptionView(value=name, title=title) for name, title in self._rows.options(kind).items()]


def _has(text: str, *among: str) -> bool:
    return any(text.lower() in one.lower() for one in among)


def _change(one: Change) -> ChangeRow:
    item = Item.of(one.item)
    verb = "删除" if one.after is None else "新增" if one.before is None else "修改"
    undone = f"（撤销第 {one.undoes} 次修改）" if one.undoes else ""
    return ChangeRow(
        id=one.number, at=one.when, by=one.by, kind=item.kind,
        what=f"{verb}{kind_title(item.kind)}{f'“{item.name}”' if item.name else ''}{undone}", fields=list(one.fields),
    )  # fmt: skip
