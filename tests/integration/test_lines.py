"""Numbers and trunks that are changed on their pages are so on the real Asterisk at once, and are tried from there."""

from __future__ import annotations

import asyncio

import pytest

from softphone.phones.phone_call import CallRefused
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from tests.running_hotline import Api, RunningHotline
from tests.sip_carrier import Carrier

pytestmark = pytest.mark.asterisk


async def came_by(admin: Api) -> str:
    """The trunk of the newest call."""
    (newest,) = await admin.newest(1)
    story = await admin.ask("GET", f"/api/calls/{newest['id']}")
    return next(str(one["details"]["trunk"]) for one in story["events"] if one["type"] == "CallArrived")


async def test_numbers_and_trunks_are_changed_without_a_restart(hotline: RunningHotline) -> None:
    """Both were read when the engine and the switch started, and at no other time."""
    carrier = await Carrier.open(486)
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("admin") as admin:
        phone = await UserAgent.open(stack, "citizen", server=hotline.sip)

        async def answered(number: str) -> bool:
            call = await phone.call(number, caller="13800000077")
            try:
                await call.answered(timeout=4)
            except CallRefused:
                return False
            await call.hang_up()
            return True

        async def until(wanted: bool, number: str) -> None:
            async with asyncio.timeout(20):
                while await answered(number) is not wanted:
                    await asyncio.sleep(0.5)

        assert not await answered("12319"), "not yet a number of ours"
        number = await admin.ask("POST", "/api/lines/numbers", {"number": "12319", "flow": "hotline"})
        assert await answered("12319")
        await admin.ask("DELETE", f"/api/lines/numbers/{number['id']}")
        assert not await answered("12319")

        (first,) = (await admin.ask("GET", "/api/lines/trunks"))["items"]
        assert (first["name"], first["origin"], first["state"]) == ("carrier", "file", "incoming")
        elsewhere = {"name": "carrier", "peers": ["192.0.2.1"], "host": "", "version": first["version"]}
        await admin.ask("PUT", f"/api/lines/trunks/{first['id']}", elsewhere)
        await until(False, "12345")
        said = {"name": "second", "peers": ["127.0.0.1"], "host": "127.0.0.1", "port": carrier.port}
        second = await admin.ask("POST", "/api/lines/trunks", said)
        await until(True, "12345")
        async with asyncio.timeout(10):
            while (await came_by(admin)) != "second":
                await asyncio.sleep(0.2)

        one = f"/api/lines/trunks/{second['id']}"
        assert (await admin.ask("GET", one))["in_use"] == "0 / 30"
        tried = await admin.ask("POST", f"{one}/test", {"number": "13900000009"})
        assert tried["result"] == "busy" and "线路正常" in tried["words"]
        shown = await admin.ask("GET", one)
        assert (shown["state"], shown["in_use"]) == ("up", "0 / 30")

        await admin.ask("DELETE", one)
        again = await admin.ask("GET", f"/api/lines/trunks/{first['id']}")
        back = {**elsewhere, "peers": first["peers"], "version": again["version"]}
        await admin.ask("PUT", f"/api/lines/trunks/{first['id']}", back)
        await until(True, "12345")
        await phone.close()
    carrier.close()
