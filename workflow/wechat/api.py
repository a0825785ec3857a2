"""Routes of the staff."""

from __future__ import annotations

from datetime import datetime

import pydantic

from cti.base.http.routes import Page, Paged, Route
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS, Disclosure, shown_number
from cti.office.records import Office
from cti.office.screens import form
from workflow.wechat.managing import Managing
from workflow.wechat.models import WechatReaderRow
from workflow.wechat.readers import MANAGE, SEE, UNBIND, Readers

BASE = "/api/wechat"
READERS = f"{BASE}/readers"


class ReaderView(pydantic.BaseModel):
    """A reader who is bound."""

    id: str = pydantic.Field(title="编号")
    number: str = pydantic.Field(title="手机号码")
    follows: bool = pydantic.Field(
        title="状态", json_schema_extra=form(kind="choice", options={"true": "已关注", "false": "未关注"})
    )
    bound_at: datetime = pydantic.Field(title="绑定时间")
    seen_at: datetime = pydantic.Field(title="最近互动")


class StateView(pydantic.BaseModel):
    """How the account is."""

    words: str
    good: bool


class WechatApi:
    """Lists who is bound, and does what `Managing` does."""

    def __init__(self, office: Office, readers: Readers, managing: Managing) -> None:
        self._office, self._readers, self._managing = office, readers, managing

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("GET", READERS, self.all, SEE, "绑定公众号的市民"),
            Route("DELETE", f"{READERS}/{{id}}", self.unbind, UNBIND, "解除市民的微信绑定"),
            Route("GET", f"{BASE}/state", self.state, SEE, "微信公众号的状态"),
            Route("POST", f"{BASE}/menu", self.menu, MANAGE, "更新公众号菜单"),
            Route("POST", f"{BASE}/hot", self.hot, MANAGE, "向公众号推送热点"),
        ]

    async def all(self, visitor: Visitor, query: Page) -> Paged[ReaderView]:
        """A page of them; numbers as the visitor may see them."""
        found = await self._readers.find(visitor, query.page, query.size)
        ids = [row.id for row in found.rows]
        await Disclosure(self._office.audit).seen(visitor, SEE_NUMBERS, "wechat_reader", ids)
        items = [_view(visitor, row) for row in found.rows]
        return Paged(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def unbind(self, visitor: Visitor, id: str) -> None:
        """End a binding."""
        await self._readers.unbind(visitor, id)

    async def state(self, visitor: Visitor) -> StateView:
        """In a sentence."""
        words, good = self._managing.state(visitor)
        return StateView(words=words, good=good)

    async def menu(self, visitor: Visitor) -> None:
        """Push the menu."""
        await self._managing.put_menu(visitor)

    async def hot(self, visitor: Visitor) -> None:
        """Push hot topics."""
        await self._managing.push_hot(visitor)


def _view(visitor: Visitor, row: WechatReaderRow) -> ReaderView:
    assert row.bound_at is not None, "only those are listed"
    return ReaderView(
        id=row.id,
        number=shown_number(visitor, Number.parse(row.number)),
        follows=row.follows,
        bound_at=row.bound_at,
        seen_at=row.seen_at,
    )
