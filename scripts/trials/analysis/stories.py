"""What becomes of a request: who does what with it after how many hours."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cti.base.times.business_time import ZONE
from trials.analysis.town import AGENTS, CALLER, CATEGORIES, LEADER, PLACES, REVIEWER, clerk, unit_of

TYPES = (("enquiry", 24), ("help", 36), ("complaint", 27), ("report", 4), ("suggestion", 6), ("praise", 3))
CHANNELS = (("phone", 62), ("wechat", 16), ("app", 11), ("web", 7), ("transferred", 4))
HOURS = (1, 1, 1, 1, 1, 1, 2, 5, 12, 16, 15, 11, 8, 10, 13, 13, 12, 9, 7, 6, 5, 4, 3, 2)
"""How many call at each hour of the day."""
OPENS, CLOSES = 9, 18
"""When offices work."""
TOLD = "已按政策规定逐项告知办理条件和所需材料。"
DONE = "已到现场核实并处理完毕，当日恢复，已电话告知市民处理结果。"


@dataclass(frozen=True, slots=True)
class Act:
    """`hours` after the one before, in the hours at which offices work; `night` at whatever hour."""

    who: str
    action: str
    hours: float
    form: Mapping[str, Any]
    night: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """A request and what is done with it. `agent` registers it."""

    at: datetime
    agent: str
    said: dict[str, Any]
    acts: tuple[Act, ...]


def moment(dice: random.Random, begin: datetime, until: datetime, part: float) -> datetime:
    """About so far between the two, at an hour at which people call."""
    day = (begin + (until - begin) * part).astimezone(ZONE)
    hour = dice.choices(range(24), HOURS)[0]
    found = day.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60))
    return found if begin < found < until else until - timedelta(minutes=dice.randrange(5, 300))


def following(dice: random.Random, at: datetime, act: Act) -> datetime:
    """When the act is done, that comes after `at`."""
    found = (at + timedelta(hours=act.hours * dice.uniform(0.3, 1.7))).astimezone(ZONE)
    if act.night or OPENS <= found.hour < CLOSES:
        return found
    morning = found if found.hour < OPENS else found + timedelta(days=1)
    return morning.replace(hour=OPENS, minute=dice.randrange(5, 50))


def stories(count: int, begin: datetime, until: datetime, categories: Mapping[str, str]) -> list[Story]:
    """So many over the year, the same at each run; today many ask for the same."""
    dice = random.Random(12345)  # noqa: S311 # the same year at each trial
    told = [_story(dice, moment(dice, begin, until, place / count), categories) for place in range(count)]
    today = [_story(dice, until - timedelta(minutes=20 + 12 * place), categories, "城乡建设/供水/停水")
             for place in range(count // 50)]  # fmt: skip
    return told + today


def _story(dice: random.Random, at: datetime, categories: Mapping[str, str], category: str = "") -> Story:
    paths = list(CATEGORIES)
    category = category or paths[min(int(dice.expovariate(1 / 3)), len(paths) - 1)]
    kind = dice.choices([one for one, _ in TYPES], [many for _, many in TYPES])[0]
    place = PLACES[min(int(dice.expovariate(0.6)), len(PLACES) - 1)]
    topic = category.rpartition("/")[2]
    said = {
        "type": kind, "title": f"反映{topic}问题", "content": f"多次出现{topic}的情况，请尽快核实处理并答复。",
        "category": categories[category], "place": place, "address": f"北大街{dice.randrange(1, 200)}号",
        "contact": f"139{dice.randrange(10**8):08}", "urgent": dice.random() < 0.05,
        "channel": dice.choices([one for one, _ in CHANNELS], [many for _, many in CHANNELS])[0],
    }  # fmt: skip
    agent, unit = dice.choice(AGENTS), unit_of(category, place)
    if kind in ("praise", "enquiry") or not unit:
        acts: tuple[Act, ...] = (Act(agent, "answer", 0.1, {"answer": TOLD}, night=True),)
    else:
        acts = _handled(dice, agent, unit)
    return Story(at, agent, said, acts)


def _handled(dice: random.Random, agent: str, unit: str) -> tuple[Act, ...]:
    """By a department: mostly in time; some late, some not theirs, some more than once, some with more time."""
    who, note = clerk(unit), {"reason": "已核实，按职责办理"}
    late = dice.random() < 0.08
    signed = Act(who, "sign", 30 if late else 1.2, {})
    reply = Act(who, "reply", 240 if late else 26, {"answer": DONE, "contacted": True})
    accepted = Act(REVIEWER, "accept", 4, {})
    word = dice.choices(("satisfied", "basically", "unsatisfied"), (74, 17, 9))[0]
    begins = (Act(agent, "submit", 0.1, {}, night=True), Act(REVIEWER, "dispatch", 1.5, {"lead": unit}))
    middle: tuple[Act, ...] = (signed, reply)
    match dice.choices(("plain", "returned", "longer", "back"), (82, 6, 7, 5))[0]:
        case "returned":
            other = "housing" if unit != "housing" else "water"
            middle = (
                signed, Act(who, "object", 2, {**note, "ground": "三定方案第四条"}), Act(REVIEWER, "uphold", 2, note),
                Act(REVIEWER, "dispatch", 1.5, {"lead": other}), Act(clerk(other), "sign", 1.2, {}),
                Act(clerk(other), "reply", 20, {"answer": DONE, "contacted": True}),
            )  # fmt: skip
        case "longer":
            middle = (signed, Act(who, "ask_extension", 8, {"days": 3, **note}),
                      Act(REVIEWER, "grant_extension", 2, {}), reply)  # fmt: skip
        case "back":
            middle = (signed, reply, Act(REVIEWER, "send_back", 4, note), reply)
    said = {"satisfaction": word, "hotline": "satisfied", "solved": word != "unsatisfied", "other_way": "短信"}
    if word != "unsatisfied":
        return (*begins, *middle, accepted, Act(CALLER, "revisit", 8, said))
    unhappy = Act(CALLER, "revisit", 8, {**said, "why": "not_solved"})
    redone = (*begins, *middle, accepted, unhappy, Act(LEADER, "redo", 3, note), reply, accepted)
    if dice.random() < 0.5:
        return (*redone, Act(CALLER, "revisit", 8, {**said, "satisfaction": "satisfied", "solved": True}))
    still = Act(CALLER, "revisit", 8, {**said, "why": "slow"})
    return (*redone, still, Act(LEADER, "close_unsatisfied", 4, note))
