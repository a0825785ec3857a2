"""Who may do what at the broker, tried on real ones: Mosquitto, and the embedded one in its place."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiomqtt
import pytest

from cti.process.baseline.facts import user_of
from cti.process.broker import (
    EMBEDDED,
    READER,
    USER,
    command,
    covers,
    credentials,
    files_of_mosquitto,
    find_mosquitto,
    may,
    mosquitto_acl,
    mosquitto_password,
    write_for_mosquitto,
)
from cti.process.mqtt import MqttPublisher
from cti.process.own_user import DEFAULT, own_user, restricted
from tests.free_ports import free_port

TOPIC = "hotline/v1/agents/1001"
READERS = {"far-east": ["records/east/#", "records/+/notice/#"]}


class Place:
    """A running broker."""

    def __init__(self, data: Path, port: int, mosquitto: Path | None) -> None:
        self.data, self.port, self._mosquitto = data, port, mosquitto
        self._process: asyncio.subprocess.Process | None = None

    def client(self, user: str, **more: object) -> aiomqtt.Client:
        name, password = credentials(self.data, user)
        more.setdefault("password", password)
        return aiomqtt.Client("127.0.0.1", self.port, username=name, timeout=5, **more)  # type: ignore[arg-type]

    async def start(self) -> None:
        """Until somebody is let in."""
        (self.data / "settings.yaml").write_text(f"broker: {json.dumps({'readers': READERS})}\n", "utf-8")
        words, before = command(self.data, self.port, self._mosquitto, READERS), None
        if self._mosquitto is not None:
            before = restricted(self._mosquitto, own_user(DEFAULT), files_of_mosquitto(self.data), [])
        self._process = await asyncio.create_subprocess_exec(
            *words, stderr=asyncio.subprocess.DEVNULL, preexec_fn=before
        )
        for _ in range(200):
            try:
                async with self.client(USER):
                    return
            except aiomqtt.MqttError:
                await asyncio.sleep(0.05)
        pytest.fail(f"no broker at port {self.port}; it ended with {self._process.returncode}")

    @property
    def is_embedded(self) -> bool:
        """Whether it is the one in Mosquitto's place."""
        return self._mosquitto is None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ended by this signal; returns its code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()

    async def heard(self, topic: str = "hotline/#", *, seconds: float = 0.3, first: bool = False) -> list[bytes]:
        """What a newcomer who listens is told within so many seconds; `first`: no more than one."""
        found = []
        async with self.client(READER) as client:
            await client.subscribe(topic)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    async for message in client.messages:
                        found.append(bytes(message.payload))  # type: ignore[arg-type]
                        if first:
                            break
        return found


@pytest.fixture(params=["mosquitto", "embedded"])
async def place(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    mosquitto = None
    if request.param == "mosquitto" and (mosquitto := find_mosquitto()) is None:
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail("no Mosquitto (HOTLINE_MOSQUITTO)")
        pytest.skip("no Mosquitto: run scripts/test unit, or set HOTLINE_MOSQUITTO")
    found = Place(tmp_path, free_port(), mosquitto)
    try:
        await found.start()
        yield found
    finally:
        await found.stop()


async def test_readers_read_and_only_the_engine_tells(place: Place) -> None:
    """There was one user for all: a subscriber forged an agent's state, which stayed."""
    async with place.client(USER) as engine:
        await engine.publish(TOPIC, b"true", qos=1, retain=True)
        await engine.publish("elsewhere/x", b"not ours", qos=1, retain=True)
    async with place.client(READER) as reader:
        await reader.publish(TOPIC, b"forged", qos=1, retain=True)
        await reader.publish(TOPIC, b"", qos=1, retain=True)
    assert await place.heard() == [b"true"]


async def test_a_mosquitto_that_root_starts_is_not_root(place: Place) -> None:
    """It stayed root, to read files that are ours alone."""
    if (user := own_user(DEFAULT)) is None or place.is_embedded:
        pytest.skip("this one runs as who starts it")
    assert user_of(place.pid) == user.uid


async def test_a_reader_of_the_settings_hears_his_own_part_alone(place: Place) -> None:
    """A county's screen is given a password of its own, and learns nothing of another county's tickets."""
    heard = []
    async with place.client("far-east") as reader, place.client(USER) as engine:
        for topic in ("hotline/v1/records/east/#", "hotline/#", "hotline/v1/records/west/#", TOPIC):
            with suppress(aiomqtt.MqttError):
                await reader.subscribe(topic)
        for organisation, kind in (("west", "ticket"), ("east", "ticket"), ("east", "card")):
            await engine.publish(f"hotline/v1/records/{organisation}/{kind}/1/opened", organisation.encode(), qos=1)
        await engine.publish(TOPIC, b"agent", qos=1)
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                async for message in reader.messages:
                    heard.append(bytes(message.payload))  # type: ignore[arg-type]
    assert b"east" in heard and set(heard) == {b"east"}


def test_what_a_reader_asks_for_lies_within_what_he_may() -> None:
    def asked(topic: str) -> bool:
        return may("far-east", f"hotline/v1/{topic}", publishes=False, readers=READERS)

    assert all(
        map(asked, ("records/east/#", "records/east/ticket/1/opened", "records/+/notice/#", "records/x/notice/1"))
    )
    assert not any(
        map(asked, ("#", "records/#", "records/+/ticket/#", "records/west/ticket/1", "records", "agents/1001"))
    )
    assert not may("far-east", "hotline/v1/records/east/x", publishes=True, readers=READERS)
    assert not may("stranger", "hotline/v1/records/east/x", publishes=False, readers=READERS)
    assert covers("a/+", "a/b") and not covers("a/+", "a") and not covers("a/b", "a/b/c") and not covers("a/+", "a/#")


async def test_a_reader_leaves_no_will(place: Place) -> None:
    """The one broker lets nobody in who has a will that he may not tell, the other does not tell it."""
    will = aiomqtt.Will(TOPIC, b"forged", retain=True)
    with suppress(aiomqtt.MqttError):
        async with place.client(READER, will=will) as reader:
            reader._client._sock_close()  # the connection is lost: now a will is told
    assert await place.heard() == []


async def test_strangers_stay_outside(place: Place) -> None:
    for user, password in ((READER, "wrong"), (READER, ""), (USER, credentials(place.data, READER)[1])):
        with pytest.raises(aiomqtt.MqttError):
            async with place.client(user, password=password):
                pass
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client("127.0.0.1", place.port, timeout=5):
            pass


async def test_readers_hear_our_tree_and_nothing_besides(place: Place) -> None:
    """Who asks for everything is refused (MQTT 3.1.1, 3.9.3), or hears of it what he may."""
    async with place.client(USER) as engine:
        await engine.publish(TOPIC, b"true", qos=1, retain=True)
    assert await place.heard(TOPIC, seconds=5, first=True) == [b"true"]
    for topic in ("#", "+/v1/agents/#", "$SYS/#"):
        assert await place.heard(topic) in ([], [b"true"])


async def test_a_broker_that_was_started_again_knows_the_states(place: Place) -> None:
    """Who came after the broker had died was told nothing of an agent until his state changed."""
    publisher = MqttPublisher("127.0.0.1", place.port, *credentials(place.data))
    publisher.start()
    publisher.take([(TOPIC, {"state": "ready"}, True), ("hotline/v1/calls/1/call_answered", {}, False)])
    assert await place.heard(TOPIC, seconds=5, first=True) == [b'{"state":"ready"}']
    await place.stop(signal.SIGKILL)
    await place.start()
    publisher.take([(TOPIC.replace("1001", "1002"), {"state": "break"}, True)])
    # Whoever comes while states are told anew may hear one twice: as it was kept, and as it is told.
    async with asyncio.timeout(10):
        while (found := set(await place.heard())) != {b'{"state":"ready"}', b'{"state":"break"}'}:
            assert len(found) < 2, found
    await publisher.stop()


async def test_it_listens_on_loopback_and_ends_when_told(place: Place) -> None:
    listening = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    ours = [one[1] for one in listening if one[1].endswith(f":{place.port:04X}") and one[3] == "0A"]
    assert ours == [f"0100007F:{place.port:04X}"]
    assert await place.stop() == 0


def test_a_mosquitto_is_named_or_the_machines_own_and_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "mosquitto"

    def says(text: str) -> None:
        program.write_text(f"#!/bin/sh\necho '{text}'\nexit 3\n", "utf-8")
        program.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path))
    for named in (False, True):
        monkeypatch.setenv("HOTLINE_MOSQUITTO", str(program)) if named else monkeypatch.delenv(
            "HOTLINE_MOSQUITTO", raising=False
        )
        says("mosquitto version 2.0.21")
        assert find_mosquitto() == program
        # It has another password file, and would let nobody in.
        says("mosquitto version 1.6.9")
        assert find_mosquitto() is None
    monkeypatch.setenv("HOTLINE_MOSQUITTO", str(tmp_path / "missing"))
    assert find_mosquitto() is None


def test_what_is_started(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert command(data, 1885, None)[1:] == ["-m", EMBEDDED, str(data), "1885"]
    program, option, file = command(data, 1885, Path("/usr/sbin/mosquitto"))
    assert (program, option) == ("/usr/sbin/mosquitto", "-c")
    lines = Path(file).read_text("ascii").splitlines()
    assert {"listener 1885 127.0.0.1", "allow_anonymous false", "persistence false"} <= set(lines)


def test_mosquitto_has_the_same_rule_and_no_password_in_clear(tmp_path: Path) -> None:
    acl, passwords = write_for_mosquitto(tmp_path)
    assert acl.read_text() == mosquitto_acl()
    assert [path.stat().st_mode & 0o077 for path in (acl, passwords)] == [0, 0]
    assert "user reader\ntopic read hotline/#\n" in mosquitto_acl()
    assert (may(USER, TOPIC, publishes=True), may(READER, TOPIC, publishes=True)) == (True, False)
    assert credentials(tmp_path, READER)[1] != credentials(tmp_path, USER)[1]
    assert not any(credentials(tmp_path, user)[1] in passwords.read_text() for user in (USER, READER))
    assert mosquitto_password("a", "x") != mosquitto_password("a", "x")
