"""Who calls is known before the answer, on the real Asterisk: a black list, a white list, and a citizen's record."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from softphone.phones.phone_call import CallRefused
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.running_hotline import Api, RunningHotline, agent, citizen, kinds, skip_greeting

pytestmark = pytest.mark.asterisk

T = TypeVar("T")
NUISANCE, LISTED, VIP = "13500000001", "13500000002", "13600000003"


async def until(ask: Callable[[], Awaitable[T]], seconds: float = 8) -> T:
    """What is answered once it is something: counts are written a moment later."""
    async with asyncio.timeout(seconds):
        while not (found := await ask()):
            await asyncio.sleep(0.1)
    return found


async def items(api: Api, path: str) -> list[Any]:
    return list((await api.ask("GET", path))["items"])


async def ended_of(api: Api, caller: str) -> Any:
    """The newest call once it is this caller's, and over: one that is refused is written a moment later."""

    async def is_his() -> bool:
        return bool([one for one in await api.newest(1) if one["caller"] == caller])

    await until(is_his)
    (story,) = await api.ended(1)
    return story


async def count(api: Api, citizen: str) -> int:
    return int((await api.ask("GET", f"/api/citizens/{citizen}"))["calls"])


async def test_who_is_on_the_black_list_is_refused_unanswered(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("admin") as admin:
        entry = {"list": "black", "pattern": "1350000000?", "reason": "骚扰"}
        black = await admin.ask("POST", "/api/lists", entry)
        white = await admin.ask("POST", "/api/lists", {"list": "white", "pattern": LISTED, "reason": "企业"})
        phone = await UserAgent.open(stack, "citizen", server=hotline.sip)
        call = await phone.call("12345", caller=NUISANCE)
        with pytest.raises(CallRefused) as refused:
            await call.answered(timeout=5)
        assert refused.value.status is not None and refused.value.status >= 400
        await phone.close()
        story = await ended_of(admin, NUISANCE)
        assert (story["reason"], story["caller"], story["answered_at"]) == ("rejected", NUISANCE, None)
        told = kinds(story)
        assert "CallRefused" in told and "CallAnswered" not in told and told[-1] in ("CallEnded", "LegEnded")
        async with citizen(hotline, stack, LISTED) as let_in:
            await let_in.hang_up()
        await ended_of(admin, LISTED)
        for number, which in ((NUISANCE, "black"), (LISTED, "white")):
            (hit,) = await until(lambda path=f"/api/lists/hits?number={number}": items(admin, path))
            assert (hit["number"], hit["list"]) == (number, which)
        assert (await admin.ask("GET", f"/api/lists/{black['id']}"))["hits"] == 1
        for one in (black, white):
            await admin.ask("DELETE", f"/api/lists/{one['id']}")
        async with citizen(hotline, stack, NUISANCE) as forgiven:
            await forgiven.hang_up()
        story = await ended_of(admin, NUISANCE)
        assert story["reason"] == "caller_hung_up"


async def test_a_citizens_record_is_there_before_the_answer_and_on_the_desk_that_rings(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("admin") as admin:
        said = {"name": "王小明", "numbers": [VIP], "vip": True, "tags": ["老年"], "notes": "耳背，请大声"}
        made = await admin.ask("POST", "/api/citizens", said)
        async with agent(hotline, stack, "1001", answer_after=None) as one, citizen(hotline, stack, VIP) as call:
            await skip_greeting(call)
            ringing = await one.phone.next_call(10)
            desk = await one.api.ask("GET", "/api/agent")
            assert desk["call"]["state"] == "ringing"
            known = desk["call"]["known"]
            assert (known["citizen"], known["name"], known["vip"]) == (made["id"], "王小明", True)
            assert known["notes"] == "耳背，请大声"
            await ringing.answer()
            await ringing.answered()
            record = await one.api.ask("GET", f"/api/citizens/{made['id']}")
            change = {**said, "address": "常州市天宁区", "version": record["version"]}
            await one.api.ask("PUT", f"/api/citizens/{made['id']}", change)
            known = (await one.api.ask("GET", "/api/agent"))["call"]["known"]
            assert known["address"] == "常州市天宁区", "what is found out is on the desk at once"
            await ringing.hang_up()
        story = await ended_of(admin, VIP)
        told = kinds(story)
        assert told.index("CallerRecognised") < told.index("CallAnswered")
        queued = next(one for one in story["events"] if one["type"] == "CallQueued")
        assert queued["details"]["priority"] >= 100, "a VIP goes first"
        calls = await admin.ask("GET", f"/api/citizens/{made['id']}/calls")
        assert [line["id"] for line in calls["items"]] == [story["id"]]
        counted = await until(lambda: count(admin, made["id"]))
        assert counted == 1
        await admin.ask("DELETE", f"/api/citizens/{made['id']}")
