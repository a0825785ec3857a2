"""What the staff does with the account: its menu, hot topics to all readers (B17), and how it is."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from cti.base.files.documents import DocumentError
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office
from workflow.publishing.outside import ItemsQuery, PublicPublications
from workflow.wechat.menu import buttons
from workflow.wechat.readers import MANAGE, SEE
from workflow.wechat.settings import WechatSettings
from workflow.wechat.speaking.account import OfficialAccount
from workflow.wechat.speaking.errors import WechatError

log = structlog.get_logger(__name__)

ABOUT = "wechat:account"
HOT = 6
"""Topics in one message."""
HEAD = "【热点聚焦】"


class Managing:
    """The service."""

    def __init__(
        self, office: Office, settings: Callable[[], WechatSettings], account: OfficialAccount, data: Path
    ) -> None:
        self._office, self._settings, self._account, self._data = office, settings, account, data
        self._published: PublicPublications | None = None

    def take(self, published: PublicPublications) -> Callable[[], None]:
        """Publications are there; returns what is called when they are no more."""
        self._published = published

        def gone() -> None:
            self._published = None

        return gone

    def state(self, visitor: Visitor) -> tuple[str, bool]:
        """How the account is, and whether that is well."""
        visitor.need(SEE)
        settings = self._settings()
        if not settings.enabled:
            return "尚未启用：在“系统设置”的微信公众号一节填写公众号的标识、密钥、令牌和网站地址后启用。", False
        if self._account.trouble:
            return f"最近一次调用微信接口失败：{self._account.trouble}", False
        return f"已启用，服务器地址 {settings.site}/wechat/callback", True

    async def put_menu(self, visitor: Visitor) -> None:
        """Make the account's menu what the file says. Conflict, when the file is wrong or WeChat refuses."""
        visitor.need(MANAGE)
        settings = self._on()
        try:
            found = await asyncio.to_thread(buttons, self._data, settings.site)
        except DocumentError as error:
            raise Conflict("menu", f"菜单文件有误：{error}") from None
        await self._do(visitor, "menu", self._account.put_menu(found))

    async def push_hot(self, visitor: Visitor) -> None:
        """Send all readers the topics pushed as hot, the most read first; the same ones on one day go out once."""
        visitor.need(MANAGE)
        settings = self._on()
        if self._published is None:
            raise Conflict("no_publishing", "信息发布没有运行")
        asked = ItemsQuery(section="hot", sort="read", channel="wechat", size=HOT)
        items = (await self._published.find(asked)).items
        if not items:
            raise Conflict("no_hot", "没有发布到微信公众号的热点，请先在“已发布信息”中推送热点")
        lines = [f'{place}. <a href="{settings.site}/news/{one.id}">{_plain(one.title)}</a>'
                 for place, one in enumerate(items, 1)]  # fmt: skip
        text = "\n".join([HEAD, *lines])
        named = f"{self._office.clock.wall():%Y%m%d}{text}".encode()
        key = hashlib.sha256(named).hexdigest()[:32]
        await self._do(visitor, "hot", self._account.send_all(text, key))

    def _on(self) -> WechatSettings:
        if not (settings := self._settings()).enabled:
            raise Conflict("not_enabled", "微信公众号尚未启用，请先在“系统设置”中填写并启用")
        return settings

    async def _do(self, visitor: Visitor, what: str, call: Awaitable[None]) -> None:
        try:
            await call
        except WechatError as error:
            log.warning("WeChat refused", what=what, code=error.code)
            raise Conflict("wechat", f"微信没有接受：{error}") from None
        async with self._office.store.writing() as session:
            await self._office.audit.write(session, visitor, f"wechat_account.{what}", ABOUT)


def _plain(title: str) -> str:
    return title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
