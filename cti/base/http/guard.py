"""Who is on the other side of a request, and what every answer says to the browser.

The session's token lies in a cookie that scripts cannot read; whatever changes something must also show, in `X-CSRF`,
a value derived from it that only the console's own scripts know, and must come from the console's own origin.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from cti.base.addresses import is_loopback
from cti.base.citizen import Citizen
from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor

COOKIE = "hotline"
BROWSER_COOKIE = "hotline-browser"
CITIZEN_COOKIE = "hotline-citizen"
"""A citizen's on the public site: another one, so that neither site takes the other's."""
BROWSER_SECONDS = 180 * 86_400
READING = ("GET", "HEAD", "OPTIONS")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Server": "hotline",
}


def content_policy(sockets: str) -> str:
    """The Content-Security-Policy: our own files only, sockets to `sockets`, and styles that components set inline."""
    return "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self' {sockets}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob: data:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
EndSockets = Callable[[str], Awaitable[None]]
"""Closes the live sockets of a session that was ended."""
Proxies = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
PROXIES = web.AppKey("proxies", tuple)
"""Which addresses are proxies of ours (`Proxies`)."""


class Sessions(Protocol):
    """Knows whose token it is; `cti.office.identity.people.People` does."""

    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        """The person behind a token; None when it is unknown, expired, ended, or shown by another browser."""


class CitizenSessions(Protocol):
    """Knows whose token it is on the public site; `cti.office.public_sessions` does."""

    async def citizen(self, token: str, browser: str) -> Citizen | None:
        """The citizen behind a token; None when it is unknown, over, ended, or shown by another browser."""


class Keys(Protocol):
    """Knows whose key it is; `cti.office.identity.keys.Keys` does."""

    async def visitor(self, secret: str, address: str) -> Visitor | None:
        """The person behind a key of a program; None when it is unknown, over, or from elsewhere."""


def bearer_of(request: web.Request) -> str:
    """The key that a program sent (RFC 6750 2.1), or empty."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip()[:200] if scheme.lower() == "bearer" else ""


def csrf_of(token: str) -> str:
    """The value of `X-CSRF` that belongs to a session's token."""
    return hashlib.sha256(f"csrf {token}".encode()).hexdigest()[:32]


def token_of(request: web.Request, cookie: str = COOKIE) -> str:
    """The token that the browser sent, or empty."""
    return request.cookies.get(cookie, "")


def browser_of(request: web.Request) -> str:
    """What the browser calls itself."""
    return request.headers.get("User-Agent", "")[:400]


def proxies_of(addresses: Iterable[str]) -> Proxies:
    """Addresses and networks in any spelling; ValueError names what is none."""
    return tuple(ipaddress.ip_network(one) for one in addresses)


def is_from_proxy(request: web.Request) -> bool:
    """Whether a proxy of ours brought the request: then what it says of the browser is believed."""
    return _is_proxy(request.remote or "", request.app[PROXIES])


def _is_proxy(address: str, proxies: Proxies) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in one for one in proxies)


@web.middleware
async def refuse_plain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing but its health is told over plain HTTP beyond this machine: passwords would cross the network."""
    if is_https(request) or is_loopback(request.remote or "") or request.path == "/healthz":
        return await handler(request)
    raise web.HTTPUpgradeRequired(text="请通过 https 访问\n", headers={"Upgrade": "TLS/1.2, HTTP/1.1"})


def address_of(request: web.Request) -> str:
    """The asker's IP address; behind proxies of ours, the last one in `X-Forwarded-For` that is none of them."""
    peer, proxies = request.remote or "", request.app[PROXIES]
    for said in reversed(",".join(request.headers.getall("X-Forwarded-For", [])).split(",")):
        if not said.strip() or not _is_proxy(peer, proxies):
            break
        peer = said.strip()
    try:
        return str(ipaddress.ip_address(peer))
    except ValueError:
        return ""


def is_https(request: web.Request) -> bool:
    """Whether the browser came by TLS, to us or to the proxy before us."""
    return request.secure or (is_from_proxy(request) and request.headers.get("X-Forwarded-Proto") == "https")


def host_of(request: web.Request) -> str:
    """Host and port that the browser asked, also when a proxy of ours asked us by another name."""
    said = request.headers.get("X-Forwarded-Host") if is_from_proxy(request) else None
    return said.rsplit(",", 1)[-1].strip() if said else request.host


def hostname_of(request: web.Request) -> str:
    """The host alone, an IPv6 address in brackets; empty when it is none."""
    try:
        return bracketed(urlsplit(f"//{host_of(request)}").hostname or "")
    except ValueError:
        return ""


def bracketed(host: str) -> str:
    """As it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def check_origin(request: web.Request) -> None:
    """Refuse what another site's page sent."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != host_of(request):
        raise NotAllowed("origin", "请求来自其他网站，已拒绝")


def check_csrf(request: web.Request, token: str, said: str | None = None) -> None:
    """Refuse a change that does not show the session's own value, in its header or as `said` in its form."""
    said = request.headers.get("X-CSRF", "") if said is None else said
    if not hmac.compare_digest(said.encode(), csrf_of(token).encode()):
        raise NotAllowed("csrf", "页面已过期，请刷新后重试")


def give_cookie(response: web.StreamResponse, request: web.Request, token: str, cookie: str = COOKIE) -> None:
    """Give the browser its token."""
    response.set_cookie(cookie, token, path="/", httponly=True, samesite="Strict", secure=is_https(request))


def browser_token_of(request: web.Request) -> str:
    """What a browser shows in which somebody signed in before, or empty."""
    return request.cookies.get(BROWSER_COOKIE, "")[:100]


def know_browser(response: web.StreamResponse, request: web.Request, token: str) -> None:
    """Give the browser a token that it shows only where one signs in."""
    response.set_cookie(
        BROWSER_COOKIE,
        token,
        path="/api/session",
        max_age=BROWSER_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=is_https(request),
    )


def take_cookie(response: web.StreamResponse, request: web.Request, cookie: str = COOKIE) -> None:
    """Have the browser forget the cookie of a session."""
    response.del_cookie(cookie, path="/", httponly=True, samesite="Strict", secure=is_https(request))
