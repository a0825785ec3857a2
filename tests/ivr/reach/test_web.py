"""HTTP for flows against a real server: allowed hosts only, slow and dead ones, large answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from ivr.reach.web import LARGEST, Secret, Web, WebFailed, WebRequest


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def echo(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        return web.json_response({"method": request.method, "query": dict(request.query), "body": body})

    async def who(request: web.Request) -> web.Response:
        return web.Response(text=request.headers.get("Authorization", "nobody"))

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async def large(request: web.Request) -> web.Response:
        return web.Response(text="x" * (LARGEST + 1))

    async def text(request: web.Request) -> web.Response:
        return web.Response(text="办理中", status=202)

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://example.com/")

    app = web.Application()
    for path, handler in (
        ("echo", echo),
        ("slow", slow),
        ("large", large),
        ("text", text),
        ("away", away),
        ("who", who),
    ):
        app.router.add_route("*", f"/{path}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def client(server: str) -> AsyncIterator[Web]:
    found = Web(frozenset({server}))
    yield found
    await found.close()


def request(server: str, path: str, method: str = "GET", body: object = None) -> WebRequest:
    return WebRequest(method, f"http://{server}/{path}", {"a": "值"}, {"X-Key": "k"}, body)


async def test_json_and_text(client: Web, server: str) -> None:
    answer = await client.ask(request(server, "echo", "POST", {"n": 1}), 2)
    assert (answer.status, answer.body) == (200, {"method": "POST", "query": {"a": "值"}, "body": {"n": 1}})
    answer = await client.ask(request(server, "text"), 2)
    assert (answer.status, answer.body) == (202, "办理中")


async def test_slow_large_and_dead(client: Web, server: str) -> None:
    begin = time.monotonic()
    with pytest.raises(WebFailed, match="Timeout"):
        await client.ask(request(server, "slow"), 0.2)
    assert time.monotonic() - begin < 2
    with pytest.raises(WebFailed, match="longer than"):
        await client.ask(request(server, "large"), 2)
    dead = Web(frozenset({"127.0.0.1:1"}))
    with pytest.raises(WebFailed):
        await dead.ask(WebRequest("GET", "http://127.0.0.1:1/", {}, {}), 1)
    await dead.close()


async def test_redirects_are_not_followed(client: Web, server: str) -> None:
    assert (await client.ask(request(server, "away"), 2)).status == 302


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://10.0.0.5/x", True),
        ("https://10.0.0.5:8443/x", True),
        ("http://api.city.gov.cn/x", True),
        ("http://db.city.gov.cn:8000/x", True),
        ("http://db.city.gov.cn/x", False),
        ("http://10.0.0.6/x", False),
        ("http://user@10.0.0.5/x", False),
        ("http://10.0.0.5@evil.example/x", False),
        ("file:///etc/passwd", False),
        ("ftp://10.0.0.5/x", False),
        ("http://10.0.0.5:99999/", False),
        ("nonsense", False),
    ],
)
async def test_nothing_leaves_for_a_host_that_is_not_allowed(url: str, allowed: bool) -> None:
    found = Web(frozenset({"10.0.0.5", "api.city.gov.cn", "db.city.gov.cn:8000"}))
    assert found.allows(url) is allowed
    if not allowed:
        with pytest.raises(WebFailed, match="may not go"):
            await found.ask(WebRequest("GET", url, {}, {}), 1)


async def test_a_secret_goes_to_its_own_host_alone(server: str) -> None:
    """What opens other systems stood in flow files in clear, which many read and which versions keep for ever."""
    found = Web(frozenset({server, "localhost"}), {"tickets": Secret(server, "Bearer x"), "other": Secret("a.b", "y")})

    def asking(name: str, host: str = server) -> WebRequest:
        return WebRequest("GET", f"http://{host}/who", {}, {}, secrets={"Authorization": name})

    assert (await found.ask(asking("tickets"), 2)).body == "Bearer x"
    elsewhere = f"localhost:{server.rpartition(':')[2]}"
    for request in (asking("other"), asking("nothing"), asking("tickets", elsewhere)):
        with pytest.raises(WebFailed, match="there is no secret"):
            await found.ask(request, 2)
    assert "Bearer" not in repr(found._secrets)
    await found.close()
