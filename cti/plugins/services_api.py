"""Routes of the services' catalogue: what a module can use of the house."""

from __future__ import annotations

from collections.abc import Mapping

import pydantic

from cti.base.http.routes import Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.configuring.service import SEE
from cti.office.screens import Detail, Empty, Filter, List, Screen, Tab, columns_of
from cti.office.screens.forms import form
from cti.plugins.service_book import CORE, ServiceBook, ServiceFacts

PREFIX = "/api/services"
CORE_TITLE = "核心"


class ServiceQuery(Page):
    """What to look for in names and texts."""

    search: str = pydantic.Field(default="", max_length=80)


class ServiceView(pydantic.BaseModel):
    """A service in the list."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    name: str = pydantic.Field(title="服务", json_schema_extra=form(width=220))
    module: str = pydantic.Field(title="模块", json_schema_extra=form(width=300))
    offered_by: str = pydantic.Field(title="提供者", json_schema_extra=form(width=130))
    says: str = pydantic.Field(title="说明")
    methods: int = pydantic.Field(title="方法数", json_schema_extra=form(width=90))
    uses: int = pydantic.Field(title="使用处", json_schema_extra=form(width=90))


class ServiceWhole(ServiceView):
    """One of them with an example."""

    says_all: str = pydantic.Field(title="完整说明", json_schema_extra=form(kind="long"))
    import_line: str = pydantic.Field(title="引用", json_schema_extra=form(kind="long"))
    example: str = pydantic.Field(title="用法示例", json_schema_extra=form(kind="long", none="还没有模块使用它"))


class MethodView(pydantic.BaseModel):
    """A method of a service, with its signature and what it says of itself."""

    id: str = pydantic.Field(title="名称", json_schema_extra=form(hidden=True))
    signature: str = pydantic.Field(title="方法", json_schema_extra=form(kind="long"))
    says: str = pydantic.Field(title="说明", json_schema_extra=form(kind="long"))


class UseView(pydantic.BaseModel):
    """Where a service is used."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    by: str = pydantic.Field(title="使用者", json_schema_extra=form(width=140))
    place: str = pydantic.Field(title="位置", json_schema_extra=form(width=320))
    code: str = pydantic.Field(title="代码", json_schema_extra=form(kind="long"))


class ServicesApi:
    """Whoever may see the settings may read it: it says nothing of any citizen."""

    def __init__(self, book: ServiceBook, titles: Mapping[str, str]) -> None:
        self._book = book
        self._titles = {CORE: CORE_TITLE, **titles}

    def routes(self) -> list[Route]:
        """The list, one, its methods and its uses."""
        one = f"{PREFIX}/{{id}}"
        return [
            Route("GET", PREFIX, self.services, SEE, "服务目录"),
            Route("GET", one, self.service, SEE, "一项服务"),
            Route("GET", f"{one}/methods", self.methods, SEE, "服务的方法"),
            Route("GET", f"{one}/uses", self.uses, SEE, "服务的使用处"),
        ]

    async def services(self, visitor: Visitor, query: ServiceQuery) -> Paged[ServiceView]:
        """All, or those in whose name, text or methods the words stand."""
        words = query.search.lower().split()
        found = [one for one in await self._book.all() if all(word in one.text for word in words)]
        return Paged.cut([ServiceView(**self._said(one)) for one in found], query)

    async def service(self, visitor: Visitor, id: str) -> ServiceWhole:
        """One, with how to ask for it."""
        found = await self._book.one(id)
        example = found.example
        return ServiceWhole(
            **self._said(found),
            says_all=found.says,
            import_line=f"from {found.module} import {found.name}",
            example="" if example is None else "\n".join((f"# {example.place}", *example.lines)),
        )

    async def methods(self, visitor: Visitor, id: str, query: Page) -> Paged[MethodView]:
        """A page of the public methods of a service, each with what it says."""
        found = await self._book.one(id)
        every = [MethodView(id=one.name, signature=one.signature, says=one.says) for one in found.methods]
        return Paged.cut(every, query)

    async def uses(self, visitor: Visitor, id: str, query: Page) -> Paged[UseView]:
        """Who asks for it, and where."""
        found = await self._book.one(id)
        every = [
            UseView(id=one.place, by=self._titles.get(one.by, one.by), place=one.place, code="\n".join(one.lines))
            for one in found.uses
        ]
        return Paged.cut(every, query)

    def _said(self, one: ServiceFacts) -> dict[str, str | int]:
        return {
            "id": one.id, "name": one.name, "module": one.module, "methods": len(one.methods), "uses": len(one.uses),
            "offered_by": self._titles.get(one.offered_by, one.offered_by),
            "says": " ".join(one.says.partition("\n\n")[0].split()),
        }  # fmt: skip


ONE = f"{PREFIX}/{{id}}"
SCREEN = Screen(
    name="services",
    title="服务目录",
    group="parts",
    icon="book-open",
    order=25,
    permission=SEE,
    kind="list",
    list=List(
        source=PREFIX,
        columns=columns_of(ServiceView, "name", "offered_by", "says", "methods", "uses"),
        filters=(Filter(kind="text", key="search", title="名称、说明、方法", wide=True),),
        empty=Empty(title="没有符合条件的服务"),
    ),
    detail=Detail(
        source=ONE,
        title="name",
        subtitle="module",
        tabs=(
            Tab(
                name="about", title="概况", kind="fields",
                fields=columns_of(ServiceWhole, "offered_by", "says_all", "import_line", "example"),
            ),
            Tab(
                name="methods", title="方法", kind="list",
                list=List(
                    source=f"{ONE}/methods", columns=columns_of(MethodView, "signature", "says"),
                    empty=Empty(title="没有公开的方法"),
                ),
            ),
            Tab(
                name="uses", title="使用处", kind="list",
                list=List(
                    source=f"{ONE}/uses", columns=columns_of(UseView, "by", "place", "code"),
                    empty=Empty(title="还没有模块使用它"),
                ),
            ),
        ),
    ),
)  # fmt: skip
