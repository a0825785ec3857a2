"""How other systems are spoken to: files with line numbers, ways to show who we are, signatures both ways."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from aiohttp import web

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.files.documents import parse
from cti.office.connectors.description import FOLDER, ConnectorDescription, Signature, checked
from cti.office.connectors.files import ConnectorFiles
from cti.office.connectors.http_side import HttpSide
from cti.office.connectors.port import OtherSideFails, OtherSideRefuses, Request
from cti.office.connectors.signing import ID, SIGNATURE, TIMESTAMP, NotSigned, check, public_key, signed_headers
from tests.cti.office.messages.fake_gateways import FakeGateway

ASK = Request("01C", "handled", {"a": "王"}, {"external": "E/1", "dots": ".."})
SECRET = "a-secret-of-sixteen"
FILE = """\
connector: brain
title: 城市大脑
url: http://127.0.0.1:9/api
auth: {header: {name: X-Key, value: plain}}
verbs:
  handled: {path: "/events/{external}", mapping: nowhere}
hears: {ticket.changed: missing}
"""


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    found = FakeGateway()
    found.answer = (200, {"code": 0})
    yield found
    await found.stop()


async def side(gateway: FakeGateway, verb: dict[str, Any] | None = None, **values: Any) -> HttpSide:
    given = {
        "connector": "brain", "title": "x", "url": await gateway.start() + "/api/",
        "verbs": {"handled": verb or {"path": "/events/{external}/result"}}, **values,
    }  # fmt: skip
    return HttpSide(ConnectorDescription.model_validate(given), VirtualClock())


async def test_a_request_has_its_address_id_and_headers(gateway: FakeGateway) -> None:
    http = await side(gateway, headers={"X-App": "12345"}, auth={"basic": {"user": "u", "password": "p"}})
    answer = await http.call(ASK)
    (asked,) = gateway.asked
    assert (answer.status, asked["json"], asked["path"]) == (200, {"a": "王"}, "/api/events/E/1/result")
    assert asked["headers"]["Idempotency-Key"] == "01C" and asked["headers"]["X-App"] == "12345"
    assert asked["headers"]["Authorization"] == f"Basic {base64.b64encode(b'u:p').decode()}"
    await http.close()


async def test_a_value_is_one_step_of_the_address_and_never_leaves_it(gateway: FakeGateway) -> None:
    http = await side(gateway, {"path": "/events/{dots}/result"})
    with pytest.raises(OtherSideRefuses, match="dots"):
        await http.call(ASK)
    assert gateway.asked == []
    await http.close()


@pytest.mark.parametrize(
    ("said", "rule", "end"),
    [
        ((200, {"code": 0}), {"path": "code", "equals": [0]}, None),
        ((200, {"code": 7}), {"path": "code", "equals": [0], "again": [9]}, OtherSideRefuses),
        ((200, {"code": 9}), {"path": "code", "equals": [0], "again": [9]}, OtherSideFails),
        ((200, "<html>"), {"path": "code", "equals": [0]}, OtherSideRefuses),
        ((503, ""), {}, OtherSideFails),
        ((429, ""), {}, OtherSideFails),
        ((401, ""), {}, OtherSideFails),
        ((400, ""), {}, OtherSideRefuses),
        ((302, ""), {}, OtherSideRefuses),
        (None, {}, OtherSideFails),
    ],
)
async def test_an_answer_says_done_later_or_never(gateway: FakeGateway, said: Any, rule: Any, end: Any) -> None:
    gateway.answer = said
    http = await side(gateway, {"path": "/x", "success": rule}, timeout=0.3)
    if end is None:
        assert (await http.call(ASK)).status == 200
    else:
        with pytest.raises(end):
            await http.call(ASK)
    await http.close()


async def test_a_token_is_fetched_once_and_anew_before_it_ends_or_when_it_was_refused() -> None:
    asked: list[str] = []

    async def token(request: web.Request) -> web.Response:
        asked.append(f"token {(await request.post())['grant_type']} {request.headers['Authorization'][:5]}")
        return web.json_response({"access_token": f"t{len(asked)}", "expires_in": 100})

    async def api(request: web.Request) -> web.Response:
        asked.append(request.headers["Authorization"])
        return web.Response(status=401 if len(asked) == 5 else 200)

    app = web.Application()
    app.router.add_post("/token", token)
    app.router.add_post("/x", api)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base, clock = f"http://127.0.0.1:{runner.addresses[0][1]}", VirtualClock()
    given = {
        "connector": "brain", "title": "x", "url": base, "verbs": {"handled": {"path": "/x"}},
        "auth": {"oauth2": {"url": f"{base}/token", "client": "hotline", "secret": "s"}},
    }  # fmt: skip
    http = HttpSide(ConnectorDescription.model_validate(given), clock)
    await http.call(ASK)
    await http.call(ASK)
    clock.advance(71)
    with pytest.raises(OtherSideFails, match="401"):
        await http.call(ASK)
    await http.call(ASK)
    fetched = "token client_credentials Basic"
    assert asked == [fetched, "Bearer t1", "Bearer t1", fetched, "Bearer t4", fetched, "Bearer t6"]
    await http.close()
    await runner.cleanup()


OURS = Signature(sm2="11" * 32)
KEYS = [
    (Signature(hmac=SECRET), Signature(hmac=SECRET)),
    (Signature(hmac=SECRET, digest="sm3"), Signature(hmac=SECRET, digest="sm3")),
    (OURS, Signature(sm2=public_key(OURS))),
]


@pytest.mark.parametrize(("ours", "theirs"), KEYS)
def test_a_signature_holds_for_its_id_time_and_body_alone(ours: Signature, theirs: Signature) -> None:
    headers = signed_headers(ours, "01C", 1_000_000.4, b"body")
    assert check(theirs, headers, b"body", 1_000_299, 300) == "01C"
    for changed, body, now in (
        ({ID: "01D"}, b"body", 1_000_000),
        ({TIMESTAMP: "1000001"}, b"body", 1_000_000),
        ({}, b"bodY", 1_000_000),
        ({}, b"body", 1_000_301),
        ({}, b"body", 999_000),
        ({SIGNATURE: headers[SIGNATURE][:-2]}, b"body", 1_000_000),
        ({SIGNATURE: "md5=" + headers[SIGNATURE].partition("=")[2]}, b"body", 1_000_000),
        ({SIGNATURE: "sm2=zz"}, b"body", 1_000_000),
        ({SIGNATURE: ""}, b"body", 1_000_000),
        ({TIMESTAMP: "²"}, b"body", 1_000_000),
        ({ID: ""}, b"body", 1_000_000),
        ({ID: "x" * 101}, b"body", 1_000_000),
    ):
        with pytest.raises(NotSigned):
            check(theirs, {**headers, **changed}, body, now, 300)


def test_a_file_is_refused_with_its_lines_and_doubted_where_secrets_stand_in_clear(tmp_path: Path) -> None:
    found, problems = checked(parse(FILE, "brain.yaml"), tmp_path, ["result"], "brain")
    assert found is not None
    said = [f"{one.line} {one.severity} {one.message}" for one in problems]
    assert said == [
        "7 error hears.ticket.changed: there is no verb missing",
        "6 error verbs.handled.mapping: there is no mapping nowhere",
        "3 warning what is said crosses the network in clear",
        "4 warning value stands in clear: hotline seal",
    ]
    assert [one.severity for one in checked(parse(FILE, "x"), tmp_path, ["nowhere"], "other")[1]].count("error") == 2


AUTH = "{header: {name: X-Key, value: plain}}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            FILE,
            "第 6 行：verbs.handled.mapping：没有字段对照 nowhere，或它还没有发布；第 7 行：hears.",
        ),
        (FILE.replace("title", "titel"), '第 1 行：缺少 title；第 2 行：titel：没有这个键，是否想写 "title"？'),
        (FILE.replace("http:", "ftp:"), "第 3 行：url：写法不对"),
        (FILE.replace("url: http://127.0.0.1:9/api\n", ""), "第 1 行：有 verbs 就要写 url"),
        (FILE.replace(AUTH, "{header: {name: X, value: y}, basic: {user: a, password: b}}"), "第 4 行：auth：header, "),
        (FILE.replace(AUTH, "{signed: {hmac: short}}"), "第 4 行：auth.signed：共享密钥至少 16 个字符"),
        (FILE.replace(AUTH, "{signed: {sm2: abcdef}}"), "第 4 行：auth.signed.sm2：写法不对"),
        ("connector: brain\ntitle: x\n", "第 1 行：既没有 verbs 也没有 incoming，什么也没有连接"),
        ("connector: brain\ntitle: x\n url: y\n", "第 3 行：这里不能出现冒号"),
    ],
)
async def test_what_is_wrong_with_a_file_is_told_in_chinese_with_line_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    """Pydantic's English stood on the page and in the alarm: `title: Field required`."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "brain.yaml").write_text(text, "utf-8")
    mappings: Any = SimpleNamespace(names=[])
    connectors: Any = SimpleNamespace(configure=AsyncMock())
    files = ConnectorFiles(tmp_path, connectors, mappings, Bus(), VirtualClock())
    await files.take()
    assert files.problems["brain"].startswith(said)
