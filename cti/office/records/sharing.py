"""Routes by which whoever may change a record shares it: with whom it is, with whom it can be, and the two changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Page, Paged, Query, Route
from cti.base.refusal import Invalid, NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.identity.models import GroupRow, OrganisationRow, PersonRow, RoleRow
from cti.office.records.service import Records
from cti.office.screens.description import Action, Choice, Empty, List, Tab
from cti.office.screens.forms import columns_of, fields_of, form
from cti.office.sharing.rule import GROUP, ORGANISATION, PERSON, ROLE, WHOM
from cti.office.sharing.service import share, shares_of, take_back

OFFERED = 20


class ShareFields(Body):
    """With whom, as `sort:name`, and whether he may change the record."""

    whom: str = pydantic.Field(min_length=3, max_length=60, title="共享给")
    writes: bool = pydantic.Field(default=False, title="可以修改")


class ShareView(pydantic.BaseModel):
    """With whom a record is shared."""

    whom: str = pydantic.Field(title="编号")
    title: str = pydantic.Field(title="共享给")
    sort: str = pydantic.Field(title="类别", json_schema_extra=form(kind="choice", options=WHOM))
    writes: bool = pydantic.Field(title="可以修改")
    by: str = pydantic.Field(title="共享人")
    at: datetime = pydantic.Field(title="共享时间")


class WhomQuery(Query):
    """A part of a name."""

    search: str = pydantic.Field(default="", max_length=40)


def share_routes(service: Records[Any, Any, Any, Any], base: str) -> list[Route]:
    """Below `{base}/{id}/shares`; who reads the record sees with whom it is shared."""
    store, kind, title = service.office.store, service.kind, service.title

    async def shares(visitor: Visitor, id: str, query: Page) -> Paged[ShareView]:
        async with store.reading() as session:
            await service.row(session, visitor, id)
            rows = await shares_of(session, kind, id)
            names = {
                sort: await _titles(session, sort, [one.whom for one in rows if one.sort == sort]) for sort in WHOM
            }
        items = [
            ShareView(
                whom=f"{one.sort}:{one.whom}", title=names[one.sort].get(one.whom, "已不存在"), sort=one.sort,
                writes=one.writes, by=one.by, at=one.at,
            )
            for one in rows
        ]  # fmt: skip
        return Paged.cut(items, query)

    async def options(visitor: Visitor, query: WhomQuery) -> list[Choice]:
        async with store.reading() as session:
            return await _offered(session, visitor.reach(service.edit_permission), visitor, query.search)

    async def add(visitor: Visitor, id: str, body: ShareFields) -> None:
        sort, _, whom = body.whom.partition(":")
        async with service.changing() as session:
            await service.row(session, visitor, id, lock=True)
            if sort not in WHOM or not await _titles(session, sort, [whom]):
                raise Invalid("whom", "没有这个共享对象", "whom")
            now = service.office.clock.wall()
            await share(session, kind, id, sort, whom, writes=body.writes, by=visitor, at=now)
            await service.audit(session, visitor, "shared", id, after={"with": body.whom, "writes": body.writes})
        await service.changed([id])

    async def remove(visitor: Visitor, id: str, whom: str) -> None:
        sort, _, name = whom.partition(":")
        async with service.changing() as session:
            await service.row(session, visitor, id, lock=True)
            if not await take_back(session, kind, id, sort, name):
                raise NotFound("no_share", "没有这项共享")
            await service.audit(session, visitor, "unshared", id, before={"with": whom})
        await service.changed([id])

    edit = service.edit_permission
    return [
        Route("GET", f"{base}/{{id}}/shares", shares, service.see, f"{title}的共享"),
        Route("GET", f"{base}/shares/options", options, edit, f"{title}可以共享给谁"),
        Route("POST", f"{base}/{{id}}/shares", add, edit, f"共享{title}"),
        Route("DELETE", f"{base}/{{id}}/shares/{{whom}}", remove, edit, f"取消共享{title}"),
    ]


def shares_tab(service: type[Records[Any, Any, Any, Any]], base: str) -> Tab:
    """A tab of a record's page: the list of shares, with what adds and ends one."""
    edit = service.edit_permission
    fields = tuple(
        one.model_copy(update={"kind": "choice", "options_from": f"{base}/shares/options", "options_search": True})
        if one.key == "whom"
        else one
        for one in fields_of(ShareFields)
    )
    add = Action(
        name="share", title="共享", permission=edit, kind="form", path=f"{base}/{{id}}/shares", form=fields,
        tone="primary", done="已共享",
    )  # fmt: skip
    end = Action(
        name="unshare", title="取消共享", permission=edit, kind="confirm", method="DELETE",
        path=f"{base}/{{id}}/shares/{{whom}}", confirm="取消这项共享？对方将不能再查看。", tone="danger", done="已取消",
    )  # fmt: skip
    shown = List(
        source=f"{base}/{{id}}/shares",
        id="whom",
        columns=columns_of(ShareView, "title", "sort", "writes", "by", "at"),
        empty=Empty(title="没有共享", text="共享给人员、机构、角色或班组后，对方可以查看，也可以允许修改。"),
        actions=(add,),
        row=(end,),
    )
    return Tab(name="shares", title="共享", kind="list", list=shown)


async def _titles(session: AsyncSession, sort: str, names: Sequence[str]) -> dict[str, str]:
    key, words = {
        PERSON: (PersonRow.id, PersonRow.name),
        ORGANISATION: (OrganisationRow.name, OrganisationRow.title),
        ROLE: (RoleRow.name, RoleRow.title),
        GROUP: (GroupRow.id, GroupRow.title),
    }[sort]
    if not names:
        return {}
    return dict((await session.execute(select(key, words).where(key.in_(names)))).tuples().all())


async def _offered(session: AsyncSession, scope: Scope, visitor: Visitor, text: str) -> list[Choice]:
    """Organisations and roles of the house, and people and groups of the organisations that the visitor reaches."""
    inside = scope.organisations if scope.organisations is not None else scope.inside or None
    own = {visitor.organisation, *inside} if inside is not None else None
    people = select(PersonRow.id, PersonRow.name).where(PersonRow.name.contains(text, autoescape=True))
    groups = select(GroupRow.id, GroupRow.title).where(GroupRow.title.contains(text, autoescape=True))
    if own is not None:
        people, groups = people.where(PersonRow.organisation.in_(own)), groups.where(GroupRow.organisation.in_(own))
    organisations = select(OrganisationRow.name, OrganisationRow.title).where(
        OrganisationRow.title.contains(text, autoescape=True), OrganisationRow.closed_at.is_(None)
    )
    roles = select(RoleRow.name, RoleRow.title).where(RoleRow.title.contains(text, autoescape=True))
    asked = {
        ORGANISATION: organisations.order_by(OrganisationRow.title),
        GROUP: groups.order_by(GroupRow.title),
        ROLE: roles.order_by(RoleRow.title),
        PERSON: people.where(PersonRow.disabled_at.is_(None)).order_by(PersonRow.name),
    }
    return [
        Choice(value=f"{sort}:{name}", title=f"{title}（{WHOM[sort]}）")
        for sort, wanted in asked.items()
        for name, title in (await session.execute(wanted.limit(OFFERED))).tuples()
    ]
