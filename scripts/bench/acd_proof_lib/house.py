"""The hotline under proof: three queues that ask for skills, and agents who have them."""

from __future__ import annotations

import random
from pathlib import Path

import yaml

from bench.callpath_lib.house import House, prepare

QUEUES = {"general": "81001", "social": "81002", "english": "81003"}
"""Each queue and the number that leads to it."""

FLOW = """\
flow: {name}
title: 核对
start: wait
default: over
nodes:
  wait:
    note: 排队与通话
    queue: {name}
    next: over
    else: over
  over:
    end: served
"""

_ACD = {
    "skills": {"mandarin": "普通话", "dialect": "方言", "social": "社会保障", "english": "英语"},
    "queues": {
        "general": {
            "title": "综合受理",
            "need": "mandarin >= 2",
            "steps": [{"after": 15, "need": "mandarin >= 1"}],
            "strategy": "longest_idle",
            "wrapup": 6,
            "rejected": "skip",
            "ring": 8,
        },
        "social": {
            "title": "社保专席",
            "need": "social >= 3 and (dialect >= 1 or mandarin >= 2)",
            "steps": [{"after": 10, "need": "social >= 2"}, {"after": 25, "need": "social >= 1 or mandarin >= 4"}],
            "strategy": "least_skilled",
            "priority": {"base": 5, "acceleration": 0.2},
            "wrapup": 8,
            "ring": 8,
            "overflow": {"longest_wait": {"limit": 50, "to": "queue:general"}},
        },
        "english": {
            "title": "外语专席",
            "need": "english >= 3",
            "steps": [{"after": 20, "need": "english >= 1"}],
            "strategy": "most_skilled",
            "wrapup": 4,
            "ring": 8,
            "overflow": {"longest_wait": {"limit": 60, "to": "queue:general"}},
        },
    },
}


def make(data: Path, agents: int, rng: random.Random, prompts: Path | None = None) -> House:
    """Make the state directory, with so many agents who are ready at the start; `prompts`: those made already."""
    flows = [FLOW.format(name=name) for name in QUEUES]
    numbers = {number: {"flow": name} for name, number in QUEUES.items()}
    settings = yaml.safe_dump({"numbers": numbers, "acd": _ACD}, allow_unicode=True, sort_keys=False)
    house = prepare(data, agents, settings=settings, flows=flows, prompts=prompts, call_header=True)
    described = {number: {"skills": skills_of(at, rng)} for at, number in enumerate(sorted(house.phones))}
    folder = data / "acd"
    folder.mkdir()
    (folder / "agents.yaml").write_text(yaml.safe_dump({"agents": described}), "utf-8")
    return house


def skills_of(at: int, rng: random.Random) -> dict[str, int]:
    """Every fourth agent knows social security, every fifth English, all some Mandarin."""
    skills = {"mandarin": rng.randint(1, 5)}
    if at % 4 == 0:
        skills["social"] = rng.randint(1, 5)
    if at % 5 == 0:
        skills["english"] = rng.randint(1, 5)
    if rng.random() < 0.3:
        skills["dialect"] = rng.randint(1, 5)
    return skills
