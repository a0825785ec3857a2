"""Calls of WeChat's API for one official account: one token for all, fetched by one, and what is asked with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
import msgspec
import structlog

from cti.base.clock import Clock
from workflow.wechat.settings import WechatSettings
from workflow.wechat.speaking.errors import QUOTA, STALE, WechatError

log = structlog.get_logger(__name__)
T = TypeVar("T")

EARLY = 300.0
"""Seconds before its end in which a token is not used any more."""
REST = {45009: 600.0, 45011: 20.0}
"""Seconds for which nothing is asked after too many calls."""
TIMEOUT = 10.0
ANSWER_BYTES = 1024 * 1024
MEDIA_BYTES = 20 * 1024 * 1024
TEXT_BYTES = 2000
"""Of one text to a reader: WeChat cuts at 2,048."""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a reader has sent."""

    name: str
    type: str
    content: bytes


class OfficialAccount:
    """The account of the settings. All raise WechatError."""

    def __init__(self, settings: Callable[[], WechatSettings], clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._http: aiohttp.ClientSession | None = None
        self._token, self._until, self._of = "", 0.0, ""
        self._refreshing = asyncio.Lock()
        self._rest_until, self._rest_code = 0.0, 0
        self.trouble = ""
        """Why the last call failed; empty when it worked."""

    async def close(self) -> None:
        """Let go of connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    # ── readers ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def send_text(self, openid: str, text: str) -> None:
        """A text, in pieces where it is long."""
        for piece in pieces(text):
            await self._send(openid, "text", {"content": piece})

    async def send_choices(self, openid: str, text: str, choices: Sequence[tuple[str, str]]) -> None:
        """A text with choices to tap, each an id and its title; what is tapped comes as a text with the id."""
        found = [{"id": id, "content": title} for id, title in choices]
        await self._send(openid, "msgmenu", {"head_content": text, "list": found, "tail_content": ""})

    async def send_image(self, openid: str, media: Media) -> None:
        """A picture."""
        form = aiohttp.FormData()
        form.add_field("media", media.content, filename=media.name, content_type=media.type)
        sent = await self._call("POST", "/cgi-bin/media/upload", {"type": "image"}, form)
        await self._send(openid, "image", {"media_id": str(sent.get("media_id", ""))})

    async def _send(self, openid: str, kind: str, said: Mapping[str, Any]) -> None:
        await self._call("POST", "/cgi-bin/message/custom/send", body={"touser": openid, "msgtype": kind, kind: said})

    async def send_template(self, openid: str, template: str, url: str, data: Mapping[str, str], key: str) -> None:
        """A message of a template; sent again with the same `key` within ten minutes it comes once."""
        body = {
            "touser": openid, "template_id": template, "url": url, "client_msg_id": key,
            "data": {name: {"value": value} for name, value in data.items()},
        }  # fmt: skip
        await self._call("POST", "/cgi-bin/message/template/send", body=body)

    async def send_all(self, text: str, key: str) -> None:
        """A text to all readers (群发); with the same `key` it goes out once."""
        body = {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": text}, "clientmsgid": key}
        await self._call("POST", "/cgi-bin/message/mass/sendall", body=body)

    async def fetch(self, media: str) -> Media:
        """A file that a reader has sent, by its id; WeChat keeps it for three days."""
        return await self._with_token(lambda token: self._download(media, token))

    # ── the account ──────────────────────────────────────────────────────────────────────────────────────────────

    async def put_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """The menu below the chat."""
        await self._call("POST", "/cgi-bin/menu/create", body={"button": list(buttons)})

    def sign_in_at(self, back: str, state: str) -> str:
        """Where a reader's browser shows who he is, without a question (snsapi_base)."""
        settings = self._settings()
        asked = {
            "appid": settings.app_id, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base",
            "state": state,
        }  # fmt: skip
        return f"{settings.sign_in}?{urlencode(asked)}#wechat_redirect"

    async def reader_of(self, code: str) -> str:
        """The id (openid) of who signed in with this code, which is good once."""
        settings = self._settings()
        asked = {
            "appid": settings.app_id, "secret": settings.secret, "code": code, "grant_type": "authorization_code",
        }  # fmt: skip
        found = await self._json("GET", "/sns/oauth2/access_token", asked)
        if not (openid := str(found.get("openid", ""))):
            raise WechatError(40029)
        return openid

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _call(
        self, method: str, path: str, asked: Mapping[str, str] | None = None, body: Any = None
    ) -> dict[str, Any]:
        return await self._with_token(
            lambda token: self._json(method, path, {**(asked or {}), "access_token": token}, body)
        )

    async def _with_token(self, ask: Callable[[str], Awaitable[T]]) -> T:
        """Ask with the token; once more with another when it is over before its time."""
        if (left := self._rest_until - self._clock.now()) > 0:
            log.warning("WeChat is not asked: too many calls", seconds=round(left))
            raise WechatError(self._rest_code)
        try:
            token = await self._fresh()
            try:
                found = await ask(token)
            except WechatError as error:
                if error.code not in STALE:
                    raise
                found = await ask(await self._fresh(other_than=token))
        except WechatError as error:
            self.trouble = str(error)
            if error.code in QUOTA:
                self._rest_until, self._rest_code = self._clock.now() + REST[error.code], error.code
            raise
        self.trouble = ""
        return found

    async def _fresh(self, other_than: str = "") -> str:
        """A token that is good; of many who need another at once one fetches it."""
        async with self._refreshing:
            settings, now = self._settings(), self._clock.now()
            mine = f"{settings.app_id}\x00{settings.secret}"
            if self._token and self._of == mine and self._token != other_than and now < self._until:
                return self._token
            wanted = {
                "grant_type": "client_credential", "appid": settings.app_id, "secret": settings.secret,
                "force_refresh": bool(other_than),
            }  # fmt: skip
            found = await self._json("POST", "/cgi-bin/stable_token", body=wanted)
            self._token, self._of = str(found["access_token"]), mine
            self._until = now + max(float(found.get("expires_in", 7200)) - EARLY, 1.0)
            return self._token

    async def _json(
        self, method: str, path: str, asked: Mapping[str, str] | None = None, body: Any = None
    ) -> dict[str, Any]:
        raw, _, _ = await self._request(method, path, asked, body, ANSWER_BYTES)
        return _checked(raw)

    async def _download(self, media: str, token: str) -> Media:
        asked = {"media_id": media, "access_token": token}
        raw, type, name = await self._request("GET", "/cgi-bin/media/get", asked, None, MEDIA_BYTES + 1)
        if type in ("application/json", "text/plain"):
            _checked(raw)
            raise WechatError(40007)
        if len(raw) > MEDIA_BYTES:
            raise WechatError(40007, "文件过大")
        return Media(name, type, raw)

    async def _request(
        self, method: str, path: str, asked: Mapping[str, str] | None, body: Any, most: int
    ) -> tuple[bytes, str, str]:
        if self._http is None:
            limit = aiohttp.ClientTimeout(total=TIMEOUT)
            self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=limit)
        # WeChat shows what it is sent: characters must stand as they are, not escaped.
        data = body if body is None or isinstance(body, aiohttp.FormData) else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json; charset=utf-8"} if isinstance(data, bytes) else {}
        url = f"{self._settings().api}{path}"
        try:
            async with self._http.request(
                method, url, params=asked, data=data, headers=headers, allow_redirects=False
            ) as answer:
                raw = bytearray()
                async for piece in answer.content.iter_chunked(65_536):
                    raw += piece
                    if len(raw) >= most:
                        break
                if answer.status != 200:
                    raise WechatError(0, f"微信接口应答 HTTP {answer.status}")
                disposition = answer.content_disposition
                return bytes(raw), answer.content_type, (disposition.filename or "") if disposition else ""
        except TimeoutError:
            raise WechatError(0, f"微信接口 {TIMEOUT:g} 秒内没有应答") from None
        except (aiohttp.ClientError, OSError) as error:
            raise WechatError(0, f"无法连接微信接口：{type(error).__name__}") from None


def _checked(raw: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        raise WechatError(0, "微信接口的应答不是 JSON") from None
    if not isinstance(found, dict):
        raise WechatError(0, "微信接口的应答不符合约定")
    if code := int(found.get("errcode", 0) or 0):
        raise WechatError(code)
    return found


def pieces(text: str, most: int = TEXT_BYTES) -> list[str]:
    """A text in pieces of so many bytes at most, no character cut."""
    found, piece, size = [], "", 0
    for one in text:
        length = len(one.encode())
        if size + length > most:
            found.append(piece)
            piece, size = "", 0
        piece, size = piece + one, size + length
    return [*found, piece] if piece or not found else found
