"""WeChat's side, by its documents: tokens that end, sealed and signed callbacks, sign-in by code, error codes."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import aiohttp
import msgspec
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from workflow.wechat.settings import WechatSettings

APP_ID, SECRET, TOKEN = "wx1234567890abcdef", "s" * 32, "citytoken"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass
class WechatServer:
    """What was asked of it. `refuse` has codes that the next calls of a path are answered with."""

    port: int = 0
    good: set[str] = field(default_factory=set)
    tokens: int = 0
    asked: list[tuple[str, Any]] = field(default_factory=list)
    refuse: dict[str, list[int]] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    uploaded: list[bytes] = field(default_factory=list)
    sits: str = ""
    """Who sits at the browser that comes to sign in (openid)."""

    def settings(self, **more: Any) -> WechatSettings:
        url = f"http://127.0.0.1:{self.port}"
        return WechatSettings.model_validate({
            "enabled": True, "app_id": APP_ID, "secret": SECRET, "token": TOKEN, "key": KEY,
            "site": "https://12345.example.cn", "api": url, "sign_in": f"{url}/connect", **more,
        })  # fmt: skip

    def said(self) -> list[str]:
        """Texts that readers were sent, in order, also those above buttons."""
        sent = self.of("/cgi-bin/message/custom/send")
        return [
            one["text"]["content"] if "text" in one else one["msgmenu"]["head_content"]
            for one in sent
            if "text" in one or "msgmenu" in one
        ]

    def of(self, path: str) -> list[Any]:
        return [body for one, body in self.asked if one == path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        if path == "/connect":
            code, asked = os.urandom(8).hex(), request.query
            self.codes[code] = self.sits
            raise web.HTTPFound(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")
        if path == "/cgi-bin/stable_token":
            body = await request.json()
            if (body["appid"], body["secret"]) != (APP_ID, SECRET):
                return self.error(40125)
            self.tokens += 1
            token = f"token-{self.tokens}"
            self.good = {token}
            return web.json_response({"access_token": token, "expires_in": 7200})
        if path == "/sns/oauth2/access_token":
            openid = self.codes.pop(request.query["code"], None)
            # A code is good once.
            return web.json_response({"openid": openid, "scope": "snsapi_base"}) if openid else self.error(40029)
        if request.query.get("access_token") not in self.good:
            return self.error(42001)
        if codes := self.refuse.get(path):
            return self.error(codes.pop(0))
        if path == "/cgi-bin/media/get":
            found = self.media.get(request.query["media_id"])
            if found is None:
                return self.error(40007)
            headers = {"Content-Type": found[0], "Content-Disposition": 'attachment; filename="x"'}
            return web.Response(body=found[1], headers=headers)
        if path == "/cgi-bin/media/upload":
            file = (await request.post())["media"]
            assert isinstance(file, web.FileField)
            self.uploaded.append(file.file.read())
            return web.json_response({"type": "image", "media_id": f"up-{len(self.uploaded)}"})
        self.asked.append((path, msgspec.json.decode(await request.read())))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    def error(self, code: int) -> web.Response:
        return web.json_response({"errcode": code, "errmsg": "error"})


@asynccontextmanager
async def wechat_server(port: int = 0) -> AsyncIterator[WechatServer]:
    """At this port, or at one that is free."""
    server = WechatServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # WeChat's own


def sealed(xml: str, app_id: str = APP_ID, key: str = KEY) -> str:
    """As its document says, written apart from ours."""
    raw = base64.b64decode(key + "=")
    body = xml.encode()
    plain = os.urandom(16) + len(body).to_bytes(4, "big") + body + app_id.encode()
    pad = 32 - len(plain) % 32
    sealing = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    return base64.b64encode(sealing.update(plain + bytes([pad]) * pad) + sealing.finalize()).decode()


def message(kind: str, openid: str = "oReader1", id: int = 0, **fields: Any) -> str:
    said = {"ToUserName": "gh_1", "FromUserName": openid, "CreateTime": fields.pop("at", 1), "MsgType": kind}
    if kind != "event":
        said["MsgId"] = id or time.monotonic_ns()
    inside = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in (said | fields).items())
    return f"<xml>{inside}</xml>"


async def push(
    client: aiohttp.ClientSession, url: str, xml: str, now: float, *, seal: str = "", token: str = TOKEN
) -> tuple[int, str]:
    """Call us back in safe mode."""
    encrypted, stamp, nonce = seal or sealed(xml), str(int(now)), os.urandom(4).hex()
    query = {
        "signature": sign(token, stamp, nonce), "timestamp": stamp, "nonce": nonce, "encrypt_type": "aes",
        "msg_signature": sign(token, stamp, nonce, encrypted), "openid": "oReader1",
    }  # fmt: skip
    body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    async with client.post(f"{url}/wechat/callback", params=query, data=body.encode()) as answer:
        return answer.status, await answer.text()
