"""Agents with telephones of their own, and citizens who call them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone
from softphone.phones.user_agent import UserAgent
from trials.api import Api
from trials.house import House

PATIENCE = 30.0
"""Seconds in which an agent talks, or is ready again."""


@asynccontextmanager
async def at_work(stack: SipStack, api: Api) -> AsyncIterator[UserAgent]:
    """An agent with a telephone of his own, who takes calls."""
    known = await api.ask("GET", "/api/phone")
    secret = (await api.ask("POST", "/api/phone/secret"))["secret"]
    phone = await UserAgent.open(
        stack, known["endpoint"], server=known["server"], secret=secret, register=True, answer_after=0.3
    )
    await api.ask("PUT", "/api/agent/state", {"state": "ready", "reason": None})
    try:
        yield phone
    finally:
        await api.ask("PUT", "/api/agent/state", {"state": "signed_out", "reason": None})
        await phone.close()


async def talked(stack: SipStack, house: House, agent: UserAgent, api: Api, number: str) -> None:
    """A citizen calls, asks for a human, they talk some seconds, and the agent is ready again."""
    citizen = await UserAgent.open(stack, "citizen", server=house.sip)
    try:
        call = await citizen.call("12345", caller=number)
        await call.answered(timeout=20)
        await asyncio.sleep(0.5)
        await call.press("0")
        mine = await until_talking(agent, api)
        await call.audio.play(tone(440, 1.2))
        await mine.audio.play(tone(600, 1.2))
        await call.hang_up()
        async with asyncio.timeout(PATIENCE):
            while (await api.ask("GET", "/api/agent"))["state"] != "ready":
                await asyncio.sleep(0.1)
    finally:
        await citizen.close()


async def until_talking(agent: UserAgent, api: Api) -> PhoneCall:
    """The agent's side of the talk that begins; TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while (await api.ask("GET", "/api/agent"))["state"] != "talking":
            await asyncio.sleep(0.1)
    return agent.calls[-1]
