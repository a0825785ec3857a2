"""A department's clerk calls the citizen of his task from his mobile: real phones, a real trunk, a killed engine."""

import asyncio
from typing import Any

import pytest

from softphone.phones.phone_call import PhoneCall
from softphone.phones.phone_events import CallOffered
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.integration.conftest import SHOWN
from tests.running_hotline import PASSWORD, Api, RunningHotline, hear_each_other

pytestmark = pytest.mark.asterisk
CITIZEN, OWN = "13800000073", "13900000074"


async def task(admin: Api, leader: Api) -> str:
    """A ticket in the hands of a department, which has a clerk without a phone of the hotline's."""
    unit = {"name": "lamps", "title": "路灯所", "region": "320400", "parent": "city"}
    await admin.ask("POST", "/api/organisations", unit)
    account = {"login": "lampman", "name": "李强", "organisation": "lamps", "roles": ["department"], "agent_no": None}
    await admin.ask("POST", "/api/people", {**account, "password": PASSWORD, "change": False})
    said = {"title": "路灯不亮", "content": "整条路都不亮", "contact": CITIZEN, "type": "complaint"}
    ticket = str((await leader.ask("POST", "/api/tickets", said))["id"])
    await leader.ask("POST", f"/api/tickets/{ticket}/acts/submit", {})
    await leader.ask("POST", f"/api/tickets/{ticket}/acts/dispatch", {"lead": "lamps"})
    return ticket


async def state(clerk: Api, stage: str, seconds: float = 15) -> dict[str, Any]:
    """Wait until the clerk's call is so far."""
    async with asyncio.timeout(seconds):
        while True:
            found: dict[str, Any] = await clerk.ask("GET", "/api/own_phone")
            if found["call"] is not None and found["call"]["stage"] == stage:
                return found
            await asyncio.sleep(0.2)


def sees(call: PhoneCall) -> str:
    """What the telephone shows."""
    offered = call.told(CallOffered)
    assert offered is not None
    return offered.caller


async def trail(api: Api, ticket: str) -> list[dict[str, Any]]:
    """The calls in the ticket's timeline."""
    found: dict[str, Any] = await api.ask("GET", f"/api/tickets/{ticket}/timeline?kinds=call")
    return list(found["items"])


async def test_a_clerk_calls_the_citizen_from_his_mobile(dialling_hotline: RunningHotline, carrier: int) -> None:
    hotline = dialling_hotline
    async with SipStack("127.0.0.1", carrier) as stack, hotline.signed_in("admin") as admin:
        mobile = await UserAgent.open(stack, OWN, server=hotline.sip)
        citizen = await UserAgent.open(stack, CITIZEN, server=hotline.sip)
        async with hotline.signed_in("8001") as leader:
            ticket = await task(admin, leader)
            async with hotline.signed_in("lampman") as clerk:
                await clerk.ask("POST", f"/api/tickets/{ticket}/dial", status=409)
                await confirmed(clerk, mobile)

                ban = await admin.ask("POST", "/api/forbidden", {"pattern": "1380000*", "reason": "本段号码暂停外呼"})
                refused = await clerk.ask("POST", f"/api/tickets/{ticket}/dial", status=403)
                assert "本段号码暂停外呼" in refused["detail"]
                for nobody in (mobile, citizen):
                    with pytest.raises(TimeoutError):
                        await nobody.next_call(1)
                (kept,) = (await admin.ask("GET", f"/api/forbidden/refused?rule={ban['id']}"))["items"]
                assert (kept["name"], kept["number"]) == ("李强", CITIZEN)
                await admin.ask("DELETE", f"/api/forbidden/{ban['id']}")

                await clerk.ask("POST", f"/api/tickets/{ticket}/dial")
                own = await mobile.next_call(10)
                assert sees(own) == SHOWN
                with pytest.raises(TimeoutError):
                    await citizen.next_call(1)
                await own.answer()
                rings = await citizen.next_call(10)
                assert sees(rings) == SHOWN
                await rings.answer()
                await state(clerk, "talking")
                await hear_each_other(rings, own)
                await own.hang_up()
                await rings.ended(10)
                assert (await state(clerk, "over"))["call"]["seconds"] > 1

                await clerk.ask("POST", f"/api/tickets/{ticket}/dial")
                own = await mobile.next_call(10)
                await own.answer()
                await (await citizen.next_call(10)).reject()
                found = (await state(clerk, "over"))["call"]
                assert found["who"] == "citizen" and found["result"] in ("busy", "rejected")
                await own.ended(10)

                await clerk.ask("POST", f"/api/tickets/{ticket}/dial")
                own = await mobile.next_call(10)
                await clerk.ask("POST", "/api/own_phone/call/cancel")
                await own.ended(10)
                await state(clerk, "over")
                await asyncio.sleep(1)
                first, second, third = [one["text"] for one in await trail(clerk, ticket)]
                assert first == "经办人取消了呼叫" and second.startswith("未接通：市民")
                assert third.startswith("通话") and "录音" in third

                await the_engine_dies(hotline, clerk, ticket, mobile, citizen)
            assert (await trail(leader, ticket))[0]["sounds"], "the hotline hears it"
        await mobile.close()
        await citizen.close()


async def confirmed(clerk: Api, mobile: UserAgent) -> None:
    """His mobile rings, and he types what he sees."""
    begun = await clerk.ask("POST", "/api/own_phone/confirm", {"number": OWN})
    call = await mobile.next_call(10)
    await call.answer()
    await asyncio.sleep(1)
    await call.press(begun["confirmation"]["code"])
    await call.ended(10)
    # The number is kept when the call is over: it is told a moment later.
    async with asyncio.timeout(10):
        while (found := await clerk.ask("GET", "/api/own_phone"))["confirmation"]["state"] == "typing":
            await asyncio.sleep(0.1)
    assert found["confirmation"]["state"] == "confirmed" and found["phone"]["number"].endswith("0074")


async def the_engine_dies(
    hotline: RunningHotline, clerk: Api, ticket: str, mobile: UserAgent, citizen: UserAgent
) -> None:
    """While the citizen is rung: he answers, and talks with the clerk who waited."""
    await clerk.ask("POST", f"/api/tickets/{ticket}/dial")
    own = await mobile.next_call(10)
    await own.answer()
    rings = await citizen.next_call(10)
    hotline.kill("cti.process.app")
    await asyncio.sleep(1)
    await rings.answer()
    await asyncio.to_thread(hotline.wait_healthy, 60)
    await state(clerk, "talking", 20)
    await hear_each_other(rings, own)
    await clerk.ask("POST", "/api/own_phone/call/cancel")
    await own.ended(10)
    await rings.ended(10)
    await state(clerk, "over")
