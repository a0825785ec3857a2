"""What a browser counts of a talk is taken of one's own leg in the browser, and of no other."""

from __future__ import annotations

import pydantic
import pytest

from cti.base.call import CallState
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import LegMeasured
from cti.base.visitor import Visitor
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from softphone.browser_quality import BrowserCounts, BrowserQuality
from tests.core_house import CoreHouse

LOSSY = BrowserCounts(codec="opus", received=900, lost=100, sent=1000, jitter=0.02, far_lost=10, round_trip=0.05)


def agent(number: str | None) -> Visitor:
    return Visitor("p", "p", "p", number, "city", "")


def told(endpoint: str, who: str | None) -> list[LegMeasured]:
    """What is told at the end of a talk at this phone when `who` sent his counts."""

    async def story() -> list[LegMeasured]:
        exchange = ScriptedExchange(LoopClock(), writes_recordings=False)
        exchange.add_phone(ScriptedPhone(endpoint, endpoint, answer_after=0.2))
        async with CoreHouse(ScriptedSwitch(exchange), {"1001": endpoint}) as house:
            line = exchange.call("13800000001", "12345")
            await house.until(lambda: house.calls.open != () and house.call.state is CallState.TALKING)
            quality = BrowserQuality(house.calls)
            await quality.take(agent(who), LOSSY)
            line.hang_up()
            await house.finish()
            # A page that tells it late does no harm.
            await quality.take(agent(who), LOSSY)
            return house.all(LegMeasured)

    return run_virtual(story())


def test_the_last_counts_of_ones_own_browser_are_kept_with_the_call() -> None:
    (one,) = told("1001-web", "1001")
    assert (one.party, one.agent, one.line, one.codec) == ("browser", "1001", "1001-web", "opus")
    assert (one.loss, one.far_loss, one.jitter, one.round_trip) == (0.1, 0.01, 0.02, 0.05)


@pytest.mark.parametrize("who", ["1002", None])
def test_who_has_no_part_in_a_talk_tells_nothing(who: str | None) -> None:
    assert told("1001-web", who) == []


def test_a_talk_at_a_desk_phone_has_no_sound_in_the_browser() -> None:
    assert told("1001", "1001") == []


@pytest.mark.parametrize("wrong", [{"lost": -1}, {"jitter": 1e9}, {"codec": "x y"}, {"codec": "x" * 17}, {"more": 1}])
def test_counts_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(pydantic.ValidationError):
        BrowserCounts.model_validate({"received": 1, "lost": 0, "sent": 1, **wrong})
