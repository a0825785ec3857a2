"""Letters out of the house: by files' descriptions, again and again, past what does not work, not in quiet hours."""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.breaker import FAILURES
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.files.documents import parse
from cti.office.identity.audit.trail import Audit
from cti.office.messages import Persons, Text, Urgency, commands
from cti.office.messages.channels.description import ChannelDescription, checked
from cti.office.messages.channels.http_gateway import HttpGateway
from cti.office.messages.channels.port import Accepted, Carries, ChannelFails, ChannelRefuses, Letter
from cti.office.messages.channels.smtp import SmtpChannel
from cti.office.messages.contacts import Contact, Contacts
from cti.office.messages.deliveries import Posting, State
from cti.office.messages.models import DeliveryRow
from cti.office.messages.outbox import Outbox
from cti.office.messages.receipts import Receipt, Receipts
from cti.office.messages.sms_parts import Size, size_of
from cti.office.messages.templates import Said
from tests.cti.office.messages.fake_gateways import FakeGateway, FakeMailServer
from tests.cti.office.messages.post_office import PostOffice, visitor

SAID = Said("note", "停电", "明天停电", "【测试】明天停电")
LETTER = Letter("01A", "13800000001", "停电", "明天停电 & <8点>")


def described(**values: Any) -> ChannelDescription:
    given = {"title": "短信", "carries": "sms", "http": {"url": "http://127.0.0.1:9/", "json": {}}}
    return ChannelDescription.model_validate({**given, **values})


class Scripted:
    """A channel that does as it is told: `fails` letters fail, `hangs` waits for ever."""

    def __init__(self, fails: int = 0, refuses: str = "", *, hangs: bool = False) -> None:
        self.fails, self.refuses, self.hangs = fails, refuses, hangs
        self.sent: list[Letter] = []
        self.tries = 0

    async def send(self, letter: Letter) -> Accepted:
        self.tries += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.refuses:
            raise ChannelRefuses(self.refuses)
        if self.fails:
            self.fails -= 1
            raise ChannelFails("no answer")
        self.sent.append(letter)
        return Accepted(f"gw-{len(self.sent)}")

    async def close(self) -> None:
        pass


class Post:
    """An outbox with scripted channels."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office
        self.channels: dict[str, Scripted] = {}
        self.outbox = Outbox(office.store, office.clock, office.bus, lambda one, _: self.channels[one.title])

    async def open(self, **channels: Scripted) -> None:
        """Channels by name, each with `sms`, or what its name begins with."""
        self.channels = channels
        kinds = {name: name.split("_")[0] for name in channels}
        robot = {"http": None, "wecom": "https://robot.example/"}
        await self.outbox.configure({
            name: described(
                title=name, carries=kinds[name], price=0.05, signature="【市】" if kinds[name] == "sms" else "",
                **(robot if kinds[name] == "robot" else {}),
            )
            for name in channels
        })  # fmt: skip
        await self.outbox.start()

    async def post(self, count: int = 1, carries: Carries = Carries.SMS, **more: Any) -> list[str]:
        async with self.office.store.writing() as session:
            posting = Posting(carries, "+8613800000001", SAID, "city", "320400", **more)
            return [await self.outbox.post(session, posting) for _ in range(count)]

    async def settle(self) -> None:
        """Until every channel that does not hang waits for something to happen."""
        still = 0
        while still < 3:
            await asyncio.sleep(0.002)
            senders = [one for name, one in self.outbox.senders.items() if not self.channels[name].hangs]
            still = 0 if any(one._lookout.is_looking for one in senders) else still + 1
        if any(channel.hangs for channel in self.channels.values()):
            await asyncio.sleep(0.1)

    async def wait(self, seconds: float, step: float = 15) -> None:
        for _ in range(int(seconds // step)):
            self.office.clock.advance(step)
            await self.settle()

    async def rows(self) -> list[DeliveryRow]:
        async with self.office.store.reading() as session:
            return list(await session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)))

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]


@pytest.fixture
async def post(office: PostOffice) -> AsyncIterator[Post]:
    found = Post(office)
    yield found
    await found.outbox.stop()


@pytest.fixture
async def each_post(each_office: PostOffice) -> AsyncIterator[Post]:
    found = Post(each_office)
    yield found
    await found.outbox.stop()


# ── the outbox ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_letter_leaves_after_its_transaction_and_what_it_cost_is_kept(each_post: Post) -> None:
    post = each_post
    await post.open(sms=(channel := Scripted()))
    with pytest.raises(RuntimeError):
        async with post.office.store.writing() as session:
            await post.outbox.post(session, Posting(Carries.SMS, "+8613800000001", SAID, "city", "320400"))
            raise RuntimeError("changed my mind")
    await post.settle()
    assert channel.sent == []
    await post.post()
    await post.settle()
    (row,) = await post.rows()
    assert (row.state, row.gateway_number, row.parts, row.cost, row.tries) == ("sent", "gw-1", 1, 50, 1)
    assert channel.sent[0].text == "【市】【测试】明天停电" and channel.sent[0].id == row.id


async def test_one_that_fails_is_tried_again_later_each_time_and_given_up(post: Post) -> None:
    await post.open(sms=(channel := Scripted(fails=2)))
    await post.post()
    await post.settle()
    assert await post.states() == ["waiting"]
    await post.wait(15)
    assert channel.tries == 2
    await post.wait(15)
    assert channel.tries == 2, "twice as long"
    await post.wait(15)
    assert await post.states() == ["sent"]
    channel.fails = 10**6
    await post.post()
    await post.settle()
    await post.wait(30 * 3600, 3600)
    (_, row) = await post.rows()
    assert (row.state, row.last_error) == ("failed", "no answer")


async def test_what_is_refused_is_not_tried_again(post: Post) -> None:
    await post.open(sms=Scripted(refuses="blacklisted"))
    await post.post()
    await post.settle()
    (row,) = await post.rows()
    assert (row.state, row.tries, row.last_error) == ("failed", 1, "blacklisted")
    assert not post.outbox.senders["sms"].breaker.is_open, "it answers: nothing is wrong with the channel"


async def test_a_channel_that_never_answers_holds_up_no_other(post: Post) -> None:
    await post.open(sms=Scripted(hangs=True), mail=(mail := Scripted()))
    await post.post(20)
    await post.post(1, Carries.MAIL)
    await post.settle()
    assert len(mail.sent) == 1


async def test_another_channel_takes_over_and_an_alarm_tells_it(post: Post) -> None:
    await post.open(sms=(first := Scripted(fails=10**6)), sms_other=(other := Scripted()))
    await post.post(FAILURES + 3)
    await post.settle()
    await post.wait(15)
    assert len(other.sent) == FAILURES + 3
    raised = [one for one in post.office.events if isinstance(one, AlarmRaised)]
    assert [one.name for one in raised] == ["message_channel:sms"]
    await post.post()
    await post.settle()
    assert first.tries == FAILURES + 3, "new letters go where it works"
    first.fails = 0
    await post.post(1, channel="sms")
    await post.wait(45)
    assert [one.name for one in post.office.events if isinstance(one, AlarmCleared)] == ["message_channel:sms"]


async def test_a_channel_that_does_not_work_is_tried_with_one_letter(post: Post) -> None:
    await post.open(sms=(channel := Scripted(fails=10**6)))
    await post.post(10)
    await post.settle()
    assert channel.tries == 10
    await post.wait(15)
    assert channel.tries == 10, "left alone"
    await post.wait(30)
    assert channel.tries == 11
    channel.fails = 0
    await post.wait(480, 60)
    assert await post.states() == ["sent"] * 10


async def test_urgent_letters_go_first_and_so_many_a_second(post: Post) -> None:
    channel = Scripted()
    await post.open(sms=channel)
    await post.outbox.configure({"sms": described(title="sms", at_once=1, per_second=0.1)})
    await post.post(2)
    await post.settle()
    (urgent,) = await post.post(1, urgent=True)
    await post.settle()
    assert len(channel.sent) == 1
    await post.wait(15)
    assert [one.id for one in channel.sent][1:] == [urgent]


async def test_a_letter_that_an_engine_died_over_is_sent_by_the_next(post: Post) -> None:
    await post.open(sms=Scripted(hangs=True))
    (id,) = await post.post()
    await post.settle()
    assert await post.states() == ["sending"]
    await post.outbox.stop()
    later = Post(post.office)
    await later.open(sms=(channel := Scripted()))
    await later.wait(90)
    assert [one.id for one in channel.sent] == [id]
    await later.outbox.stop()


async def test_without_a_channel_nothing_is_posted_and_a_channel_that_is_gone_leaves_its_letters(post: Post) -> None:
    await post.open(mail=Scripted())
    assert await post.post() == [""]
    await post.open(sms=Scripted(hangs=True))
    await post.post()
    await post.open(sms_new=(channel := Scripted()))
    await post.wait(90)
    assert len(channel.sent) == 1


async def test_thousands_of_letters_go_in_slices(post: Post) -> None:
    """Each batch is a short transaction: what a call writes comes between."""
    await post.open(sms=(channel := Scripted()))
    await post.outbox.configure({"sms": described(title="sms", at_once=50, per_second=1000)})
    await post.post(1000)
    for _ in range(40):
        async with asyncio.timeout(2), post.office.store.writing():
            pass
        await post.wait(15)
        if len(channel.sent) == 1000:
            break
    assert len(channel.sent) == 1000 == len({one.id for one in channel.sent})


# ── receipts ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_receipts_end_a_letter_once(post: Post) -> None:
    await post.open(sms=Scripted())
    await post.post(3)
    await post.settle()
    receipts = Receipts(post.outbox, post.office.store, post.office.clock)
    rule = described(receipts={"secret": "12345678", "delivered": ["DELIVRD", 0]}).receipts
    assert rule is not None
    first, second, third = await post.rows()
    assert await receipts.take("sms", rule, Receipt(first.gateway_number, "DELIVRD"))
    assert not await receipts.take("sms", rule, Receipt(first.gateway_number, "EXPIRED")), "it has ended"
    assert await receipts.take("sms", rule, Receipt(second.id, "EXPIRED"))
    assert not await receipts.take("other", rule, Receipt(third.gateway_number, "0"))
    assert await receipts.take("sms", rule, Receipt(third.gateway_number, "0"))
    assert await post.states() == [State.DELIVERED, State.FAILED, State.DELIVERED]


# ── by whom people are told ──────────────────────────────────────────────────────────────────────────────────────


async def test_people_are_told_as_they_want_and_not_in_their_quiet_hours(each_post: Post) -> None:
    post, office = each_post, each_post.office
    await post.open(sms=(sms := Scripted()), mail=(mail := Scripted()), robot=(robot := Scripted()))
    contacts = Contacts(office.store, office.clock, Audit(office.store, office.clock), post.outbox, ("city", "320400"))
    office.messages.carry(contacts.carry)
    await contacts._audit.begin()
    ann, bob = (replace(visitor(login), session="s") for login in ("ann", "bob"))
    # The virtual clock begins at 8:00 in the house's time zone.
    await contacts.set(ann, Contact("13800000001", "ann@example.cn", "urgent", "normal", "07:00", "09:00"))
    await contacts.set(bob, Contact(sms_from="off"))
    assert (await contacts.of(ann)).mobile == "13800000001"

    async def tell(urgency: Urgency) -> None:
        async with office.store.writing() as session:
            await office.messages.tell(session, Persons(("ann", "bob")), Text("note", "停电", "八点"), urgency=urgency)
        await post.settle()

    await tell(Urgency.QUIET)
    await tell(Urgency.NORMAL)
    assert (sms.sent, mail.sent, robot.sent) == ([], [], []), "what can wait waits"
    await tell(Urgency.URGENT)
    assert [one.text for one in sms.sent] == ["【市】停电：八点"] and len(mail.sent) == 1
    assert [one.subject for one in robot.sent] == ["停电"], "the group hears urgent ones"
    await post.wait(3600, 1800)
    assert len(mail.sent) == 2


# ── channels over the wire ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[FakeGateway, str]]:
    found = FakeGateway()
    yield found, await found.start()
    await found.stop()


async def given(described: ChannelDescription, office: PostOffice, letter: Letter = LETTER) -> Accepted:
    channel = HttpGateway(described, office.clock)
    try:
        return await channel.send(letter)
    finally:
        await channel.close()


async def test_a_gateway_is_spoken_to_as_its_file_says(office: PostOffice, gateway: tuple[FakeGateway, str]) -> None:
    fake, url = gateway
    http = {
        "url": f"{url}/send?u={{secret:account}}&to={{to}}&t={{text}}",
        "headers": {"X-Sign": "{sign}"},
        "json": {"mobiles": ["{to}"], "content": "{text}", "stamp": "{stamp}"},
        "computed": {"sign": {"digest": "md5", "of": "{secret:account}{stamp}", "form": "HEX"}},
        "success": {"path": "code", "equals": ["0"], "number": "data.id", "again": ["9"]},
    }
    one = described(http=http, secrets={"account": "hot line"})
    assert await given(one, office) == Accepted("gw-1")
    asked = fake.asked[0]
    assert asked["query"] == {"u": "hot line", "to": "13800000001", "t": "明天停电 & <8点>"}
    assert asked["json"] == {"mobiles": ["13800000001"], "content": LETTER.text, "stamp": "20260101080000"}
    sign = hashlib.md5(b"hot line20260101080000", usedforsecurity=False).hexdigest().upper()
    assert asked["headers"]["X-Sign"] == sign
    for answer, error in (
        ((200, {"code": 7}), ChannelRefuses),
        ((200, {"code": 9}), ChannelFails),
        ((200, "busy"), ChannelRefuses),
        ((403, {}), ChannelRefuses),
        ((503, {}), ChannelFails),
        ((302, {}), ChannelRefuses),
    ):
        fake.answer = answer
        with pytest.raises(error):
            await given(one, office)
    fake.answer = None
    with pytest.raises(ChannelFails, match="没有应答"):
        await given(one.model_copy(update={"timeout": 0.1}), office)


async def test_forms_and_bodies_go_in_the_gateways_charset(
    office: PostOffice, gateway: tuple[FakeGateway, str]
) -> None:
    fake, url = gateway
    fake.answer = (200, "<r>0,msg-7</r>")
    rule = {"pattern": r"<r>0,(?P<number>[\w-]+)</r>"}
    form = {"url": url, "form": {"c": "{text}"}, "encoding": "gbk", "success": rule}
    assert (await given(described(http=form), office)).number == "msg-7"
    assert fake.asked[-1]["raw"].startswith(b"c=%C3%F7%CC%EC")
    body = {"url": url, "body": "<m>{text}</m>", "content_type": "text/xml", "encoding": "gbk", "success": rule}
    await given(described(http=body), office)
    assert fake.asked[-1]["raw"].decode("gbk") == "<m>明天停电 &amp; &lt;8点&gt;</m>"


async def test_robots_of_the_two_houses(office: PostOffice, gateway: tuple[FakeGateway, str]) -> None:
    fake, url = gateway
    fake.answer = (200, {"errcode": 0})
    wecom = described(carries="robot", http=None, wecom=f"{url}/wecom?key=k")
    await given(wecom, office)
    assert fake.asked[-1]["json"] == {"msgtype": "text", "text": {"content": f"停电\n{LETTER.text}"}}
    ding = described(carries="robot", http=None, dingtalk={"url": f"{url}/ding?access_token=t", "secret": "SEC1"})
    await given(ding, office)
    query = fake.asked[-1]["query"]
    signed = hmac.digest(b"SEC1", f"{query['timestamp']}\nSEC1".encode(), "sha256")
    assert base64.b64decode(query["sign"]) == signed
    fake.answer = (200, {"errcode": 310000, "errmsg": "sign not match"})
    with pytest.raises(ChannelRefuses, match="310000"):
        await given(ding, office)


async def test_mail_says_that_no_machine_should_answer(office: PostOffice) -> None:
    server = FakeMailServer()
    port = await server.start()
    smtp = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "hotline@example.cn", "name": "热线"}
    channel = SmtpChannel(described(carries="mail", http=None, smtp=smtp, timeout=5), office.clock)
    letter = Letter("01A", "ann@example.cn", "停电\r\nBcc: all@example.cn", "明天八点")
    await channel.send(letter)
    (mail,) = server.letters
    assert (
        mail["Auto-Submitted"] == "auto-generated" and mail["Message-ID"] == "<01A@example.cn>" and mail["Bcc"] is None
    )
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes) and payload.decode() == "明天八点\r\n"
    for said, error in (("550 no such user", ChannelRefuses), ("451 later", ChannelFails)):
        server.refuse = said
        with pytest.raises(error, match=said.split()[0]):
            await channel.send(letter)
    await server.stop()
    with pytest.raises(ChannelFails):
        await channel.send(letter)
    await channel.close()


# ── files and sizes ──────────────────────────────────────────────────────────────────────────────────────────────

FILE = """\
channels:
  city:
    title: 短信
    carries: sms
    http:
      url: "http://sms.example/send"
      json: {to: "{to}", text: "{text}", k: "{secret:key}"}
    secrets: {key: abc}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("carries: sms", "carries: pigeon", "channels.yaml:4:"),
        ("title: 短信\n", "title: 短信\n    colour: red\n", "channels.yaml:4:"),
        ("{secret:key}", "{secret:other}", "there is no secret other"),
        ("{secret:key}", "{unknown}", "there is no value unknown"),
        ('text: "{text}", ', "", "an SMS without {text}"),
        ("http://sms.example/send", "sms.example", "channels.yaml:6:"),
        ("    http:", "    wecom: https://x.example/\n    http:", "exactly one of"),
        ("    secrets:", "    receipts: {secret: '12345678', sign: token}\n    secrets:", "a token alone"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FILE
    _, problems = checked(parse(FILE.replace(old, new), "channels.yaml"), tmp_path)
    assert any(said in str(one) for one in problems if one.severity == "error"), problems


def test_what_is_doubtful_is_said_and_counts(tmp_path: Path) -> None:
    found, problems = checked(parse(FILE, "channels.yaml"), tmp_path)
    assert list(found) == ["city"] and {one.severity for one in problems} == {"warning"} and len(problems) == 2
    assert checked(parse("", "channels.yaml"), tmp_path) == ({}, [])


def test_the_command_says_what_is_wrong_before_a_file_is_put_in_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path))
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers())

    def run(*words: str) -> int:
        parsed = parser.parse_args(["messages", *words])
        return int(parsed.run(parsed))

    file = tmp_path / "new.yaml"
    file.write_text(FILE)
    assert run("lint", str(file)) == 0
    assert "1 channels, 0 errors, 2 warnings" in capsys.readouterr().err
    file.write_text(FILE.replace("{secret:key}", "{secret:other}"))
    assert run("lint", str(file)) == 1
    assert "new.yaml:7:" in capsys.readouterr().out
    assert run("lint") == 1, "there is none in its place"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", Size(0, 1)), ("a" * 160, Size(160, 1)), ("a" * 161, Size(161, 2)), ("a" * 307, Size(307, 3)),
        ("{" * 80, Size(160, 1)), ("市" * 70, Size(70, 1)), ("市" * 71, Size(71, 2)), ("市" * 135, Size(135, 3)),
        ("😀" * 35, Size(70, 1)),
    ],
)  # fmt: skip
def test_parts_of_an_sms(text: str, size: Size) -> None:
    assert size_of(text) == size
