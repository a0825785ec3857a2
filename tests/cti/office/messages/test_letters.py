"""Citizens' SMS, templates in the city's words, the log with its costs, and receipts, over the house's own API."""

from __future__ import annotations

import asyncio
import hmac
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from cti.base.numbers.number import Number
from cti.base.refusal import Invalid
from cti.base.settings import MessageSettings
from cti.base.times.business_time import ZONE
from cti.base.visitor import system
from cti.office.identity.people import People
from cti.office.messages import Filled, Messages, Persons, Template, Text, Urgency
from cti.office.messages.citizens import CitizenMessages, SentToCitizen
from cti.office.messages.models import DeliveryRow
from cti.office.messages.opt_outs import OptOutFields, OptOuts
from cti.office.messages.outbox import Outbox
from cti.office.messages.quiet import after_quiet
from cti.office.messages.timeline import SentAbout
from cti.office.timeline.sources import Subject
from cti.store.engine import Store
from tests.cti.office.messages.fake_gateways import FakeGateway
from tests.cti.office.messages.post_office import PostOffice
from tests.cti.office.messages.test_outbox import Scripted, described
from tests.engine_without_switch import engine_without_switch, signed_in
from tests.office import BOSS, office_on, visitor

READY = Template(
    "ticket.ready", "note", "办结", "工单{编号}已办结", "{姓名}您好，工单{编号}已办结", {"编号": "", "姓名": ""}
)
CITIZEN = Number.parse("13800000001")
WHAT = Filled("ticket.ready", {"编号": "1", "姓名": "王芳"})


class Sending:
    """A house that writes to citizens."""

    def __init__(self, office: Any, post: PostOffice, outbox: Outbox) -> None:
        self.office, self.post, self.outbox = office, post, outbox
        post.messages.templates.add(READY)
        self.opt_outs = OptOuts(office)
        self.citizens = CitizenMessages(outbox, post.messages.templates, self.opt_outs, office.clock, MessageSettings())

    async def send(self, number: Number = CITIZEN, **more: Any) -> SentToCitizen:
        given = {"organisation": "city", "region": "320400", "about": "ticket:1", **more}
        async with self.office.store.writing() as session:
            return await self.citizens.send_to_citizen(session, number, WHAT, **given)


@pytest.fixture
async def sending(sqlite_store: Store) -> Any:
    office = await office_on(sqlite_store)
    post = PostOffice(sqlite_store)
    outbox = Outbox(sqlite_store, office.clock, post.bus, lambda *_: Scripted())
    found = Sending(office, post, outbox)
    await outbox.configure({"sms": described()})
    yield found
    await outbox.stop()


async def test_a_citizen_is_written_to_by_template_and_not_too_often(sending: Sending) -> None:
    for _ in range(3):
        assert not (await sending.send()).dropped
    assert "一小时内" in (await sending.send()).dropped
    assert not (await sending.send(about="ticket:2")).dropped
    assert not (await sending.send(sender="王芳")).dropped, "a person may"
    sending.office.clock.advance(3601)
    for _ in range(3):
        assert not (await sending.send()).dropped
    for about in ("ticket:3", "ticket:4", "ticket:5"):
        assert not (await sending.send(about=about)).dropped
    assert "一天内" in (await sending.send(about="ticket:6")).dropped


async def test_who_opted_out_gets_nothing_by_itself(sending: Sending) -> None:
    kept = await sending.opt_outs.create(BOSS, OptOutFields(number="13800000001", reason="来电要求"))
    assert (await sending.send()).dropped == "该号码已退订"
    assert not (await sending.send(sender="王芳")).dropped
    await sending.opt_outs.remove(BOSS, kept.id)
    assert not (await sending.send()).dropped
    with pytest.raises(Invalid, match="no_mobile"):
        await sending.opt_outs.create(BOSS, OptOutFields(number="0519-88880000"))


async def test_what_cannot_be_sent_is_refused(sending: Sending) -> None:
    with pytest.raises(Invalid, match="no_mobile"):
        await sending.send(Number.parse("051988880000"))
    await sending.outbox.configure({})
    with pytest.raises(Invalid, match="no_channel"):
        await sending.send()


async def test_citizens_sleep_and_the_timeline_tells_what_was_sent(sending: Sending) -> None:
    sending.office.clock.advance(14 * 3600)  # 22:00 in the house's time zone
    sent = await sending.send()
    assert (sent.at - sending.office.clock.wall()).total_seconds() == 10 * 3600
    assert (await sending.send(sender="王芳")).at == sending.office.clock.wall()
    about = Subject("ticket", "1", sending.office.clock.wall(), BOSS)
    async with sending.office.store.reading() as session:
        entries = await SentAbout().entries(session, about, None, 10)
        assert [(one.by, one.title) for one in entries] == [("王芳", "短信待发送"), ("系统", "短信待发送")]
        assert entries[0].text == "王芳您好，工单1已办结"
        poor = Subject("ticket", "1", about.made_at, visitor("李", "city", "tickets.see"))
        assert (await SentAbout().entries(session, poor, None, 10))[0].text == "****您好，工单****已办结"
    async with sending.office.store.writing() as session:
        assert await sending.citizens.withdraw(session, "ticket:1") == 2


async def test_what_is_filled_into_a_secret_one_is_seen_by_nobody(sending: Sending) -> None:
    """Staff that may see personal data read a citizen's sign-in code in the log of messages while it was good."""
    sending.post.messages.templates.add(
        Template("code", "note", "验证码", "验证码", "验证码{码}", {"码": ""}, secret=True)
    )
    async with sending.office.store.writing() as session:
        given = {"organisation": "city", "region": "320400", "about": "ticket:1"}
        await sending.citizens.send_to_citizen(session, CITIZEN, Filled("code", {"码": "135790"}), **given)
    async with sending.office.store.reading() as session:
        about = Subject("ticket", "1", sending.office.clock.wall(), BOSS)
        assert [one.text for one in await SentAbout().entries(session, about, None, 10)] == ["验证码****"]
        row = (await session.scalars(select(DeliveryRow))).one()
        assert "135790" in row.text, "the channel sends it"


@pytest.mark.parametrize(
    ("now", "begin", "end", "then"),
    [
        ("12:00", "21:00", "08:00", "12:00"),
        ("22:00", "21:00", "08:00", "+08:00"),
        ("07:59", "21:00", "08:00", "08:00"),
        ("08:00", "21:00", "08:00", "08:00"),
        ("21:00", "21:00", "08:00", "+08:00"),
        ("12:30", "12:00", "14:00", "14:00"),
        ("14:00", "12:00", "14:00", "14:00"),
        ("22:00", "", "", "22:00"),
        ("22:00", "08:00", "08:00", "22:00"),
    ],
)
def test_quiet_hours(now: str, begin: str, end: str, then: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-03-01T{text[-5:]}").replace(tzinfo=ZONE) + timedelta(days=text[0] == "+")

    assert after_quiet(at(now).astimezone(UTC), begin, end) == at(then)


FILE = """\
channels:
  city:
    title: 市短信平台
    carries: sms
    http:
      url: "{url}/send"
      json: {{to: "{{to}}", text: "{{text}}", id: "{{id}}"}}
      success: {{path: code, equals: ["0"], number: data.id}}
    receipts: {{secret: "receipts-secret", number: id, state: state, delivered: [DELIVRD], items: list}}
    price: 0.05
    signature: 【市热线】
  group:
    title: 值班群
    carries: robot
    wecom: "{url}/robot"
"""


async def test_the_whole_way_of_a_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeGateway()
    url = await fake.start()
    (tmp_path / "messages").mkdir(parents=True)
    (tmp_path / "messages" / "channels.yaml").write_text(FILE.format(url=url))
    async with engine_without_switch(tmp_path, monkeypatch) as (house, base), aiohttp.ClientSession() as client:
        admin, agent = await signed_in(base, "admin"), await signed_in(base, "1001")

        async def ask(method: str, path: str, who: dict[str, str] = admin, status: int = 200, **more: Any) -> Any:
            async with client.request(
                method, base + path, headers={**who, **more.pop("headers", {})}, **more
            ) as answer:
                assert answer.status == status, (path, answer.status, await answer.text())
                return await answer.json(content_type=None) if status != 204 else None

        async def letters(state: str) -> list[Any]:
            for _ in range(600):
                found = (await ask("GET", "/api/message_deliveries"))["items"]
                if found and all(one["state"] == state for one in found):
                    return found
                await asyncio.sleep(0.05)
            raise AssertionError(found)

        messages, store = house.services.need(Messages), house.services.need(Store)
        messages.templates.add_kind("note", "工单")
        messages.templates.add(READY)
        for path in ("/api/message_deliveries", "/api/message_templates", "/api/message_channels"):
            await ask("GET", path, agent, 403)
        channels = (await ask("GET", "/api/message_channels"))["items"]
        assert [(one["name"], one["state"]) for one in channels] == [("city", "well"), ("group", "well")]

        # Templates: the city's words count at once, and what is wrong in them is refused.
        found = (await ask("GET", "/api/message_templates"))["items"]
        (shown,) = [one for one in found if one["name"] == READY.name]
        assert (shown["sample"], shown["parts"], shown["changed"]) == ("〔姓名〕您好，工单〔编号〕已办结", 1, False)
        words = {"subject": "已办结", "text": "工单{编号}办好了", "sms": "", "version": 0}
        wrong = await ask("PUT", "/api/message_templates/ticket.ready", status=422, json={**words, "text": "{谁}"})
        assert wrong["field"] == "text"
        changed = await ask("PUT", "/api/message_templates/ticket.ready", json=words)
        assert (changed["changed"], changed["version"]) == (True, 1)
        await ask("PUT", "/api/message_templates/ticket.ready", status=409, json=words)
        own = {"name": "notice.water", "title": "停水", "subject": "停水", "text": "{地点}停水", "sms": ""}
        assert (await ask("POST", "/api/message_templates", status=201, json=own))["own"] is True
        await ask("POST", "/api/message_templates", status=409, json=own)
        await ask("DELETE", "/api/message_templates/notice.water", status=204)
        said = await ask("POST", "/api/message_templates/check", json={"text": "停" * 71})
        assert said["ok"] and "2 条" in said["message"]

        # One is told by SMS as he wants, and the group's robot says what is urgent.
        await ask("PUT", "/api/inbox/contact", agent, json={"mobile": "13900000001", "sms_from": "urgent"})
        person = await house.services.need(People).by_login(system("test"), "1001")
        async with store.writing() as session:
            await messages.tell(session, Persons((person.id,)), Text("note", "停电"), urgency=Urgency.URGENT)
            sent = await house.services.need(CitizenMessages).send_to_citizen(
                session, CITIZEN, WHAT, organisation="city", region="320400", about="ticket:1", sender="王芳"
            )
        fake.answer = (200, {"code": 0, "errcode": 0, "data": {"id": "gw-1"}})
        found = await letters("sent")
        assert {one["recipient"] for one in found} == {"群", person.name, "13800000001"}
        assert "【市热线】工单1办好了" in [one["json"].get("text") for one in fake.asked]
        assert sum(one["cost"] for one in found) == pytest.approx(0.1)

        # Receipts come signed.
        body = f'{{"list": [{{"id": "{sent.delivery}", "state": "DELIVRD"}}]}}'.encode()
        at = str(int(time.time()))
        sign = hmac.new(b"receipts-secret", at.encode() + b"." + body, "sha256").hexdigest()
        path, kind = "/api/message_receipts/city", {"Content-Type": "application/json"}
        for headers in ({}, {"X-Timestamp": at, "X-Signature": "0" * 64}, {"X-Timestamp": "1", "X-Signature": sign}):
            await ask("POST", path, {}, 403, data=body, headers={**kind, **headers})
        await ask("POST", "/api/message_receipts/group", {}, 404, data=body, headers=kind)
        signed = {**kind, "X-Timestamp": at, "X-Signature": sign}
        async with client.post(base + path, data=body, headers=signed) as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
        delivered = (await ask("GET", "/api/message_deliveries?state=delivered"))["items"]
        assert [one["id"] for one in delivered] == [sent.delivery]

        costs = {one["channel"]: one for one in (await ask("GET", "/api/message_costs"))["items"]}
        assert (costs["city"]["delivered"], costs["city"]["sent"], costs["city"]["cost"]) == (1, 1, 0.1)
        again = await ask("POST", f"/api/message_deliveries/{sent.delivery}/resend")
        assert again["text"] == "【市热线】工单1办好了", "signed once"
        async with client.get(f"{base}/api/message_deliveries/export", headers=admin) as answer:
            assert answer.status == 200 and (await answer.read())[:2] == b"PK"

        # A file that is wrong changes nothing and is told.
        await ask("POST", "/api/message_channels/city/test", status=422, json={"to": "12"})
        await ask("POST", "/api/message_channels/group/test", status=204, json={})
        (tmp_path / "messages" / "channels.yaml").write_text("channels: {x: 1}\n")
        for _ in range(600):
            channels = (await ask("GET", "/api/message_channels"))["items"]
            if channels[0]["file_problem"]:
                break
            await asyncio.sleep(0.05)
        assert "channels.yaml:1:" in channels[0]["file_problem"] and len(channels) == 2
    await fake.stop()
