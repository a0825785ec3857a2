"""Routes of signing in at another's; a browser goes through them, so they answer by sending it on."""

from __future__ import annotations

from typing import Annotated

import pydantic
from aiohttp import web

from cti.base.http import guard
from cti.base.http.routes import PUBLIC, Exchange, OptionView, Route
from cti.base.refusal import NotFound, Refusal
from cti.office.identity.service import Identity

COOKIE = "hotline-away"
PATH = "/api/sign-in"
SECONDS = 600
Name = Annotated[str, pydantic.Field(max_length=40)]


class ProvidersApi:
    """Sends a browser to another's sign-in, and takes it in when it comes back."""

    def __init__(self, identity: Identity) -> None:
        self._providers = identity.providers

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", PATH, self.all, PUBLIC, "其他登录方式"),
            Route("GET", f"{PATH}/{{provider}}", self.leave, PUBLIC, "到统一认证登录"),
            Route("GET", f"{PATH}/{{provider}}/callback", self.come_back, PUBLIC, "从统一认证返回"),
        ]

    async def all(self) -> list[OptionView]:
        """By whom else one may be signed in, for the page of signing in."""
        return [OptionView(value=name, title=title) for name, title in self._providers.titles.items()]

    async def leave(self, exchange: Exchange, provider: Name) -> web.Response:
        """Send the browser to a provider."""
        request = exchange.request
        scheme = "https" if guard.is_https(request) else "http"
        redirect = f"{scheme}://{guard.host_of(request)}{PATH}/{provider}/callback"
        try:
            url, cookie = await self._providers.leave(provider, redirect)
        except NotFound:
            raise
        except Refusal as refusal:
            return _to(f"/sign-in?trouble={refusal.code}")
        response = _to(url)
        # Lax: the browser comes back from another site. It shows the cookie there alone.
        response.set_cookie(
            COOKIE, cookie, path=PATH, max_age=SECONDS, httponly=True, samesite="Lax", secure=scheme == "https"
        )
        return response

    async def come_back(self, exchange: Exchange, provider: Name) -> web.Response:
        """Begin a session for whoever came back, and send the browser to the console."""
        request = exchange.request
        answer = {key: value[:4000] for key, value in request.query.items()}
        try:
            _, token = await self._providers.come_back(
                provider, answer, request.cookies.get(COOKIE, ""), exchange.address, exchange.browser
            )
        except NotFound:
            raise
        except Refusal as refusal:
            response = _to(f"/sign-in?trouble={refusal.code}")
        else:
            exchange.start_session = token
            response = _to("/")
        response.del_cookie(COOKIE, path=PATH)
        return response


def _to(url: str) -> web.Response:
    return web.Response(status=303, headers={"Location": url, "Cache-Control": "no-store"})
