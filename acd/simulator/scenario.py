"""Scenarios: lines of JSON, each something that happens at a second. The whole format stands in the room's README."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import pydantic

from acd.settings.schema import AcdSettings, AgentSettings, Expression, Level, SkillName
from acd.settings.skills import ExpressionError, parse
from cti.base.files.documents import DocumentError, Problem
from cti.base.settings import Name, Section
from cti.base.times.business_time import ZONE

At = Annotated[float, pydantic.Field(ge=0, le=1e7)]
Id = Annotated[str, pydantic.Field(min_length=1, max_length=64)]
Span = Annotated[float, pydantic.Field(ge=0, le=1e6)]

_REACTION = re.compile(r"after (\d+(?:\.\d+)?)|never|reject|busy|lost")


def _reaction(text: str) -> str:
    if not _REACTION.fullmatch(text):
        raise ValueError("must be 'after SECONDS', 'never', 'reject', 'busy' or 'lost'")
    return text


Reaction = Annotated[str, pydantic.AfterValidator(_reaction)]


def seconds_of(reaction: str) -> float | None:
    """The seconds of `after SECONDS`; None for the other reactions."""
    found = _REACTION.fullmatch(reaction)
    return float(found[1]) if found and found[1] else None


class ConfigLine(Section):
    """Settings hold from now on."""

    at: At
    config: AcdSettings


class AgentLine(Section):
    """An agent gets skills, changes state or phone, reacts differently, or ends or extends (seconds) a wrap-up."""

    at: At
    agent: Id
    skills: dict[SkillName, Level] | None = None
    groups: tuple[Name, ...] | None = None
    queues: tuple[Name, ...] | None = None
    rank: Annotated[int, pydantic.Field(ge=1, le=1000)] | None = None
    calls: Annotated[int, pydantic.Field(ge=0, le=1)] | None = None
    chats: Annotated[int, pydantic.Field(ge=0, le=20)] | None = None
    state: Literal["ready", "break", "signed_out"] | None = None
    reason: str = ""
    by: str = ""
    answers: Reaction | None = None
    phone: bool | None = None
    wrapup: Literal["end"] | Span | None = None

    def describes(self, before: AgentSettings) -> AgentSettings | None:
        """The agent's settings with what the line says; None when it says nothing of them."""
        said = {
            key: value
            for key in ("skills", "groups", "queues", "rank", "calls", "chats")
            if (value := getattr(self, key)) is not None
        }
        return before.model_copy(update=said) if said else None


class WorkLine(Section):
    """What calls, chats and callbacks have in common. `patience` and `talk` are seconds; no patience is endless."""

    at: At
    queue: Name | None = None
    caller: str = pydantic.Field(default="", alias="from", max_length=64)
    called: str = ""
    need: Expression = ""
    vip: bool = False
    listed: bool = False
    priority: float = 0.0
    patience: Span | None = None
    talk: Span = 120.0
    last_agent: str = ""
    dedicated_agent: str = ""
    answers: Reaction = "after 5"


class CallLine(WorkLine):
    """A call arrives. `answers` is how the caller reacts should he be called back."""

    call: Id


class ChatLine(WorkLine):
    """A line of a scenario in which a chat arrives."""

    chat: Id


class CallbackLine(WorkLine):
    """A callback is owed; `answers` is how the citizen reacts to it."""

    callback: Id


class HangupLine(Section):
    """The caller of a call or chat is gone, wherever it is."""

    at: At
    hangup: Id


class ToCallbackLine(Section):
    """A waiting caller presses the key for a callback."""

    at: At
    to_callback: Id


class StartLine(Section):
    """When the scenario begins, in the house's time zone unless the time names one; only as what happens first."""

    at: Annotated[float, pydantic.Field(ge=0, le=0)] = 0.0
    start: datetime

    def moment(self) -> datetime:
        """The start in UTC."""
        start = self.start if self.start.tzinfo is not None else self.start.replace(tzinfo=ZONE)
        return start.astimezone(UTC)


class RestartLine(Section):
    """The engine dies and is back after so many seconds; talks go on, callers keep waiting."""

    at: At
    restart: Span


Line = (
    ConfigLine | AgentLine | CallLine | ChatLine | CallbackLine | HangupLine | ToCallbackLine | RestartLine | StartLine
)

_KINDS: dict[str, type[Line]] = {
    "config": ConfigLine,
    "call": CallLine,
    "chat": ChatLine,
    "callback": CallbackLine,
    "hangup": HangupLine,
    "to_callback": ToCallbackLine,
    "restart": RestartLine,
    "start": StartLine,
    "agent": AgentLine,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A line and its number, from 1."""

    number: int
    line: Line


def read(text: Iterable[str], file: str) -> list[Step]:
    """Check a scenario and order it by time; DocumentError names every line that is wrong. Empty lines are skipped."""
    steps: list[Step] = []
    problems: list[Problem] = []
    for number, row in enumerate(text, start=1):
        if not row.strip():
            continue
        try:
            steps.append(Step(number, _parse(row)))
        except pydantic.ValidationError as error:
            for found in error.errors():
                path = [str(part) for part in found["loc"] if not str(part).startswith("function-")]
                message = found["msg"].removeprefix("Value error, ")
                problems.append(Problem(file, number, 1, f"{'.'.join(path) or 'line'}: {message}"))
        except ValueError as error:
            problems.append(Problem(file, number, 1, str(error)))
    problems += _unknown_names(steps, file)
    if problems:
        raise DocumentError(sorted(problems, key=lambda problem: problem.line))
    return sorted(steps, key=lambda step: step.line.at)


def _parse(row: str) -> Line:
    data: Any = json.loads(row)
    if not isinstance(data, dict):
        raise ValueError("a line must be a JSON object")
    kinds = [kind for key, kind in _KINDS.items() if key in data]
    if not kinds:
        raise ValueError(f"a line needs one of {', '.join(_KINDS)}")
    return kinds[0].model_validate(data)


def _unknown_names(steps: list[Step], file: str) -> list[Problem]:
    found: list[Problem] = []
    settings, declared = AcdSettings(), False
    for step in sorted(steps, key=lambda step: step.line.at):
        line = step.line
        unknown: list[str] = []
        if isinstance(line, ConfigLine):
            settings = line.config
            declared = "skills" in settings.model_fields_set
            for where, message in settings.problems():
                if declared or not message.startswith("unknown skill"):
                    unknown.append(f"config.{'.'.join(str(part) for part in where)}: {message}")
        elif isinstance(line, AgentLine):
            if declared:
                unknown += [f"skills.{one}: unknown skill" for one in line.skills or () if one not in settings.skills]
            unknown += [f"queues: unknown queue {one!r}" for one in line.queues or () if one not in settings.queues]
        elif isinstance(line, WorkLine):
            if line.queue is not None and line.queue not in settings.queues:
                unknown.append(f"queue: unknown queue {line.queue!r}")
            try:
                if declared:
                    parse(line.need).refuse_unknown(settings.skills)
            except ExpressionError as error:
                unknown.append(f"need: {error}")
        found += [Problem(file, step.number, 1, message) for message in unknown]
    return found
