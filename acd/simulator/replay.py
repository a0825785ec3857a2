"""Plays a scenario on virtual time and writes down every decision, with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from acd.matching.decisions import Decision
from acd.matching.index import Matcher
from acd.matching.roster import RequestRefused
from acd.matching.work import WorkItem
from acd.settings.schema import AcdSettings, AgentSettings
from acd.simulator.played import PlayedCall
from acd.simulator.scenario import (
    AgentLine,
    CallbackLine,
    CallLine,
    ChatLine,
    ConfigLine,
    HangupLine,
    RestartLine,
    StartLine,
    Step,
    ToCallbackLine,
    WorkLine,
)
from acd.simulator.world import World
from cti.base.clock import EPOCH

IMPLIED = frozenset({"reserved", "ringing", "talking"})
"""Agents' states that an `offered`, `ringing` or `answered` line says already."""

LONGEST = 14400.0
"""A scenario that does not come to rest is ended four hours after its last line."""


class Replay:
    """One scenario being played."""

    def __init__(
        self,
        steps: Iterable[Step],
        write: Callable[[dict[str, Any]], None],
        make_index: Callable[[], Matcher | None] = lambda: None,
        longest: float = LONGEST,
    ) -> None:
        self._longest = longest
        self._steps = list(steps)
        self._write = write
        self._agents: dict[str, AgentSettings] = {}
        first = next((one.line.config for one in self._steps if isinstance(one.line, ConfigLine)), AcdSettings())
        begins = next((one.line.moment() for one in self._steps if isinstance(one.line, StartLine)), EPOCH)
        self.world = World(first, self._decided, start=begins, make_index=make_index)

    def run(self) -> World:
        """Play it to its end."""
        clock = self.world.clock
        for step in self._steps:
            clock.call_later(step.line.at - clock.now(), partial(self._play, step))
        last = max((step.line.at for step in self._steps), default=0.0)
        clock.run_until(last)
        clock.run_until(last + self._longest)
        return self.world

    def _play(self, step: Step) -> None:
        line, world = step.line, self.world
        if world.is_down and not isinstance(line, HangupLine):
            world.when_up(partial(self._play, step))
        elif isinstance(line, ConfigLine):
            world.configure(line.config)
        elif isinstance(line, AgentLine):
            self._agent(line)
        elif isinstance(line, WorkLine):
            self._work(line)
        elif isinstance(line, HangupLine):
            world.hang_up(line.hangup)
        elif isinstance(line, ToCallbackLine):
            call = world.calls.get(line.to_callback)
            if call is not None and call.is_waiting and call.item.caller:
                call.gone = True
                world.owe_callback(call)
        elif isinstance(line, RestartLine):
            self._write({"at": _at(line.at), "event": "restart", "why": f"back in {line.restart:g} s"})
            world.restart(line.restart)

    def _agent(self, line: AgentLine) -> None:
        world, agent = self.world, line.agent
        before = self._agents.get(agent) or world.settings.agent(agent)
        if (described := line.describes(before)) is not None:
            self._agents[agent] = described
            world.acd.describe_agent(agent, described)
        if line.phone is not None:
            world.acd.phones_changed(agent, line.phone)
        if line.answers is not None:
            world.agent_reacts(agent, line.answers)
        try:
            if line.wrapup == "end":
                world.acd.end_wrapup(agent)
            elif line.wrapup is not None:
                world.acd.extend_wrapup(agent, float(line.wrapup))
            if line.state is not None:
                world.agent_state(agent, line.state, line.reason, line.by)
        except RequestRefused as refused:
            self._write({"at": _at(line.at), "event": "refused", "agent": agent, "why": str(refused)})

    def _work(self, line: WorkLine) -> None:
        medium, id = _identity(line)
        queue = line.queue or next(iter(self.world.settings.queues))
        item = WorkItem(
            id=id,
            medium=medium,
            queue=queue,
            caller=line.caller,
            priority=line.priority,
            last_agent=line.last_agent,
            dedicated_agent=line.dedicated_agent,
            called=line.called,
            need=line.need,
            vip=line.vip,
            listed=line.listed,
        )
        call = PlayedCall(self.world, item, line.patience, line.talk, line.answers)
        if isinstance(line, CallbackLine):
            call.item = replace(item, caller=line.caller or id)
            self.world.owe_callback(call, id)
        else:
            self.world.arrive(call)

    def _decided(self, told: Decision) -> None:
        if told.event != "state" or told.state not in IMPLIED:
            self._write(as_line(told))


def _identity(line: WorkLine) -> tuple[str, str]:
    if isinstance(line, CallLine):
        return "call", line.call
    if isinstance(line, ChatLine):
        return "chat", line.chat
    assert isinstance(line, CallbackLine)
    return "callback", line.callback


def _at(seconds: float) -> float:
    return round(seconds, 3)


def as_line(told: Decision) -> dict[str, Any]:
    """A decision as a line of the replay: what does not concern it is left out."""
    line: dict[str, Any] = {"at": _at(told.at), "event": told.event}
    if told.work:
        line["call"] = told.work
    if told.medium not in ("", "call"):
        line["medium"] = told.medium
    for key in ("agent", "queue", "state", "reason", "requested"):
        if value := getattr(told, key):
            line[key] = value
    if told.target:
        line["to"] = told.target
    for key in ("position", "estimate", "estimate_low", "estimate_high", "seconds"):
        if (number := getattr(told, key)) is not None:
            line[key] = round(number, 3)
    line["why"] = told.why
    return line


def as_text(line: dict[str, Any]) -> str:
    """A line for people."""
    about = {key: value for key, value in line.items() if key not in ("at", "event", "call", "agent", "why")}
    details = " ".join(f"{key}={value}" for key, value in about.items())
    who = " → ".join(str(line[key]) for key in ("call", "agent") if key in line)
    why = f"  — {line['why']}" if line.get("why") else ""
    return f"{line['at']:>10.3f}  {line['event']:<11} {who:<20} {details}{why}"


def dumps(line: dict[str, Any]) -> str:
    """A line as JSON."""
    return json.dumps(line, ensure_ascii=False)
