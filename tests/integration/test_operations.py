"""Starting and stopping, wrong settings, a full disk, MQTT, IPv6."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiomqtt
import pytest

from cti.process import broker
from softphone.phones.audio_line import Capture
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone, tone_level
from tests.running_hotline import (
    ROOT,
    RunningHotline,
    agent,
    asterisk,
    citizen,
    hear_each_other,
    kinds,
    skip_greeting,
    started,
)

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def hotline_with_mqtt() -> Iterator[RunningHotline]:
    with tempfile.TemporaryDirectory(prefix="hotline-mqtt-") as folder:
        yield from started(Path(folder), mqtt=True)


@pytest.fixture(scope="module")
def hotline_over_ipv6() -> Iterator[RunningHotline]:
    with tempfile.TemporaryDirectory(prefix="hotline-v6-") as folder:
        yield from started(Path(folder), bind="::1")


def run_with(settings: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "settings.yaml").write_text(settings, "utf-8")
    environment = {**os.environ, "HOTLINE_DATA": str(folder), "HOTLINE_ASTERISK": asterisk()}
    return subprocess.run(
        [sys.executable, "-m", "cti.process.cli", "run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ("switch:\n  sip_port: many\n", "settings.yaml:2:3: switch.sip_port"),
        ("http: {port: 99999}\n", "settings.yaml:1:8: http.port"),
        ("wrong_section: {}\n", "settings.yaml:1:1: wrong_section: no such setting or plugin"),
        ("numbers:\n  '12345': {flow: hotline, colour: red}\n", "settings.yaml:2:28: numbers.12345.colour"),
        ("http: [\n", "settings.yaml:2:1"),
    ],
)
def test_wrong_settings_are_refused_with_file_line_and_reason(tmp_path: Path, settings: str, complaint: str) -> None:
    done = run_with(settings, tmp_path)
    assert done.returncode == 2
    assert complaint in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_second_hotline_on_the_same_data_is_refused(hotline: RunningHotline) -> None:
    environment = {**os.environ, "HOTLINE_DATA": str(hotline.data), "HOTLINE_ASTERISK": asterisk()}
    done = subprocess.run(
        [sys.executable, "-m", "cti.process.cli", "run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "already runs" in done.stderr


async def test_stored_events_are_told_over_mqtt_with_masked_numbers(hotline_with_mqtt: RunningHotline) -> None:
    hotline = hotline_with_mqtt
    user, password = broker.credentials(hotline.data, broker.READER)
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client("127.0.0.1", hotline.ports["mqtt"], username=user, password="wrong", timeout=5):
            pass
    told: list[dict[str, object]] = []
    async with aiomqtt.Client("127.0.0.1", hotline.ports["mqtt"], username=user, password=password) as client:
        await client.subscribe("hotline/v1/#")

        async def collect() -> None:
            async for message in client.messages:
                told.append({"topic": str(message.topic), **json.loads(bytes(message.payload))})

        collecting = asyncio.create_task(collect())
        async with SipStack("127.0.0.1") as stack, agent(hotline, stack, "1001") as one:
            async with citizen(hotline, stack) as call:
                await skip_greeting(call)
                await (await one.phone.next_call(10)).answered()
                await call.hang_up()
            await one.until("ready")
        await asyncio.sleep(1)
        collecting.cancel()
    names = {str(one["event"]) for one in told}
    assert {"call_arrived", "talk_started", "call_ended", "agent_state_changed", "queue_changed"} <= names
    arrived = next(one for one in told if one["event"] == "call_arrived")
    assert str(arrived["topic"]) == f"hotline/v1/calls/{arrived['call']}/call_arrived"
    assert "13800000001" not in json.dumps(told)


async def test_a_call_leaves_no_number_in_clear_and_no_file_that_others_may_read(hotline: RunningHotline) -> None:
    """Recordings were 0644, and the switch's CDR file kept every caller's number in clear for ever."""
    number = "13900004321"
    async with SipStack("127.0.0.1") as stack, agent(hotline, stack, "1001") as one:
        async with citizen(hotline, stack, number) as call:
            await skip_greeting(call)
            await (await one.phone.next_call(10)).answered()
            await asyncio.sleep(1)
            books = hotline.data / "switch" / "log" / "cdr-custom"
            before = time.monotonic()
            await call.hang_up()
            while not any(books.iterdir()) and time.monotonic() < before + 5:
                await asyncio.sleep(0.01)
            written = "".join(path.read_text("utf-8") for path in books.iterdir())
        await one.until("ready")
    assert "aes:" in written and number not in written
    while any(books.iterdir()) and time.monotonic() < before + 20:
        await asyncio.sleep(0.2)
    assert not any(books.iterdir()), "what the engine keeps, the switch's file forgets"
    # Two files are the test's own.
    ours = {hotline.data / "run.log", hotline.data / "settings.yaml"}
    files = [path for path in hotline.data.rglob("*") if path.is_file() and path not in ours]
    assert any(path.suffix == ".wav" and "recordings" in path.parts for path in files)
    assert [str(path) for path in files if path.stat().st_mode & 0o077] == []
    assert [str(path) for path in files if number.encode() in path.read_bytes()] == []


async def test_whole_call_over_ipv6(hotline_over_ipv6: RunningHotline) -> None:
    hotline = hotline_over_ipv6
    async with SipStack("::1") as stack, hotline.signed_in("8001") as supervisor:
        async with agent(hotline, stack, "1001") as one, citizen(hotline, stack) as call:
            await skip_greeting(call)
            taken = await one.phone.next_call(10)
            await taken.answered()
            await asyncio.gather(call.audio.play(tone(700, 2)), taken.audio.play(tone(1100, 2)))
            await taken.hang_up()
            await asyncio.sleep(1)
            await call.press("1")
            await call.ended(15)
        (story,) = await supervisor.ended(1)
        assert story["satisfaction"] == "1"
        assert len(story["recordings"]) == 1


async def test_desk_phone_and_caller_over_ipv6_where_both_families_are_served(hotline: RunningHotline) -> None:
    async with SipStack("::1") as stack, hotline.signed_in("8001") as supervisor:
        async with (
            agent(hotline, stack, "1001", ipv6=True) as one,
            citizen(hotline, stack, "13800000061", ipv6=True) as call,
        ):
            await skip_greeting(call)
            taken = await one.phone.next_call(10)
            await taken.answered()
            heard, agent_heard = Capture(call.audio), Capture(taken.audio)
            await asyncio.gather(call.audio.play(tone(700, 2)), taken.audio.play(tone(1100, 2)))
            assert tone_level(heard.heard, 1100) > -35 and tone_level(agent_heard.heard, 700) > -35
            await taken.hang_up()
            await asyncio.sleep(1)
            await call.press("1")
            await call.ended(15)
        (story,) = await supervisor.ended(1)
        assert (story["caller"], story["satisfaction"], len(story["recordings"])) == ("13800000061", "1", 1)


async def test_disk_full_while_recording_does_not_end_the_talk(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("a small file system can only be mounted as root")
    data = tmp_path / "data"
    live = data / "recordings" / "live"
    live.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(live)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let a small file system be mounted")
    try:
        for hotline in started(data):
            async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
                async with agent(hotline, stack, "1001") as one, citizen(hotline, stack) as call:
                    await skip_greeting(call)
                    taken = await one.phone.next_call(10)
                    await taken.answered()
                    await asyncio.sleep(6)
                    assert not call.is_over and not taken.is_over
                    board = await supervisor.ask("GET", "/api/board")
                    assert "recording_disk" in {alarm["name"] for alarm in board["alarms"]}
                    await taken.hang_up()
                    await asyncio.sleep(1)
                    await call.press("1")
                    await call.ended(15)
                (story,) = await supervisor.ended(1)
                assert story["satisfaction"] == "1"
                assert {"RecordingFinished", "RecordingFailed"} & set(kinds(story))
    finally:
        subprocess.run(["umount", str(live)], check=True)


async def test_supervisor_and_engine_killed_in_a_talk_and_started_again(tmp_path: Path) -> None:
    """The new supervisor started a second switch beside the old one, for ever; the calls lived on unseen."""
    hotline = RunningHotline(tmp_path / "data", mqtt=True)
    hotline.prepare()
    try:
        hotline.start()
        old = {part: hotline.child(part) for part in ("asterisk.conf", "mosquitto.conf", "cti.process.app")}
        async with SipStack("127.0.0.1") as stack:
            async with agent(hotline, stack, "1001") as one, citizen(hotline, stack) as call:
                await skip_greeting(call)
                taken = await one.phone.next_call(10)
                await taken.answered()
                assert hotline.process is not None
                os.kill(hotline.process.pid, signal.SIGKILL)
                os.kill(old["cti.process.app"], signal.SIGKILL)
                hotline.process.wait()
                await asyncio.to_thread(hotline.start)
                await asyncio.sleep(7)
                assert not call.is_over and not taken.is_over
                assert "ended (code" not in (hotline.data / "run.log").read_text("utf-8")
                processes = json.loads((hotline.data / "processes.json").read_text("utf-8"))
                kept = [processes[name]["process"]["pid"] for name in ("switch", "broker")]
                assert kept == [old["asterisk.conf"], old["mosquitto.conf"]]
                await taken.hang_up()
                await asyncio.sleep(1)
                await call.press("1")
                await call.ended(15)
            async with hotline.signed_in("8001") as supervisor:
                (story,) = await supervisor.ended(1)
            assert story["satisfaction"] == "1"
    finally:
        hotline.stop()
    assert not [pid for pid in old.values() if Path(f"/proc/{pid}/exe").exists()]


async def test_two_hotlines_with_a_base_each_take_calls_on_one_machine(tmp_path: Path) -> None:
    """Two hotlines on one machine met on the ports of sessions, control, browsers, MQTT and speech."""
    asterisk()
    first = started(tmp_path / "one", base=31000, mqtt=True)
    second = started(tmp_path / "two", base=32000, mqtt=True)
    for hotline in first:
        for other in second:
            async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
                for at, one in enumerate((hotline, other)):
                    person = await people.enter_async_context(agent(one, stack, "1001"))
                    call = await people.enter_async_context(citizen(one, stack, f"1380000007{at}"))
                    await skip_greeting(call)
                    taken = await person.phone.next_call(10)
                    await taken.answered()
                    await hear_each_other(call, taken)


def test_ctrl_c_stops_everything_that_was_started_and_nothing_else(tmp_path: Path) -> None:
    hotline = RunningHotline(tmp_path / "data")
    hotline.prepare()
    hotline.start()
    children = [hotline.child("cti.process.app"), hotline.child("asterisk.conf")]
    began = time.monotonic()
    hotline.stop()
    assert time.monotonic() - began < 20
    assert not [pid for pid in children if Path(f"/proc/{pid}/cmdline").exists()]
