"""The public site: only what is for the outside, each address slowed alone, a task for who would ask, signed hooks."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.http.routes import PUBLIC, SIGNED_IN, Body, Route
from cti.base.refusal import NotAllowed
from cti.base.settings import ConnectorSettings, PublicSettings
from cti.office.connectors.description import ConnectorDescription, Signature
from cti.office.connectors.hooks import Hooks
from cti.office.connectors.service import Connectors
from cti.office.connectors.signing import signed_headers
from cti.office.mappings import MappingLibrary
from cti.store.engine import Store
from cti.web import Web
from cti.web.challenge import Challenge, is_solved
from cti.web.public_site import PublicSite
from tests.cti.web.conftest import GivenSessions

SECRET = Signature(hmac="a-secret-of-sixteen", digest="sm3")


class Said(Body):
    text: str


async def say(body: Said) -> dict[str, str]:
    return {"said": body.text}


async def tell() -> dict[str, str]:
    return {"a": "b"}


def site_of(**values: Any) -> PublicSite:
    settings = PublicSettings(enabled=True, effort=8, **values)
    settings = settings.model_copy(update={"port": 0})
    return PublicSite(settings, proxies=["127.0.0.1"], plain=False, clock=VirtualClock(), mac=_mac)


def _mac(purpose: str, data: bytes) -> str:
    return hashlib.sha256(purpose.encode() + data).hexdigest()


def solved(task: str, effort: int) -> str:
    number = 0
    while not is_solved(task, str(number), effort):
        number += 1
    return f"{task}:{number}"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PublicSite]:
    found = site_of()
    found.add([
        Route("POST", "/say", say, PUBLIC, "x", outside=True, challenge=True),
        Route("GET", "/tell", tell, PUBLIC, "x", outside=True),
    ])  # fmt: skip
    await found.start()
    yield found
    await found.stop()


async def ask(site: PublicSite, method: str, path: str, **more: Any) -> tuple[int, str, Any]:
    url = f"http://127.0.0.1:{site.port}{path}"
    async with aiohttp.ClientSession() as client, client.request(method, url, **more) as response:
        return response.status, await response.text(), response.headers


async def test_staff_and_outside_are_never_served_by_each_other(site: PublicSite) -> None:
    with pytest.raises(ValueError, match="not for the public site"):
        site.add([Route("GET", "/api/tickets", tell, "tickets.see", "x")])
    with pytest.raises(ValueError, match="not for the public site"):
        site.add([Route("GET", "/x", tell, PUBLIC, "x")])
    with pytest.raises(ValueError, match="is for the public site"):
        Web(GivenSessions()).add([Route("GET", "/x", tell, PUBLIC, "x", outside=True)])
    for permission in (SIGNED_IN, "tickets.see"):
        with pytest.raises(TypeError, match="nobody of the staff"):
            site.add([Route("GET", "/x", tell, permission, "x", outside=True)])


async def test_it_has_headers_of_its_own_and_gives_no_cookie(site: PublicSite) -> None:
    status, text, headers = await ask(site, "GET", "/tell")
    assert (status, json.loads(text)) == (200, {"a": "b"})
    assert headers["Content-Security-Policy"].startswith("default-src 'none'") and "Set-Cookie" not in headers
    for path in ("/ws", "/api/session", "/metrics", "/api/openapi.json", "/index.html", "/site/../console"):
        assert (await ask(site, "GET", path))[0] == 404, path
    assert (await ask(site, "GET", "/site/challenge.js"))[0] == 200
    assert (await ask(site, "DELETE", "/tell"))[0] == 405


async def test_its_first_page_says_what_it_is_and_leads_to_the_pages_that_there_are(
    site: PublicSite, tmp_path: Path
) -> None:
    status, text, headers = await ask(site, "GET", "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "12345 政务服务便民热线" in text and "<a " not in text and "Set-Cookie" not in headers
    (tmp_path / "index.html").write_text("x", "utf-8")
    undo = site.add_files("progress", tmp_path, "查询 <办理> 进度")
    assert '<a href="/progress/">查询 &lt;办理&gt; 进度</a>' in (await ask(site, "GET", "/"))[1]
    assert (await ask(site, "GET", "/progress/"))[0] == 200
    undo()
    assert "<a " not in (await ask(site, "GET", "/"))[1]


async def test_who_would_ask_solves_a_task_once(site: PublicSite) -> None:
    async def send(said: str = "", **headers: str) -> int:
        found = {"X-Challenge": said} if said else {}
        return (await ask(site, "POST", "/say", json={"text": "x"}, headers={**found, **headers}))[0]

    _, text, _ = await ask(site, "GET", "/challenge")
    given = json.loads(text)
    good = solved(given["task"], given["effort"])
    assert await send() == 403
    assert await send(good, Origin="https://elsewhere.example") == 403
    assert await send(good) == 200
    assert await send(good) == 403


def test_a_task_cannot_be_made_easier_kept_or_forged() -> None:
    clock = VirtualClock()
    challenge = Challenge(_mac, clock, 8)
    task = challenge.task()
    salt, until, _, mac = task.split(".")
    for wrong in ("", ":", task, f"{task}:", f"{task}:²", f"{salt}.{until}.0.{mac}:1", f"a.b.c.{mac}:1"):
        with pytest.raises(NotAllowed):
            challenge.check(wrong)
    good = solved(task, 8)
    clock.advance(601)
    with pytest.raises(NotAllowed, match="过期"):
        challenge.check(good)


async def test_an_address_that_floods_is_slowed_and_others_are_not(site: PublicSite) -> None:
    async def once(address: str) -> int:
        return (await ask(site, "GET", "/tell", headers={"X-Forwarded-For": address}))[0]

    flood = await asyncio.gather(*(once("203.0.113.7") for _ in range(130)))
    assert flood.count(200) == 100 and flood.count(429) == 30
    assert await once("203.0.113.8") == 200


async def test_styles_and_scripts_are_not_counted_for_an_office_behind_one_address(site: PublicSite) -> None:
    async def once(path: str) -> int:
        return (await ask(site, "GET", path, headers={"X-Forwarded-For": "203.0.113.9"}))[0]

    assert {await once("/site/challenge.js") for _ in range(150)} == {200}
    assert await once("/tell") == 200, "scripts took nothing of what pages may ask"
    assert [await once("/site/none.js") for _ in range(110)].count(429) > 0, "what is not there is counted"


async def test_it_answers_over_ipv6_where_a_whole_home_counts_as_one() -> None:
    six = PublicSite(
        PublicSettings(enabled=True, host="::1").model_copy(update={"port": 0}),
        proxies=["::1"], plain=False, clock=VirtualClock(), mac=_mac,
    )  # fmt: skip
    six.add([Route("GET", "/tell", tell, PUBLIC, "x", outside=True)])
    await six.start()
    url = f"http://[::1]:{six.port}/tell"
    async with aiohttp.ClientSession() as client:

        async def once(address: str) -> int:
            headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
            async with client.get(url, headers=headers) as answer:
                return answer.status

        flood = [await once(f"2001:db8:5:6::{one:x}") for one in range(130)]
        assert flood.count(200) == 100 and flood.count(429) == 30
        assert await once("2001:db8:5:7::1") == 200
    await six.stop()


async def test_it_answers_to_its_names_alone_and_only_when_it_is_open() -> None:
    named = site_of(names=["hotline.example.gov.cn"])
    await named.start()
    assert (await ask(named, "GET", "/healthz"))[0] == 421
    host = {"Host": "hotline.example.gov.cn"}
    assert (await ask(named, "GET", "/healthz", headers=host))[0] == 200
    await named.stop()
    closed = PublicSite(PublicSettings(), proxies=[], plain=False, clock=VirtualClock(), mac=_mac)
    await closed.start()
    assert closed.port == 0


async def test_a_hook_is_kept_once_and_only_when_it_is_signed(sqlite_store: Store, tmp_path: Path) -> None:
    clock = VirtualClock()
    house = ("city", "320400")
    connectors = Connectors(
        sqlite_store, clock, Bus(), MappingLibrary(tmp_path / "mappings"), house, ConnectorSettings()
    )
    incoming = {"signature": SECRET.model_dump(), "kind": "event", "senders": ["127.0.0.0/8"]}
    brain = {"connector": "brain", "title": "x", "incoming": incoming}
    far = {**brain, "connector": "far", "incoming": {**incoming, "senders": ["10.9.9.9"]}}
    described = [ConnectorDescription.model_validate(one) for one in (brain, far)]
    await connectors.configure({one.connector: one for one in described})
    site = site_of()
    site.add(Hooks(connectors, clock).routes())
    await site.start()

    async def send(name: str, body: bytes, **headers: str) -> tuple[int, Any]:
        signed = signed_headers(SECRET, "e-1", clock.wall().timestamp(), body)
        status, text, _ = await ask(
            site, "POST", f"/hooks/{name}", data=io.BytesIO(body), headers={**signed, **headers}
        )
        return status, json.loads(text)

    assert await send("brain", b'{"a": 1}') == (202, {"id": "e-1", "received": True, "again": False})
    assert await send("brain", b'{"a": 1}') == (202, {"id": "e-1", "received": True, "again": True})
    for name, body, headers, status in (
        ("brain", b'{"a": 1}', {"X-Hotline-Signature": "sm3=00"}, 403),
        ("brain", b'{"a": 1}', {"X-Hotline-Timestamp": "1"}, 403),
        ("far", b'{"a": 1}', {}, 403),
        ("nowhere", b'{"a": 1}', {}, 404),
        ("brain", b"[1]", {}, 422),
        ("brain", b"{", {}, 422),
        ("brain", b" " * 1_100_000, {}, 413),
    ):
        assert (await send(name, body, **headers))[0] == status, (name, body[:10])
    await site.stop()
