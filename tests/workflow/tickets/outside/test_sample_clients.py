"""The sample clients against the running hotline, over real HTTP."""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import urllib.error
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cti.office.sheets import writing
from tests.cti.office.messages.fake_gateways import FakeGateway
from tests.engine_without_switch import engine_without_switch, signed_in
from workflow.tickets.outside.examples.follow_tickets import ask, changes, register
from workflow.tickets.outside.examples.send_event import send
from workflow.tickets.outside.imports import command

SECRET = "a-secret-of-sixteen"
MAPPING = """\
mapping: brain_event
title: 城市大脑事件
fields:
  event: eventId
  change: {of: action, as: {report: new, append: update}}
  title: {of: name, optional: true}
  content: {of: detail, optional: true}
  note: {of: remark, optional: true}
  type: {of: kind, as: {"1": report}, else: other, optional: true}
"""
CONNECTOR = """\
connector: brain
title: 城市大脑
url: %s
verbs: {event_state: {path: "/events/{event}"}}
incoming: {signature: {hmac: %s}, kind: city_event, mapping: brain_event}
"""


OLD = (
    ("原工单编号", "登记时间", "标题", "诉求内容", "联系电话", "答复内容"),
    ("A-1", "2025-03-01 08:30", "小区停水", "停水两天", "13800000002", "已修复"),
    ("A-2", "2025-03-01 08:31", "小区停水", "停水两天", "12", "已修复"),
)


async def until(found: Any, *, seconds: float = 20) -> Any:
    """What `found` answers once it is something."""
    async with asyncio.timeout(seconds):
        while not (answer := await found()):
            await asyncio.sleep(0.1)
    return answer


async def test_a_city_system_and_a_program_use_the_hotline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    brain = FakeGateway()
    data = tmp_path / "data"
    for folder, name, text in (
        ("mappings", "brain_event", MAPPING), ("connectors", "brain", CONNECTOR % (await brain.start(), SECRET)),
    ):  # fmt: skip
        (data / folder).mkdir(parents=True)
        (data / folder / f"{name}.yaml").write_text(text, "utf-8")
    more = (
        f"accounts: {{second_factor: roles}}\nconnectors: {{allowed: true}}\npublic: {{enabled: true, port: {port}}}\n"
    )
    async with engine_without_switch(data, monkeypatch, more=more) as (_, url), aiohttp.ClientSession() as client:
        admin = await signed_in(url, "admin")
        body = {"title": "门户", "scopes": ["tickets.see", "tickets.register", "tickets.import"]}
        async with client.post(f"{url}/api/session/keys", json=body, headers=admin) as response:
            key = (await response.json())["secret"]
        hook = f"http://127.0.0.1:{port}/hooks/brain"
        event = {"eventId": "E-1", "action": "report", "name": "井盖缺失", "detail": "人行道井盖缺失", "kind": "1"}

        async def connected() -> list[Any]:
            async with client.get(f"{url}/api/connectors", headers=admin) as response:
                return [one for one in (await response.json())["items"] if not one["problem"]]

        # A mapping that lay there before the start is published a moment after it; its connector follows.
        await until(connected)
        assert (await asyncio.to_thread(send, hook, SECRET, event, "m-1"))["again"] is False
        assert (await asyncio.to_thread(send, hook, SECRET, event, "m-1"))["again"] is True
        with pytest.raises(SystemExit, match="403"):
            await asyncio.to_thread(send, hook, "another-secret-of-16", event)

        async def told() -> list[Any]:
            return [one["json"] for one in brain.asked]

        (state,) = await until(told)
        assert (state["event"], state["state"], state["stage"]) == ("E-1", "open", "review")
        assert brain.asked[0]["path"] == "/events/E-1"

        request = {"external": "web-1", "title": "路灯不亮", "content": "路灯三天不亮", "contact": "13800000001"}
        made = await asyncio.to_thread(register, url, key, request)
        assert (await asyncio.to_thread(register, url, key, request))["id"] == made["id"]
        with pytest.raises(urllib.error.HTTPError) as refused:
            await asyncio.to_thread(register, url, key, {**request, "external": "web-2", "contact": "12"})
        with refused.value:
            assert (refused.value.code, json.load(refused.value)["field"]) == (422, "contact")
        await asyncio.to_thread(
            ask, url, key, "POST", f"/{made['id']}/additions", {"external": "n-1", "note": "还没修"}
        )

        async def followed() -> list[Any]:
            return (await asyncio.to_thread(changes, url, key, ""))[0]

        (one,) = await until(followed)
        assert (one["external"], one["number"], one["words"]) == ("web-1", made["number"], "已受理")
        table = tmp_path / "旧系统.xlsx"
        table.write_bytes(await writing.write(OLD[0], OLD[1:]))
        said = {"headers": {"Authorization": f"Bearer {key}"}}
        async with aiohttp.ClientSession(url, **said) as session:
            arguments = argparse.Namespace(file=table, mapping="", dry=False)
            assert await command._through(session, arguments) == 1, "a row is wrong"
            found = await command._ask(session, "GET", "/api/tickets?search=A-1")
        assert [(one["number"], one["stage"]) for one in found["items"]] == [("A-1", "archived")]
        assert "联系电话" in capsys.readouterr().out
    await brain.stop()
