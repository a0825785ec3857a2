"""Sessions of legs: who waits for one hears of it at once, and not for ever."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from cti.base.call import Call, CallState, Party
from cti.telephony.sessions import Sessions
from cti.telephony.switch.port import CallSession


def session_of(leg: str) -> CallSession:
    async def hang_up(cause: int = 16) -> None:
        """The leg is over."""

    return cast(
        CallSession, SimpleNamespace(arrival=SimpleNamespace(leg=leg, call="c", party=Party.AGENT), hang_up=hang_up)
    )


def sessions() -> Sessions:
    legs = {"agent": SimpleNamespace(party=Party.AGENT)}
    call = SimpleNamespace(id="c", caller_leg="citizen", legs=legs, outgoing=True, state=CallState.IN_FLOW)
    calls: Any = SimpleNamespace(find=lambda id: call, tell=lambda *_, **__: None)
    return Sessions(calls, cast(Any, None))


async def test_who_meets_a_leg_waits_until_it_is_in_a_session() -> None:
    """After an engine's death a citizen was bridged with an agent whose leg came a moment later: both were lost."""
    here = sessions()
    left = asyncio.Event()

    async def serve(call: Call, session: CallSession) -> None:
        await left.wait()

    here.serve(Party.AGENT, serve)
    meeting = asyncio.create_task(here.arrived("agent", 30))
    await asyncio.sleep(0)
    assert not meeting.done() and not here.has("agent")
    serving = asyncio.create_task(here.run(session_of("agent")))
    assert await meeting
    assert await here.arrived("agent", 0), "it is there already"
    left.set()
    await serving
    assert not await here.arrived("agent", 0.01), "it is gone, and nobody waits for ever"
