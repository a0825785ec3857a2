"""`hotline flow chat`: a flow in the terminal, on real time."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from cti.base.clock import LoopClock
from cti.base.numbers.number import Number
from cti.office.workshop.library import Overlay
from cti.telephony.switch.port import LegHungUp
from ivr.command_line.house import CommandHouse
from ivr.conversation.port import Facts
from ivr.conversation.terminal import TerminalConversation
from ivr.definition.flow import Flow
from ivr.reach.surroundings import Surroundings
from ivr.running.interpreter import Interpreter


async def talk(here: CommandHouse, flow: Flow) -> int:
    """Chat on standard input and output until the flow or the input ends."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    reader = loop.run_in_executor(None, _read_lines, loop, lines)

    async def read(seconds: float | None) -> str | None:
        return await asyncio.wait_for(lines.get(), seconds)

    async def save(state: dict[str, Any], durable: bool) -> None:
        """Nothing survives the terminal."""

    facts = Facts("terminal", "chat", "city", "320400", Number.parse(None), Number.parse("12345"))
    conversation = TerminalConversation(facts, here.catalogue, read, print)
    surroundings = Surroundings(clock=LoopClock(), calendars=here.calendars)
    try:
        interpreter = Interpreter(Overlay(here.library, flow), conversation, surroundings, save, lambda event: None)
        ending = await interpreter.start(flow.name)
        print(f"(ended {ending.outcome}; Enter leaves)")
    except LegHungUp:
        print("(left)")
    await asyncio.wait({asyncio.ensure_future(reader)}, timeout=0.1)
    return 0


def _read_lines(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str | None]) -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(lines.put_nowait, line)
    loop.call_soon_threadsafe(lines.put_nowait, None)
