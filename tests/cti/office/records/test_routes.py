"""The routes of records over HTTP, and that the usual screen fits them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from openpyxl import Workbook, load_workbook

from cti.base.refusal import Conflict
from cti.office.records import receiving, record_routes
from cti.office.records.describing import record_create, record_list
from cti.office.records.receiving import received
from cti.office.screens import Empty, Filter, Screen, lint
from cti.web import Web
from tests.cti.office.records.conftest import CITY, EAST, LOOKER, WEST
from tests.cti.office.records.trees import Trees
from tests.cti.web.conftest import Browser, GivenSessions

BASE = "/api/trees"


@pytest.fixture
async def browse(trees: Trees) -> AsyncIterator[Browser]:
    sessions = GivenSessions()
    sessions.visitors = {"city": CITY, "east": EAST, "west": WEST, "looker": LOOKER}
    web = Web(sessions)
    web.add(record_routes(trees, BASE))
    await web.start("127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield Browser(client, f"http://127.0.0.1:{web.port}")
    await web.stop()


async def test_a_record_from_the_cradle_to_the_grave(browse: Browser) -> None:
    answer = await browse("POST", BASE, "city", json={"tag": "A1", "kind": "oak"})
    made = await answer.json()
    assert (answer.status, made["version"], made["removed"]) == (201, 1, False)
    one = f"{BASE}/{made['id']}"
    assert (await browse("GET", one, "city")).status == 200
    assert (await browse("PUT", one, "city", json={"tag": "A2", "kind": "oak", "version": 1})).status == 200
    answer = await browse("PUT", one, "city", json={"tag": "A3", "kind": "oak", "version": 1})
    problem = await answer.json()
    assert (answer.status, problem["code"], problem["version"]) == (409, "changed", 2)
    assert problem["changes"][0]["fields"] == ["tag"]
    answer = await browse("PUT", one, "city", json={"tag": "A3", "kind": "oak"})
    assert (answer.status, (await answer.json())["field"]) == (422, "version")
    moments = (await (await browse("GET", f"{one}/changes", "looker")).json())["items"]
    assert [(moment["by"], moment["title"]) for moment in moments] == [("王芳", "修改了牌号"), ("", "创建")]
    for method, path in (("GET", one), ("GET", f"{one}/changes"), ("DELETE", one), ("POST", f"{one}/restore")):
        assert (await browse(method, path, "west")).status == 404
        assert (await browse(method, path)).status == 401
    assert (await browse("DELETE", one, "looker")).status == 403
    answer = await browse("POST", f"{BASE}/bulk/remove", "city", json={"ids": [made["id"], "01NOTHING"]})
    said = await answer.json()
    assert (said["done"], said["failed"]) == (1, [{"id": "01NOTHING", "detail": "树不存在"}])
    answer = await browse("GET", BASE, "city", params={"removed": "true", "sort": "-tag", "kind": "oak"})
    assert [row["tag"] for row in (await answer.json())["items"]] == ["A2"]
    assert (await browse("POST", f"{BASE}/bulk/restore", "city", json={"ids": [made["id"]]})).status == 200
    for wrong in ({"sort": "colour"}, {"colour": "red"}, {"page": "0"}):
        assert (await browse("GET", BASE, "city", params=wrong)).status == 422


def book(*rows: list[Any]) -> bytes:
    made = Workbook()
    page = made.active
    assert page is not None
    for row in rows:
        page.append(row)
    found = io.BytesIO()
    made.save(found)
    return found.getvalue()


async def test_a_sheet_goes_in_as_body_or_as_form_and_comes_out(
    browse: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = load_workbook(io.BytesIO(await (await browse("GET", f"{BASE}/template", "city")).read())).active
    assert template is not None and [cell.value for cell in template[1]][:2] == ["牌号", "树种"]
    sheet = book(["牌号", "树种"], ["A1", "橡树"], ["A2", "松树"])
    answer = await browse("POST", f"{BASE}/import/preview", "city", data=sheet)
    found = await answer.json()
    assert (answer.status, found["good"], found["bad"], found["errors"][0]["row"]) == (200, 1, 1, 3)
    form = aiohttp.FormData()
    form.add_field("file", sheet, filename="树.xlsx", content_type="application/octet-stream")
    answer = await browse("POST", f"{BASE}/import", "city", data=form)
    assert (await answer.json())["added"] == 1
    answer = await browse("GET", f"{BASE}/export", "city", params={"kind": "oak"})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%A0%91")
    page = load_workbook(io.BytesIO(await answer.read())).active
    assert page is not None and page.max_row == 2
    assert (await browse("POST", f"{BASE}/import", "looker", data=sheet)).status == 403
    monkeypatch.setattr(receiving, "SHEET_LIMIT", 100)
    assert (await browse("POST", f"{BASE}/import", "city", data=sheet)).status == 413
    monkeypatch.undo()
    for kind, content in (
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--"),
        ("application/json", b"{}"),
        ("", b""),
    ):
        answer = await browse("POST", f"{BASE}/import", "city", {"Content-Type": kind}, data=content)
        assert answer.status in (400, 422), (kind, content, answer.status)


async def test_the_usual_screen_fits_the_routes(trees: Trees) -> None:
    web = Web(GivenSessions())
    web.add(record_routes(trees, BASE))
    described = record_list(
        Trees,
        BASE,
        columns=("tag", "kind", "number", "updated_at"),
        sorts=("tag", "updated_at"),
        empty=Empty(title="还没有树"),
        filters=(Filter(kind="choice", key="kind", title="树种"),),
    )
    screen = Screen(
        name="trees", title="树", group="work", icon="tree-pine", permission="trees.see", kind="list", list=described,
        create=record_create(Trees, BASE),
    )  # fmt: skip
    assert lint.problems([screen], web.endpoints) == []
    assert [action.name for action in described.row] == ["edit", "remove", "restore"]


async def test_one_file_at_a_time_of_each_person() -> None:
    """Previews of large files ran side by side, as often as somebody pressed the button."""
    other = replace(CITY, person="01other")
    request = make_mocked_request("POST", "/")
    async with asyncio.timeout(5):
        first = received(request, CITY)
        with pytest.raises(Conflict, match="上一个文件") as refused:
            async with first, received(request, other), received(request, CITY):
                pass
        assert refused.value.code == "importing"
        async with received(request, CITY):
            pass
