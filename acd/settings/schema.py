"""What an admin says: skills, queues, agents, breaks, calendars. Checked as a whole; complaints name the place.

It stands in the section `acd` of `settings.yaml` and in files `acd/*.yaml` of the state directory (same keys); the
scenario's `config` is the same. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

import pydantic

from acd.settings import skills
from acd.settings.calendars import CalendarSettings
from cti.base.settings import Name, Section

Seconds = Annotated[float, pydantic.Field(ge=0, le=86400)]
Pause = Annotated[float, pydantic.Field(ge=1, le=86400)]
"""Seconds until something that failed is tried again: never at once, or it would go round in circles."""

Level = Annotated[int, pydantic.Field(ge=1, le=5)]
SkillName = Annotated[str, pydantic.Field(pattern=r"^[^\W\d][\w-]{0,39}$")]
Target = Annotated[
    str, pydantic.Field(pattern=r"^(voicemail|callback|message|(queue|flow|message):[a-z][a-z0-9_-]{0,39})$")
]
"""Where an overflow leads: `queue:x`, `flow:x`, `voicemail`, `callback`, `message` or `message:x`."""

StrategyName = Literal[
    "longest_idle", "most_skilled", "least_skilled", "fewest_calls", "round_robin", "rank", "weighted"
]


def _expression(text: str) -> str:
    skills.parse(text)
    return text


Expression = Annotated[str, pydantic.Field(max_length=1000), pydantic.AfterValidator(_expression)]


Points = Annotated[float, pydantic.Field(ge=-1e6, le=1e6)]
"""Of a priority."""

AnswerMode = Literal["never", "chosen", "always"]
"""Whether calls are answered by the phone itself: never, if the agent chose so, always."""

AnswerDelay = Annotated[int, pydantic.Field(ge=0, le=20)]
"""After how many seconds of ringing."""

Weight = Annotated[float, pydantic.Field(ge=0, le=1e4)]
"""Points for choosing an agent."""


class StepSettings(Section):
    """After waiting `after` seconds another `need` holds (absent: the one before), and `groups` are asked as well."""

    after: Annotated[float, pydantic.Field(gt=0, le=86400)]
    need: Expression | None = None
    groups: tuple[Name, ...] = ()


class PrioritySettings(Section):
    """Priority = `base` and the caller's own + ageing.

    Ageing begins after `start` seconds, adds `acceleration` points a second, and lifts nobody above `limit`.
    """

    base: Points = 0
    start: Seconds = 0
    acceleration: Annotated[float, pydantic.Field(ge=0, le=1000)] = 0.1
    limit: Points = 50


class LimitSettings(Section):
    """A limit and where the overflow leads. `limit` counts callers or seconds."""

    limit: Annotated[float, pydantic.Field(ge=0, le=1e6)]
    to: Target


class WeightSettings(Section):
    """What counts how much when the strategy `weighted` chooses an agent: he with the most points is asked.

    Points: `idle` a second since his last talk, `skill` a level in the skills that are asked for, less `calls` a call
    that he took today, less `rank` a rank.
    """

    idle: Weight = 1
    skill: Weight = 60
    calls: Weight = 30
    rank: Weight = 0

    def points_lost(self, idle_since: float, calls_today: int, rank: int) -> float:
        """What orders agents by all but their levels: smaller is asked first, at every moment."""
        return self.idle * idle_since + self.calls * calls_today + self.rank * rank


class OverflowSettings(Section):
    """When a caller does not (go on to) wait here, and where he goes.

    `keeps` is what goes along to another queue: since when he waits and the points that he brought or was given; these
    points only; or nothing, as if he came then.
    """

    full: LimitSettings | None = None
    longest_wait: LimitSettings | None = None
    estimated_wait: LimitSettings | None = None
    no_agents: Target | None = None
    closed: Target | None = None
    keeps: Literal["wait_and_points", "points", "nothing"] = "wait_and_points"

    def limits(self) -> Iterator[tuple[str, LimitSettings | str | None]]:
        """Each limit, or what leads away without one, by its name."""
        yield from (("full", self.full), ("longest_wait", self.longest_wait), ("estimated_wait", self.estimated_wait))
        yield from (("no_agents", self.no_agents), ("closed", self.closed))


class CallbackSettings(Section):
    """Callbacks of a queue: who is dialled first, how often, how long after a failure, how long each rings."""

    first: Literal["agent", "citizen"] = "agent"
    attempts: Annotated[int, pydantic.Field(ge=1, le=20)] = 3
    delay: Seconds = 300
    ring: Seconds = 30
    hours: Name | None = None


class QueueSettings(Section):
    """A queue: what it asks for, whom it prefers, how long it waits.

    `groups` limits it to agents of these groups (none: everybody). `last_agent` and `dedicated` are how long a caller
    waits for that very agent. `rejected` and `busy` say what becomes of an agent who refuses or whose phone is busy:
    a break, or ready and this call not offered to him again for `skip` seconds. `place_kept` is how long a caller
    who was cut off finds his place again. `organisations` are those whose queue it is (`*`: everybody's; none: the
    house's): see `owning`. `closing`: those who wait when `calendar` closes are served, or go where `overflow.closed`
    leads. `answering` and `answer_delay`: see `answering.py`. `threshold` is the service level's, `short_abandon` what
    does not count.
    """

    title: str = ""
    organisations: tuple[Annotated[str, pydantic.Field(pattern=r"^(\*|[a-z][a-z0-9_-]{0,39})$")], ...] = ()
    need: Expression = ""
    groups: tuple[Name, ...] = ()
    steps: tuple[StepSettings, ...] = ()
    strategy: StrategyName = "longest_idle"
    weights: WeightSettings = WeightSettings()
    priority: PrioritySettings = PrioritySettings()
    wrapup: Seconds = 10
    wrapup_extension: Seconds = 300
    requested_after: Literal["talk", "wrapup"] = "talk"
    ring: Annotated[float, pydantic.Field(ge=1, le=600)] = 20
    answer_grace: Seconds = 5
    answering: AnswerMode | None = None
    answer_delay: AnswerDelay = 0
    rejected: Literal["break", "skip"] = "break"
    busy: Literal["break", "skip"] = "skip"
    skip: Pause = 30
    last_agent: Seconds = 0
    dedicated: Seconds = 60
    place_kept: Seconds = 300
    overflow: OverflowSettings = OverflowSettings()
    calendar: Name | None = None
    closing: Literal["finish", "overflow"] = "finish"
    callback: CallbackSettings = CallbackSettings()
    threshold: Seconds = 15
    short_abandon: Seconds = 5

    @pydantic.field_validator("steps")
    @classmethod
    def _in_order(cls, steps: tuple[StepSettings, ...]) -> tuple[StepSettings, ...]:
        if any(later.after <= earlier.after for earlier, later in pairwise(steps)):
            raise ValueError("each step must come after the one before")
        return steps


class AgentSettings(Section):
    """An agent: skills, groups, `rank` (1 is asked first), how many calls (0 or 1) and chats at once.

    `queues` limits him to these (none: all whose need he meets). `answering` and `answer_delay`: see `answering.py`.
    """

    skills: dict[SkillName, Level] = pydantic.Field(default={})
    groups: tuple[Name, ...] = ()
    rank: Annotated[int, pydantic.Field(ge=1, le=1000)] = 100
    calls: Annotated[int, pydantic.Field(ge=0, le=1)] = 1
    chats: Annotated[int, pydantic.Field(ge=0, le=20)] = 3
    queues: tuple[Name, ...] = ()
    answering: AnswerMode | None = None
    answer_delay: AnswerDelay = 0


class BreakSettings(Section):
    """A type of break: how long it may last, and how many may have it at once."""

    title: str = ""
    limit: Seconds | None = None
    at_once: Annotated[int, pydantic.Field(ge=1)] | None = None


class GroupSettings(Section):
    """A group of agents (班组). `answering` and `answer_delay`: see `answering.py`."""

    title: str = ""
    answering: AnswerMode | None = None
    answer_delay: AnswerDelay = 0


class BonusSettings(Section):
    """Points that callers bring along. `repeat_within` is how far back a call makes a repeat caller."""

    vip: Points = 100
    listed: Points = 60
    callback_owed: Points = 40
    repeat: Points = 5
    repeat_within: Seconds = 3600
    called: dict[str, Points] = pydantic.Field(default={})


DEFAULT_QUEUES = {
    "general": QueueSettings(title="综合受理", need="mandarin >= 1", overflow=OverflowSettings(no_agents="message")),
    "enterprise": QueueSettings(
        title="企业服务专席", need="enterprise >= 1", overflow=OverflowSettings(no_agents="queue:general")
    ),
}
DEFAULT_SKILLS = {
    "mandarin": "普通话",
    "dialect": "方言",
    "enterprise": "企业服务",
    "social": "社会保障",
    "english": "英语",
}
DEFAULT_BREAKS = {
    "lunch": BreakSettings(title="用餐", limit=3600),
    "rest": BreakSettings(title="小休", limit=900),
    "training": BreakSettings(title="培训"),
    "meeting": BreakSettings(title="会议"),
}


class AcdSettings(Section):
    """The whole room's settings. `everyone` describes agents who are not listed.

    `skills` maps each known skill to its title; a list of names will do. Once there are `groups`, others are
    unknown. `unreachable_retry` is after how many seconds an agent whose phone failed, yet is registered, is tried
    again; `offline_limit` after how many seconds without a phone that can ring an agent is signed out, and callers do
    not wait for him (none: never); `restored_wait` how long a caller's place is held after a restart until he is back.
    After a break of more than `short_break` seconds an agent counts as idle since its end (`idle_after_break`:
    `reset`), or since his last talk (`keep`).
    """

    skills: dict[SkillName, str] = pydantic.Field(default=DEFAULT_SKILLS)
    queues: dict[Name, QueueSettings] = pydantic.Field(default=DEFAULT_QUEUES)
    agents: dict[str, AgentSettings] = pydantic.Field(default={})
    everyone: AgentSettings = AgentSettings(skills={"mandarin": 3})
    groups: dict[Name, GroupSettings] = pydantic.Field(default={})
    breaks: dict[Name, BreakSettings] = pydantic.Field(default=DEFAULT_BREAKS)
    calendars: dict[Name, CalendarSettings] = pydantic.Field(default={})
    bonus: BonusSettings = BonusSettings()
    unreachable_retry: Pause = 30
    offline_limit: Pause | None = 600
    restored_wait: Seconds = 120
    idle_after_break: Literal["keep", "reset"] = "reset"
    short_break: Seconds = 300
    interval: Annotated[int, pydantic.Field(ge=60, le=86400)] = 1800

    @pydantic.field_validator("skills", mode="before")
    @classmethod
    def _list_of_names(cls, value: Any) -> Any:
        return {name: str(name) for name in value} if isinstance(value, list) else value

    def agent(self, number: str) -> AgentSettings:
        """An agent's settings; those of `everyone` when he is not listed."""
        return self.agents.get(number, self.everyone)

    def problems(self) -> list[tuple[tuple[str | int, ...], str]]:
        """What names something that does not exist: the place of each, and the complaint."""
        found: list[tuple[tuple[str | int, ...], str]] = []
        for name, queue in self.queues.items():
            found += self._queue_problems(("queues", name), queue)
        everyone = [("", self.everyone)] if "everyone" in self.model_fields_set else []
        for number, agent in (*self.agents.items(), *everyone):
            where: tuple[str | int, ...] = ("agents", number) if number else ("everyone",)
            found += [
                ((*where, "skills", skill), f"unknown skill {skill!r}")
                for skill in agent.skills
                if skill not in self.skills
            ]
            found += [
                ((*where, "queues", index), f"unknown queue {queue!r}")
                for index, queue in enumerate(agent.queues)
                if queue not in self.queues
            ]
            found += self._group_problems((*where, "groups"), agent.groups)
        return found

    def _group_problems(
        self, where: tuple[str | int, ...], groups: tuple[str, ...]
    ) -> list[tuple[tuple[str | int, ...], str]]:
        unknown = [(at, group) for at, group in enumerate(groups) if self.groups and group not in self.groups]
        return [((*where, at), f"unknown group {group!r}") for at, group in unknown]

    def _queue_problems(
        self, where: tuple[str | int, ...], queue: QueueSettings
    ) -> list[tuple[tuple[str | int, ...], str]]:
        found: list[tuple[tuple[str | int, ...], str]] = []
        asked = [((*where, "need"), queue.need)]
        asked += [((*where, "steps", at, "need"), step.need) for at, step in enumerate(queue.steps) if step.need]
        for place, text in asked:
            try:
                skills.parse(text).refuse_unknown(self.skills)
            except skills.ExpressionError as error:
                found.append((place, str(error)))
        found += self._group_problems((*where, "groups"), queue.groups)
        for at, step in enumerate(queue.steps):
            found += self._group_problems((*where, "steps", at, "groups"), step.groups)
        for place, name in (
            ((*where, "calendar"), queue.calendar),
            ((*where, "callback", "hours"), queue.callback.hours),
        ):
            if name is not None and name not in self.calendars:
                found.append((place, f"unknown calendar {name!r}"))
        for key, limit in queue.overflow.limits():
            target = limit.to if isinstance(limit, LimitSettings) else limit
            if target and target.startswith("queue:") and target.removeprefix("queue:") not in self.queues:
                found.append(((*where, "overflow", key), f"unknown queue {target.removeprefix('queue:')!r}"))
        return found
