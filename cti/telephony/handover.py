"""What an agent does with his talk: hold it, hand the caller over, send him through a flow and get him back.

What comes next is written into the talk before a leg moves: a session of any engine reads it there.
"""

from __future__ import annotations

from cti.base.call import Call, Talk
from cti.base.events import CallTransferred
from cti.base.numbers.number import told_target
from cti.telephony.calls import Calls
from cti.telephony.engagement import guests
from cti.telephony.switch.port import LegHungUp, SwitchUnavailable
from cti.telephony.talk import Talks
from cti.telephony.talk_deciding import Decision


class Handover:
    """The verbs; each raises LookupError when the talk is not in a state for it, SwitchUnavailable."""

    def __init__(self, calls: Calls, talks: Talks) -> None:
        self._calls = calls
        self._talks = talks

    async def transfer(self, call: Call, target: str) -> None:
        """Blind: what comes next is written down, then the agent's leg ends and the caller's session goes there."""
        kind, _, agent = target.partition(":")
        if kind == "agent":
            self.can_take(call, agent)
        talk = self.parting(call)
        talk.then = target
        self._calls.tell(CallTransferred, call, agent=talk.agent, target=told_target(target), kind="blind")
        self._calls.save(call)
        await self._talks.end_agent(call, talk, "transfer")

    async def to_survey(self, call: Call, flow: str) -> None:
        """The talk is over and the caller rates it at once, by this flow: for the books it is no transfer."""
        talk = self.parting(call)
        talk.then = f"flow:{flow}"
        self._calls.save(call)
        await self._talks.end_agent(call, talk, "survey")

    async def to_flow(self, call: Call, flow: str) -> None:
        """Send the caller through a flow while the agent waits; he comes back with the result."""
        talk = self.together(call)
        talk.away, talk.then = "flow", f"flow:{flow}"
        await self.pull_apart(call, talk)
        self._calls.tell(CallTransferred, call, agent=talk.agent, target=f"flow:{flow}", kind="flow")

    async def hold(self, call: Call) -> None:
        """Music for the caller, silence for the agent; for phones that do not do it themselves."""
        talk = self._talks.talking(call)
        if talk.away:
            raise LookupError("away")
        if talk.conference or guests(call):
            raise LookupError("in_conference")
        talk.away = "hold"
        await self.pull_apart(call, talk)

    async def retrieve(self, call: Call) -> None:
        """Caller and agent talk again."""
        talk = self._talks.talking(call)
        if talk.away != "hold":
            raise LookupError("not_held")
        self._talks.decide(call, Decision("connect", talk.leg))

    def together(self, call: Call) -> Talk:
        """The talk of two whose parties are together now; LookupError when there is none."""
        talk = self._talks.talking(call)
        if talk.conference or guests(call):
            raise LookupError("in_conference")
        if talk.away or not call.is_alive(talk.leg):
            raise LookupError("not_talking")
        return talk

    def parting(self, call: Call) -> Talk:
        """The talk of two that its agent can leave: the caller is with him or on hold. LookupError: see `together`."""
        talk = self._talks.talking(call)
        return talk if talk.away == "hold" and call.is_alive(talk.leg) else self.together(call)

    def can_take(self, call: Call, agent: str) -> None:
        """LookupError when this agent has the call himself (`oneself`), or is on the telephone (`engaged`)."""
        if call.talk is not None and call.talk.agent == agent:
            raise LookupError("oneself")
        if self._calls.engagements.on_the_phone(agent) is not None:
            raise LookupError("engaged")

    async def pull_apart(self, call: Call, talk: Talk) -> None:
        """Bring both legs into sessions of their own, where they do what `talk` says; else nothing has changed.

        LookupError when a party has just left, SwitchUnavailable.
        """
        self._calls.save(call)
        try:
            await self._calls.switch.pull(call.caller_leg, talk.leg)
        except (LegHungUp, SwitchUnavailable) as error:
            talk.away = talk.then = talk.consulted = ""
            talk.consulted_outside = False
            self._calls.save(call)
            if isinstance(error, LegHungUp):
                raise LookupError("not_talking") from error
            raise
