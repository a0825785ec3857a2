"""Entrances (接入点): on which sites people may open the window, by which key, and which flow receives them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.chat.models import EntranceRow

ENTRANCES = "/api/chat-entrances"
KEY_BYTES = 18
_SITE = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


class EntranceFields(Body):
    """Where people come in."""

    name: str = pydantic.Field(
        min_length=1, max_length=60, title="名称", json_schema_extra=form(help="放在哪里，例如 市政府门户网站")
    )
    title: str = pydantic.Field(default="12345 在线客服", min_length=1, max_length=40, title="窗口标题")
    welcome: str = pydantic.Field(
        default="", max_length=200, title="欢迎语", json_schema_extra=form(help="打开窗口时先看到；流程的问候在它之后")
    )
    flow: str = pydantic.Field(
        default="hotline", pattern=r"^[a-z][a-z0-9_]{0,59}$", title="流程",
        json_schema_extra=form(help="由哪个流程接待，与电话共用同一种流程"),
    )  # fmt: skip
    sites: list[str] = pydantic.Field(
        default=[], max_length=20, title="可以嵌入的网站",
        json_schema_extra=form(kind="tags", help="网页的地址，例如 https://www.example.gov.cn"),
    )  # fmt: skip
    used: bool = pydantic.Field(default=True, title="启用")

    @pydantic.field_validator("sites")
    @classmethod
    def _origins(cls, sites: list[str]) -> list[str]:
        found = [one.strip().rstrip("/").lower() for one in sites]
        for one in found:
            if len(one) > 120 or _SITE.fullmatch(one) is None:
                raise ValueError(f"“{one[:60]}”不是网站地址，应为 https://域名，不带路径")
        return list(dict.fromkeys(found))


class EntranceView(RecordView):
    """An entrance; `tag` is what goes into the other system's page."""

    name: str = pydantic.Field(title="名称")
    title: str = pydantic.Field(title="窗口标题")
    welcome: str = pydantic.Field(title="欢迎语")
    flow: str = pydantic.Field(title="流程")
    key: str = pydantic.Field(title="接入密钥")
    sites: list[str] = pydantic.Field(title="可以嵌入的网站", json_schema_extra=form(kind="tags", none="仅本站页面"))
    used: bool = pydantic.Field(title="启用")
    tag: str = pydantic.Field(default="", title="嵌入代码", json_schema_extra=form(kind="long"))


class Entrances(Records[EntranceRow, EntranceFields, EntranceView, RecordQuery]):
    """The service. Chats belong to the organisation and region of their entrance."""

    table, fields, view, query = EntranceRow, EntranceFields, EntranceView, RecordQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "chat_entrance"
    title: ClassVar[str] = "会话接入点"
    see: ClassVar[str] = "chat.entrances"
    edit_permission: ClassVar[str] = "chat.entrances"
    export_permission: ClassVar[str] = "chat.entrances"
    sharing: ClassVar[Shared] = Shared(own=())
    unasked: ClassVar[tuple[str, ...]] = ("tag", "key")

    def __init__(self, office: Office, knows_flow: Callable[[str], bool]) -> None:
        super().__init__(office)
        self._knows_flow = knows_flow
        self._known: dict[str, EntranceRow] | None = None
        self.on_change(self.forget)

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By a part of the name."""
        return [EntranceRow.name.contains(query.search, autoescape=True)] if query.search else []

    async def values(
        self, session: AsyncSession, body: EntranceFields, row: EntranceRow | None, organisation: str
    ) -> dict[str, Any]:
        """A new one gets a key that cannot be guessed; Invalid when there is no such flow."""
        if not self._knows_flow(body.flow):
            raise Invalid("no_flow", f"没有已发布的流程“{body.flow}”", "flow")
        said = body.model_dump(include=set(EntranceFields.model_fields))
        return said if row is not None else {**said, "key": secrets.token_urlsafe(KEY_BYTES)}

    def words(self, visitor: Visitor, row: EntranceRow) -> dict[str, Any]:
        """The tag; the address of the public site is the other system's to know."""
        source = "https://公众网站地址/chat/widget.js"
        return {"tag": f'<script src="{source}" data-key="{row.key}" async></script>'}

    # ── the public site ──

    def forget(self, _: Sequence[str] = ()) -> None:
        """They have changed: know them anew."""
        self._known = None

    async def of(self, key: str) -> EntranceRow:
        """The entrance of a key; NotFound alike for one that is not there or not used."""
        if (row := (await self._used()).get(key)) is None:
            raise NotFound("no_entrance", "没有这个在线咨询窗口，或已停用")
        return row

    async def first(self, organisation: str) -> EntranceRow | None:
        """The oldest one of an organisation that is used; None when it has none."""
        own = [row for row in (await self._used()).values() if row.organisation == organisation]
        return min(own, key=lambda row: row.id, default=None)

    async def led_to(self, flow: str) -> list[str]:
        """In words, those that lead to a flow, also those that are not used now."""
        wanted = select(EntranceRow.name).where(EntranceRow.removed_at.is_(None), EntranceRow.flow == flow)
        async with self.office.store.reading() as session:
            return [f"会话接入点“{name}”" for name in await session.scalars(wanted.order_by(EntranceRow.name))]

    async def _used(self) -> dict[str, EntranceRow]:
        if self._known is None:
            async with self.office.store.reading() as session:
                wanted = select(EntranceRow).where(EntranceRow.removed_at.is_(None), EntranceRow.used.is_(True))
                self._known = {row.key: row for row in await session.scalars(wanted)}
        return self._known
