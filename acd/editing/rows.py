"""The settings in lists: what a row of each kind shows, with what is so now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pydantic

from acd.editing.bodies import STRATEGIES, TARGETS
from acd.editing.changes import Changes
from acd.editing.items import KINDS, Item
from acd.service import Acd
from acd.settings.calendars import Weekday
from acd.settings.schema import AcdSettings, QueueSettings
from acd.settings.skills import parse
from cti.office.screens.forms import form

WEEKDAYS: dict[Weekday, str] = {
    "mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日",
}  # fmt: skip


class Row(pydantic.BaseModel):
    """What every piece in a list has."""

    id: str = pydantic.Field(title="标识")
    title: str = pydantic.Field(title="名称")
    version: int
    changed_by: str = pydantic.Field(title="最后修改人")
    changed_at: datetime = pydantic.Field(title="最后修改")


class QueueRow(Row):
    """A queue in the list, with who waits and who may serve it now."""

    need: str = pydantic.Field(title="所需技能", json_schema_extra=form(none="不限", width=230))
    steps: list[str] = pydantic.Field(title="逐步放宽", json_schema_extra=form(none="不放宽", width=220))
    strategy: str = pydantic.Field(title="选人方式", json_schema_extra=form(kind="choice", options=STRATEGIES))
    overflow: list[str] = pydantic.Field(title="溢出", json_schema_extra=form(none="无", width=230))
    calendar: str = pydantic.Field(title="服务时间", json_schema_extra=form(none="全天"))
    callback: str = pydantic.Field(title="回拨", json_schema_extra=form(width=180))
    wrapup: float = pydantic.Field(title="话后处理", json_schema_extra=form(kind="duration"))
    waiting: int = pydantic.Field(title="排队")
    on_duty: int = pydantic.Field(title="在岗座席")


class SkillRow(Row):
    """A skill in the list."""

    agents: int = pydantic.Field(title="具备的座席")
    queues: list[str] = pydantic.Field(title="涉及的队列", json_schema_extra=form(none="无"))


class GroupRow(Row):
    """A group in the list."""

    agents: int = pydantic.Field(title="座席数")
    queues: list[str] = pydantic.Field(title="涉及的队列", json_schema_extra=form(none="无"))


class BreakRow(Row):
    """A type of break in the list."""

    limit: float | None = pydantic.Field(title="最长", json_schema_extra=form(kind="duration", none="不限"))
    at_once: int | None = pydantic.Field(title="同时人数上限", json_schema_extra=form(none="不限"))
    now: int = pydantic.Field(title="正在小休")


class CalendarRow(Row):
    """A calendar in the list."""

    week: list[str] = pydantic.Field(title="每周", json_schema_extra=form(none="从不服务"))
    days: int = pydantic.Field(title="特殊日期")
    open: bool = pydantic.Field(title="现在", json_schema_extra=form(options={"true": "服务中", "false": "休息"}))


class Rows:
    """Makes rows of lists from settings and from what was changed."""

    def __init__(self, acd: Acd, changes: Changes) -> None:
        self._acd = acd
        self._changes = changes

    @property
    def _settings(self) -> AcdSettings:
        return self._acd.wanted

    def _base(self, kind: str, name: str, title: str) -> dict[str, Any]:
        known = self._changes.versions.get(Item(kind, name).key)
        return {
            "id": name,
            "title": title or name,
            "version": known.version if known else 0,
            "changed_by": known.by if known else "",
            "changed_at": datetime.fromtimestamp(known.at if known else 0, UTC),
        }

    def of(self, kind: str) -> list[Row]:
        """All of a kind but agents."""
        make = {
            "queues": self._queues, "skills": self._skills, "groups": self._groups, "breaks": self._breaks,
            "calendars": self._calendars,
        }  # fmt: skip
        return list(make[kind]())

    def _queues(self) -> Iterator[Row]:
        now = {view.queue: view for view in self._acd.queues()}
        for name, one in self._settings.queues.items():
            view = now[name]
            yield QueueRow(
                **self._base("queues", name, one.title),
                need=one.need,
                steps=[_step(step.after, step.need, step.groups) for step in one.steps],
                strategy=one.strategy,
                overflow=list(self._overflow(one)),
                calendar=one.calendar or "",
                callback=f"先呼{'座席' if one.callback.first == 'agent' else '市民'}，最多 {one.callback.attempts} 次",
                wrapup=one.wrapup,
                waiting=view.waiting,
                on_duty=view.on_duty,
            )

    def _overflow(self, queue: QueueSettings) -> Iterator[str]:
        rules = queue.overflow
        for words, limit in (
            ("满 {:g} 人", rules.full),
            ("等待超过 {:g} 秒", rules.longest_wait),
            ("预计超过 {:g} 秒", rules.estimated_wait),
        ):
            if limit is not None:
                yield f"{words.format(limit.limit)}转{self.target(limit.to)}"
        for words, to in (("无人签入", rules.no_agents), ("非服务时间", rules.closed)):
            if to:
                yield f"{words}转{self.target(to)}"

    def target(self, to: str) -> str:
        """Where an overflow leads, in words."""
        kind, _, name = to.partition(":")
        if kind == "queue":
            found = self._settings.queues.get(name)
            return f"队列“{(found.title if found else '') or name}”"
        return f"流程“{name}”" if kind == "flow" else TARGETS.get(kind, kind)

    def _skills(self) -> Iterator[Row]:
        settings = self._settings
        for name, title in settings.skills.items():
            queues = [one.title or key for key, one in settings.queues.items() if name in _named(one)]
            agents = sum(name in about.skills for about in settings.agents.values())
            yield SkillRow(**self._base("skills", name, title), agents=agents, queues=queues)

    def _groups(self) -> Iterator[Row]:
        settings = self._settings
        for name, group in settings.groups.items():
            queues = [
                one.title or key
                for key, one in settings.queues.items()
                if name in one.groups or any(name in step.groups for step in one.steps)
            ]
            agents = sum(name in about.groups for about in settings.agents.values())
            yield GroupRow(**self._base("groups", name, group.title), agents=agents, queues=queues)

    def _breaks(self) -> Iterator[Row]:
        agents = self._acd.agents()
        for name, one in self._settings.breaks.items():
            now = sum(agent.state == "break" and agent.reason == name for agent in agents)
            yield BreakRow(**self._base("breaks", name, one.title), limit=one.limit, at_once=one.at_once, now=now)

    def _calendars(self) -> Iterator[Row]:
        at = self._acd.matching.clock.wall()
        for name, one in self._settings.calendars.items():
            week = [f"{words} {'、'.join(hours)}" for day, words in WEEKDAYS.items() if (hours := one.week.get(day))]
            yield CalendarRow(**self._base("calendars", name, ""), week=week, days=len(one.days), open=one.is_open(at))

    def options(self, kind: str) -> dict[str, str]:
        """Names and titles to choose from; `targets` are where an overflow may lead."""
        settings = self._settings
        if kind == "targets":
            queues = {f"queue:{name}": f"队列“{one.title or name}”" for name, one in settings.queues.items()}
            return {**TARGETS, **queues}
        if kind == "skills":
            return dict(settings.skills)
        found: dict[str, Any] = getattr(settings, kind)
        return {name: getattr(one, "title", "") or name for name, one in found.items()}


def _step(after: float, need: str | None, groups: tuple[str, ...]) -> str:
    more = f"，加上班组 {'、'.join(groups)}" if groups else ""
    asked = "" if need is None else f" {need or '不限技能'}"
    return f"{after:g} 秒后{asked}{more}"


def _named(queue: QueueSettings) -> set[str]:
    needs = [queue.need, *(step.need for step in queue.steps if step.need)]
    return {skill for need in needs for skill in parse(need).skills}


def kind_title(kind: str) -> str:
    """A kind in words."""
    return KINDS.get(kind, "其他座席")
