"""What the control connection tells late: a session must not be taken for one that is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.base.settings import SwitchSettings
from cti.telephony.switch.asterisk.agi import AgiServer
from cti.telephony.switch.asterisk.ami_protocol import AmiMessage
from cti.telephony.switch.asterisk.control import AsteriskSwitch
from cti.telephony.switch.port import (
    CallSession,
    LegLeft,
    LegTransferred,
    SessionForged,
    SwitchEvent,
    SwitchUnavailable,
)
from cti.telephony.switch.secrets import session_proof
from tests.cti.telephony.switch.asterisk.fake_agi import FakeLeg
from tests.cti.telephony.switch.asterisk.test_translation import message

CALLER, PHONE = "1.1", "1.2"
TRANSFER = message(
    "Event: BlindTransfer", "Result: Success", f"TransfererUniqueid: {PHONE}", f"TransfereeUniqueid: {CALLER}",
    "Extension: 1002",
)  # fmt: skip


class Place:
    """A switch whose sessions end when told so, and the legs that come in."""

    def __init__(self, switch: AsteriskSwitch, address: tuple[str, int]) -> None:
        self.switch = switch
        self._address = address
        self.sessions: asyncio.Queue[CallSession] = asyncio.Queue()
        self.told: list[SwitchEvent] = []

    async def serve(self, session: CallSession) -> None:
        self.sessions.put_nowait(session)
        await asyncio.Event().wait()

    async def leg(self, target: str = "") -> CallSession:
        """The caller's leg in a session, sent to `target` by a phone."""
        lines = ["agi_network: yes", f"agi_uniqueid: {CALLER}", "agi_channel: PJSIP/carrier-1", "agi_arg_1: 01J"]
        lines += ["agi_arg_2: caller", f"agi_arg_6: {target}", "agi_arg_7: Up"]
        lines += [f"agi_arg_9: {session_proof('secret')}", "", ""]
        self.wire = await FakeLeg.call(self._address, "\n".join(lines).encode())
        if target:
            assert await self.wire.command(1) == 'SET VARIABLE HOTLINE_TARGET ""'
            self.wire.send(b"200 result=1\n")
        return await asyncio.wait_for(self.sessions.get(), 2)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    switch = AsteriskSwitch(SwitchSettings(), "secret", tmp_path)
    server = AgiServer(switch._on_connection)
    await server.start([("127.0.0.1", 0)])
    found = Place(switch, server.addresses[0])
    switch._sessions.on_session = found.serve
    switch._on_event = found.told.append
    yield found
    await server.stop()


async def test_whoever_is_not_the_switch_gets_no_session(place: Place) -> None:
    """Any program of this machine could put a call into the books by connecting to the sessions' port."""
    for proof in ("", "agi_arg_9: wrong\n", "agi_arg_9: " + "0" * 64 + "\n"):
        lines = f"agi_network: yes\nagi_uniqueid: 7.7\nagi_channel: PJSIP/carrier-1\nagi_arg_2: caller\n{proof}\n"
        wire = await FakeLeg.call(place._address, lines.encode())
        await asyncio.wait_for(wire.lost.wait(), 2)
    assert place.told == [SessionForged("127.0.0.1")] * 3 and place.sessions.empty()


async def is_left(session: CallSession) -> bool:
    over = session.over
    return over.done() and isinstance(over.result(), LegLeft)


async def test_a_blind_transfer_ends_the_session_that_dialled(place: Place) -> None:
    session = await place.leg()
    place.switch._on_message(message("Event: DialBegin", f"Uniqueid: {CALLER}", f"DestUniqueid: {PHONE}"))
    place.switch._on_message(TRANSFER)
    assert await is_left(session)


async def test_a_transfer_told_late_leaves_the_session_that_it_led_to(place: Place) -> None:
    before = await place.leg()
    place.switch._on_message(message("Event: DialBegin", f"Uniqueid: {CALLER}", f"DestUniqueid: {PHONE}"))
    after = await place.leg("1002")
    assert await is_left(before)
    place.switch._on_message(TRANSFER)
    assert not await is_left(after)
    assert [type(one) for one in place.told].count(LegTransferred) == 1


async def test_a_transfer_told_in_time_is_told_once(place: Place) -> None:
    await place.leg()
    place.switch._on_message(message("Event: DialBegin", f"Uniqueid: {CALLER}", f"DestUniqueid: {PHONE}"))
    place.switch._on_message(TRANSFER)
    after = await place.leg("1002")
    assert not await is_left(after)
    assert [one.target for one in place.told if isinstance(one, LegTransferred)] == ["1002"]


async def test_one_who_is_sent_twice_to_the_same_leaves_twice(place: Place) -> None:
    await place.leg()
    place.switch._on_message(message("Event: DialBegin", f"Uniqueid: {CALLER}", f"DestUniqueid: {PHONE}"))
    again = await place.leg("1002")
    place.switch._on_message(TRANSFER)
    place.switch._on_message(message("Event: Hangup", f"Uniqueid: {PHONE}"))
    place.switch._on_message(message("Event: DialBegin", f"Uniqueid: {CALLER}", f"DestUniqueid: {PHONE}"))
    place.switch._on_message(TRANSFER)
    assert await is_left(again)


@pytest.mark.parametrize(
    ("answer", "exists"),
    [
        (("Response: Success", "Variable: UNIQUEID", f"Value: {CALLER}"), True),
        (("Response: Error", "Message: No such channel"), False),
    ],
)
async def test_a_leg_that_is_gone_exists_no_more_though_somebody_still_listens_to_it(
    place: Place, monkeypatch: pytest.MonkeyPatch, answer: tuple[str, ...], exists: bool
) -> None:
    """The list of channels goes on having it: its call would stay open, and its agent talking, for ever."""
    asked: list[tuple[str, dict[str, str]]] = []

    async def action(name: str, headers: dict[str, str], **_: object) -> AmiMessage:
        asked.append((name, headers))
        return message(*answer)

    monkeypatch.setattr(place.switch._ami, "action", action)
    assert await place.switch._exists(CALLER) is exists
    assert asked == [("Getvar", {"Channel": CALLER, "Variable": "UNIQUEID"})]


async def test_a_switch_that_refuses_to_say_has_not_said_that_a_leg_is_gone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def action(name: str, headers: dict[str, str], **_: object) -> AmiMessage:
        return message("Response: Error", "Message: Permission denied")

    monkeypatch.setattr(place.switch._ami, "action", action)
    with pytest.raises(SwitchUnavailable, match="Permission denied"):
        await place.switch._exists(CALLER)
