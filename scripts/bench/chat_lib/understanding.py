"""How well bots understand: judged sentences beside a plain nearest neighbour, and citizens who need no person."""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from cti.base.files import documents
from ivr.definition.trials import Trial
from ivr.prompts.catalogue import load_catalogue
from ivr.trying import dry_run
from ivr.understanding.intents import meant
from ivr.understanding.understanding import Wanted
from ivr.workshop.library import FlowLibrary

JUDGED = Path(__file__).resolve().parents[3] / "tests/ivr/understanding/judged_intents.yaml"
SURE = 0.5
NOISE = 0.04
"""The chance of each character to be lost, doubled, or changed places with the next."""
FILLERS = ("", "", "那个", "嗯", "你好，", "请问一下")
NUMBER, PHONE = "20260303001", "13900000009"
ANSWER = {
    "title": "公积金提取", "passage": "凭身份证到公积金中心办理。", "number": "K1", "edition": 1, "score": 0.9,
    "other": "", "other_score": 0.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Errand:
    """What a citizen comes for: how he begins, what he is asked further, what the house has, and where he is served."""

    begins: Sequence[str]
    further: Sequence[str]
    services: dict[str, Any]
    served: str


ERRANDS = (
    Errand(("公积金怎么提取", "离职了公积金能取出来吗", "租房提取公积金要什么材料", "取公积金带什么证件"), (),
           {"knowledge.answer": ANSWER}, "answers.tell"),
    Errand(("我要自助登记", "自助登记一个问题", "想自助报事"), ("东门街三号从昨天开始停水", PHONE, "对"),
           {"knowledge.answer": None, "tickets.register": {"number": NUMBER}}, "report.tell"),
    Errand(("查办理进度", "我的工单办到哪了", "帮我查一下工单进度", "上次的工单有进度了吗"), (NUMBER,),
           {"knowledge.answer": None, "tickets.progress": {"number": NUMBER, "state": "handling"}}, "progress.found"),
)  # fmt: skip


def noisy(text: str, chance: random.Random) -> str:
    """As somebody types in a hurry; numbers are copied."""
    if text.isdecimal():
        return text
    found, signs = chance.choice(FILLERS), list(text)
    at = 0
    while at < len(signs):
        roll = chance.random() / NOISE
        if roll < 1 and at + 1 < len(signs):
            found += signs[at + 1] + signs[at]
            at += 2
            continue
        found += "" if 1 <= roll < 2 else signs[at] * (2 if 2 <= roll < 3 else 1)
        at += 1
    # Nobody sends an empty message.
    return found or text


def pairs(text: str) -> Counter[str]:
    """Characters and pairs of them."""
    return Counter([*text, *(text[at : at + 2] for at in range(len(text) - 1))])


def nearest(said: str, wanted: Sequence[Wanted]) -> str:
    """The intent of the example whose characters and pairs are nearest, by the cosine; empty below a half."""
    mine, best = pairs(said), (SURE, "")
    for one in wanted:
        for example in one.examples:
            theirs = pairs(example)
            common = sum(count * theirs[key] for key, count in mine.items())
            length = sqrt(sum(c * c for c in mine.values()) * sum(c * c for c in theirs.values()))
            best = max(best, (common / length if length else 0.0, one.intent))
    return best[1]


def ours(said: str, wanted: Sequence[Wanted]) -> str:
    """The house's own."""
    intent, sure = meant(said, wanted)
    return intent if sure >= SURE else ""


def intents() -> None:
    """Of the sentences by which no rule was made."""
    judged = documents.load(JUDGED).data
    wanted = [Wanted(name, examples=tuple(one["examples"])) for name, one in judged["intents"].items()]
    every = [(name, said) for name, one in judged["intents"].items() for said in one["said"]]
    every += [("", said) for said in judged["none"]]
    kept = [one for one in every if hashlib.sha256(one[1].encode()).digest()[0] % 2]
    for title, judge in (("the house", ours), ("nearest neighbour", nearest)):
        cpu = time.process_time()
        found = [(intent, judge(said, wanted)) for intent, said in kept]
        cpu = (time.process_time() - cpu) / len(kept)
        right = sum(one == other for one, other in found) / len(found)
        wrong = sum(other not in (one, "") for one, other in found) / len(found)
        print(f"{title}: {right:.1%} of {len(kept)} kept sentences right, {wrong:.1%} wrong, {cpu * 1000:.2f} ms each")


def containment(citizens: int) -> None:
    """How many of them come away served by the shipped flow, without a person."""
    library, texts, chance = FlowLibrary(), load_catalogue(), random.Random(1)  # noqa: S311 # a load, no secret
    served, turns = Counter[str](), 0
    of, cpu = Counter[str](), time.process_time()
    for at in range(citizens):
        errand = ERRANDS[at % len(ERRANDS)]
        said = [noisy(one, chance) for one in (chance.choice(errand.begins), *errand.further)]
        do = ", ".join(f"say {one.replace(',', '，')}" for one in said)
        trial = Trial.model_validate({"name": "citizen", "medium": "chat", "do": do, "services": errand.services})
        report = dry_run.run_now(library, "hotline", trial, texts)
        of[errand.served] += 1
        turns += len(said)
        served[errand.served] += errand.served in report.nodes and "human" not in report.nodes
    cpu = (time.process_time() - cpu) / turns
    each = ", ".join(f"{name} {served[name]}/{count}" for name, count in of.items())
    print(f"{sum(served.values()) / citizens:.1%} of {citizens} citizens with noise in their words are served: {each}")
    print(f"{cpu * 1000:.1f} ms of CPU for each turn of the bot, without models and without a database")
