"""The pieces of the settings as forms have them: one flat body each, and back to what the files say.

Titles and hints are those of the screens; limits are the settings' own, which check everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import pydantic

from acd.settings.calendars import WEEKDAYS, CalendarSettings
from acd.settings.owners import SHARED
from acd.settings.schema import AgentSettings, AnswerMode, QueueSettings, StrategyName
from cti.base.http.routes import Body
from cti.office.screens.forms import fields_of, form

STRATEGIES: dict[str, str] = {
    "longest_idle": "空闲最久优先",
    "most_skilled": "技能最高优先",
    "least_skilled": "技能够用者优先（保留专家）",
    "fewest_calls": "今日接听最少优先",
    "round_robin": "轮流",
    "rank": "按座席次序",
    "weighted": "按分值加权",
}
TARGETS = {"voicemail": "语音留言", "callback": "登记回拨", "message": "播放提示后结束"}
"""Where an overflow leads, besides other queues and flows."""

OPTIONS = "/api/acd/options"
QUEUES_FROM, GROUPS_FROM, CALENDARS_FROM = f"{OPTIONS}/queues", f"{OPTIONS}/groups", f"{OPTIONS}/calendars"
TARGETS_FROM = f"{OPTIONS}/targets"

CHECK_NEED = "/api/acd/check_need"
NEED_WORDS = (
    "写技能标识和最低级别（0 到 5），and 表示同时满足，or 表示满足其一，not 表示不满足，括号内先算；\n"
    "只写标识即至少 1 级\n"
    "例一：social >= 3（社会保障 3 级以上）\n"
    "例二：social >= 3 and (dialect or mandarin >= 2)（社会保障 3 级以上，并且会方言或普通话 2 级以上）\n"
    "留空则不限"
)
STEPS_WORDS = (
    "等待越久要求越低；对已在排队的来电同样生效。表达式的写法同“所需技能”\n"
    "例一：30 秒后，放宽到 social >= 2\n"
    "例二：60 秒后，放宽到 social or mandarin >= 2，再加上邻近班组"
)

Text = Annotated[str, pydantic.Field(max_length=64)]


_Q = QueueSettings()


class StepBody(Body):
    """After so many seconds another need holds, and more groups are asked."""

    after: float = pydantic.Field(title="等待多少秒后", gt=0, le=86400)
    need: str | None = pydantic.Field(
        default=None,
        title="放宽到（留空则不变）",
        max_length=1000,
        json_schema_extra=form(kind="text", check=CHECK_NEED),
    )
    groups: list[str] = pydantic.Field(default=[], title="加上班组", json_schema_extra=form(options_from=GROUPS_FROM))


ANSWERING = {"never": "不允许自动应答", "chosen": "允许，由座席自选", "always": "总是自动应答"}
ANSWERING_WORDS = "依次看座席、队列、班组的规定；都没有时由座席自选。接通前座席先听到提示音"


def _answering() -> Any:
    return pydantic.Field(
        default=None,
        title="自动应答",
        json_schema_extra=form(options=ANSWERING, none="不另作规定", help=ANSWERING_WORDS),
    )


def _delay() -> Any:
    return pydantic.Field(default=0, title="自动应答前振铃（秒）", ge=0, le=20)


class QueueBody(Body):
    """A queue. An empty limit means that there is none."""

    version: int = pydantic.Field(default=0, ge=0)
    title: Text = pydantic.Field(default="", title="名称", json_schema_extra=form(section="基本"))
    shared: bool = pydantic.Field(default=False, title="各机构共用")
    organisations: list[str] = pydantic.Field(
        default=[],
        title="所属机构",
        max_length=200,
        json_schema_extra=form(help="机构标识；这些机构的人员可以查看该队列及其统计，不填则仅市级"),
    )
    need: str = pydantic.Field(
        default="",
        title="所需技能",
        max_length=1000,
        json_schema_extra=form(check=CHECK_NEED, help=NEED_WORDS),
    )
    groups: list[str] = pydantic.Field(
        default=[], title="限定班组", json_schema_extra=form(options_from=GROUPS_FROM, help="不选则所有班组")
    )
    strategy: StrategyName = pydantic.Field(
        default="longest_idle", title="选人方式", json_schema_extra=form(options=STRATEGIES)
    )
    weight_idle: float = pydantic.Field(
        default=_Q.weights.idle,
        title="空闲每秒加分",
        ge=0,
        le=1e4,
        json_schema_extra=form(help="以下四项仅用于“按分值加权”，分高者先接"),
    )
    weight_skill: float = pydantic.Field(default=_Q.weights.skill, title="所需技能每级加分", ge=0, le=1e4)
    weight_calls: float = pydantic.Field(default=_Q.weights.calls, title="今日每接一通减分", ge=0, le=1e4)
    weight_rank: float = pydantic.Field(default=_Q.weights.rank, title="座席次序每级减分", ge=0, le=1e4)
    steps: list[StepBody] = pydantic.Field(
        default=[],
        title="逐步放宽",
        json_schema_extra=form(kind="rows", rows=fields_of(StepBody), help=STEPS_WORDS),
    )
    ring: float = pydantic.Field(
        default=_Q.ring, title="振铃（秒）", ge=1, le=600, json_schema_extra=form(section="接听")
    )
    wrapup: float = pydantic.Field(default=_Q.wrapup, title="话后处理（秒）", ge=0, le=86400)
    wrapup_extension: float = pydantic.Field(
        default=_Q.wrapup_extension, title="话后处理最多延长（秒）", ge=0, le=86400
    )
    requested_after: Literal["talk", "wrapup"] = pydantic.Field(
        default="talk",
        title="申请的状态何时生效",
        json_schema_extra=form(options={"talk": "通话后", "wrapup": "话后处理后"}),
    )
    answering: AnswerMode | None = _answering()
    answer_delay: int = _delay()
    rejected: Literal["break", "skip"] = pydantic.Field(
        default=_Q.rejected,
        title="座席拒接后",
        json_schema_extra=form(options={"break": "转为小休", "skip": "换下一位"}),
    )
    busy: Literal["break", "skip"] = pydantic.Field(
        default=_Q.busy, title="座席忙线时", json_schema_extra=form(options={"break": "转为小休", "skip": "换下一位"})
    )
    last_agent: float = pydantic.Field(default=_Q.last_agent, title="优先等待上次座席（秒）", ge=0, le=86400)
    dedicated: float = pydantic.Field(default=_Q.dedicated, title="等待专属座席（秒）", ge=0, le=86400)
    place_kept: float = pydantic.Field(default=_Q.place_kept, title="断线后保留位置（秒）", ge=0, le=86400)
    base: float = pydantic.Field(
        default=_Q.priority.base,
        title="基础分",
        json_schema_extra=form(section="优先级", help="分高者先接；同分先到先得"),
    )
    start: float = pydantic.Field(default=_Q.priority.start, title="等待多久后开始加分（秒）", ge=0, le=86400)
    acceleration: float = pydantic.Field(default=_Q.priority.acceleration, title="每秒加分", ge=0, le=1000)
    limit: float = pydantic.Field(default=_Q.priority.limit, title="加到多少分为止", ge=-1e6, le=1e6)
    full_limit: float | None = pydantic.Field(
        default=None, title="排队人数上限", ge=0, le=1e6, json_schema_extra=form(section="溢出", help="留空则不限")
    )
    full_to: str | None = pydantic.Field(
        default=None, title="满员时转", json_schema_extra=form(options_from=TARGETS_FROM)
    )
    longest_wait_limit: float | None = pydantic.Field(default=None, title="最长等待（秒）", ge=0, le=1e6)
    longest_wait_to: str | None = pydantic.Field(
        default=None, title="超时转", json_schema_extra=form(options_from=TARGETS_FROM)
    )
    estimated_wait_limit: float | None = pydantic.Field(default=None, title="预计等待上限（秒）", ge=0, le=1e6)
    estimated_wait_to: str | None = pydantic.Field(
        default=None, title="预计过久转", json_schema_extra=form(options_from=TARGETS_FROM)
    )
    no_agents: str | None = pydantic.Field(
        default=None, title="无人签入时转", json_schema_extra=form(options_from=TARGETS_FROM)
    )
    calendar: str | None = pydantic.Field(
        default=None, title="服务时间", json_schema_extra=form(options_from=CALENDARS_FROM, none="全天")
    )
    closed: str | None = pydantic.Field(
        default=None, title="非服务时间转", json_schema_extra=form(options_from=TARGETS_FROM)
    )
    closing: Literal["finish", "overflow"] = pydantic.Field(
        default=_Q.closing,
        title="下班时仍在排队者",
        json_schema_extra=form(options={"finish": "接完为止", "overflow": "转非服务时间的去向"}),
    )
    keeps: Literal["wait_and_points", "points", "nothing"] = pydantic.Field(
        default=_Q.overflow.keeps,
        title="溢出到其他队列时保留",
        json_schema_extra=form(
            options={"wait_and_points": "等待时间与加分", "points": "仅加分", "nothing": "不保留，重新排队"}
        ),
    )
    callback_first: Literal["agent", "citizen"] = pydantic.Field(
        default="agent",
        title="回拨先呼",
        json_schema_extra=form(section="回拨", options={"agent": "座席", "citizen": "市民"}),
    )
    callback_attempts: int = pydantic.Field(default=_Q.callback.attempts, title="最多拨打（次）", ge=1, le=20)
    callback_delay: float = pydantic.Field(default=_Q.callback.delay, title="未接通后间隔（秒）", ge=0, le=86400)
    callback_ring: float = pydantic.Field(default=_Q.callback.ring, title="市民振铃（秒）", ge=0, le=86400)
    callback_hours: str | None = pydantic.Field(
        default=None, title="回拨时间", json_schema_extra=form(options_from=CALENDARS_FROM, none="全天")
    )
    threshold: float = pydantic.Field(
        default=_Q.threshold, title="接听达标（秒内）", ge=0, le=86400, json_schema_extra=form(section="统计")
    )
    short_abandon: float = pydantic.Field(default=_Q.short_abandon, title="短时放弃（秒内不计）", ge=0, le=86400)

    def as_written(self) -> dict[str, Any]:
        """As the files say it, without what is as by default."""
        data = self.model_dump(exclude={"version"}, exclude_none=True)
        if data.pop("shared"):
            data["organisations"] = [SHARED]
        overflow: dict[str, Any] = {}
        for name in ("full", "longest_wait", "estimated_wait"):
            limit, to = data.pop(f"{name}_limit", None), data.pop(f"{name}_to", None)
            if limit is not None or to:
                overflow[name] = {"limit": limit, "to": to}
        for name in ("no_agents", "closed", "keeps"):
            if to := data.pop(name, None):
                overflow[name] = to
        weights = {name: data.pop(f"weight_{name}") for name in ("idle", "skill", "calls", "rank")}
        priority = {name: data.pop(name) for name in ("base", "start", "acceleration", "limit")}
        own = ("first", "attempts", "delay", "ring", "hours")
        callback = {name: data.pop(f"callback_{name}") for name in own if f"callback_{name}" in data}
        data["steps"] = [
            {key: value for key, value in step.items() if value not in (None, [])} for step in data["steps"]
        ]
        whole = {**data, "overflow": overflow, "priority": priority, "callback": callback, "weights": weights}
        return _spare(whole, QueueSettings().model_dump(mode="json"))

    @classmethod
    def of(cls, queue: QueueSettings, version: int) -> QueueBody:
        """A queue as its form has it."""
        data = queue.model_dump(mode="json")
        overflow, priority, callback = data.pop("overflow"), data.pop("priority"), data.pop("callback")
        weights = data.pop("weights")
        flat = {f"{name}_{key}": value for name in ("full", "longest_wait", "estimated_wait")
                for key, value in (overflow[name] or {}).items()}  # fmt: skip
        flat |= {name: overflow[name] for name in ("no_agents", "closed", "keeps")}
        flat |= {f"weight_{key}": value for key, value in weights.items()}
        flat |= {f"callback_{key}": value for key, value in callback.items()}
        owners = data.pop("organisations")
        flat |= {"shared": SHARED in owners, "organisations": [one for one in owners if one != SHARED]}
        known = {key: value for key, value in data.items() if key in cls.model_fields}
        return cls.model_validate({**known, **flat, **priority, "version": version})


FIELDS = {
    "overflow.full.limit": "full_limit", "overflow.full.to": "full_to",
    "overflow.longest_wait.limit": "longest_wait_limit", "overflow.longest_wait.to": "longest_wait_to",
    "overflow.estimated_wait.limit": "estimated_wait_limit", "overflow.estimated_wait.to": "estimated_wait_to",
    "overflow.full": "full_to", "overflow.longest_wait": "longest_wait_to",
    "overflow.estimated_wait": "estimated_wait_to", "overflow.no_agents": "no_agents", "overflow.closed": "closed",
    "callback.hours": "callback_hours",
}  # fmt: skip
"""Where a complaint about the settings stands in the form of a queue."""


def field_of(kind: str, path: str) -> str:
    """The form's field for a path in the settings of a piece."""
    first, _, rest = path.partition(".")
    if kind == "calendars":
        return rest.partition(".")[0] if first == "week" else first
    if kind != "queues":
        return first
    if path in FIELDS:
        return FIELDS[path]
    return rest if first == "priority" else f"callback_{rest}" if first == "callback" else first


def _spare(value: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is as by default."""
    found: dict[str, Any] = {}
    for key, one in value.items():
        usual = default.get(key)
        if isinstance(one, Mapping) and isinstance(usual, Mapping):
            if inner := _spare(one, usual):
                found[key] = inner
        elif one != usual and one != {}:
            found[key] = one
    return found


class SkillBody(Body):
    """A skill as it is changed; `version` is the one that was read."""

    version: int = pydantic.Field(default=0, ge=0)
    title: str = pydantic.Field(title="名称", min_length=1, max_length=64)


class GroupBody(Body):
    """A group of agents."""

    version: int = pydantic.Field(default=0, ge=0)
    title: Text = pydantic.Field(default="", title="名称")
    answering: AnswerMode | None = _answering()
    answer_delay: int = _delay()


class BreakBody(Body):
    """A type of break."""

    version: int = pydantic.Field(default=0, ge=0)
    title: Text = pydantic.Field(default="", title="名称")
    limit: float | None = pydantic.Field(
        default=None,
        title="最长（秒）",
        ge=0,
        le=86400,
        json_schema_extra=form(kind="number", help="超过即告警；留空则不限"),
    )
    at_once: int | None = pydantic.Field(
        default=None, title="同时人数上限", ge=1, json_schema_extra=form(help="留空则不限")
    )


class DayBody(Body):
    """A day that has hours of its own; none: a holiday."""

    day: date = pydantic.Field(title="日期")
    hours: list[str] = pydantic.Field(default=[], title="时段（留空为休息）", max_length=10)


def _hours(title: str, **hints: Any) -> Any:
    return pydantic.Field(default=[], title=title, max_length=10, json_schema_extra=form(kind="tags", **hints))


class CalendarBody(Body):
    """A calendar: hours by weekday, and of single days."""

    version: int = pydantic.Field(default=0, ge=0)
    mon: list[str] = _hours("周一", section="每周时段", help="如 08:30-12:00、13:30-17:30；没有时段的日子不服务")
    tue: list[str] = _hours("周二")
    wed: list[str] = _hours("周三")
    thu: list[str] = _hours("周四")
    fri: list[str] = _hours("周五")
    sat: list[str] = _hours("周六")
    sun: list[str] = _hours("周日")
    days: list[DayBody] = pydantic.Field(
        default=[],
        title="特殊日期",
        max_length=1000,
        json_schema_extra=form(kind="rows", rows=fields_of(DayBody), section="节假日与调休"),
    )

    def as_written(self) -> dict[str, Any]:
        """As the files say it."""
        week = {day: hours for day in WEEKDAYS if (hours := getattr(self, day))}
        days = {one.day.isoformat(): one.hours for one in self.days}
        return {"week": week, "days": days} if days else {"week": week}

    @classmethod
    def of(cls, calendar: CalendarSettings) -> dict[str, Any]:
        """A calendar as its form has it."""
        days = [{"day": day.isoformat(), "hours": hours} for day, hours in sorted(calendar.days.items())]
        week: dict[str, Any] = {day: calendar.week.get(day, []) for day in WEEKDAYS}
        return {**week, "days": days}


class LevelBody(Body):
    """A skill and how well somebody has it."""

    skill: str = pydantic.Field(title="技能", max_length=40, json_schema_extra=form(options_from=f"{OPTIONS}/skills"))
    level: int = pydantic.Field(default=3, title="级别（1 到 5）", ge=1, le=5)


class AgentBody(Body):
    """An agent's skills and what else the matching knows of him."""

    version: int = pydantic.Field(default=0, ge=0)
    skills: list[LevelBody] = pydantic.Field(
        default=[], title="技能", max_length=200, json_schema_extra=form(kind="rows", rows=fields_of(LevelBody))
    )
    groups: list[str] = pydantic.Field(default=[], title="班组", json_schema_extra=form(options_from=GROUPS_FROM))
    rank: int = pydantic.Field(default=100, title="次序", ge=1, le=1000, json_schema_extra=form(help="小者先接"))
    calls: int = pydantic.Field(default=1, title="同时通话", ge=0, le=1)
    chats: int = pydantic.Field(default=3, title="同时会话", ge=0, le=20)
    queues: list[str] = pydantic.Field(
        default=[], title="限定队列", json_schema_extra=form(options_from=QUEUES_FROM, help="不选则按技能")
    )
    answering: AnswerMode | None = _answering()
    answer_delay: int = _delay()

    def as_written(self) -> dict[str, Any]:
        """As the files say it, without what is as by default."""
        data = self.model_dump(mode="json", exclude={"version", "skills"}, exclude_defaults=True)
        return {"skills": {one.skill: one.level for one in self.skills}, **data}

    @classmethod
    def of(cls, agent: AgentSettings, version: int) -> AgentBody:
        """An agent as his form has him."""
        skills = [{"skill": skill, "level": level} for skill, level in agent.skills.items()]
        return cls.model_validate({**agent.model_dump(mode="json"), "skills": skills, "version": version})


class SkillsBody(Body):
    """An agent's skills alone: what a supervisor changes from one hour to the next."""

    version: int = pydantic.Field(default=0, ge=0)
    skills: list[LevelBody] = pydantic.Field(
        default=[],
        title="技能",
        max_length=200,
        json_schema_extra=form(kind="rows", rows=fields_of(LevelBody), help="立即生效，也用于正在排队的来电"),
    )


class Cell(Body):
    """One agent's level in one skill, 0 is not having it; `version` is that of the agent."""

    agent: str = pydantic.Field(pattern=r"^\d{1,12}$")
    skill: str = pydantic.Field(max_length=40)
    level: int = pydantic.Field(ge=0, le=5)
    version: int = pydantic.Field(ge=0)


class MatrixBody(Body):
    """Cells of the matrix that change together."""

    cells: list[Cell] = pydantic.Field(min_length=1, max_length=5000)
