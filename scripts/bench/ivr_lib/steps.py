"""Node steps a second of the interpreter: states kept, events told, keys answered at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cti.base.clock import LoopClock
from cti.base.events import CallEvent
from cti.base.files import documents
from cti.base.numbers.number import Number
from ivr.conversation.port import Facts, Heard, Listening
from ivr.definition import reading
from ivr.definition.flow import Flow
from ivr.reach.surroundings import Limits, Surroundings
from ivr.running.interpreter import Interpreter, beginning
from ivr.speech.spoken_pieces import Piece

FLOW = """
flow: bench
start: greet
default: over
variables: {round: 0, rounds: 1000}
nodes:
  greet: {say: greeting, next: choose}
  choose: {menu: menu/main, keys: {"1": count, "2-9": over}, timeout: over, invalid: over}
  count: {set: {round: round + 1}, next: open}
  open: {hours: office, open: more, closed: more}
  more:
    when: [{if: round >= rounds, next: over}, {if: "caller.number == ''", next: over}]
    else: number
  number: {collect: ticket/enter, into: typed, length: 4, check: all_digits(value), next: greet}
  over: {end: done}
"""
NODES_A_ROUND = 6


@dataclass(frozen=True, slots=True)
class Speed:
    """Node steps and the processor's seconds they took."""

    steps: int
    seconds: float

    @property
    def a_second(self) -> float:
        """Steps a second."""
        return self.steps / self.seconds


class Immediate:
    """A conversation that costs nothing: what is measured is ours."""

    facts = Facts("01JD0000000000000000000000", "phone", "city", "320400", Number.parse("13800000001"),
                  Number.parse("12345"))  # fmt: skip

    async def say(self, pieces: Sequence[Piece], *, interrupt: bool = True) -> bool:
        """Says nothing."""
        return True

    async def hear(self, pieces: Sequence[Piece], listening: Listening) -> Heard:
        """Answers at once."""
        return Heard("1" if listening.longest == 1 else "1234")


class OneFlow:
    """The flow that is measured."""

    def __init__(self) -> None:
        self.flow = reading.flow_of(documents.parse(FLOW, "bench.yaml"), 1)

    def current(self, name: str) -> Flow:
        """The only one."""
        return self.flow

    def latest(self, name: str) -> Flow:
        """See `Flows`."""
        return self.current(name)

    def revision(self, name: str, revision: int) -> Flow:
        """The only one."""
        return self.flow


async def _run(rounds: int) -> Speed:
    saves = events = 0

    async def save(state: dict[str, Any], durable: bool) -> None:
        nonlocal saves
        saves += 1

    def tell(event: CallEvent) -> None:
        nonlocal events
        events += 1

    flows = OneFlow()
    surroundings = Surroundings(clock=LoopClock(), limits=Limits(steps=10**9))
    interpreter = Interpreter(flows, Immediate(), surroundings, save, tell)  # type: ignore[arg-type]  # only what is used
    state = beginning(flows.flow, {"rounds": rounds})
    begin = time.process_time()
    await interpreter.run(state)
    seconds = time.process_time() - begin
    # Two events a node, and the keys of the menu and of the number.
    assert events >= saves * 2
    return Speed(saves, seconds)


def measure(rounds: int) -> Speed:
    """Walk `rounds` times through six nodes."""
    return asyncio.run(_run(rounds))
