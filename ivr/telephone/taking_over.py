"""Somebody takes over a caller from a flow: whatever is being said stops, and the flow leads him to that agent."""

from __future__ import annotations

from cti.base.call import Call
from cti.telephony.switch.port import CallSession
from ivr.conversation.port import HumanWanted

TAKEN_BY = "taken_by"
"""Where a call's progress has the number of the agent who takes the caller over, until they talk."""


class TakingOver:
    """Knows the sessions in which flows ask."""

    def __init__(self) -> None:
        self._asking: dict[str, CallSession] = {}

    def asks(self, call: Call, session: CallSession) -> None:
        """A flow says or asks something in this session. HumanWanted when somebody takes the caller over."""
        self._asking[call.id] = session
        self._check(call)

    def asked(self, call: Call) -> None:
        """It has done so. HumanWanted when somebody takes the caller over."""
        self._asking.pop(call.id, None)
        self._check(call)

    @staticmethod
    def _check(call: Call) -> None:
        taken = call.progress.get(TAKEN_BY)
        if taken is not None and not taken["led"]:
            call.progress[TAKEN_BY] = {**taken, "led": True}
            raise HumanWanted

    async def take(self, call: Call, agent: str) -> None:
        """The flow leads him to this agent as soon as it can; at once where it says or asks something."""
        call.progress[TAKEN_BY] = {"agent": agent, "led": False}
        if (session := self._asking.get(call.id)) is not None:
            await session.stop()


def taker_of(call: Call) -> str:
    """The agent who takes the caller over; empty for nobody."""
    return str(call.progress.get(TAKEN_BY, {}).get("agent", ""))
