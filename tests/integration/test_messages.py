"""Messages on the real switch: what a citizen says after the tone is heard by somebody, also when the engine dies."""

import asyncio
import stat
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone
from tests.running_hotline import RunningHotline, citizen

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def own_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHotline]:
    """One of its own: its flow is another."""
    hotline = RunningHotline(tmp_path_factory.mktemp("messages"))
    hotline.prepare()
    hotline.start()
    yield hotline
    hotline.stop()


FLOW = """\
flow: hotline
title: 留言
start: message
default: over
nodes:
  message: {record: tone/beep, into: message, longest: 30, shortest: 1, next: over, hangup: note}
  note: {set: {left: message.seconds}, next: over}
  over: {end: served}
"""


async def publish(hotline: RunningHotline) -> None:
    """Save the file: it is in effect a moment later."""
    (hotline.data / "flows" / "hotline.yaml").write_text(FLOW, "utf-8")
    async with asyncio.timeout(15):
        while True:
            await asyncio.sleep(0.3)
            index = hotline.data / "flows" / "hotline" / "index.json"
            if "saved hotline.yaml" in index.read_text("utf-8"):
                return


async def missed(hotline: RunningHotline, number: str, seconds: float = 90) -> dict[str, Any]:
    """The work that came of it."""
    async with hotline.signed_in("admin") as admin, asyncio.timeout(seconds):
        while True:
            for one in (await admin.ask("GET", "/api/missed"))["items"]:
                if one["number"].endswith(number[-4:]):
                    return dict(one)
            await asyncio.sleep(0.5)


def sounds(data: Path) -> list[Path]:
    return [path for path in (data / "recordings").rglob("*.wav") if "live" not in path.parts]


async def test_a_message_is_heard_by_somebody(own_hotline: RunningHotline) -> None:
    """It lay in a folder; nothing told of it."""
    hotline = own_hotline
    await publish(hotline)
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        call = await people.enter_async_context(citizen(hotline, stack, "13800000021"))
        await asyncio.sleep(2.5)
        await call.audio.play(tone(700, 3))
        await call.hang_up()
    one = await missed(hotline, "13800000021", 15)
    assert one["reason"] == "voicemail" and one["state"] == "open" and one["seconds"] >= 2
    for path in sounds(hotline.data):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


async def test_a_message_survives_an_engine_that_dies_while_it_is_left(own_hotline: RunningHotline) -> None:
    """The engine was gone between the sound and the row."""
    hotline = own_hotline
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        call = await people.enter_async_context(citizen(hotline, stack, "13800000022"))
        await asyncio.sleep(2.5)
        saying = asyncio.create_task(call.audio.play(tone(700, 3)))
        await asyncio.sleep(1.5)
        hotline.kill("cti.process.app")
        await saying
        await call.hang_up()
        killed = time.monotonic()
    await asyncio.to_thread(hotline.wait_healthy, 60)
    one = await missed(hotline, "13800000022")
    print(f"found after {time.monotonic() - killed:.0f} s")
    assert one["reason"] == "voicemail" and one["seconds"] >= 2
