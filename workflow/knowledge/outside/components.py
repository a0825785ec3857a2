"""Components: who may show the knowledge base in his pages, by which key, on which sites, how often it may ask."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.http.routes import Body
from cti.base.rates import Rate
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE
from workflow.knowledge.outside.models import ComponentRow

COMPONENTS = f"{BASE}/components"
LONGEST_SITE = 120
_SITE = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
KEY_BYTES = 18


class ComponentFields(Body):
    """Who may show it where."""

    name: str = pydantic.Field(
        min_length=1, max_length=60, title="名称", json_schema_extra=form(help="接入的系统，例如 市政府门户网站")
    )
    sites: list[str] = pydantic.Field(
        default=[], max_length=20, title="可以嵌入的网站",
        json_schema_extra=form(
            kind="tags", help="网页的地址，例如 https://www.example.gov.cn；只通过接口取用的系统不用填写"
        ),
    )  # fmt: skip
    per_minute: int = pydantic.Field(
        default=300, ge=1, le=60_000, title="每分钟请求数", json_schema_extra=form(help="整个系统合计，超过的暂时拒绝")
    )
    used: bool = pydantic.Field(default=True, title="启用")

    @pydantic.field_validator("sites")
    @classmethod
    def _origins(cls, sites: list[str]) -> list[str]:
        found = [one.strip().rstrip("/").lower() for one in sites]
        for one in found:
            if len(one) > LONGEST_SITE or _SITE.fullmatch(one) is None:
                raise ValueError(f"“{one[:60]}”不是网站地址，应为 https://域名，不带路径")
        return list(dict.fromkeys(found))


class ComponentView(RecordView):
    """A component; `tag` is what goes into the other system's page."""

    name: str = pydantic.Field(title="名称")
    key: str = pydantic.Field(title="接入密钥")
    sites: list[str] = pydantic.Field(
        title="可以嵌入的网站", json_schema_extra=form(kind="tags", none="只能通过接口取用")
    )
    per_minute: int = pydantic.Field(title="每分钟请求数")
    used: bool = pydantic.Field(title="启用")
    tag: str = pydantic.Field(default="", title="嵌入代码", json_schema_extra=form(kind="long"))


class Components(Records[ComponentRow, ComponentFields, ComponentView, RecordQuery]):
    """The service. A key opens public articles of its organisation's region and of those above it, and nothing else."""

    table, fields, view, query = ComponentRow, ComponentFields, ComponentView, RecordQuery
    kind: ClassVar[str] = "knowledge_component"
    title: ClassVar[str] = "知识组件"
    see: ClassVar[str] = rules.MANAGE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE
    sharing: ClassVar[Shared] = Shared(own=())
    unasked: ClassVar[tuple[str, ...]] = ("tag", "key")

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By a part of the name."""
        return [ComponentRow.name.contains(query.search, autoescape=True)] if query.search else []

    async def values(
        self, session: AsyncSession, body: ComponentFields, row: ComponentRow | None, organisation: str
    ) -> dict[str, Any]:
        """A new one gets a key that cannot be guessed."""
        said = body.model_dump(include=set(ComponentFields.model_fields))
        return said if row is not None else {**said, "key": secrets.token_urlsafe(KEY_BYTES)}

    def words(self, visitor: Visitor, row: ComponentRow) -> dict[str, Any]:
        """The tag; the address of the public site is the other system's to know."""
        return {"tag": tag_of(row.key)}


def tag_of(key: str) -> str:
    """What goes into a page: see `site/component.js`; the page says so when not even that can be had."""
    silent = "this.insertAdjacentText('afterend','12345 知识查询暂时不能使用，请拨打 12345')"
    source = "https://公众网站地址/knowledge/component.js"
    return f'<script src="{source}" data-key="{key}" onerror="{silent}" async></script>'


class Keys:
    """Keys as the public site knows them, each with how often it may ask."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._known: Mapping[str, ComponentRow] | None = None
        self._rates: dict[str, tuple[int, Rate]] = {}

    def forget(self, _: Sequence[str] = ()) -> None:
        """Components have changed: know them anew."""
        self._known = None

    async def of(self, key: str, region: str = "", *, counted: bool = True) -> tuple[ComponentRow, str]:
        """The component of a key, and whose articles it reads: of a region within its own, by default all of its own.

        NotFound alike for a key that is not there or not used, and for a region that is not the key's; TooMany.
        """
        if (known := self._known) is None:
            async with self._office.store.reading() as session:
                rows = await session.scalars(
                    select(ComponentRow).where(ComponentRow.removed_at.is_(None), ComponentRow.used.is_(True))
                )
                known = self._known = {row.key: row for row in rows}
        row = known.get(key)
        asked = region or (row.region if row is not None else "")
        if row is None or (row.region and row.region not in regions.above(asked)):
            raise NotFound("no_component", "没有这个接入密钥，或已停用")
        if counted:
            self._rate(row).take(row.id)
        return row, asked

    def _rate(self, row: ComponentRow) -> Rate:
        most, rate = self._rates.get(row.id, (0, None))
        if rate is None or most != row.per_minute:
            rate = Rate(self._clock, row.per_minute / 60, row.per_minute)
            self._rates[row.id] = row.per_minute, rate
        return rate
