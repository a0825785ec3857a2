"""Reports by mail, to a real SMTP server with TLS and login: the file goes with it, none is lost while it is away."""

from __future__ import annotations

import asyncio
import datetime as dates
import email
import email.policy
import io
import ipaddress
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from openpyxl import load_workbook
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.events import AlarmRaised
from cti.base.visitor import Visitor
from cti.office.files.models import FileRow
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.messages import Messages
from cti.office.messages.channels.description import ChannelDescription
from cti.office.messages.contacts import Contacts
from cti.office.messages.enclosures import enclosures_of
from cti.office.messages.models import ContactRow, DeliveryRow, InboxRow, MessageRow
from cti.office.messages.outbox import Outbox
from cti.office.messages.sender import WITHOUT_FILE
from cti.store.engine import Store
from tests.cti.office.reports.test_reports import TITLE, House, a_report, house_on
from tests.free_ports import free_ports

MONTH = timedelta(days=31).total_seconds()


def certified(folder: Path) -> tuple[str, ssl.SSLContext]:
    """A server's own certificate, which no known authority knows, and the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = dates.datetime.now(dates.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    pem = made.public_bytes(serialization.Encoding.PEM).decode()
    file = folder / "server.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_text(pem + secret.decode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return pem, context


class MailServer:
    """Takes letters from who says the password over TLS; `answers` are said to recipients before that.

    With `at_once` it encrypts from the first byte (RFC 8314 3.3, port 465), else when it is asked to (STARTTLS).
    """

    def __init__(self, context: ssl.SSLContext, port: int, *, at_once: bool = False) -> None:
        self.context, self.port, self.at_once = context, port, at_once
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, list[str]] = {}
        self.password = b"right"
        self._running: Controller | None = None

    def start(self) -> None:
        later: dict[str, Any] = {"tls_context": self.context, "require_starttls": True, "auth_required": True}
        # The library does not know that it is encrypted where it begins so: who said no password is refused here.
        begun: dict[str, Any] = {"ssl_context": self.context}
        self._running = Controller(
            self, hostname="127.0.0.1", port=self.port, authenticator=self._known, auth_require_tls=not self.at_once,
            data_size_limit=5_000_000, **(begun if self.at_once else later),
        )  # fmt: skip
        self._running.start()

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
        self._running = None

    def _known(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.login == b"hotline" and data.password == self.password, handled=False)

    async def handle_RCPT(  # the server asks for it under this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 Authentication required"
        if answers := self.answers.get(address):
            return answers.pop(0) if len(answers) > 1 or not answers[0].startswith("5") else answers[0]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # likewise
        assert self.at_once or session.ssl is not None
        assert isinstance(envelope.content, bytes)
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"


class Mailing:
    """A house whose reports go by mail."""

    def __init__(self, house: House, server: MailServer, authority: str) -> None:
        self.house, self.server, self.authority = house, server, authority
        self.alarms: list[str] = []
        bus = Bus()
        bus.subscribe(AlarmRaised, lambda event: self.alarms.append(event.text))
        self.outbox = Outbox(house.store, house.clock, bus, enclosures=enclosures_of(house.office))
        self.outbox.on_failed("report", house.sending.not_sent)
        contacts = Contacts(house.store, house.clock, house.identity.audit, self.outbox, ("city", "320400"))
        house.office.need(Messages).carry(contacts.carry)

    async def connect(self, **more: Any) -> None:
        smtp = {
            "host": "127.0.0.1", "port": self.server.port, "security": "starttls", "sender": "hotline@example.cn",
            "user": "hotline", "password": "right", "authority": self.authority, **more,
        }  # fmt: skip
        said = {"title": "邮件", "carries": "mail", "smtp": smtp, "timeout": 5, "give_up": 240}
        await self.outbox.configure({"mail": ChannelDescription.model_validate(said)})

    async def with_mail(self, login: str) -> Visitor:
        person = await self.house.person(login)
        async with self.house.store.writing() as session:
            session.add(
                ContactRow(
                    person=person.person, mail=f"{login}@example.cn", sms_from="off", mail_from="normal",
                    quiet_from="", quiet_until="", updated_at=self.house.clock.wall(),
                )
            )  # fmt: skip
        return person

    async def settle(self) -> None:
        """Until nothing is on its way."""
        still = 0
        async with asyncio.timeout(60):
            while still < 5:
                await asyncio.sleep(0.01)
                still = 0 if any(one.is_looking for one in self.outbox.senders.values()) else still + 1

    async def wait(self, seconds: float, step: float = 30) -> None:
        """In steps, after each of which what is sent arrives."""
        for _ in range(int(seconds // step)):
            self.house.clock.advance(step)
            await self.settle()

    async def month(self) -> None:
        """The next month's morning."""
        self.house.clock.advance(MONTH)
        await self.house.due()
        self.outbox.look()
        await self.settle()

    async def letters(self) -> dict[str, DeliveryRow]:
        async with self.house.store.reading() as session:
            return {one.address: one for one in await session.scalars(select(DeliveryRow).order_by(DeliveryRow.id))}


@pytest.fixture
async def mailing(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Mailing]:
    house = await house_on(sqlite_store)
    authority, context = certified(tmp_path)
    server = MailServer(context, free_ports(1)[0])
    server.start()
    made = Mailing(house, server, authority)
    await made.connect()
    await made.outbox.start()
    yield made
    await made.outbox.stop()
    server.stop()
    house.identity.close()


async def test_the_file_goes_with_the_mail_as_it_is_kept_and_a_greylisting_server_gets_it_later(
    mailing: Mailing,
) -> None:
    house = mailing.house
    author, colleague = await mailing.with_mail("city1"), await mailing.with_mail("city2")
    made = await house.reports.create(author, a_report(every="monthly", mail=True, people=[colleague.person]))
    mailing.server.answers["city2@example.cn"] = ["451 greylisted, come again"]
    await mailing.month()
    assert [one["To"] for one in mailing.server.letters] == ["city1@example.cn"]
    waits = (await mailing.letters())["city2@example.cn"]
    assert (waits.state, waits.tries, waits.last_error) == ("waiting", 1, "451 greylisted, come again")
    await mailing.wait(30)
    letters = {one["To"]: one for one in mailing.server.letters}
    assert {one.state for one in (await mailing.letters()).values()} == {"sent"}
    async with house.store.reading() as session:
        file = (await session.scalars(select(FileRow).where(FileRow.record == made.id))).one()
    kept = await house.office.need(Files).content(file)
    content = b"".join([piece async for piece in pieces_of(kept, house.store.cipher)])
    for letter in letters.values():
        assert letter["Subject"] == f"统计报表：{TITLE}"
        assert "的报表已生成" in letter.get_body().get_content()
        (enclosed,) = letter.iter_attachments()
        assert (enclosed.get_filename(), enclosed.get_content_type()) == (file.name, file.type)
        assert enclosed.get_content() == content
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet.cell(sheet.max_row, 1).value == "合计"


async def test_whoever_does_not_want_files_out_of_the_house_sends_none(mailing: Mailing) -> None:
    author = await mailing.with_mail("city1")
    await mailing.house.reports.create(author, a_report(every="monthly"))
    await mailing.month()
    (letter,) = mailing.server.letters
    assert list(letter.iter_attachments()) == []


async def test_who_made_the_report_hears_of_a_mail_that_is_refused(mailing: Mailing) -> None:
    house = mailing.house
    author, colleague = await mailing.with_mail("city1"), await mailing.with_mail("city2")
    made = await house.reports.create(author, a_report(every="monthly", mail=True, people=[colleague.person]))
    mailing.server.answers["city2@example.cn"] = ["550 no mailbox city2@example.cn here"]
    await mailing.month()
    assert (await mailing.letters())["city2@example.cn"].state == "failed"
    async with house.store.reading() as session:
        wanted = select(MessageRow, InboxRow.person).join(InboxRow, InboxRow.message == MessageRow.id)
        told = [
            (row.title, row.text, row.link, person)
            for row, person in await session.execute(wanted)
            if row.title.startswith("报表邮件未送达")
        ]
    text = "发给city2的邮件没有送达：550 no mailbox 该邮箱 here"
    assert told == [(f"报表邮件未送达：{TITLE}", text, f"/reports/{made.id}", author.person)]


async def test_a_server_that_is_away_or_knows_us_not_gets_it_when_that_is_mended(mailing: Mailing) -> None:
    """A wrong password refused each letter for good."""
    house, server = mailing.house, mailing.server
    author = await mailing.with_mail("city1")
    await house.reports.create(author, a_report(every="monthly", mail=True))
    for wrong, said in (({"password": "wrong"}, "535"), ({"authority": ""}, "证书不可信")):
        await mailing.connect(**wrong)
        await mailing.month()
        letter = (await mailing.letters())["city1@example.cn"]
        assert letter.state == "waiting" and said in letter.last_error
        await mailing.connect()
        before = len(server.letters)
        await mailing.wait(900, step=150)
        assert len(server.letters) == before + 1
    server.stop()
    await mailing.month()
    await mailing.wait(900)
    letter = (await mailing.letters())["city1@example.cn"]
    assert letter.state == "waiting" and letter.tries > 2
    assert any("消息渠道“邮件”连续失败" in one for one in mailing.alarms)
    before = len(server.letters)
    server.start()
    await mailing.wait(7200, step=300)
    assert len(server.letters) == before + 1
    (enclosed,) = server.letters[-1].iter_attachments()
    assert len(enclosed.get_content()) > 1000


async def test_a_file_that_is_away_is_waited_for_and_one_that_is_too_large_is_left_here(
    mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, files = mailing.house, mailing.house.office.need(Files)
    author = await mailing.with_mail("city1")
    await house.reports.create(author, a_report(every="monthly", mail=True))

    async def away(_row: FileRow) -> Path:
        raise OSError("the disk is not mounted")

    monkeypatch.setattr(files, "content", away)
    await mailing.month()
    letter = (await mailing.letters())["city1@example.cn"]
    assert (letter.state, letter.last_error) == ("waiting", "附件暂时不能读取：OSError")
    assert mailing.server.letters == [] and mailing.alarms == [], "the channel is well"
    monkeypatch.undo()
    await mailing.wait(30)
    assert len(list(mailing.server.letters[-1].iter_attachments())) == 1
    monkeypatch.setattr("cti.office.messages.enclosures.MOST_BYTES", 100)
    await mailing.month()
    last = mailing.server.letters[-1]
    assert WITHOUT_FILE in last.get_content() and list(last.iter_attachments()) == []


async def test_a_server_that_encrypts_from_the_first_byte(mailing: Mailing) -> None:
    """Port 465; whoever is told the wrong way to encrypt, or an unknown certificate, is mended and loses no letter."""
    house = mailing.house
    author = await mailing.with_mail("city1")
    await house.reports.create(author, a_report(every="monthly", mail=True))
    server = MailServer(mailing.server.context, free_ports(1)[0], at_once=True)
    server.start()
    try:
        for wrong, said in (
            ({"security": "starttls"}, ""),
            ({"security": "tls", "authority": ""}, "证书不可信"),
            ({"security": "tls", "password": "wrong"}, "535"),
        ):
            await mailing.connect(port=server.port, **wrong)
            await mailing.month()
            letter = (await mailing.letters())["city1@example.cn"]
            assert letter.state == "waiting" and said in letter.last_error
            before = len(server.letters)
            await mailing.connect(port=server.port, security="tls")
            await mailing.wait(900, step=150)
            assert len(server.letters) == before + 1
    finally:
        server.stop()
    (enclosed,) = server.letters[-1].iter_attachments()
    assert load_workbook(io.BytesIO(enclosed.get_content())).active is not None
