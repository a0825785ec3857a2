"""200 citizens call within one second and 5 agents serve them: everybody is served or waits his turn, once."""

import asyncio
import itertools
import json
import os
import shutil
import time
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from softphone.phones.sip_stack import SipStack
from tests.free_ports import free_port
from tests.running_hotline import ROOT, Agent, Api, RunningHotline, agent, kinds

pytestmark = pytest.mark.asterisk

CALLS, AGENTS = 200, 5
TALK_SECONDS = 0.5


def sipp() -> str:
    found = os.environ.get("HOTLINE_SIPP") or shutil.which("sipp")
    if not found:
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail("there is no SIPp")
        pytest.skip("there is no SIPp (scripts/test finds or fetches one)")
    return found


async def callers(hotline: RunningHotline, folder: Path) -> tuple[int, str]:
    """All of them; the exit code is 0 when no call failed."""
    numbers = "".join(f"139{index:08d}\n" for index in range(CALLS))
    (folder / "numbers.csv").write_text(f"SEQUENTIAL\n{numbers}")
    process = await asyncio.create_subprocess_exec(
        sipp(), hotline.sip, "-sf", str(ROOT / "scripts/load/hurried_caller.xml"), "-s", "12345",
        "-inf", "numbers.csv", "-i", "127.0.0.1", "-p", str(free_port()), "-mi", "127.0.0.1", "-mp", str(free_port()),
        "-r", str(CALLS), "-m", str(CALLS), "-l", str(CALLS), "-nostdin", "-timeout", "50",
        "-trace_err", "-error_file", "errors.log",
        cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        code = await asyncio.wait_for(process.wait(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    errors = folder / "errors.log"
    return code, errors.read_text()[:2000] if errors.exists() else ""


async def serve(one: Agent) -> None:
    """Take calls, talk shortly, hang up."""
    while True:
        call = await one.phone.next_call(60)
        await call.answered()
        await asyncio.sleep(TALK_SECONDS)
        if not call.is_over:
            await call.hang_up()


async def stories(supervisor: Api) -> list[Any]:
    deadline = time.monotonic() + 15
    while True:
        found = (await supervisor.ask("GET", f"/api/calls?size={CALLS}"))["items"]
        if len(found) == CALLS and all(one["ended_at"] for one in found):
            break
        assert time.monotonic() < deadline, [one for one in found if not one["ended_at"]]
        await asyncio.sleep(0.5)
    whole: list[Any] = []
    for some in (found[at : at + 20] for at in range(0, CALLS, 20)):
        whole += await asyncio.gather(*(supervisor.ask("GET", f"/api/calls/{one['id']}") for one in some))
    return whole


def talks(story: Any) -> list[tuple[str, datetime, datetime]]:
    """Agent, beginning and end of each talk."""
    begun = [one for one in story["events"] if one["type"] == "TalkStarted"]
    ended = [one for one in story["events"] if one["type"] == "TalkEnded"]
    assert len(begun) == len(ended), kinds(story)
    return [
        (first["details"]["agent"], datetime.fromisoformat(first["at"]), datetime.fromisoformat(last["at"]))
        for first, last in zip(begun, ended, strict=True)
    ]


async def test_burst_of_callers_on_few_agents(hotline: RunningHotline, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        phones = await stack.enter_async_context(SipStack("127.0.0.1"))
        supervisor = await stack.enter_async_context(hotline.signed_in("8001"))
        agents = [
            await stack.enter_async_context(agent(hotline, phones, str(1001 + index), answer_after=0.05))
            for index in range(AGENTS)
        ]
        serving = [asyncio.create_task(serve(one)) for one in agents]
        try:
            code, errors = await callers(hotline, tmp_path)
            assert code == 0, errors
            found = await stories(supervisor)
        finally:
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)

        for story in found:
            told = kinds(story)
            assert told.count("CallArrived") == told.count("CallEnded") == 1
            assert told.count("CallQueued") <= 1, told
            assert told.count("TalkStarted") <= 1, "answered twice"
            left_waiting = "CallQueued" in told and "TalkStarted" not in told
            reasons = ("abandoned",) if left_waiting else ("completed", "caller_hung_up")
            assert story["reason"] in reasons, json.dumps(story, ensure_ascii=False)
        # On a slow machine a key can come before the greeting: who pressed in vain was still listening to it.
        assert sum("CallQueued" in kinds(story) for story in found) >= 0.9 * CALLS
        served = [talk for story in found for talk in talks(story)]
        assert len(served) >= 2 * AGENTS
        for number in {who for who, _, _ in served}:
            own = sorted((begun, ended) for who, begun, ended in served if who == number)
            assert all(ended <= begun for (_, ended), (begun, _) in itertools.pairwise(own))
        for one in agents:
            await one.until("ready")
            assert (await one.api.ask("GET", "/api/agent"))["call"] is None
