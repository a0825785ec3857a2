"""Whether those who wait are served in order, judged from what happened alone: lines of the scenario, and decisions.

It shares no line with the matching: what a queue asks, how points grow, who has refused whom is written here a second
time, as the README says it. Where events leave a doubt (a step of the wait at this very instant, work that nobody may
speak for) nothing is claimed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from acd.matching.decisions import Decision

FAILED = frozenset({"no_answer", "rejected", "busy", "unreachable", "failed", "cancelled", "expired"})
GONE = frozenset({"answered", "abandoned", "overflowed", "left"})
HAIR = 1e-6
PRIORITY = {"base": 0.0, "start": 0.0, "acceleration": 0.1, "limit": 50.0}
"""Of a queue that does not say otherwise."""


@dataclass
class Waits:
    """Somebody in a queue. `refused` is until when he is not offered to whom, here and where he overflows to.

    `doubtful`: perhaps he is held.
    """

    queue: str
    medium: str
    since: float
    points: float
    need: str
    bound: str = ""
    offered: bool = False
    doubtful: bool = False
    refused: dict[str, float] = field(default_factory=dict)


def holds(expression: str, skills: dict[str, int]) -> bool:
    """Whether somebody with these levels meets an expression."""
    if not expression.strip():
        return True
    found = re.findall(r"[^\W\d][\w-]*|\d+|>=|<=|==|!=|[><=()]", expression)
    words: list[str] = []
    for at, word in enumerate(found):
        if word in ("and", "or", "not", "(", ")") or word.isdigit():
            words.append(word)
        elif word == "anyone":
            words.append("True")
        elif word[0] in "><=!":
            words.append("==" if word == "=" else word)
        else:
            compared = at + 1 < len(found) and found[at + 1][0] in "><=!"
            words.append(f"{skills.get(word, 0)}" if compared else f"({skills.get(word, 0)} >= 1)")
    return bool(eval(" ".join(words)))  # words of a random world's own expressions, taken apart above


class Order:
    """Hears lines and decisions as they happen; `faults` are offers that passed somebody over."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.offers = 0
        self.passed = 0
        """How many comparisons were made with somebody else who waited."""
        self._config: dict[str, Any] = {}
        self._queues: dict[str, dict[str, Any]] = {}
        self._described: dict[str, dict[str, Any]] = {}
        self._needs: dict[str, str] = {}
        self._waiting: dict[str, Waits] = {}
        self._refusals: dict[str, dict[str, float]] = {}

    def happens(self, line: dict[str, Any]) -> None:
        """A line of the scenario is played now."""
        if "config" in line:
            self._configure(line["config"])
        elif "restart" in line:
            self._waiting.clear()
            self._refusals.clear()
        elif any(kind in line for kind in ("call", "chat", "callback")):
            id = line.get("call") or line.get("chat") or line["callback"]
            self._needs[id] = line.get("need", "")
        elif "agent" in line:
            said = {key: line[key] for key in ("skills", "groups", "queues") if key in line}
            if said or not {"rank", "calls", "chats"}.isdisjoint(line):
                self._described[line["agent"]] = {**self._agent(line["agent"]), **said}

    def _configure(self, config: dict[str, Any]) -> None:
        for work in self._waiting.values():
            if work.queue in config["queues"]:
                work.points += self._priority(config["queues"][work.queue])["base"]
                work.points -= self._priority(self._queues[work.queue])["base"]
        self._config, self._queues = config, {**self._queues, **config["queues"]}

    def _priority(self, queue: dict[str, Any]) -> dict[str, float]:
        return {**PRIORITY, **queue.get("priority", {})}

    def _agent(self, number: str) -> dict[str, Any]:
        return self._described.get(number) or self._config.get("everyone", {"skills": {"mandarin": 3}})

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, told: Decision) -> None:
        """One decision, in order."""
        if told.event in ("queued", "restored"):
            need = self._needs.get(told.work) or self._needs.get(told.work.removesuffix(".callback"), "")
            assert told.since is not None and told.points is not None
            work = self._waiting[told.work] = Waits(told.queue, told.medium, told.since, told.points, need, told.agent)
            work.doubtful = told.event == "restored"
            work.refused = self._refusals.pop(told.work, {})
            return
        waits = self._waiting.get(told.work)
        if waits is None:
            return
        if told.event in GONE:
            del self._waiting[told.work]
            if told.event == "overflowed" and told.target.startswith("queue:"):
                self._refusals[told.work] = waits.refused
        elif told.event == "offered":
            self._judge(told, waits)
            waits.offered = True
        elif told.event in FAILED:
            self._fail(told, waits)
        elif told.event == "unbound":
            waits.bound = ""
        elif told.event == "returned":
            waits.doubtful = False
        elif told.event == "raised":
            assert told.points is not None
            waits.points = told.points

    def _fail(self, told: Decision, waits: Waits) -> None:
        waits.offered = False
        waits.doubtful = told.event == "expired" or waits.medium == "callback"
        if told.why == "agent: skip":
            waits.refused[told.agent] = told.at + self._queues[waits.queue].get("skip", 30)

    def _judge(self, told: Decision, taken: Waits) -> None:
        self.offers += 1
        mine = self._standing(taken, told.at)
        if told.at < taken.refused.get(told.agent, -1.0) - HAIR:
            self.faults.append(f"{told.at}: {told.work} is offered to {told.agent} again, who has just refused it")
        for id, other in self._waiting.items():
            if (
                other is taken
                or other.offered
                or other.doubtful
                or (other.medium == "chat") != (taken.medium == "chat")
            ):
                continue
            if not self._may_take(told.agent, other, told.at):
                continue
            self.passed += 1
            points, since = self._standing(other, told.at)
            if points > mine[0] + HAIR or (abs(points - mine[0]) <= HAIR and since < mine[1] - HAIR):
                self.faults.append(
                    f"{told.at}: {told.agent} got {told.work} ({mine}), {id} ({points}, {since}) was before it"
                )

    def _standing(self, work: Waits, now: float) -> tuple[float, float]:
        ageing, points = self._priority(self._queues[work.queue]), work.points
        if points < ageing["limit"]:
            aged = max(now - work.since - ageing["start"], 0.0) * ageing["acceleration"]
            points = min(points + aged, ageing["limit"])
        return points, work.since

    def _may_take(self, agent: str, work: Waits, now: float) -> bool:
        if now <= work.refused.get(agent, -1.0):
            return False
        if work.bound:
            return work.bound == agent
        about, queue = self._agent(agent), self._queues[work.queue]
        if about.get("queues") and work.queue not in about["queues"]:
            return False
        steps, waited = queue.get("steps", ()), now - work.since
        sure = {
            sum(step["after"] < waited - HAIR for step in steps),
            sum(step["after"] <= waited + HAIR for step in steps),
        }
        return all(self._asks(queue, stage, work.need, about) for stage in sure)

    def _asks(self, queue: dict[str, Any], stage: int, need: str, about: dict[str, Any]) -> bool:
        asked, groups = queue.get("need", ""), set(queue.get("groups", ()))
        for step in queue.get("steps", ())[:stage]:
            asked = step.get("need", asked)
            groups |= set(step.get("groups", ())) if groups else set()
        skills = about.get("skills", {})
        return (
            (not groups or bool(groups & set(about.get("groups", ())))) and holds(asked, skills) and holds(need, skills)
        )
