"""What a flow hands to the agent, and an agent who sends the caller back into a flow, on the real switch."""

import asyncio
import time
from typing import Any

import pytest

from softphone.phones.sip_stack import SipStack
from tests.running_hotline import Agent, RunningHotline, agent, citizen

pytestmark = pytest.mark.asterisk

ASKING = """\
flow: asking
start: number
default: human
nodes:
  number: {collect: ticket/enter, into: typed, length: 6, next: human, timeout: human, invalid: human}
  human: {queue: general, data: {工单号: typed, 来电: caller.number}, next: bye, else: bye}
  bye: {end: served}
variables: {typed: ""}
"""
PROVING = """\
flow: proving
title: 身份核验
start: code
default: done
results: {code: text}
variables: {code: ""}
nodes:
  code: {collect: ticket/enter, into: code, length: 4, next: proved, timeout: done, invalid: done}
  proved: {end: proved, results: {code: code}}
  done: {end: given_up}
"""


async def until(agent: Agent, key: str) -> Any:
    """The agent's call once it has something under `key`."""
    deadline = time.monotonic() + 15
    while True:
        call = (await agent.api.ask("GET", "/api/agent"))["call"]
        if call is not None and call[key]:
            return call[key]
        assert time.monotonic() < deadline, call
        await asyncio.sleep(0.1)


async def test_told_to_the_agent_and_back_from_a_flow(hotline: RunningHotline) -> None:
    async with hotline.signed_in("admin") as admin:
        for name, text in (("asking", ASKING), ("proving", PROVING)):
            await admin.ask("POST", f"/api/flows/{name}/publish", {"text": text, "message": "试"})
        await admin.route("asking")
        try:
            async with (
                SipStack("127.0.0.1") as stack,
                agent(hotline, stack, "1001") as someone,
                citizen(hotline, stack, "13800000061") as call,
            ):
                await call.press("123456")
                told = await until(someone, "told")
                assert told == [
                    {"title": "工单号", "value": "123456"},
                    {"title": "来电", "value": "13800000061"},
                ]
                await someone.until("talking")
                await someone.api.ask("POST", "/api/agent/call/to_flow", {"to": "proving"})
                await asyncio.sleep(1)
                await call.press("4321")
                returned = await until(someone, "returned")
                assert (returned["title"], returned["outcome"]) == ("身份核验", "proved")
                assert returned["results"] == [{"title": "code", "value": "4321"}]
                assert (await someone.api.ask("GET", "/api/agent"))["call"]["state"] == "talking"
        finally:
            await admin.route("")
