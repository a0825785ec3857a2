"""Who is asked, or invited, answers by his phone itself as he does a citizen: by the rule of calls of no queue."""

from __future__ import annotations

import pytest

from cti.base.call import CallState
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import LegAnswered, LegRinging
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.core_house import CoreHouse

DELAY = 2.0


@pytest.mark.parametrize("verb", ["consult", "invite"])
@pytest.mark.parametrize("by_itself", [True, False])
def test_a_colleague_is_on_the_line_without_a_touch_if_the_rule_is_so(verb: str, by_itself: bool) -> None:
    async def story() -> None:
        exchange = ScriptedExchange(LoopClock(), writes_recordings=False)
        exchange.add_phone(ScriptedPhone("1001", "1001", answer_after=0.2))
        exchange.add_phone(ScriptedPhone("1002", "1002", answer_after=None))
        async with CoreHouse(ScriptedSwitch(exchange), {"1001": "1001", "1002": "1002"}) as house:
            asked: list[tuple[str, str]] = []

            def rule(agent: str, queue: str, wished: bool) -> float | None:
                asked.append((agent, queue))
                return DELAY if by_itself and agent == "1002" else None

            house.registrar.rule = rule
            line = exchange.call("13800000001", "12345")
            await house.until(lambda: house.calls.open != () and house.call.state is CallState.TALKING)
            addresses = house.registrar.addresses("1002")
            if verb == "consult":
                await house.consultations.consult(house.call, "1002", addresses)
            else:
                house.conferences.invite(house.call, "1002", addresses[0])
            await house.until(lambda: any(house.call.legs[one.leg].agent == "1002" for one in house.all(LegRinging)))
            rung = next(one for one in house.all(LegRinging) if house.call.legs[one.leg].agent == "1002")
            await house.until(lambda: (house.clock.wall() - rung.at).total_seconds() > DELAY + 1)
            answered = [one for one in house.all(LegAnswered) if one.leg == rung.leg]
            assert bool(answered) == by_itself
            if answered:
                assert (answered[0].at - rung.at).total_seconds() == pytest.approx(DELAY, abs=0.1)
            assert ("1002", "") in asked
            line.hang_up()
            for one in exchange.lines:
                one.hang_up()
            await house.finish()

    run_virtual(story())
