import asyncio
import gzip
import io
import json
import sqlite3
import time
from datetime import datetime
from types import SimpleNamespace
from typing import Annotated

import aiohttp
import prometheus_client
import pydantic
import pytest
from aiohttp.test_utils import make_mocked_request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cti.base.http.bodies import PAUSE_SECONDS
from cti.base.http.encoded import Encoded
from cti.base.http.guard import COOKIE, PROXIES, csrf_of, proxies_of, refuse_plain
from cti.base.http.routes import PUBLIC, SIGNED_IN, Body, Exchange, Page, Route
from cti.base.refusal import Conflict, NotFound, TooMany
from cti.base.settings import HttpSettings
from cti.base.visitor import Visitor
from cti.web import Web
from cti.web.host import HEAD_SECONDS


class Leaf(Body):
    colour: str = pydantic.Field(min_length=2, max_length=10)


class Tree(Body):
    kind: str = pydantic.Field(min_length=1, max_length=40)
    age: int = pydantic.Field(ge=0, le=5000)
    planted: datetime | None = None
    leaves: list[Leaf] = pydantic.Field(default_factory=list)


class TreeQuery(Page):
    since: datetime | None = pydantic.Field(default=None, alias="from")
    kind: Annotated[str, pydantic.Field(max_length=5)] = ""


async def plant(visitor: Visitor, body: Tree) -> Tree:
    return body


async def trees(visitor: Visitor, query: TreeQuery) -> dict[str, object]:
    return query.model_dump(mode="json")


async def fell(visitor: Visitor, tree: int) -> None:
    if tree == 500:
        raise RuntimeError("a secret of the database")
    if tree == 404:
        raise NotFound("no_tree", "没有这棵树")
    if tree == 409:
        raise Conflict("felled", "已被砍伐", "tree")
    if tree == 429:
        raise TooMany("too_many", "过于频繁", 12.3)


WOOD = Encoded.of(pydantic.TypeAdapter(list[Leaf]), [Leaf(colour="红色")] * 500)


async def wood(visitor: Visitor) -> Encoded[list[Leaf]]:
    return WOOD


async def enter(exchange: Exchange, body: Leaf) -> dict[str, str]:
    exchange.start_session = body.colour
    return {"address": exchange.address, "browser": exchange.browser}


async def leave(visitor: Visitor, exchange: Exchange) -> None:
    exchange.end_session = True


ROUTES = [
    Route("POST", "/api/trees", plant, "agent.work", "种树", 201, limit=20_000),
    Route("GET", "/api/trees", trees, SIGNED_IN, "树"),
    Route("DELETE", "/api/trees/{tree}", fell, "board.see", "砍树"),
    Route("GET", "/api/wood", wood, SIGNED_IN, "树林"),
    Route("POST", "/api/enter", enter, PUBLIC, "进入"),
    Route("POST", "/api/leave", leave, SIGNED_IN, "离开"),
]
OAK = {"kind": "oak", "age": 3}


@pytest.fixture(autouse=True)
def routes(web):
    web.add(ROUTES)


async def told(response: aiohttp.ClientResponse) -> tuple[int, str, str | None]:
    """Status, code and field of a problem."""
    assert response.content_type == "application/problem+json"
    found = await response.json()
    assert found["status"] == response.status and found["title"] and found["detail"]
    return response.status, found["code"], found.get("field")


async def test_a_body_is_validated_and_the_answer_is_typed(browse):
    response = await browse(
        "POST", "/api/trees", "agent", json={"kind": " oak ", "age": 3, "leaves": [{"colour": "红色"}]}
    )
    assert response.status == 201
    assert await response.json() == {"kind": "oak", "age": 3, "planted": None, "leaves": [{"colour": "红色"}]}


async def test_what_is_large_is_packed_once_and_sent_to_who_takes_it_so(browse):
    plain = await browse("GET", "/api/wood", "agent", headers={"Accept-Encoding": "identity"})
    packed = await browse("GET", "/api/wood", "agent", headers={"Accept-Encoding": "gzip, deflate"})
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(WOOD.zipped) < 200
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(await packed.read()) == await plain.read()
    assert await plain.json() == [{"colour": "红色"}] * 500


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ({"age": 3}, "kind", "必填"),
        ({"kind": "", "age": 3}, "kind", "至少 1 个字符"),
        ({"kind": "oak", "age": "old"}, "age", "应为整数"),
        ({"kind": "oak", "age": -1}, "age", "不能小于 0"),
        ({"kind": "oak", "age": 10**40}, "age", None),
        ({"kind": ["oak"], "age": 3}, "kind", "应为文字"),
        ({**OAK, "colour": "red"}, "colour", "没有这个字段"),
        ({**OAK, "planted": "yesterday"}, "planted", "时间格式不正确"),
        ({**OAK, "leaves": [{"colour": "red"}, {"colour": "x"}]}, "leaves.1.colour", "至少 2 个字符"),
        ([], None, "应为对象"),
    ],
)
async def test_what_is_wrong_with_a_body_is_said_in_chinese_with_its_field(browse, body, field, detail):
    response = await browse("POST", "/api/trees", "agent", json=body)
    assert await told(response) == (422, "invalid", field)
    if detail is not None:
        assert detail in (await response.json())["detail"]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe", b'{"kind": "a\\u0000b", "age": 1}', b'{"kind": "\\ud800", "age": 1}', b"[" * 15_000]
)
async def test_garbage_is_refused(browse, raw):
    response = await browse("POST", "/api/trees", "agent", data=raw, headers={"Content-Type": "application/json"})
    assert (await told(response))[:2] == (422, "invalid")


async def test_other_content_types_are_refused(browse):
    response = await browse("POST", "/api/trees", "agent", data={"kind": "oak"})
    assert (await told(response))[:2] == (415, "not_json")


async def test_a_query_is_validated(browse):
    response = await browse("GET", "/api/trees?from=2026-05-06T12:00:00%2B08:00&kind=oak&size=", "agent")
    assert await response.json() == {"page": 1, "size": 50, "since": "2026-05-06T12:00:00+08:00", "kind": "oak"}
    for query, field in (("colour=red", "colour"), ("page=x", "page"), ("page=1&page=2", "page"), ("kind=%00", "kind"),
                         ("size=1000000", "size"), ("kind=" + "x" * 50, "kind")):  # fmt: skip
        assert await told(await browse("GET", f"/api/trees?{query}", "agent")) == (422, "invalid", field)


async def test_path_parameters_are_validated(browse):
    assert await told(await browse("DELETE", "/api/trees/x", "boss")) == (422, "invalid", "tree")
    assert await told(await browse("DELETE", "/api/trees/%00", "boss")) == (422, "invalid", "tree")
    assert (await browse("DELETE", "/api/trees/1", "boss")).status == 204


async def test_refusals_become_problems(browse):
    for status, code, field in ((404, "no_tree", None), (409, "felled", "tree"), (429, "too_many", None)):
        response = await browse("DELETE", f"/api/trees/{status}", "boss")
        assert await told(response) == (status, code, field)
    assert response.headers["Retry-After"] == "12"


async def test_an_error_of_ours_tells_a_number_and_no_secret(browse):
    response = await browse("DELETE", "/api/trees/500", "boss")
    assert await told(response) == (500, "internal", None)
    assert "secret" not in await response.text()


OUTAGES = [
    ConnectionRefusedError(111, "refused"),
    FileNotFoundError(2, "no socket"),
    OperationalError("SELECT 1", {}, sqlite3.OperationalError("database or disk is full")),
    PoolTimeout(),
]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda one: type(one).__name__)
async def test_a_database_that_is_gone_locked_or_full_is_told_as_such(browse, web, outage):
    async def look(visitor: Visitor) -> dict[str, int]:
        raise outage

    web.add([Route("GET", "/api/look", look, SIGNED_IN, "")])
    response = await browse("GET", "/api/look", "agent")
    assert await told(response) == (503, "unavailable", None)
    assert int(response.headers["Retry-After"]) > 0 and "数据库" in (await response.json())["detail"]


async def test_unknown_paths_and_methods(browse):
    assert await told(await browse("GET", "/api/nothing", "agent")) == (404, "not_found", None)
    response = await browse("PATCH", "/api/trees", "agent")
    assert await told(response) == (405, "method_not_allowed", None)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert (await browse("HEAD", "/api/trees", "agent")).status == 200


async def test_nobody_and_the_unpermitted_are_refused(browse):
    assert await told(await browse("GET", "/api/trees")) == (401, "not_signed_in", None)
    assert await told(await browse("GET", "/api/trees", "stolen")) == (401, "not_signed_in", None)
    assert await told(await browse("DELETE", "/api/trees/1", "agent")) == (403, "not_allowed", None)


async def test_a_change_needs_the_sessions_own_csrf_value(browse):
    for wrong in ("", csrf_of("other"), "é"):
        response = await browse("POST", "/api/trees", "agent", json=OAK, headers={"X-CSRF": wrong})
        assert await told(response) == (403, "csrf", None)
    assert (await browse("GET", "/api/trees", "agent", headers={"X-CSRF": ""})).status == 200


async def test_another_sites_page_is_refused_even_at_the_login(browse, web):
    for path, token in (("/api/trees", "agent"), ("/api/enter", None)):
        body = OAK if token else {"colour": "red"}
        for origin in ("http://evil.example", "null", f"http://127.0.0.1:{web.port + 1}"):
            response = await browse("POST", path, token, json=body, headers={"Origin": origin})
            assert await told(response) == (403, "origin", None)
        own = await browse("POST", path, token, json=body, headers={"Origin": browse.base})
        assert own.status in (200, 201)


async def test_the_session_cookie_is_for_the_browser_alone(browse):
    plain = await browse("POST", "/api/enter", json={"colour": "token"})
    secure = await browse("POST", "/api/enter", json={"colour": "token"}, headers={"X-Forwarded-Proto": "https"})
    for response, flag in ((plain, False), (secure, True)):
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith(f"{COOKIE}=token;")
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
        assert ("Secure" in cookie) is flag
    assert "max-age" in secure.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in plain.headers
    left = await browse("POST", "/api/leave", "agent")
    assert "Max-Age=0" in left.headers["Set-Cookie"]


async def test_the_address_is_the_peers_or_what_our_own_proxy_says(browse):
    for headers, address in (
        ({}, "127.0.0.1"),
        ({"X-Forwarded-For": "1.1.1.1, 203.0.113.7"}, "203.0.113.7"),
        ({"X-Forwarded-For": "2001:db8::1"}, "2001:db8::1"),
        ({"X-Forwarded-For": "<script>"}, ""),
    ):
        response = await browse("POST", "/api/enter", json={"colour": "red"}, headers=headers)
        assert (await response.json())["address"] == address


async def test_only_proxies_of_ours_are_believed(sessions):
    said = {"X-Forwarded-For": "1.1.1.1, 203.0.113.7, 10.0.0.9", "X-Forwarded-Proto": "https"}
    for proxies, address, secure in (
        (["127.0.0.0/8", "10.0.0.0/24"], "203.0.113.7", True),
        (["127.0.0.1"], "10.0.0.9", True),
        (["10.0.0.0/24"], "127.0.0.1", False),
        ([], "127.0.0.1", False),
    ):
        web = Web(sessions, settings=HttpSettings(proxies=proxies))
        web.add([Route("POST", "/api/enter", enter, PUBLIC, "进入")])
        await web.start("127.0.0.1", 0)
        url = f"http://127.0.0.1:{web.port}/api/enter"
        async with aiohttp.ClientSession() as client:
            async with client.post(url, json={"colour": "red"}, headers=said) as response:
                assert (await response.json())["address"] == address
                assert ("Secure" in response.headers["Set-Cookie"]) is secure
            # A page of the name that the browser knows is our own only when a proxy of ours says so.
            named = {**said, "X-Forwarded-Host": "hotline.example", "Origin": "https://hotline.example"}
            async with client.post(url, json={"colour": "red"}, headers=named) as response:
                assert response.status == (200 if secure else 403)
        await web.stop()


@pytest.mark.parametrize("path", ["/", "/api/trees", "/api/nothing", "/healthz"])
async def test_every_answer_has_the_strict_headers(browse, path):
    response = await browse("GET", path, "agent")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "script-src" not in policy, "scripts are the default's: our own files only"
    assert "connect-src 'self' ws: wss:" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "microphone=(self)" in response.headers["Permissions-Policy"]
    assert response.headers["Server"] == "hotline"
    if path.startswith("/api/"):
        assert response.headers["Cache-Control"] == "no-store"


async def test_a_path_with_a_line_break_is_answered_like_any_other(browse):
    response = await browse.client.get(aiohttp.client.URL(f"{browse.base}/api/a%0Ab", encoded=True))
    assert await told(response) == (404, "not_found", None)


async def test_a_body_of_50_megabytes_is_refused_told_or_not(browse):
    async def pieces():
        for _ in range(50):
            yield b" " * 1024 * 1024

    whole = await browse(
        "POST",
        "/api/trees",
        "agent",
        data=io.BytesIO(b" " * 50 * 1024 * 1024),
        headers={"Content-Type": "application/json"},
    )
    assert await told(whole) == (413, "too_large", None)
    try:
        chunked = await browse(
            "POST", "/api/trees", "agent", data=pieces(), headers={"Content-Type": "application/json"}
        )
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        pass  # cut off while it still sent: refused as well
    else:
        assert await told(chunked) == (413, "too_large", None)
    assert (await browse("GET", "/api/trees", "agent")).status == 200


async def test_both_loopback_addresses_answer(browse, web):
    for host in ("127.0.0.1", "[::1]"):
        async with browse.client.get(f"http://{host}:{web.port}/healthz") as response:
            assert await response.json() == {"status": "ok"}


async def test_a_taken_port_is_an_error(web, sessions):
    second = Web(sessions)
    with pytest.raises(OSError):
        await second.start("127.0.0.1", web.port)
    await second.stop()


@pytest.mark.parametrize(("status", "expected"), [("ok", 200), ("degraded", 200), ("down", 503)])
async def test_health_says_what_the_house_says(sessions, status, expected):
    async def health():
        return {"status": status, "switch": False}

    web = Web(sessions, health=health)
    await web.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as client, client.get(f"http://[::1]:{web.port}/healthz") as response:
        assert response.status == expected
        assert await response.json() == {"status": status, "switch": False}
    await web.stop()


async def test_metrics_are_for_this_machine_or_by_permission(browse, web, sessions):
    prometheus_client.Gauge("hotline_trees", "Trees", registry=web.registry).set(7)
    await browse("GET", "/api/trees/1", "agent")
    text = await (await browse("GET", "/metrics")).text()
    assert "hotline_trees 7.0" in text and 'route="/api/trees/{tree}",status="405"' not in text
    away = {"X-Forwarded-For": "203.0.113.7"}
    assert await told(await browse("GET", "/metrics", "agent", headers=away)) == (403, "not_allowed", None)


async def test_the_contract_is_whole(browse):
    found = await (await browse("GET", "/api/openapi.json")).json()
    assert found["openapi"].startswith("3.1")
    assert set(found["paths"]) >= {"/api/trees", "/api/trees/{tree}", "/healthz"}
    text = json.dumps(found)
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references == set(found["components"]["schemas"]), "each schema is used and none is missing"
    identifiers = [one["operationId"] for path in found["paths"].values() for one in path.values()]
    assert len(set(identifiers)) == len(identifiers)
    plant = found["paths"]["/api/trees"]["post"]
    assert plant["x-permission"] == "agent.work" and {"session": [], "csrf": []} in plant["security"]
    query = {one["name"] for one in found["paths"]["/api/trees"]["get"]["parameters"]}
    assert query == {"page", "size", "from", "kind"}


async def test_the_console_is_served_with_its_own_addresses_and_nothing_else(browse):
    index = await browse("GET", "/")
    assert (index.status, index.content_type, index.headers["Cache-Control"]) == (200, "text/html", "no-cache")
    assert await (await browse("GET", "/board/today")).text() == await index.text()
    again = await browse("GET", "/", headers={"If-None-Match": index.headers["ETag"]})
    assert again.status == 304
    for path in (
        "/missing.js",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd.txt",
    ):
        response = await browse.client.get(aiohttp.client.URL(browse.base + path, encoded=True))
        assert response.status == 404 and "secret" not in await response.text()


async def test_big_files_are_sent_compressed_and_kept_for_ever(browse):
    response = await browse("GET", "/assets/main-abc123.js", headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "gzip" and "immutable" in response.headers["Cache-Control"]
    assert response.content_type == "text/javascript"
    assert gzip.decompress(await response.read()).startswith(b"console.log")
    plain = await browse("GET", "/assets/main-abc123.js", headers={"Accept-Encoding": "identity"})
    assert (await plain.read()).startswith(b"console.log")


async def test_without_a_built_console_it_says_so(sessions, tmp_path):
    web = Web(sessions, console=tmp_path / "none")
    await web.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{web.port}/") as response:
        assert response.status == 503 and "尚未构建" in await response.text()
    await web.stop()


async def test_routes_of_a_stopped_plugin_are_gone(browse, web):
    undo = web.add([Route("GET", "/api/more", trees, SIGNED_IN, "")])
    assert (await browse("GET", "/api/more", "agent")).status == 200
    undo()
    assert (await browse("GET", "/api/more", "agent")).status == 404


async def test_a_slow_body_holds_up_nobody(browse, web):
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    writer.write(
        b"POST /api/enter HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    await writer.drain()
    async with asyncio.timeout(2):
        assert (await browse("GET", "/healthz")).status == 200
    writer.close()
    await writer.wait_closed()
    assert await reader.read() == b""


@pytest.mark.parametrize(
    ("peer", "headers", "path", "status"),
    [
        ("127.0.0.1", {}, "/api/trees", 200),
        ("10.0.0.7", {}, "/api/trees", 426),
        ("10.0.0.7", {}, "/ws", 426),
        ("10.0.0.7", {}, "/healthz", 200),
        ("10.0.0.7", {"X-Forwarded-Proto": "https"}, "/", 426),
        ("10.0.0.2", {"X-Forwarded-Proto": "https"}, "/api/trees", 200),
        ("10.0.0.2", {"X-Forwarded-Proto": "http"}, "/api/trees", 426),
    ],
)
async def test_beyond_this_machine_nothing_is_told_over_plain_http(peer, headers, path, status):
    """With another address to listen on, passwords crossed the network in clear, and nobody was told."""

    async def answer(request):
        return aiohttp.web.Response()

    app = {PROXIES: proxies_of(["10.0.0.2"])}
    request = make_mocked_request("GET", path, headers=headers, app=app).clone(remote=peer)
    request._match_info = SimpleNamespace(current_app=app)
    try:
        found = (await refuse_plain(request, answer)).status
    except aiohttp.web.HTTPException as error:
        found = error.status
    assert found == status


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"POST /api/trees HT",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b'POST /api/enter HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"colour',
    ],
)
async def test_a_request_that_stops_half_way_is_cut(sessions, monkeypatch, sent):
    """They were kept for 95 seconds each: a few thousand of them, and nobody signs in."""
    monkeypatch.setattr("cti.web.host.HEAD_SECONDS", 0.3)
    monkeypatch.setattr("cti.base.http.bodies.PAUSE_SECONDS", 0.3)
    web = Web(sessions)
    web.add([Route("POST", "/api/enter", enter, PUBLIC, "进入")])
    await web.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    writer.write(sent)
    async with asyncio.timeout(5):
        assert b" 200 " not in await reader.read()
    writer.close()
    await web.stop()


def test_the_limits_of_half_open_requests_are_short():
    assert max(HEAD_SECONDS, PAUSE_SECONDS) <= 15


async def test_several_answers_come_in_one_each_as_if_it_had_been_asked_alone(browse):
    """A home page of tiles asked for each of them, and came near the sixty requests that a page may cost."""
    paths = ["/api/trees?page=2", "/api/nothing", "/api/trees?size=0", "/api/openapi.json", "/api/trees/1"]
    response = await browse("GET", "/api/answers", "agent", params=[("path", one) for one in paths])
    assert response.status == 200
    found = await response.json()
    assert [one["status"] for one in found] == [200, 404, 422, 200, 405]
    assert found[0]["answer"]["page"] == 2
    assert (found[2]["answer"]["code"], found[2]["answer"]["field"]) == ("invalid", "size")
    alone = await browse("GET", "/api/answers", "agent", params={"path": "/api/trees"})
    assert (await alone.json())[0]["answer"]["page"] == 1


@pytest.mark.parametrize(
    "path", ["/api/answers?path=/api/trees", "https://example.org/api/trees", "/index.html", "//x/api/", ""]
)
async def test_only_answers_of_this_server_are_given_together(browse, path):
    response = await browse("GET", "/api/answers", "agent", params=[("path", "/api/trees"), ("path", path or "x")])
    assert (await told(response))[:2] == (422, "invalid")


async def test_nobody_who_is_not_signed_in_is_given_answers(browse):
    assert (await told(await browse("GET", "/api/answers", params={"path": "/api/trees"})))[0] == 401


async def test_what_a_request_changed_is_written_down_before_it_is_answered(sessions):
    """A transfer was answered 200, and the engine that was killed 0.1 s later had forgotten it."""
    written, asked = asyncio.Event(), []

    async def durable() -> None:
        asked.append("durable")
        await written.wait()

    async def change(visitor: Visitor) -> dict[str, str]:
        return {"state": "changed"}

    web = Web(sessions, durable=durable)
    web.add([Route("POST", "/api/change", change, SIGNED_IN, ""), Route("GET", "/api/look", change, SIGNED_IN, "")])
    await web.start("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession() as http:
            head = {"Cookie": f"{COOKIE}=agent", "X-CSRF": csrf_of("agent")}
            url = f"http://127.0.0.1:{web.port}/api"
            async with http.get(f"{url}/look", headers=head) as answer:
                assert answer.status == 200 and asked == []
            going = asyncio.ensure_future(http.post(f"{url}/change", headers=head))
            await asyncio.sleep(0.2)
            assert asked == ["durable"] and not going.done()
            written.set()
            assert (await going).status == 200
            written.clear()
            began = time.monotonic()
            async with http.post(f"{url}/change", headers=head) as answer:
                assert answer.status == 202 and await answer.json() == {"state": "changed"}
            assert time.monotonic() - began < 4
    finally:
        await web.stop()
