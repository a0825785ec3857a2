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
CITIZEN, OTHER = "13800000091", "13800000092"


async def waiting(api: Api, state: str, number: str = CITIZEN, seconds: float = 30) -> dict[str, Any]:
    """Until he stands on the list so."""
    async with asyncio.timeout(seconds):
        while True:
            for one in (await api.ask("GET", "/api/missed"))["items"]:
                if one["number"].endswith(number[-4:]) and one["state"] == state:
                    return dict(one)
            await asyncio.sleep(0.5)


async def offered(admin: Api, on: bool) -> None:
    """Whether those who are to be called back are offered to agents."""
    sections = (await admin.ask("GET", "/api/settings"))["sections"]
    version = next(one["version"] for one in sections if one["name"] == "missed")
    await admin.ask("PUT", "/api/settings/missed", {"version": version, "values": {"offered": on}})


async def gives_up(hotline: RunningHotline, stack: SipStack, one: Agent, number: str = CITIZEN) -> None:
    """He waits twelve seconds in the queue, and hangs up."""
    await one.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": "rest"})
    async with citizen(hotline, stack, number) as call:
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
            again = await waiting(one.api, "open", seconds=80)
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
            talked = await waiting(one.api, "talked", seconds=40)
            assert (talked["attempts"], talked["called_back"]) == (2, call)
            done = await one.api.ask("POST", f"{path}/done", {"result": "reached", "note": "已解答"})
            assert (done["state"], done["result"]) == ("done", "reached")
        finally:
            await phone.close()


async def test_who_gave_up_is_offered_to_the_agent_who_is_free_next(
    dialling_hotline: RunningHotline, carrier: int
) -> None:
    hotline = dialling_hotline
    async with (
        SipStack("127.0.0.1", carrier) as stack,
        hotline.signed_in("admin") as admin,
        agent(hotline, stack, "1002") as one,
    ):
        phone = await UserAgent.open(stack, OTHER, server=hotline.sip)
        await offered(admin, True)
        try:
            await gives_up(hotline, stack, one, OTHER)
            # Nobody is on duty, so nobody is owed his call yet.
            await waiting(one.api, "open", OTHER)
            await one.ready()
            desk = await one.phone.next_call(20)
            await desk.answered()
            rings = await phone.next_call(20)
            shown = rings.told(CallOffered)
            assert shown is not None and shown.caller == SHOWN
            await rings.answer()
            await hear_each_other(rings, desk)
            mine = await waiting(one.api, "talked", OTHER)
            assert (mine["attempts"], mine["last_result"]) == (1, "answered")
            call = (await one.api.ask("GET", "/api/agent"))["call"]["id"]
            about = (await one.api.ask("GET", f"/api/missed/calls/{call}"))["items"]
            assert [row["id"] for row in about] == [mine["id"]]
            await rings.hang_up()
            done = await one.api.ask("POST", f"/api/missed/{mine['id']}/done", {"result": "reached", "note": "已解答"})
            assert (done["state"], done["attempts"]) == ("done", 1)
        finally:
            await offered(admin, False)
            await phone.close()
