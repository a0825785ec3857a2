"""What somebody is told comes to his telephone: sealed for his browser, by a service that the house allows, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import msgspec
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import select

from cti.base.clock import VirtualClock
from cti.base.refusal import Conflict, Invalid
from cti.base.settings import MessageSettings
from cti.office.messages.push.devices import PushDevices, is_allowed
from cti.office.messages.push.letters import Pushes
from cti.office.messages.push.models import PushDeviceRow, PushLetterRow
from cti.office.messages.push.sealing import packed, sealed, unpacked
from cti.office.messages.service import Told
from cti.office.messages.templates import Said
from cti.office.messages.urgency import Urgency
from cti.office.records import Office
from cti.store.engine import Store
from tests.office import office_on, visitor

LI, WANG = (replace(visitor(one, "city"), session="s") for one in ("li", "wang"))


def test_the_sealing_is_the_documents_own() -> None:
    """RFC 8291, appendix A."""
    private = int.from_bytes(unpacked("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", 32), "big")
    key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    body = sealed(
        b"When I grow up, I want to be a watermelon", unpacked(key, 65), unpacked("BTBZMqHH6r4Tts7J_aSIgg", 16),
        ec.derive_private_key(private, ec.SECP256R1()), unpacked("DGv6ra1nlYgDCS1FRnbzlw", 16),
    )  # fmt: skip
    assert packed(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK"
        "6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_to_services_that_are_named_and_by_tls() -> None:
    services = ["*.push.apple.com", "fcm.googleapis.com"]
    assert is_allowed("https://web.push.apple.com/Q1", services)
    assert is_allowed("https://fcm.googleapis.com/fcm/send/1", services)
    for refused in (
        "https://push.apple.com.evil.example/1", "https://evilpush.apple.com.cn/", "http://fcm.googleapis.com/1",
        "https://127.0.0.1/1", "https://fcm.googleapis.com@evil.example/1", "ftp://fcm.googleapis.com/", "",
    ):  # fmt: skip
        assert not is_allowed(refused, services), refused


@dataclass
class Phone:
    """A browser, and its push service."""

    port: int = 0
    own: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"s" * 16
    status: int = 201
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/push/1"

    @property
    def key(self) -> str:
        numbers = self.own.public_key().public_numbers()
        return packed(b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big"))

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)

    def read(self, body: bytes) -> dict[str, str]:
        """As a browser opens it, written apart from ours."""
        salt, public = body[:16], body[21:86]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        info = b"WebPush: info\0" + unpacked(self.key, 65) + public
        material = HKDF(SHA256(), 32, self.secret, info).derive(self.own.exchange(ec.ECDH(), theirs))
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        plain = AESGCM(key).decrypt(nonce, body[86:], None)
        assert plain.endswith(b"\x02")
        return msgspec.json.decode(plain[:-1], type=dict[str, str])


@dataclass
class Pushed:
    """The house's side."""

    store: Store
    clock: VirtualClock
    devices: PushDevices
    pushes: Pushes
    phone: Phone

    async def add(self) -> None:
        await self.devices.add(LI, self.phone.endpoint, self.phone.key, packed(self.phone.secret))

    async def tell(self, title: str, urgency: Urgency = Urgency.NORMAL, id: str = "m1") -> None:
        said = Said("ticket", title, "", "")
        told = Told(id, said, "/tickets/1", urgency, "", self.clock.wall(), (LI.person, WANG.person))
        async with self.store.writing() as session:
            await self.pushes.carry(session, told)
        await self.pushes._look()

    async def count(self, table: type[PushDeviceRow] | type[PushLetterRow]) -> int:
        async with self.store.reading() as session:
            return len((await session.scalars(select(table))).all())


@asynccontextmanager
async def open_pushed(store: Store) -> AsyncIterator[Pushed]:
    async with open_pushed_on(await office_on(store)) as found:
        yield found


@asynccontextmanager
async def open_pushed_on(office: Office) -> AsyncIterator[Pushed]:
    store, phone = office.store, Phone()
    app = web.Application()
    app.router.add_post("/push/1", phone.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    phone.port = runner.addresses[0][1]
    devices = PushDevices(store, office.clock, office.audit)
    pushes = Pushes(store, office.clock, devices)
    pushes.take_settings(MessageSettings(push_services=["127.0.0.1"], push_contact="mailto:it@example.cn"))
    assert isinstance(office.clock, VirtualClock)
    try:
        yield Pushed(store, office.clock, devices, pushes, phone)
    finally:
        await pushes.stop()
        await runner.cleanup()


@pytest.fixture
async def pushed(sqlite_store: Store) -> AsyncIterator[Pushed]:
    async with open_pushed(sqlite_store) as found:
        yield found


async def test_what_he_is_told_comes_sealed_and_signed_and_is_kept_nowhere(store: Store) -> None:
    async with open_pushed(store) as pushed:
        await pushed.add()
        await pushed.tell("工单待签收", Urgency.URGENT)
        ((headers, body),) = pushed.phone.came
        assert pushed.phone.read(body) == {"title": "工单待签收", "link": "/tickets/1", "tag": "m1"}
        assert (headers["Content-Encoding"], headers["Urgency"], headers["TTL"]) == ("aes128gcm", "high", "43200")
        token, _, key = headers["Authorization"].removeprefix("vapid t=").partition(", k=")
        point = unpacked(key, 65)
        jwk = {"kty": "EC", "crv": "P-256", "x": packed(point[1:33]), "y": packed(point[33:])}
        claims = jwt.decode(token, ECKey.import_key(jwk)).claims  # type: ignore[arg-type] # a dict of strings
        assert claims["aud"] == f"http://127.0.0.1:{pushed.phone.port}" and claims["sub"] == "mailto:it@example.cn"
        assert await pushed.count(PushLetterRow) == 0


async def test_what_is_quiet_stays_in_the_inbox_and_without_services_nothing_leaves(pushed: Pushed) -> None:
    await pushed.add()
    await pushed.tell("知识更新", Urgency.QUIET)
    pushed.devices.services = ()
    await pushed.tell("工单待签收")
    assert pushed.phone.came == [] and await pushed.count(PushLetterRow) == 0
    with pytest.raises(Conflict, match="没有开通手机推送"):
        await pushed.add()


async def test_a_service_that_is_away_is_asked_again_and_a_browser_that_is_gone_is_let_go_of(pushed: Pushed) -> None:
    await pushed.add()
    pushed.phone.status = 503
    await pushed.tell("工单待签收")
    assert await pushed.count(PushLetterRow) == 1
    pushed.clock.advance(6)
    pushed.phone.status = 201
    await pushed.pushes._look()
    assert len(pushed.phone.came) == 2 and await pushed.count(PushLetterRow) == 0
    pushed.phone.status = 410
    await pushed.tell("工单超期", id="m2")
    assert await pushed.count(PushDeviceRow) == 0 and await pushed.count(PushLetterRow) == 0


async def test_a_browser_is_whose_it_was_last_and_nobody_removes_anothers(pushed: Pushed) -> None:
    await pushed.add()
    await pushed.devices.remove(WANG, pushed.phone.endpoint)
    assert await pushed.devices.count(LI) == 1
    await pushed.devices.add(WANG, pushed.phone.endpoint, pushed.phone.key, packed(pushed.phone.secret))
    assert (await pushed.devices.count(LI), await pushed.devices.count(WANG)) == (0, 1)
    for at in range(7):
        await pushed.devices.add(WANG, f"{pushed.phone.endpoint}{at}", pushed.phone.key, packed(pushed.phone.secret))
        pushed.clock.advance(1)
    assert await pushed.devices.count(WANG) == 5, "the oldest go"
    for endpoint, key in (("https://evil.example/1", pushed.phone.key), (pushed.phone.endpoint, "short")):
        with pytest.raises(Invalid):
            await pushed.devices.add(LI, endpoint, key, packed(pushed.phone.secret))
    await pushed.devices.remove(WANG, f"{pushed.phone.endpoint}6")
    assert await pushed.devices.count(WANG) == 4
