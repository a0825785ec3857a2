"""What a dial of the engine's own came to, in whatever order the switch tells it."""

import asyncio

import pytest

from cti.telephony.switch.asterisk import dials
from cti.telephony.switch.asterisk.ami_protocol import AmiMessage
from cti.telephony.switch.asterisk.dials import Dials
from cti.telephony.switch.port import DialResult
from tests.cti.telephony.switch.asterisk.test_translation import message

ACTION, LEG = "a-1", "leg-1"
ANSWERED = {"Response": "Success", "Reason": "4"}
NO_ANSWER = {"Response": "Failure", "Reason": "3"}


def response(said: dict[str, str]) -> AmiMessage:
    return message("Event: OriginateResponse", f"ActionID: {ACTION}", *(f"{key}: {said[key]}" for key in said))


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_an_answer_counts_when_its_leg_is_told_as_answered() -> None:
    """A loaded Asterisk told the answer first: who then put down all legs that still rang put down this one too."""
    known = Dials()
    with known.under_way(ACTION, LEG) as dial:
        asked = asyncio.ensure_future(dial.result(30))
        known.begun(LEG)
        known.answered(response(ANSWERED))
        await turns()
        assert not asked.done()
        known.picked_up(LEG)
        assert await asked is DialResult.ANSWERED


async def test_an_answer_whose_leg_is_gone_at_once_is_one() -> None:
    known = Dials()
    with known.under_way(ACTION, LEG) as dial:
        known.answered(response(ANSWERED))
        asked = asyncio.ensure_future(dial.result(30))
        await turns()
        known.ended(LEG, 16)
        assert await asked is DialResult.ANSWERED


@pytest.mark.parametrize("ended_first", [True, False])
async def test_the_cause_of_a_leg_says_more_than_the_response(*, ended_first: bool) -> None:
    """Also when it is told after it."""
    known = Dials()
    with known.under_way(ACTION, LEG) as dial:
        asked = asyncio.ensure_future(dial.result(30))
        known.begun(LEG)
        for is_end in (ended_first, not ended_first):
            if is_end:
                known.ended(LEG, 21)
            else:
                known.answered(response(NO_ANSWER))
            await turns()
        assert await asked is DialResult.REJECTED


async def test_what_has_no_leg_is_not_waited_for() -> None:
    known = Dials()
    with known.under_way(ACTION, LEG) as dial:
        known.answered(response({"Response": "Failure", "Reason": "0"}))
        assert await asyncio.wait_for(dial.result(30), 1) is DialResult.UNREACHABLE


async def test_a_switch_that_never_tells_the_leg_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dials, "TOLD_SECONDS", 0.01)
    known = Dials()
    with known.under_way(ACTION, LEG) as dial:
        known.answered(response(ANSWERED))
        assert await asyncio.wait_for(dial.result(30), 1) is DialResult.ANSWERED


async def test_a_lost_connection_ends_all_that_wait() -> None:
    known = Dials()
    with known.under_way(ACTION, LEG) as dial:
        asked = asyncio.ensure_future(dial.result(30))
        await turns()
        known.lost()
        assert await asked is DialResult.FAILED
    known.answered(response(ANSWERED))
    known.picked_up(LEG)


async def test_a_switch_that_says_nothing_at_all() -> None:
    known = Dials()
    with known.under_way(ACTION, LEG) as dial:
        assert await dial.result(0.01) is DialResult.FAILED
