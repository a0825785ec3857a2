"""A call's walk through the nodes of a flow: what a node may ask and do while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from cti.base.expressions import Expression, ExpressionError, Template
from cti.base.expressions.types import BOOLEAN, DATE, MOMENT, NUMBER, TEXT, Type, list_of, record
from cti.base.numbers.number import NumberKind
from ivr.conversation.port import Conversation, Facts
from ivr.nodes.asides import Asides, StepAside
from ivr.reach.surroundings import Surroundings
from ivr.reach.turns import FlowTold, How, TalkRated, TurnTaken
from ivr.speech.spoken_pieces import Piece, Unspoken
from ivr.speech.written_pieces import Said
from ivr.understanding.examples import bare
from ivr.understanding.understanding import Slot, Understood, Wanted

T = TypeVar("T")
SHORTEST_QUESTION = 3
"""Characters of what nobody understood that may be a question."""

SCOPE: dict[str, Type] = {
    "call": record(
        {
            "id": TEXT,
            "medium": TEXT,
            "organisation": TEXT,
            "region": TEXT,
            "called": TEXT,
            "talks": NUMBER,
            "agent": TEXT,
            "queue": TEXT,
            "talk_seconds": NUMBER,
            "waited": NUMBER,
            "rated": BOOLEAN,
            "agent_waits": BOOLEAN,
            "survey": BOOLEAN,
        }
    ),
    "caller": record(
        {
            "number": TEXT,
            "kind": TEXT,
            "area": TEXT,
            "anonymous": BOOLEAN,
            "language": TEXT,
            "tags": list_of(TEXT),
        }
    ),
    "time": record(
        {
            "now": MOMENT,
            "date": DATE,
            "year": NUMBER,
            "month": NUMBER,
            "day": NUMBER,
            "hour": NUMBER,
            "minute": NUMBER,
            "weekday": NUMBER,
        }
    ),
}
"""What every expression can read besides variables; `weekday` counts from 1, Monday, to 7."""


def call_values(facts: Facts) -> dict[str, Any]:
    """`call` of the expressions."""
    return {
        "id": facts.call,
        "medium": facts.medium,
        "organisation": facts.organisation,
        "region": facts.region,
        "called": str(facts.called),
        "talks": facts.talks,
        "agent": facts.agent,
        "queue": facts.queue,
        "talk_seconds": facts.talk_seconds,
        "waited": facts.waited,
        "rated": facts.rated,
        "agent_waits": facts.agent_waits,
        "survey": facts.survey,
    }


def caller_values(facts: Facts) -> dict[str, Any]:
    """`caller` of the expressions; `number` is empty when it is not known."""
    number = facts.caller
    known = number.kind not in (NumberKind.ANONYMOUS, NumberKind.MALFORMED)
    return {
        "number": number.national if known else "",
        "kind": str(number.kind),
        "area": number.area_code,
        "anonymous": not known,
        "language": facts.language,
        "tags": sorted(facts.tags),
    }


def time_values(now: datetime) -> dict[str, Any]:
    """`time` of the expressions; `now` in business time."""
    return {
        "now": now.replace(tzinfo=None).isoformat(timespec="seconds"),
        "date": now.date().isoformat(),
        "year": now.year,
        "month": now.month,
        "day": now.day,
        "hour": now.hour,
        "minute": now.minute,
        "weekday": now.isoweekday(),
    }


class Walk:
    """One node's view of the call. `notes` is what the node keeps across sessions; `resumed`: it was under way.

    `at` is where it stands: flow, revision and node; `asides` is what may be asked in between here; `secret` names the
    variables that no person is shown; `emergency` is the key that leads to an emergency line from here (empty: none),
    `pressed_emergency`: it alone was the last answer; `unsaid`: some of the pieces asked for last cannot be said.
    """

    __slots__ = (
        "_keep",
        "_typed",
        "_unspoken",
        "asides",
        "at",
        "conversation",
        "emergency",
        "notes",
        "pressed_emergency",
        "resumed",
        "secret",
        "surroundings",
        "unsaid",
        "variables",
    )

    def __init__(
        self,
        conversation: Conversation,
        surroundings: Surroundings,
        variables: dict[str, Any],
        keep: Callable[[], Awaitable[None]],
        typed: Callable[[str], None],
        unspoken: Unspoken,
    ) -> None:
        self.conversation = conversation
        self.surroundings = surroundings
        self.variables = variables
        self.notes: dict[str, Any] = {}
        self.secret: set[str] = set()
        self.resumed = False
        self.unsaid = False
        self.emergency, self.pressed_emergency = "", False
        self.asides = Asides()
        self.at = ("", 0, "")
        self._keep = keep
        self._typed = typed
        self._unspoken = unspoken

    def value(self, name: str) -> Any:
        """What a name means in an expression."""
        if name in self.variables:
            return self.variables[name]
        match name:
            case "call":
                return call_values(self.conversation.facts)
            case "caller":
                return caller_values(self.conversation.facts)
            case "time":
                return time_values(self.surroundings.now())
        raise KeyError(name)

    def ask(self, function: str, argument: str) -> bool:
        """Answer `offered` and `open`."""
        if function == "offered":
            return self.surroundings.lookups.offers(argument) or self.surroundings.messengers.offers(argument)
        return self.surroundings.calendars.state(
            argument, self.surroundings.now(), self.conversation.facts.region
        ).is_open

    def work_out(self, expression: Expression) -> Any:
        """The value of an expression; raises ExpressionError."""
        return expression.value(self)

    def words(self, template: Template) -> str:
        """The words of a template; raises ExpressionError."""
        return template.value(self)

    def pieces(self, said: Sequence[Said]) -> list[Piece]:
        """What is said now; what cannot be worked out is left out, and told."""
        found: list[Piece] = []
        self.unsaid = False
        for one in said:
            try:
                piece = one.piece(self)
            except ExpressionError as error:
                self.unsaid = True
                self._unspoken(one.text_in_file, str(error))
                continue
            if piece is not None:
                found.append(piece)
        return found

    def heed(self, emergency: str) -> None:
        """The emergency key (empty: none) of the node that comes now."""
        self.pressed_emergency = False
        if emergency != self.emergency:
            self.emergency = emergency
            self.conversation.heed(emergency)

    def typed(self, digits: str, *, hidden: bool = False) -> None:
        """Tell what keys were pressed; hidden ones as stars."""
        self.pressed_emergency = bool(digits) and digits == self.emergency
        if digits:
            self._typed("*" * len(digits) if hidden else digits)

    @property
    def shown(self) -> dict[str, Any]:
        """The variables that may be shown to people."""
        return {name: value for name, value in self.variables.items() if name not in self.secret}

    def given(self, data: Mapping[str, Expression]) -> dict[str, Any]:
        """Values for people by their titles; what the citizen typed unseen is left out. Raises ExpressionError."""
        secrets = [self.variables[name] for name in self.secret if name in self.variables]
        found = {title: expression.value(self) for title, expression in data.items()}
        return {title: value for title, value in found.items() if value not in secrets}

    async def understood(
        self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot], *, sure: float
    ) -> Understood | StepAside:
        """What was meant: an answer, or something asked in between that is clearer than any answer."""
        understanding = self.surroundings.understanding
        meant = await self.patiently(
            understanding.understand(text, [*wanted, *self.asides.wanted], slots, self.surroundings.now().date()),
            timeout=10,
        )
        aside = self.asides.meant(meant.intent)
        if aside is None:
            return meant
        if meant.confidence >= sure:
            return StepAside(aside.flow, text)
        # Neither: what is left are the values.
        return Understood(slots=meant.slots)

    def heard(self, text: str, how: How, intent: str = "", sure: float = 0.0) -> None:
        """Tell what was said here in words, and what it was taken for."""
        flow, revision, node = self.at
        self.tell(TurnTaken, flow=flow, revision=revision, node=node, text=text, how=how, intent=intent, sure=sure)

    def rated(self, score: int) -> None:
        """Tell how the citizen found the talk."""
        self.tell(TalkRated, score=score)

    def tell(self, kind: type[FlowTold], **more: Any) -> None:
        """Tell whoever learns from talks."""
        turns = self.surroundings.turns
        if turns.is_heard:
            facts = self.conversation.facts
            turns.tell(
                kind(
                    at=self.surroundings.clock.wall(), call=facts.call, medium=facts.medium,
                    organisation=facts.organisation, region=facts.region, **more,
                )
            )  # fmt: skip

    def otherwise(self, text: str) -> StepAside | None:
        """Who answers what nobody understood; None when there is nobody, or too little was said."""
        aside = self.asides.otherwise
        return StepAside(aside.flow, text) if aside is not None and len(bare(text)) >= SHORTEST_QUESTION else None

    async def note(self, **notes: Any) -> None:
        """Keep JSON data that this node must find again when another session resumes it."""
        self.notes |= notes
        await self._keep()

    async def patiently(self, work: Coroutine[Any, Any, T], timeout: float) -> T:
        """Do slow work: music plays when it is slow, TimeoutError is raised after `timeout` seconds."""
        task = asyncio.ensure_future(work)
        try:
            reached = min(self.surroundings.reached, timeout)
            done, _ = await asyncio.wait({task}, timeout=reached)
            if not done:
                await self.conversation.wait()
                done, _ = await asyncio.wait({task}, timeout=timeout - reached)
            if not done:
                raise TimeoutError
            return task.result()
        finally:
            task.cancel()
