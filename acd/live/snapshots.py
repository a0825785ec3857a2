"""What must outlive the engine: agents with their states, and what is remembered of callers. JSON, epoch seconds."""

from __future__ import annotations

from typing import Any

from acd.matching.agents import Agent, Engagement, Request
from acd.matching.matching import Matching
from acd.matching.states import AgentState, Lane
from acd.matching.work import Queue
from acd.settings.schema import AgentSettings
from cti.base.times.business_time import day_of

RESTORED: dict[AgentState, AgentState] = {
    AgentState.SIGNED_OUT: AgentState.SIGNED_OUT,
    AgentState.OFFLINE: AgentState.READY,  # offline again when no phone of his can ring
    AgentState.READY: AgentState.READY,
    AgentState.BREAK: AgentState.BREAK,
    AgentState.RESERVED: AgentState.READY,  # the offer died with the engine that made it
    AgentState.RINGING: AgentState.READY,
    AgentState.TALKING: AgentState.TALKING,  # until the switch says otherwise, see `Acd.reconcile`
    AgentState.WRAPUP: AgentState.WRAPUP,
}
"""In which state an agent stands after a restart."""


def agent_data(matching: Matching, agent: Agent) -> dict[str, Any]:
    """An agent as JSON."""
    wall = matching.wall
    data: dict[str, Any] = {
        "state": agent.state.value,
        "reason": agent.reason,
        "since": agent.since + wall,
        "idle_since": agent.idle_since + wall,
        "calls_today": agent.calls_today,
        "day": day_of(matching.clock.wall()),
    }
    if agent.request is not None:
        data["request"] = [agent.request.state.value, agent.request.reason, agent.request.by]
    if agent.engaged:
        data["engaged"] = [
            [one.work, one.lane.value, one.queue, one.since + wall, one.talks] for one in agent.engaged.values()
        ]
    if agent.wrapup_of is not None:
        data["wrapup"] = [agent.wrapup_of.name, agent.wrapup_until + wall]
    if agent.number in matching.fitting.described:
        data["settings"] = matching.fitting.described[agent.number].model_dump(mode="json")
    return data


def restore_agent(matching: Matching, number: str, data: dict[str, Any]) -> None:
    """Let an agent stand as he stood; one who is signed in already is left alone."""
    if "settings" in data:
        matching.fitting.described[number] = AgentSettings.model_validate(data["settings"])
    agent = matching.agent(number)
    before = AgentState(data["state"])
    state = RESTORED[before]
    if agent.state is not AgentState.SIGNED_OUT or state is AgentState.SIGNED_OUT:
        return
    wall = matching.wall
    with matching.steps:
        if data.get("day") == day_of(matching.clock.wall()):
            agent.calls_today = data["calls_today"]
        request = data.get("request")
        if data.get("engaged"):
            # Also who was being offered one more chat: his others go on, or ended meanwhile.
            state = AgentState.TALKING
            for work, lane, queue, since, *talks in data["engaged"]:
                agent.engaged[work] = Engagement(work, Lane(lane), queue, since - wall, *talks)
                if queue in matching.queues:
                    matching.queues[queue].engaged += 1
            agent.request = _request(request) if request else None
            matching.roster.moves.become(agent, state, why="restored")
        elif (wrapup := _wrapup(matching, data)) is not None:
            queue, until = wrapup
            queue.engaged += 1
            matching.roster.wrap_up(agent, queue, "", 0.0, until)
        elif request:
            # What was asked for during a talk that is over by now takes effect.
            matching.roster.sign_in(agent)
            wanted = _request(request)
            matching.roster.ask(agent, wanted.state, wanted.reason, wanted.by)
        elif state is AgentState.BREAK:
            matching.roster.sign_in(agent, state, data["reason"], data["since"] - wall)
        else:
            since = data["since"] - wall if before is AgentState.READY else None
            matching.roster.sign_in(agent, AgentState.READY, "", since)
        matching.room.touch(agent)
        agent.idle_since = data["idle_since"] - wall


def _wrapup(matching: Matching, data: dict[str, Any]) -> tuple[Queue, float] | None:
    name, until = data.get("wrapup", ("", 0.0))
    queue, left = matching.queues.get(name), until - matching.wall
    return (queue, left) if queue is not None and left > matching.clock.now() else None


def _request(data: list[str]) -> Request:
    return Request(AgentState(data[0]), data[1], data[2])
