"""Confirmation policies (知识确认策略, D7): who is responsible for an article says every so often that it still holds.

Editors are reminded before the day; from that day on the article is marked to agents and withheld from the public and
from bots; after some more days it is withdrawn, if the policy says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.references import Reference
from cti.office.screens import form
from cti.office.sharing import Shared
from cti.office.tree.service import TreeReference
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE, CATEGORIES, Categories
from workflow.knowledge.models import ArticleRow, CategoryRow, PolicyRow, PublishedRow
from workflow.knowledge.publishing import Publishing
from workflow.knowledge.telling import Telling
from workflow.knowledge.views import AUDIENCES

POLICIES = f"{BASE}/policies"
REMIND, DUE, OVER = "remind", "confirm", "over"
"""Times of an article: its editors are reminded, it is overdue, it is withdrawn."""
CHUNK = 200


class PolicyFields(Body):
    """A policy. Of several that fit, the one with the nearest category counts, then that which says the audience."""

    name: str = pydantic.Field(min_length=1, max_length=60, title="名称")
    category: str = pydantic.Field(
        default="", max_length=700, title="归口", json_schema_extra=form(help="包括下级归口；空为全部知识")
    )
    audience: Literal["", "inside", "public"] = pydantic.Field(
        default="", title="使用范围", json_schema_extra=form(options={"": "不限", **AUDIENCES})
    )
    every: int = pydantic.Field(
        default=180, ge=1, le=3650, title="确认周期（天）", json_schema_extra=form(help="自发布或上次确认起算")
    )
    remind: int = pydantic.Field(default=15, ge=0, le=365, title="提前提醒（天）")
    withdraw: int = pydantic.Field(
        default=30,
        ge=0,
        le=3650,
        title="逾期下架（天）",
        json_schema_extra=form(help="逾期未确认即下架；0 为不下架"),
    )
    used: bool = pydantic.Field(default=True, title="启用")


class PolicyView(RecordView):
    """A policy as lists and its page show it."""

    name: str = pydantic.Field(title="名称", json_schema_extra=form(width=240))
    category: str = pydantic.Field(title="归口", json_schema_extra=form(none="全部"))
    audience: str = pydantic.Field(title="使用范围", json_schema_extra=form(options=AUDIENCES, none="不限"))
    every: int = pydantic.Field(title="确认周期（天）")
    remind: int = pydantic.Field(title="提前提醒（天）")
    withdraw: int = pydantic.Field(title="逾期下架（天）")
    used: bool = pydantic.Field(title="启用")


class PolicyQuery(RecordQuery):
    """Filters of the list."""

    category: str = pydantic.Field(default="", max_length=26)
    used: bool | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One that is in use. `line` are the ids of its category and of those above it, none for all articles."""

    organisation: str
    category: str
    audience: str
    every: int
    remind: int
    withdraw: int


def best(
    policies: Iterable[Policy], organisations: Sequence[str], categories: Sequence[str], audience: str
) -> Policy | None:
    """The policy that counts for an article.

    `organisations` are the article's own and the house, `categories` its category and those above it, nearest first.
    """
    fits = [
        one
        for one in policies
        if one.organisation in organisations and one.audience in ("", audience) and one.category in ("", *categories)
    ]

    def weight(one: Policy) -> tuple[int, int, int]:
        near = len(categories) - categories.index(one.category) if one.category else 0
        return near, int(bool(one.audience)), -organisations.index(one.organisation)

    return max(fits, key=weight, default=None)


class Policies(Records[PolicyRow, PolicyFields, PolicyView, PolicyQuery]):
    """The service. Those of the house count for all; a county may have its own beside them."""

    table, fields, view, query = PolicyRow, PolicyFields, PolicyView, PolicyQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_policy"
    title: ClassVar[str] = "确认策略"
    see: ClassVar[str] = rules.MANAGE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    refs: ClassVar[Mapping[str, Reference]] = {"category": TreeReference(Categories, CATEGORIES)}

    def limits(self, visitor: Visitor, query: PolicyQuery) -> list[ColumnElement[bool]]:
        """In use or not, and a part of the name."""
        found: list[ColumnElement[bool]] = []
        if query.used is not None:
            found.append(PolicyRow.used.is_(query.used))
        if query.search:
            found.append(PolicyRow.name.contains(query.search, autoescape=True))
        return found

    async def values(
        self, session: AsyncSession, body: PolicyFields, row: PolicyRow | None, organisation: str
    ) -> dict[str, Any]:
        """Two policies of an organisation never say the same."""
        same = (PolicyRow.category == body.category, PolicyRow.audience == body.audience)
        if await self.taken(session, row, *same, PolicyRow.organisation == organisation):
            raise Conflict("taken", "该归口和使用范围已有确认策略", "category")
        return body.model_dump(include=set(PolicyFields.model_fields))


class Confirming:
    """Sets when each article is to be confirmed, and does what follows when nobody does."""

    def __init__(self, office: Office, policies: Policies, publishing: Publishing, telling: Telling) -> None:
        self._office, self._publishing, self._telling = office, publishing, telling
        self._wanted = asyncio.Event()
        self._wanted.set()
        publishing.confirming = self.set
        publishing.listeners |= {REMIND: self._remind, DUE: self._due, OVER: self._over}
        policies.on_change(lambda _: self._wanted.set())

    async def run(self) -> None:
        """Whenever policies change, and at the start, bring all articles into line; until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self.all_anew()

    async def all_anew(self) -> None:
        """All published articles, some at a time; those whose day stays are left alone."""
        after = ""
        while True:
            async with self._office.store.writing() as session:
                wanted = select(ArticleRow).where(ArticleRow.state == "live", ArticleRow.id > after)
                rows = (await session.scalars(wanted.order_by(ArticleRow.id).limit(CHUNK))).all()
                for row in rows:
                    await self.set(session, row)
            if len(rows) < CHUNK:
                return
            after = rows[-1].id

    async def set(self, session: AsyncSession, row: ArticleRow, since: datetime | None = None) -> None:
        """When an article is to be confirmed, counted from `since`, else from when it last was."""
        policy = await self._policy(session, row)
        begun = since or row.confirmed_at or row.published_at
        due = begun + timedelta(days=policy.every) if policy is not None and begun is not None else None
        if due == row.confirm_by and since is None:
            return
        times: dict[str, datetime | None] = dict.fromkeys((REMIND, DUE, OVER))
        if policy is not None and due is not None:
            times[REMIND] = due - timedelta(days=policy.remind) if policy.remind else None
            times[DUE] = due
            times[OVER] = due + timedelta(days=policy.withdraw) if policy.withdraw else None
        for what, when in times.items():
            await self._publishing.at(session, row.id, what, when)
        await session.execute(update(ArticleRow).where(ArticleRow.id == row.id).values(confirm_by=due))
        await self._mark(session, row.id, due is not None and due <= self._office.clock.wall())

    async def _policy(self, session: AsyncSession, row: ArticleRow) -> Policy | None:
        rows = await session.scalars(select(PolicyRow).where(PolicyRow.removed_at.is_(None), PolicyRow.used.is_(True)))
        policies = [
            Policy(one.organisation, one.category, one.audience, one.every, one.remind, one.withdraw) for one in rows
        ]
        if not policies:
            return None
        category = await session.get(CategoryRow, row.category) if row.category else None
        line = [row.category, *reversed(category.line.strip("/").split("/"))] if category is not None else []
        organisations = list(dict.fromkeys((row.organisation, self._office.organisation)))
        return best(policies, organisations, [one for one in line if one], row.audience)

    async def _mark(self, session: AsyncSession, id: str, overdue: bool) -> None:
        shown = await session.get(PublishedRow, id)
        if shown is not None and shown.overdue != overdue:
            shown.overdue = overdue
            await session.flush()
            await self._publishing.told(session, shown)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _remind(self, session: AsyncSession, id: str, what: str) -> None:
        row = await session.get(ArticleRow, id)
        if row is not None and row.state == "live":
            await self._telling.editors(session, row, "confirm", "内容仍然有效的，请确认；有变化的，请修改后提交审核")

    async def _due(self, session: AsyncSession, id: str, what: str) -> None:
        row = await session.get(ArticleRow, id)
        if row is not None and row.state == "live":
            await self._mark(session, id, True)
            await self._telling.editors(session, row, "confirm", "已过确认期限，不再向公众和机器人提供，请尽快确认")

    async def _over(self, session: AsyncSession, id: str, what: str) -> None:
        row = await session.get(ArticleRow, id)
        if row is not None and row.state == "live":
            await self._publishing.over(session, row, "unconfirmed")
