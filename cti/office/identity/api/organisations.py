"""Routes of organisations and regions."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, OptionView, Page, Paged, Query, Route
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.identity.api.fields import Name, Version
from cti.office.identity.directory import Organisation
from cti.office.identity.organisations import OrganisationData, in_tree_order
from cti.office.identity.service import Identity
from cti.office.screens.forms import form

INDENT = "　"
"""An ideographic space a level."""


class OrganisationFields(Body):
    """What is said of an organisation."""

    title: str = pydantic.Field(min_length=1, max_length=80, title="机构名称")
    region: str = pydantic.Field(
        pattern=r"^[0-9]{6}$",
        title="行政区划",
        json_schema_extra=form(kind="choice", options_from="/api/options/regions", options_search=True),
    )
    parent: Name | None = pydantic.Field(
        default=None,
        title="上级机构",
        json_schema_extra=form(kind="choice", options_from="/api/options/organisations"),
    )
    agent_numbers: str = pydantic.Field(
        default="",
        pattern=r"^([0-9]{2,8}-[0-9]{2,8})?$",
        title="工号范围",
        json_schema_extra=form(help="如 2001-2999；不填则沿用上级机构的范围", wrong="应如 2001-2999"),
    )


class NewOrganisation(OrganisationFields):
    """An organisation that does not exist yet; its name is never changed."""

    name: Name = pydantic.Field(
        title="机构标识", json_schema_extra=form(help="小写字母开头，建立后不能修改", wrong="小写字母、数字、横线")
    )


class OrganisationEdit(OrganisationFields):
    """A changed one; `version` is the one that was read."""

    version: Version


class OrganisationClosing(Body):
    """Into which other an organisation is merged, if into one."""

    successor: str = pydantic.Field(
        default="", max_length=40, title="并入的机构",
        json_schema_extra=form(
            kind="choice", options_from="/api/options/organisations",
            help="合并撤销时选择：派单目录等指向本机构的，改为指向并入的机构",
        ),
    )  # fmt: skip


class OrganisationView(pydantic.BaseModel):
    """An organisation; `depth` is how far it lies below the topmost that the visitor sees, `label` shows it."""

    name: str = pydantic.Field(title="机构标识")
    title: str = pydantic.Field(title="机构名称")
    label: str = pydantic.Field(title="机构名称", json_schema_extra=form(width=260))
    region: str = pydantic.Field(title="行政区划代码")
    region_title: str = pydantic.Field(title="行政区划", json_schema_extra=form(width=180))
    parent: str | None
    parent_title: str = pydantic.Field(title="上级机构")
    agent_numbers: str = pydantic.Field(title="工号范围")
    closed: bool = pydantic.Field(title="已撤销")
    depth: int = pydantic.Field(title="层级")
    version: int


class OrganisationsQuery(Page):
    """Filters of the list; a region takes those in it along."""

    search: str = pydantic.Field(default="", max_length=40)
    region: str = pydantic.Field(default="", max_length=6)
    closed: bool | None = None


class OptionsQuery(Query):
    """A part of what is looked for."""

    search: str = pydantic.Field(default="", max_length=40)


class OrganisationsApi:
    """Keeps the tree of organisations, and tells regions; who manages one part sees and changes that part."""

    def __init__(self, identity: Identity) -> None:
        self._organisations = identity.organisations

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        manage = "organisations.manage"
        one = "/api/organisations/{organisation}"
        return [
            Route("GET", "/api/organisations", self.all, "people.see", "机构列表"),
            Route("POST", "/api/organisations", self.add, manage, "新增机构", 201),
            Route("GET", one, self.find, "people.see", "机构详情"),
            Route("PUT", one, self.edit, manage, "修改机构"),
            Route("POST", f"{one}/close", self.close, manage, "撤销机构"),
            Route("POST", f"{one}/open", self.open, manage, "恢复机构"),
            Route("GET", "/api/options/organisations", self.options, "people.see", "可选机构"),
            Route("GET", "/api/options/regions", self.regions, SIGNED_IN, "可选行政区划"),
        ]

    async def all(self, visitor: Visitor, query: OrganisationsQuery) -> Paged[OrganisationView]:
        """List organisations in the order of their tree."""
        views = await self._views(visitor)
        found = [
            one
            for one in views
            if (query.search in one.title or query.search in one.name)
            and (not query.region or regions.is_within(one.region, query.region))
            and (query.closed is None or one.closed is query.closed)
        ]
        return Paged[OrganisationView].cut(found, query)

    async def find(self, visitor: Visitor, organisation: str) -> OrganisationView:
        """One organisation within the visitor's reach."""
        found = await self._organisations.find(visitor, organisation)
        return next(one for one in await self._views(visitor) if one.name == found.name)

    async def add(self, visitor: Visitor, body: NewOrganisation) -> OrganisationView:
        """Make an organisation below another."""
        wanted = Organisation(body.name, body.title, body.region, body.parent, body.agent_numbers)
        await self._organisations.add(visitor, wanted)
        return await self.find(visitor, body.name)

    async def edit(self, visitor: Visitor, organisation: str, body: OrganisationEdit) -> OrganisationView:
        """Change an organisation whose version is still the one that was read."""
        data = OrganisationData(**body.model_dump(exclude={"version"}))
        await self._organisations.edit(visitor, organisation, body.version, data)
        return await self.find(visitor, organisation)

    async def close(self, visitor: Visitor, organisation: str, body: OrganisationClosing) -> OrganisationView:
        """Close an organisation; what points to it points to its successor from then on."""
        await self._organisations.set_closed(visitor, organisation, True, body.successor)
        return await self.find(visitor, organisation)

    async def open(self, visitor: Visitor, organisation: str) -> OrganisationView:
        """A closed organisation works again."""
        await self._organisations.set_closed(visitor, organisation, False)
        return await self.find(visitor, organisation)

    async def options(self, visitor: Visitor, query: OptionsQuery) -> list[OptionView]:
        """Open organisations to choose from, indented by depth."""
        return [
            OptionView(value=one.name, title=one.label)
            for one in await self._views(visitor)
            if not one.closed and (query.search in one.title or query.search in one.name)
        ]

    async def regions(self, visitor: Visitor, query: OptionsQuery) -> list[OptionView]:
        """Regions to choose from: those of the visitor's own; by code or name also those within reach."""
        inside = regions.within(visitor.region) if visitor.region else frozenset()
        if query.search:
            named = (
                code for code in regions.titles() if query.search in code or query.search in regions.title_of(code)
            )
            reached = visitor.reach("organisations.manage").regions
            codes = [code for code in named if reached is None or code in reached or code in inside]
        else:
            codes = sorted(code for code in inside if code in regions.titles())
        return [OptionView(value=code, title=f"{regions.title_of(code)}（{code}）") for code in codes[:200]]

    async def _views(self, visitor: Visitor) -> list[OrganisationView]:
        every = await self._organisations.all(visitor)
        titles = {one.name: one.title for one in every}
        return [
            OrganisationView(
                name=one.name,
                title=one.title,
                label=INDENT * depth + one.title,
                region=one.region,
                region_title=regions.title_of(one.region),
                parent=one.parent,
                parent_title=titles.get(one.parent or "", ""),
                agent_numbers=one.agent_numbers,
                closed=one.closed,
                depth=depth,
                version=one.version,
            )
            for depth, one in in_tree_order(every)
        ]
