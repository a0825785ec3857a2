"""A process as its file says it: steps, who may do what there, where that leads, and the time limits.

Expressions read the process's own `values` by their names, and `record` (what the case is about), `case`, `actor`,
`form` (what the actor filled in), `part` and `parts` (tasks that run in parallel), `count` (how often each action was
taken), `clocks` (whether a time limit runs, and is overdue), `time`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import pydantic

from cti.base.expressions import Expression, Template
from cti.base.files.parts import Name, OneOrMore, Part, Variable
from cti.office.deadlines.limits import Unit
from cti.office.processes.trials import Cast, Trial
from cti.office.workshop.definitions import Head

Value = str | int | float | bool | list[str] | None
Role = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
"""What a parallel task is to the case that began it, such as `lead` or `assisting`."""


class Who(Part):
    """Who may act: who has the permission, over rows like the case. `of` narrows it down.

    `holder`: his organisation is the one that has the case now, or stands above it. `person`: the case names him.
    `giver`: the permission reaches the case that began this parallel task. `house`: nobody but the house itself.
    `citizen`: the citizen whose record it is, himself, on the public site.
    """

    permission: str = ""
    of: Literal["region", "holder", "person", "giver", "house", "citizen"] = "region"

    @pydantic.model_validator(mode="after")
    def _complete(self) -> Who:
        if bool(self.permission) == (self.of in ("house", "citizen")):
            raise ValueError("people need a permission, the house and citizens have none")
        return self


class Way(Part):
    """A step to go to, when the condition holds; without `next` the case stays where it is, with new values."""

    when: Expression | None = pydantic.Field(default=None, alias="if")
    next: Name | None = None
    closes: Literal["", "all"] | Role = ""
    sets: dict[Variable, Expression] = pydantic.Field(default={})


class Begin(Part):
    """Parallel tasks to begin: one for each organisation that `to` names (a name, or a list of names)."""

    process: Name
    to: Expression
    role: Role = "lead"
    sets: dict[Variable, Expression] = pydantic.Field(default={})


class Reopen(Part):
    """Parallel tasks that ended, and for which the condition holds, go on at a step of their process."""

    role: Role
    step: Name
    when: Expression | None = pydantic.Field(default=None, alias="if")
    sets: dict[Variable, Expression] = pydantic.Field(default={})


class More(Part):
    """How much longer: `{amount: form.days, unit: working_days}`."""

    amount: Expression
    unit: Unit


class ClockChange(Part):
    """What an action does to a time limit that runs."""

    does: Literal["pause", "resume", "extend"]
    by: More | None = None

    @pydantic.model_validator(mode="after")
    def _complete(self) -> ClockChange:
        if (self.by is not None) != (self.does == "extend"):
            raise ValueError("extend needs `by`, and nothing else has it")
        return self


class Refusal(Part):
    """A condition without which an action is refused, in these words."""

    unless: Expression
    says: Template


class Effects(Part):
    """What is done beside the step: new values, whose turn it is, parallel tasks, time limits."""

    sets: dict[Variable, Expression] = pydantic.Field(default={})
    holder: Expression | None = None
    person: Expression | None = None
    begins: Annotated[tuple[Begin, ...], OneOrMore] = ()
    reopens: Annotated[tuple[Reopen, ...], OneOrMore] = ()
    clocks: dict[Name, ClockChange] = pydantic.Field(default={})


class Action(Effects):
    """What somebody may do at a step. Without `next` the case stays there.

    `form` names what he fills in; `at_most` is how often it may be done in a case; `needs` says what else must hold.
    An action of a step with an outcome takes up again what had ended. `sms` is the template of messages by which the
    citizen is told that it was done.
    """

    title: str
    who: Annotated[tuple[Who, ...], OneOrMore] = ()
    form: Name | None = None
    shown: Expression | None = pydantic.Field(default=None, alias="if")
    needs: Annotated[tuple[Refusal, ...], OneOrMore] = ()
    at_most: int | None = pydantic.Field(default=None, ge=1)
    sms: Name | None = None
    next: Name | Annotated[tuple[Way, ...], pydantic.Field(min_length=1)] | None = None
    closes: Literal["", "all"] | Role = ""

    @property
    def ways(self) -> tuple[Way, ...]:
        """Where it may lead, in the order in which conditions are asked."""
        if self.next is None:
            return ()
        return (Way(next=self.next, closes=self.closes),) if isinstance(self.next, str) else self.next


class SharedAction(Action):
    """An action of several steps, said once."""

    at: Annotated[tuple[Name, ...], OneOrMore, pydantic.Field(min_length=1)]


class Step(Part):
    """Where a case can be. Without `who` nobody's turn but that of its parallel tasks.

    `stage` is what lists call it, whatever the process: `review`, `sign`, `handle` …

    `passes` are asked when a case comes here: the first that holds leads on at once. `joins` are asked whenever one of
    its parallel tasks ends. `outcome` ends the case. `public` is what a citizen is told of the step who asks; `sms` is
    the template of messages by which he is told without asking when the case comes here.
    """

    title: str
    stage: Name | None = None
    public: str = ""
    sms: Name | None = None
    who: Annotated[tuple[Who, ...], OneOrMore] = ()
    enters: Effects = Effects()
    passes: Annotated[tuple[Way, ...], OneOrMore] = ()
    actions: dict[Name, Action] = pydantic.Field(default={})
    joins: Annotated[tuple[Way, ...], OneOrMore] = ()
    outcome: Name | None = None

    @property
    def ways(self) -> tuple[Way, ...]:
        """Everywhere it may lead."""
        return (*self.passes, *self.joins, *(way for action in self.actions.values() for way in action.ways))


class LimitRule(Part):
    """A time limit; the first whose condition holds counts."""

    when: Expression | None = pydantic.Field(default=None, alias="if")
    amount: Expression
    unit: Unit

    @pydantic.field_validator("amount")
    @classmethod
    def _is_some(cls, amount: Expression) -> Expression:
        if amount.text.lstrip("-").isdecimal() and int(amount.text) < 1:
            raise ValueError("a limit is at least 1")
        return amount


class ClockRule(Part):
    """A time limit: it runs while the case is at the steps `during`, stands still at those of `pauses`, and ends with
    both. `warns` is the share of the time after which it is nearly overdue. `then` is the action that the house takes
    when the time is over, if the step has it. One that is not `watched` binds nobody to do anything, such as a period
    for objections or an interval: it is never near or overdue for people, and nobody is told.
    """

    title: str
    during: Annotated[tuple[Name, ...], OneOrMore, pydantic.Field(min_length=1)]
    pauses: Annotated[tuple[Name, ...], OneOrMore] = ()
    calendar: Name = "office"
    limits: Annotated[tuple[LimitRule, ...], OneOrMore, pydantic.Field(min_length=1)]
    warns: float = pydantic.Field(default=0.8, gt=0, lt=1)
    then: Name | None = None
    watched: bool = True


class Process(Head):
    """The whole file. `about` is the kind of record that its cases belong to; `start` the first step.

    `actions` are those of several steps; they come after a step's own. One that says `replaces` goes in the place of
    that process for cases of its `regions` and all within; of several the nearest region counts. `cast` and `tests`
    play it with scripted people.
    """

    WORD: ClassVar[str] = "process"

    process: Name
    about: Name
    replaces: Name | None = None
    regions: Annotated[tuple[Annotated[str, pydantic.Field(pattern=r"^\d{6}$")], ...], OneOrMore] = ()
    start: Name
    values: dict[Variable, Value] = pydantic.Field(default={})
    clocks: dict[Name, ClockRule] = pydantic.Field(default={})
    steps: dict[Name, Step] = pydantic.Field(min_length=1)
    actions: dict[Name, SharedAction] = pydantic.Field(default={})
    cast: Cast = Cast()
    tests: tuple[Trial, ...] = ()

    @property
    def compared(self) -> Mapping[str, object]:
        """Steps, and time limits as `clocks.NAME`."""
        return {**self.steps, **{f"clocks.{name}": clock for name, clock in self.clocks.items()}}

    @pydantic.model_validator(mode="after")
    def _spread(self) -> Process:
        for name, action in self.actions.items():
            for at in action.at:
                if at not in self.steps:
                    raise ValueError(f"actions.{name}: there is no step {at}")
                if name in (step := self.steps[at]).actions:
                    raise ValueError(f"actions.{name}: step {at} has its own")
                self.steps[at] = step.model_copy(update={"actions": {**step.actions, name: action}})
        return self

    @cached_property
    def roles(self) -> frozenset[str]:
        """What its parallel tasks are to its cases."""
        effects = [effects for step in self.steps.values() for effects in (step.enters, *step.actions.values())]
        return frozenset(begin.role for one in effects for begin in one.begins)

    @cached_property
    def action_names(self) -> frozenset[str]:
        """Every action of every step."""
        return frozenset(name for step in self.steps.values() for name in step.actions)
