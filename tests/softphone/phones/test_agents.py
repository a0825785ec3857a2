"""Scripted agents on a real Asterisk, with a console of the test's own."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from softphone.phones.agent_desk import AgentDesk
from softphone.phones.agents import AgentPlan, ScriptedAgent, logins
from softphone.phones.audio_line import Capture
from softphone.phones.hearing import SoundBegan, SoundKind, hear_all
from softphone.phones.phone_call import CallRefused
from softphone.phones.phone_events import EndedBy
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import murmur
from softphone.phones.story import Story
from softphone.phones.user_agent import UserAgent
from tests.softphone.phones.conftest import Asterisk
from tests.softphone.phones.fake_console import FakeConsole

COMMAND = (
    "import argparse, sys; from softphone.phones.commands import add_commands; p = argparse.ArgumentParser(); "
    "add_commands(p.add_subparsers()); a = p.parse_args(); sys.exit(a.run(a))"
)


@pytest.fixture
async def console(asterisk: Asterisk) -> AsyncIterator[FakeConsole]:
    running = FakeConsole("1001", asterisk.secret, asterisk.server)
    await running.start()
    yield running
    await running.stop()


def plan(console: FakeConsole, **changed: float) -> AgentPlan:
    seconds = {"talk": 1.5, "answer_after": 0.2, "wrapup": 0.2, **changed}
    return AgentPlan(count=1, url=console.url, data=Path(), server=None, say=murmur(2.0, 210, 7), **seconds)


@contextlib.asynccontextmanager
async def working(console: FakeConsole, stack: SipStack, lines: list[str], **changed: float) -> AsyncIterator[None]:
    desk = AgentDesk(console.url)
    agent = ScriptedAgent(plan(console, **changed), Story(lines.append), desk, "1001", "geheim")
    await agent.plug_in(stack)
    work = asyncio.create_task(agent.work())
    try:
        await console.until("ready")
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await agent.leave()
        await desk.close()


def said(lines: list[str]) -> list[str]:
    return [line.partition(" ")[2] for line in lines]


@pytest.mark.asterisk
async def test_an_agent_answers_talks_hangs_up_and_is_ready_again(
    asterisk: Asterisk, stack: SipStack, console: FakeConsole
) -> None:
    lines: list[str] = []
    citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server)
    async with working(console, stack, lines):
        for _ in range(2):
            call = await citizen.call("1001")
            kept = Capture(call.audio)
            await call.answered(5)
            speaking = asyncio.create_task(call.audio.play(murmur(3.0)))
            assert (await call.ended(10)).ended_by is EndedBy.THERE
            assert await speaking is False
            assert SoundKind.SPEECH in [fact.kind for fact in hear_all(kept.heard) if isinstance(fact, SoundBegan)]
            await console.tell("wrapup")
            await console.until("ready")
    told = said(lines)
    assert told.count("1001 rings: 13800000001") == 2
    assert told.count("1001 hangs up after 1.5 s") == 2
    assert "1001 hears the caller" in told
    assert console.paths()[-3:] == ["POST /api/agent/wrapup/end", "PUT /api/agent/state", "DELETE /api/session"]
    with pytest.raises(CallRefused):
        await (await citizen.call("1001")).answered(5)


@pytest.mark.asterisk
async def test_a_caller_who_gives_up_and_one_who_hangs_up_are_told(
    asterisk: Asterisk, stack: SipStack, console: FakeConsole
) -> None:
    lines: list[str] = []
    citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server)
    async with working(console, stack, lines, answer_after=0.6, talk=20.0):
        call = await citizen.call("1001")
        with contextlib.suppress(TimeoutError):
            await call.answered(0.3)
        await call.hang_up()
        await asyncio.sleep(0.5)
        call = await citizen.call("1001")
        await call.answered(5)
        await asyncio.sleep(0.3)
        await call.hang_up()
        await asyncio.sleep(0.3)
    told = said(lines)
    assert any(line.startswith("1001 missed it") for line in told)
    assert "1001 the other side hung up" in told


@pytest.mark.asterisk
async def test_a_lost_console_and_a_lost_session_are_taken_up_again(
    asterisk: Asterisk, stack: SipStack, console: FakeConsole
) -> None:
    lines: list[str] = []
    async with working(console, stack, lines):
        console.snapshot = {"state": "offline"}
        console.sessions.clear()
        await console.drop_sockets()
        await console.until("ready", timeout=15)
    assert console.paths().count("POST /api/session") == 2
    assert any("tries again" in line for line in lines)


@pytest.mark.asterisk
async def test_a_missed_call_is_no_reason_to_stay_away_but_a_break_is(
    asterisk: Asterisk, stack: SipStack, console: FakeConsole
) -> None:
    lines: list[str] = []
    async with working(console, stack, lines):
        await console.tell("break", reason="ring_no_answer")
        await console.until("ready")
        await console.tell("break", reason="lunch")
        with pytest.raises(TimeoutError):
            await console.until("ready", timeout=0.8)


def test_the_agents_are_those_for_a_first_look() -> None:
    assert logins(2) == ["1001", "1002"]
    for count in (0, 6):
        with pytest.raises(ValueError, match=f"{count} agents asked for"):
            logins(count)


@pytest.mark.asterisk
async def test_the_command_works_until_it_is_stopped_and_then_signs_out(
    asterisk: Asterisk, stack: SipStack, console: FakeConsole, tmp_path: Path
) -> None:
    arguments = ["agents", "1", "--url", console.url, "--talk", "1", "--answer-after", "0.2", "--json"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        COMMAND,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOTLINE_DATA": str(tmp_path), "HOTLINE_DEMO_PASSWORD": "geheim"},
    )
    try:
        await console.until("ready", timeout=20)
        citizen = await UserAgent.open(stack, "13800000001", server=asterisk.server)
        call = await citizen.call("1001")
        await call.answered(5)
        await call.ended(10)
        process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), 15)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    assert err == b""
    assert process.returncode == 130
    told = [json.loads(line)["what"] for line in out.decode().splitlines()]
    assert [what for what in told if what not in ("state", "hears")] == [
        "signed_in",
        "registered",
        "rings",
        "answers",
        "hangs_up",
        "signed_out",
    ]
    assert console.paths()[-1] == "DELETE /api/session"


async def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        COMMAND,
        "agents",
        "1",
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOTLINE_DATA": str(tmp_path), "HOTLINE_DEMO_PASSWORD": "geheim"},
    )
    _, err = await process.communicate()
    assert process.returncode == 2
    assert "start the hotline first" in err.decode()
