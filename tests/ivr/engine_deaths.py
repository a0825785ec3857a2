"""A call through a flow with an engine that dies: the kept state is all that the next one knows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cti.base.clock import run_virtual
from cti.base.events import CallEvent
from cti.base.numbers.number import Number
from cti.base.times.calendars import Calendars
from cti.telephony.switch.port import LegHungUp
from ivr.conversation import script
from ivr.conversation.port import Facts
from ivr.conversation.simulator import SimulatedConversation
from ivr.reach.lookups import Lookups
from ivr.reach.surroundings import Limits, Surroundings, at
from ivr.running.interpreter import Ending, Interpreter, State, beginning
from ivr.running.state import Flows
from ivr.trying.dry_run import ShiftedClock
from tests.ivr.trying import WORDS

CALENDARS = Calendars()


class EngineDied(BaseException):
    """SIGKILL, as far as a test can have it: nothing of ours runs any more."""


@dataclass
class Kept:
    """What is on disk. `die_at` is the number of the save after which the engine dies (before the node begins)."""

    die_at: int = -1
    states: list[State] = field(default_factory=list)
    durable: list[bool] = field(default_factory=list)
    events: list[CallEvent] = field(default_factory=list)

    async def save(self, state: State, durable: bool) -> None:
        # As on disk: nothing of it is shared with the engine.
        self.states.append(json.loads(json.dumps(state)))
        self.durable.append(durable)
        if len(self.states) - 1 == self.die_at:
            raise EngineDied

    def tell(self, event: CallEvent) -> None:
        self.events.append(event)


@dataclass
class Ran:
    """What came of it."""

    ending: Ending | None
    kept: Kept
    conversation: SimulatedConversation

    @property
    def nodes(self) -> list[str]:
        return [state["node"] for state in self.kept.states]


def run(
    flows: Flows,
    name: str,
    do: str = "",
    *,
    state: State | None = None,
    kept: Kept | None = None,
    lookups: Lookups | None = None,
    limits: Limits | None = None,
    wrap: Callable[[SimulatedConversation], Any] = lambda conversation: conversation,
    arguments: Mapping[str, Any] | None = None,
) -> Ran:
    """Run a call in one engine, from its start or from a kept state."""

    async def main() -> Ran:
        clock = ShiftedClock(at("2026-03-03 10:00"))
        facts = Facts("call", "phone", "city", "320400", Number.parse("13800000001"), Number.parse("12345"))
        conversation = SimulatedConversation(facts, script.parse(do), clock, WORDS)
        surroundings = Surroundings(
            clock=clock, calendars=CALENDARS, lookups=lookups or Lookups(), limits=limits or Limits()
        )
        found = kept or Kept()
        interpreter = Interpreter(flows, wrap(conversation), surroundings, found.save, found.tell)
        conversation.caller.begin()
        await asyncio.sleep(0)
        try:
            begun = state if state is not None else beginning(flows.current(name), arguments)
            return Ran(await interpreter.run(begun), found, conversation)
        except (LegHungUp, EngineDied):
            return Ran(None, found, conversation)
        finally:
            await conversation.caller.close()

    return run_virtual(main())
