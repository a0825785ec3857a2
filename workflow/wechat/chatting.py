"""What readers write is written in chats, by the door of all channels: the same flow, queues, agents and history."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from cti.base.refusal import NotFound, Refusal
from cti.office.files.content import right_name
from cti.office.files.service import Files
from cti.office.records import Office
from workflow.chat.entrances import Entrances
from workflow.chat.messages import LONGEST
from workflow.chat.views import CitizenWritten, Place
from workflow.chat.window import Window
from workflow.wechat.readers import Reader, Readers
from workflow.wechat.settings import WechatSettings
from workflow.wechat.speaking.account import OfficialAccount
from workflow.wechat.speaking.errors import WechatError
from workflow.wechat.speaking.incoming import Incoming
from workflow.wechat.speaking.places import wgs84_of

log = structlog.get_logger(__name__)

NAMES = {"image": "图片", "voice": "语音", "video": "视频", "shortvideo": "视频"}
CLOSED = "在线客服暂未开通，请拨打 12345。"
LOST = "您发来的文件没有收到，请重新发送。"
OTHERWISE = "暂不支持这种消息，请用文字、图片、语音或位置说明。"
GREETED = "在线客服"
"""What a button of the menu says that begins a chat."""


class Chatting:
    """Does what a message asks for. `talks` hears with whom a chat goes on, so that he is sent what is written."""

    def __init__(
        self, office: Office, settings: Callable[[], WechatSettings], account: OfficialAccount, readers: Readers,
        window: Window, entrances: Entrances, talks: Callable[[str, str], Awaitable[None]],
    ) -> None:  # fmt: skip
        self._office, self._settings, self._account, self._readers = office, settings, account, readers
        self._window, self._entrances, self._talks = window, entrances, talks

    async def take(self, incoming: Incoming) -> None:
        """One message or event; done twice it is in the chat once. WechatError when a file cannot be had now."""
        try:
            await self._taken(incoming)
        except WechatError as error:
            if error.later:
                raise
            log.warning("a reader is not answered", id=incoming.id, code=error.code)

    async def _taken(self, incoming: Incoming) -> None:
        try:
            if incoming.kind == "event":
                await self._event(incoming)
            else:
                await self._written(await self._readers.seen(incoming.openid), incoming)
        except Refusal as refusal:
            await self._account.send_text(incoming.openid, refusal.detail)

    async def _event(self, incoming: Incoming) -> None:
        event = incoming.get("Event")
        if event == "unsubscribe":
            await self._readers.seen(incoming.openid, follows=False)
            return
        reader = await self._readers.seen(incoming.openid)
        if event == "subscribe":
            await self._account.send_text(reader.openid, self._settings().welcome)
        elif event == "CLICK" and incoming.get("EventKey") == GREETED:
            await self._enter(reader)

    async def _enter(self, reader: Reader) -> tuple[str, str]:
        """The key of the entrance and the token by which he writes. NotFound when there is no entrance."""
        key = self._settings().entrance
        if not key:
            first = await self._entrances.first(self._office.organisation)
            key = first.key if first is not None else ""
        token = self._office.store.cipher.mac("wechat_writer", reader.openid.encode())
        try:
            chat = await self._window.enter_by("wechat", key, token, number=reader.number)
        except NotFound:
            raise NotFound("no_entrance", CLOSED) from None
        await self._talks(chat.id, reader.openid)
        return key, token

    async def _written(self, reader: Reader, incoming: Incoming) -> None:
        key, token = await self._enter(reader)
        own = f"w{incoming.id[:36]}"
        match incoming.kind:
            case "text":
                number, _, chosen = incoming.get("bizmsgmenuid").partition("-")
                text = incoming.get("Content")[:LONGEST]
                of = int(number) if chosen and number.isdecimal() and len(number) < 7 else 0
                if text:
                    body = CitizenWritten(text=text, key=own, chosen=chosen[:60] if of else "", of=of)
                    await self._window.write(key, token, body)
            case "link":
                text = f"{incoming.get('Title')} {incoming.get('Url')}".strip()[:LONGEST]
                await self._window.write(key, token, CitizenWritten(text=text or "［链接］", key=own))
            case "location":
                await self._place(key, token, own, incoming)
            case "image" | "voice" | "video" | "shortvideo":
                await self._file(key, token, reader, incoming)
            case _:
                await self._account.send_text(reader.openid, OTHERWISE)

    async def _place(self, key: str, token: str, own: str, incoming: Incoming) -> None:
        try:
            north, east = float(incoming.get("Location_X")), float(incoming.get("Location_Y"))
            latitude, longitude = wgs84_of(north, east)
            body = Place(latitude=latitude, longitude=longitude, text=incoming.get("Label")[:200], key=own)
        except ValueError:
            log.warning("a place that is none", id=incoming.id)
            return
        await self._window.place(key, token, body)

    async def _file(self, key: str, token: str, reader: Reader, incoming: Incoming) -> None:
        try:
            media = await self._account.fetch(incoming.get("MediaId"))
        except WechatError as error:
            if error.later:
                raise
            log.warning("a file of a reader is not to be had", id=incoming.id, code=error.code)
            await self._account.send_text(reader.openid, LOST)
            return
        files, visitor = self._office.need(Files), await self._window.uploader(key, token)
        upload = secrets.token_urlsafe(18)
        name = right_name(NAMES[incoming.kind], media.type)
        await files.uploads.begin(visitor, upload, name, len(media.content))
        await files.uploads.receive(visitor, upload, 0, _whole(media.content))
        await self._window.send_files(key, token, [upload])


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
