"""What citizen and agent say stands in words while they say it: real switch, real telephones, the real recogniser."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE
from tests.integration.spoken import needs_speech, spoken
from tests.running_hotline import Agent, RunningHotline, agent, citizen, skip_greeting, started

pytestmark = [pytest.mark.asterisk, needs_speech]
MATTER = "建设路小学门口的路灯坏了三天了"
ANSWER = "好的，我马上为您登记工单"
UNHEARD = "另外楼下的井盖也坏了"
CARD = "身份证号是三二零一零二一九九零零三零七六五一八"
SLOW = 60.0
"""Recognition lags on a machine that does other things; what is said comes all the same."""


@pytest.fixture
def hotline() -> Iterator[RunningHotline]:
    """One that writes talks down."""
    with tempfile.TemporaryDirectory(prefix="hotline-transcripts-") as folder:
        yield from started(Path(folder), transcripts=True)


async def say(call: PhoneCall, text: str, voice: str = "zf_xiaobei") -> None:
    samples = (spoken(text, voice, RATE) * 32767).astype("<i2").astype(np.float32)
    await call.audio.play(samples)
    await asyncio.sleep(1.5)


async def until(one: Agent, call: str, right: Callable[[Any], bool]) -> Any:
    """What stands in the transcript of the agent's call, once it is as it should be."""
    deadline = time.monotonic() + SLOW
    while True:
        found = await one.api.ask("GET", f"/api/transcripts/calls/{call}")
        if right(found):
            return found
        assert time.monotonic() < deadline, "\n".join([found["state"], *map(str, found["lines"])])
        await asyncio.sleep(0.2)


def words(found: Any, side: str) -> str:
    return "".join(line["text"] for line in found["lines"] if line["side"] == side)


def alike(heard: str, said: str) -> float:
    """How many of the pairs of characters that were said were heard."""
    pairs = {said[at : at + 2] for at in range(len(said) - 1)}
    return sum(1 for one in pairs if one in heard) / len(pairs)


async def test_a_talk_in_words_through_the_death_of_its_engine(hotline: RunningHotline) -> None:
    """Both sides while they speak; the engine dies, the hole is marked, and is filled from the recording later."""
    async with SipStack("127.0.0.1") as stack, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        caller = await people.enter_async_context(citizen(hotline, stack, "13800000091"))
        await skip_greeting(caller)
        desk = await one.phone.next_call(10)
        await desk.answered()
        await one.until("talking")
        id = (await one.api.ask("GET", "/api/agent"))["call"]["id"]
        await say(caller, MATTER)
        found = await until(one, id, lambda it: words(it, "caller"))
        assert alike(words(found, "caller"), MATTER) > 0.6, found
        await say(desk, ANSWER, "zm_yunxi")
        found = await until(one, id, lambda it: words(it, "agent"))
        assert alike(words(found, "agent"), ANSWER) > 0.6, found
        assert words(found, "caller").count("路灯") == 1, "nobody is heard on the other's side"

        asked = {"subject": id, "notes": "", "content": "", "title": ""}
        read = await one.api.ask("POST", "/api/assistant/read", asked)
        account = next(it for it in read["proposals"] if it["field"] == "content")
        assert "路灯" in account["value"] and account["sources"][0]["of"] == "talk", read

        hotline.kill("cti.process.app")
        await say(caller, UNHEARD)
        await asyncio.to_thread(hotline.wait_healthy, SLOW)
        await until(one, id, lambda it: any(line["kind"] == "gap" for line in it["lines"]))
        await say(caller, CARD)
        found = await until(one, id, lambda it: "＊" in words(it, "caller"))
        assert "19900307" not in words(found, "caller")
        await caller.hang_up()
        found = await until(one, id, lambda it: it["state"] == "whole")
        assert alike(words(found, "caller"), UNHEARD) > 0.6, "what nobody heard comes from the recording"
        assert all(len(line["times"]) == len(line["text"]) for line in found["lines"])
        page = await one.api.ask("GET", "/api/transcripts?words=路灯")
        assert [row["call"] for row in page["items"]] == [id]
