"""A citizen gives up waiting, and is called back: a real switch, real phones, a real trunk, an agent's clicks."""

import asyncio
from typing import Any

import pytest

from softphone.phones.phone_events import CallOffered
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.integration.conftest import SHOWN
from tests.running_hotline import Agent, Api, RunningHotline, agent, citizen, hear_each_other, skip_greeting

pytestmark = pytest.mark.asterisk
CITIZEN = "13800000091"


async def waiting(api: Api, state: str, seconds: float = 30) -> dict[str, Any]:
    """Until he stands on the list so."""
    async with asyncio.timeout(seconds):
        while True:
            for one in (await api.ask("GET", "/api/missed"))["items"]:
                if one["number"].endswith(CITIZEN[-4:]) and one["state"] == state:
                    return dict(one)
            await asyncio.sleep(0.5)


async def gives_up(hotline: RunningHotline, stack: SipStack, one: Agent) -> None:
    """He waits twelve seconds in the queue, and hangs up."""
    await one.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": "rest"})
    async with citizen(hotline, stack, CITIZEN) as call:
        await skip_greeting(call)
        await asyncio.sleep(14)
        await call.hang_up()


async def test_who_gave_up_is_called_until_he_answers(dialling_hotline: RunningHotline, carrier: int) -> None:
    hotline = dialling_hotline
    async with SipStack("127.0.0.1", carrier) as stack, agent(hotline, stack, "1001") as one:
        phone = await UserAgent.open(stack, CITIZEN, server=hotline.sip)
        try:
            await gives_up(hotline, stack, one)
            await waiting(one.api, "open")
            found = await one.api.ask("POST", "/api/missed/next")
            assert (found["state"], found["reason"], found["attempts"]) == ("taken", "abandoned", 0)
            path = f"/api/missed/{found['id']}"
            # He does not answer: the item is there again, at its time.
            await one.api.ask("POST", f"{path}/dial")
            await one.api.ask("POST", f"{path}/dial", status=409)
            await one.phone.next_call(20)
            rings = await phone.next_call(20)
            offered = rings.told(CallOffered)
            assert offered is not None and offered.caller == SHOWN
            again = await waiting(one.api, "open", 80)
            assert (again["attempts"], again["last_result"], again["taken_name"]) == (1, "no_answer", "")
            assert again["due_at"] > again["dialled_at"]
            await one.api.ask("POST", "/api/missed/next", status=404)
            # Somebody who knows that he is there now calls all the same; the engine dies while they talk.
            await one.until("break", 20)
            await one.api.ask("POST", f"{path}/take")
            call = (await one.api.ask("POST", f"{path}/dial"))["call"]
            desk = await one.phone.next_call(20)
            rings = await phone.next_call(20)
            await rings.answer()
            await hear_each_other(rings, desk)
            hotline.kill("cti.process.app")
            await asyncio.to_thread(hotline.wait_healthy, 60)
            assert (await one.api.ask("GET", path))["state"] == "dialling", "they talk on"
            await rings.hang_up()
            talked = await waiting(one.api, "talked", 40)
            assert (talked["attempts"], talked["called_back"]) == (2, call)
            done = await one.api.ask("POST", f"{path}/done", {"result": "reached", "note": "已解答"})
            assert (done["state"], done["result"]) == ("done", "reached")
        finally:
            await phone.close()
