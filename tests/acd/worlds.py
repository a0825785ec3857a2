"""Random scenarios, and a matcher that asks the index and the scan and wants one answer."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from acd.matching.abilities import Abilities
from acd.matching.agents import Agent
from acd.matching.decisions import Decision
from acd.matching.index import Index, Matcher
from acd.matching.reference import Scan, may_take
from acd.matching.states import AgentState, Lane, WorkState
from acd.matching.work import Work
from acd.settings.schema import QueueSettings
from acd.simulator.replay import Replay
from acd.simulator.scenario import Step, read
from acd.simulator.world import World
from tests.acd.order import Order

SKILLS = ("mandarin", "dialect", "social", "english")
STRATEGIES = ("longest_idle", "most_skilled", "least_skilled", "fewest_calls", "round_robin", "rank", "weighted")
GROUPS = ("north", "south")
MOST_LINES = 5000


class Both:
    """Asks the index and the scan; they must agree."""

    def __init__(self) -> None:
        self.index, self.scan = Index(), Scan()
        self.questions = 0

    def prepare(self, wanted: Iterable[QueueSettings]) -> Iterator[None]:
        return self.index.prepare(list(wanted))

    def forget(self, kept: Iterable[QueueSettings]) -> None:
        self.index.forget(list(kept))

    def use(self, abilities: Abilities) -> None:
        self.index.use(abilities)
        self.scan.use(abilities)

    def refitted(self) -> Iterator[None]:
        return self.index.refitted()

    def share(self, work: Work) -> float:
        found, expected = self.index.share(work), self.scan.share(work)
        assert found == expected, f"{work.item.id}: {found}, not {expected}"
        return found

    def agent_in(self, agent: Agent, lane: Lane) -> None:
        self.index.agent_in(agent, lane)
        self.scan.agent_in(agent, lane)

    def agent_out(self, agent: Agent, lane: Lane) -> None:
        self.index.agent_out(agent, lane)
        self.scan.agent_out(agent, lane)

    def work_in(self, work: Work, now: float) -> None:
        self.index.work_in(work, now)
        self.scan.work_in(work, now)

    def work_out(self, work: Work) -> None:
        self.index.work_out(work)
        self.scan.work_out(work)

    def best_agent(self, work: Work, now: float) -> Agent | None:
        self.questions += 1
        found, expected = self.index.best_agent(work, now), self.scan.best_agent(work, now)
        assert found is expected, (
            f"{now}: {work.item.id} → {found and found.number}, not {expected and expected.number}"
        )
        return found

    def is_free(self, work: Work, now: float) -> bool:
        found, expected = self.index.is_free(work, now), self.scan.is_free(work, now)
        assert found is expected, f"{now}: whether somebody is free for {work.item.id}"
        return found

    def best_work(self, agent: Agent, lane: Lane, now: float) -> Work | None:
        self.questions += 1
        found, expected = self.index.best_work(agent, lane, now), self.scan.best_work(agent, lane, now)
        assert found is expected, (
            f"{now}: {agent.number} → {found and found.item.id}, not {expected and expected.item.id}"
        )
        return found

    def position(self, work: Work, now: float) -> int:
        self.questions += 1
        found, expected = self.index.position(work, now), self.scan.position(work, now)
        assert found == expected, f"{now}: {work.item.id} at {found}, not {expected}"
        return found

    def ahead(self, work: Work, queue: str, now: float) -> int:
        self.questions += 1
        found, expected = self.index.ahead(work, queue, now), self.scan.ahead(work, queue, now)
        assert found == expected, f"{now}: {found} before {work.item.id} in {queue}, not {expected}"
        return found


class Endless(BaseException):
    """A world that goes round in circles; not an Exception, so that nothing catches it on the way."""


class Witness:
    """Checks after every decision that the world is as it must be."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.replay: Replay | None = None
        self.decisions: list[Decision] = []
        self.faults: list[str] = []
        self.order = Order()

    def write(self, line: dict[str, Any]) -> None:
        self.lines.append(line)
        if len(self.lines) > MOST_LINES:
            raise Endless(f"at {line['at']}")
        if self.replay is not None:
            self.faults += faults(self.replay.world)


def faults(world: World) -> list[str]:
    """What must never be: idle agents beside callers whom they may take, double reservations, wrong counters."""
    matching, found = world.acd.matching, []
    now = world.clock.now()
    agents = list(matching.roster.agents.values())
    works = list(matching.works.values())
    for agent in agents:
        for lane in agent.lanes():
            for work in works:
                if work.state is WorkState.WAITING and work.lane is lane and may_take(agent, work):
                    found.append(f"{now}: {work.item.id} waits though {agent.number} is free")
        held = agent.reservation
        if held is not None and (held.over or held.work.reservation is not held or held.agent != agent.number):
            found.append(f"{now}: {agent.number} holds a reservation that is over or not his")
        if (agent.state in (AgentState.RESERVED, AgentState.RINGING)) != (held is not None):
            found.append(f"{now}: {agent.number} is {agent.state}, reservation {held}")
        if held is not None and held.deadline < now:
            found.append(f"{now}: {agent.number} is reserved past the deadline")
    for work in works:
        if (work.state is WorkState.OFFERED) != (work.reservation is not None):
            found.append(f"{now}: {work.item.id} is {work.state}, reservation {work.reservation}")
        if work.reservation is not None and matching.agent(work.reservation.agent).reservation is not work.reservation:
            found.append(f"{now}: {work.item.id} is offered to an agent who does not know")
    reserved = [work.reservation.agent for work in works if work.reservation is not None]
    if len(reserved) != len(set(reserved)):
        found.append(f"{now}: one agent is offered to two: {reserved}")
    for queue in matching.queues.values():
        ready = sum(one.state is AgentState.READY and bool(queue.first & one.bit) for one in agents)
        signed = sum(one.state is not AgentState.SIGNED_OUT and bool(queue.whole & one.bit) for one in agents)
        engaged = sum(one.queue == queue.name for agent in agents for one in agent.engaged.values())
        wrapping = sum(agent.wrapup_of is queue for agent in agents)
        counted = (queue.ready, queue.signed_in, queue.engaged, queue.wrapping_up)
        if (ready, signed, engaged + wrapping, wrapping) != counted:
            found.append(f"{now}: {queue.name} counts wrong: {counted}, not {ready} {signed} {engaged} + {wrapping}")
    return found


class Watched(Replay):
    """A replay that tells which line it plays when."""

    def __init__(self, rows: list[str], witness: Witness, make_index: Callable[[], Matcher | None]) -> None:
        self._rows, self._witness = rows, witness
        super().__init__(read(rows, "random"), witness.write, make_index, longest=300)

    def _play(self, step: Step) -> None:
        if not self.world.is_down:
            self._witness.order.happens(json.loads(self._rows[step.number - 1]))
        super()._play(step)

    def _decided(self, told: Decision) -> None:
        self._witness.decisions.append(told)
        self._witness.order.hear(told)
        super()._decided(told)


def play(rows: list[str], *, both: bool = True) -> tuple[Witness, World]:
    """Play a scenario under the eyes of a witness."""
    witness = Witness()
    replay = Watched(rows, witness, Both if both else lambda: None)
    witness.replay = replay
    return witness, replay.run()


def random_rows(rng: random.Random, *, restarts: bool = True, changes: float = 0.3, bound: float = 0.1) -> list[str]:
    """A scenario of a few agents, queues and calls. Times and points are multiples of 1/4, exact in binary.

    In `changes` of all worlds the settings change while it goes on; `bound` of the callers want one agent.
    """

    def quarter(most: float) -> float:
        return rng.randrange(int(most * 4)) / 4

    queues = {f"q{at}": queue_of(rng) for at in range(rng.randint(1, 3))}
    for queue in queues.values():
        if rng.random() < 0.15:
            limit = {"limit": rng.choice([1, 2, 20, 60]), "to": rng.choice(["queue:q0", "callback", "voicemail"])}
            queue["overflow"] = {rng.choice(["full", "longest_wait", "estimated_wait"]): limit}
        if rng.random() < 0.1:
            queue.setdefault("overflow", {})["no_agents"] = "voicemail"
        if rng.random() < 0.1:
            queue |= {"calendar": "minute", "closing": rng.choice(["finish", "overflow"])}
            queue.setdefault("overflow", {})["closed"] = rng.choice(["voicemail", "queue:q0"])
        if "overflow" in queue:
            queue["overflow"]["keeps"] = rng.choice(["wait_and_points", "points", "nothing"])
    config = {
        "skills": list(SKILLS),
        "queues": queues,
        "breaks": {"lunch": {"limit": 30}},
        "calendars": {"minute": {"week": {"thu": ["07:00-08:01", "08:02-20:00"]}}},
        "idle_after_break": rng.choice(["keep", "reset"]),
        "short_break": rng.choice([0, 20]),
        "unreachable_retry": 20,
        "offline_limit": rng.choice([15, 40, None]),
        "restored_wait": 30,
        "bonus": {"vip": 10, "repeat": 2, "listed": 6},
    }
    rows: list[dict[str, Any]] = [{"at": 0, "config": config}]
    agents = [f"a{at}" for at in range(rng.randint(1, 5))]
    for agent in agents:
        rows.append(
            {
                "at": 0,
                "agent": agent,
                "skills": {skill: rng.randint(1, 5) for skill in SKILLS if rng.random() < 0.6},
                "groups": [group for group in GROUPS if rng.random() < 0.5],
                "rank": rng.randint(1, 3),
                "chats": rng.choice([0, 2]),
                "calls": rng.choice([1, 1, 1, 0]),
                "answers": _reaction(rng),
            }
        )
        rows.append({"at": quarter(20), "agent": agent, "state": "ready"})
    names: list[str] = []
    for at in range(rng.randint(1, 16)):
        kind = rng.choices(["call", "chat", "callback"], [8, 2, 1])[0]
        name = f"{kind[0]}{at}" if kind != "callback" else f"k{at}"
        row: dict[str, Any] = {
            "at": quarter(90),
            kind: name,
            "queue": rng.choice(list(queues)),
            "from": f"1380000000{rng.randint(0, 5)}",
            "talk": quarter(60),
            "priority": rng.choice([0, 0, 0, 4, 8]),
            "vip": rng.random() < 0.1,
            "need": need_of(rng) if rng.random() < 0.15 else "",
            "answers": rng.choice(["after 5", "never", "reject"]),
        }
        if rng.random() < 0.5:
            row["patience"] = quarter(80)
        if rng.random() < 0.15:
            row["last_agent"] = rng.choice(agents)
        if rng.random() < bound:
            row["dedicated_agent"] = rng.choice(agents)
        rows.append(row)
        names.append(name)
    for _ in range(rng.randint(0, 10)):
        rows.append(_event(rng, quarter(150), agents, names))
    if rng.random() < changes:
        rows += _changes(rng, config, agents, quarter)
    if restarts and rng.random() < 0.2:
        rows.append({"at": quarter(120), "restart": quarter(10)})
    return [json.dumps(row) for row in rows]


def _changes(
    rng: random.Random, config: dict[str, Any], agents: list[str], quarter: Callable[[float], float]
) -> list[dict[str, Any]]:
    """Other settings, each time a part of those before: needs, steps, strategies, limits, breaks; agents' skills."""
    rows: list[dict[str, Any]] = []
    for at in sorted(quarter(130) for _ in range(rng.randint(1, 4))):
        queues = dict(config["queues"])
        for name in rng.sample(sorted(queues), rng.randint(0, len(queues))):
            if rng.random() < 0.5:
                queues[name] = queue_of(rng)
                continue
            changed = queue_of(rng)
            queues[name] = {**queues[name], **{key: changed[key] for key in rng.sample(sorted(changed), 2)}}
        if rng.random() < 0.3:
            queues["late"] = queue_of(rng)
        elif rng.random() < 0.3:
            queues.pop("late", None)
        for queue in queues.values():
            if rng.random() < 0.1:
                queue["overflow"] = {"no_agents": "voicemail"}
        everyone = {
            "skills": {skill: rng.randint(1, 5) for skill in rng.sample(SKILLS, 2)},
            "chats": rng.choice([0, 2]),
        }
        config = {**config, "queues": queues, "everyone": everyone, "breaks": {"lunch": {"limit": rng.choice([5, 60])}}}
        rows.append({"at": at, "config": config})
        if rng.random() < 0.5:
            some = {
                "skills": {skill: rng.randint(1, 5) for skill in SKILLS if rng.random() < 0.5},
                "groups": [group for group in GROUPS if rng.random() < 0.5],
                "queues": rng.choice([[], [], ["q0"]]),
                "rank": rng.randint(1, 3),
                "calls": rng.choice([1, 1, 0]),
                "chats": rng.choice([0, 1, 2]),
            }
            keys = rng.sample(sorted(some), rng.randint(1, 3))
            rows.append({"at": at, "agent": rng.choice(agents), **{key: some[key] for key in keys}})
    return rows


def queue_of(rng: random.Random) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    if rng.random() < 0.5:
        steps = [{"after": 10, "need": need_of(rng)}, {"after": 25, "need": "anyone", "groups": ["south"]}]
    return {
        "need": need_of(rng),
        "groups": rng.choice([[], [], ["north"]]),
        "steps": steps,
        "strategy": rng.choice(STRATEGIES),
        "weights": {"idle": rng.choice([0, 1]), "skill": rng.choice([0, 4]), "calls": 2, "rank": rng.choice([0, 8])},
        "wrapup": rng.choice([0, 5, 10]),
        "requested_after": rng.choice(["talk", "wrapup"]),
        "ring": rng.choice([5, 10]),
        "rejected": rng.choice(["break", "skip"]),
        "busy": rng.choice(["break", "skip"]),
        "skip": 8,
        "last_agent": rng.choice([0, 15]),
        "dedicated": 20,
        "place_kept": rng.choice([0, 60]),
        "priority": {
            "base": rng.choice([0, 2]),
            "start": rng.choice([0, 4]),
            "acceleration": rng.choice([0, 0.25, 0.5, 1]),
            "limit": rng.choice([3, 16]),
        },
        "callback": {"first": rng.choice(["agent", "citizen"]), "attempts": rng.choice([1, 2]), "delay": 15, "ring": 8},
    }


def need_of(rng: random.Random) -> str:
    one, other = rng.sample(SKILLS, 2)
    return rng.choice(["", one, f"{one} >= 3", f"{one} >= 2 and {other}", f"{one} >= 4 or not {other} >= 2"])


def _reaction(rng: random.Random) -> str:
    return rng.choices(["after 2", "after 0", "after 30", "never", "reject", "busy", "lost"], [10, 2, 1, 1, 2, 1, 1])[0]


def _event(rng: random.Random, at: float, agents: list[str], names: list[str]) -> dict[str, Any]:
    agent, name = rng.choice(agents), rng.choice(names)
    return rng.choice(
        [
            {"at": at, "hangup": name},
            {"at": at, "to_callback": name},
            {"at": at, "agent": agent, "state": "break", "reason": "lunch"},
            {"at": at, "agent": agent, "state": "ready"},
            {"at": at, "agent": agent, "state": "ready"},
            {"at": at, "agent": agent, "state": "signed_out"},
            {"at": at, "agent": agent, "state": "break", "reason": "forced", "by": "s1"},
            {"at": at, "agent": agent, "answers": _reaction(rng)},
            {"at": at, "agent": agent, "phone": rng.random() < 0.5},
            {"at": at, "agent": agent, "wrapup": "end"},
            {"at": at, "agent": agent, "wrapup": 10},
            {"at": at, "agent": agent, "skills": {skill: rng.randint(1, 5) for skill in rng.sample(SKILLS, 2)}},
        ]
    )


def strained_rows(rng: random.Random) -> list[str]:
    """A few agents who often do not answer, and more callers than they can take, half of whom want one of them."""
    agents = [f"a{at}" for at in range(3)]
    queue = {"wrapup": 0, "ring": 5, "rejected": rng.choice(["break", "skip"]), "skip": 8, "priority": {"limit": 4}}
    rows: list[dict[str, Any]] = [{"at": 0, "config": {"queues": {"q": queue}, "bonus": {"vip": 10}}}]
    for agent in agents:
        rows.append({"at": 0, "agent": agent, "state": "ready", "answers": "after 1"})
    for at in range(14):
        call: dict[str, Any] = {"at": rng.randrange(160) / 4, "call": f"c{at}", "queue": "q", "vip": rng.random() < 0.2}
        call |= {"talk": rng.randrange(1, 60) / 4}
        rows.append(call | ({"dedicated_agent": rng.choice(agents)} if rng.random() < 0.5 else {}))
    for _ in range(16):
        agent, at = rng.choice(agents), rng.randrange(200) / 4
        rows.append({"at": at, "agent": agent, "answers": rng.choice(["after 1", "never", "reject", "busy"])})
        rows.append({"at": at + 6, "agent": agent, "state": rng.choice(["ready", "ready", "break", "signed_out"])})
    return [json.dumps(row) for row in rows]
