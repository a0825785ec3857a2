"""A provider of OpenID Connect on a free port, which can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from joserfc import jwk, jwt

CLIENT, SECRET = "hotline", "shared-secret"


class FakeProvider:
    """Signs in `person` at once; `lie` names what it does wrong."""

    def __init__(self) -> None:
        self.issuer = ""
        self.person: dict[str, Any] = {"sub": "u-1", "preferred_username": "Li.Na"}
        self.lie = ""
        self.now: Callable[[], float] = time.time
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "k1"})
        self.codes: dict[str, dict[str, str]] = {}
        self.fetched = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self.discovery)
        app.router.add_get("/authorize", self.authorize)
        app.router.add_post("/token", self.token)
        app.router.add_get("/keys", self.keys)
        app.router.add_get("/userinfo", self.userinfo)
        return app

    async def discovery(self, request: web.Request) -> web.Response:
        if self.lie == "down":
            return web.Response(status=503)
        if self.lie == "garbage":
            return web.Response(text="<html>")
        found = {
            "issuer": "https://else" if self.lie == "issuer" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }
        return web.json_response(found)

    async def keys(self, request: web.Request) -> web.Response:
        self.fetched += 1
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        said = {"error": "access_denied"} if self.lie == "denied" else {"code": code}
        back = f"{asked['redirect_uri']}?{urlencode({**said, 'state': asked['state']})}"
        return web.Response(status=302, headers={"Location": back})

    async def token(self, request: web.Request) -> web.Response:
        said = await request.post()
        asked = self.codes.pop(str(said["code"]), None)
        digest = hashlib.sha256(str(said["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        login = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        good = asked and challenge == asked["code_challenge"] and said["redirect_uri"] == asked["redirect_uri"]
        if not good or asked is None or login != f"{CLIENT}:{SECRET}":
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(self.now())
        person = {"sub": self.person["sub"]} if self.lie in ("userinfo", "other") else self.person
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **person}
        lies: dict[str, dict[str, Any]] = {
            "iss": {"iss": "https://else"},
            "aud": {"aud": "another"},
            "azp": {"aud": [CLIENT, "another"], "azp": "another"},
            "exp": {"exp": now - 300},
            "nonce": {"nonce": "replayed"},
        }
        claims |= lies.get(self.lie, {})
        key, algorithm = self.key, "RS256"
        if self.lie == "key":
            key = jwk.RSAKey.generate_key(2048, {"kid": "k1"})
        if self.lie == "rotated":
            self.key = key = jwk.RSAKey.generate_key(2048, {"kid": "k2"})
        token = jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key)
        if self.lie == "none":
            head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            token = f"{head}.{token.split('.')[1]}."
        if self.lie == "missing":
            return web.json_response({"access_token": "x"})
        return web.json_response({"access_token": "x", "id_token": token})

    async def userinfo(self, request: web.Request) -> web.Response:
        sub = "somebody-else" if self.lie == "other" else self.person["sub"]
        return web.json_response({**self.person, "sub": sub})


@asynccontextmanager
async def running_provider() -> AsyncIterator[FakeProvider]:
    """It, until the end."""
    provider = FakeProvider()
    runner = web.AppRunner(provider.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield provider
    await runner.cleanup()
