"""Dry runs: a flow with a scripted caller on virtual time, by the real interpreter."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pydantic

from cti.base.clock import Clock, LoopClock, run_virtual
from cti.base.events import CallEvent, NodeEntered, NodeLeft, PieceLeftOut
from cti.base.numbers.number import Number
from cti.base.times.calendars import Calendars
from cti.telephony.switch.port import LegHungUp
from ivr.conversation import script
from ivr.conversation.port import Facts
from ivr.conversation.simulator import Line, Paused, SimulatedConversation
from ivr.definition.trials import Trial
from ivr.findings.sentences import say
from ivr.reach.lookups import LookupFailed, Lookups, Service
from ivr.reach.surroundings import Surroundings, at
from ivr.reach.turns import Turns
from ivr.reach.web import Web, WebAnswer, WebFailed, WebRequest
from ivr.running.interpreter import Flows, Interpreter, State
from ivr.speech.spoken_pieces import PromptTexts

LONGEST_CALL = 6 * 3600.0
"""Virtual seconds after which a dry run is given up."""


class ShiftedClock(LoopClock):
    """The loop's clock with a wall time that begins when told."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self._start, self._zero = start, self.now()

    def wall(self) -> datetime:
        """The start plus the seconds since."""
        return self._start + timedelta(seconds=self.now() - self._zero)


@dataclass(slots=True)
class Report:
    """What came of a dry run. `outcome` is that of `end`, `hangup`, `unfinished`, or `waiting` (see `run`)."""

    outcome: str = "unfinished"
    waits: str = ""
    lines: list[Line] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    ways: list[tuple[str, str]] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    prompts: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    ratings: list[tuple[str, int]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    seconds: float = 0.0
    silence: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as data, for programs."""
        return {
            "outcome": self.outcome,
            "waits": self.waits,
            "seconds": round(self.seconds, 3),
            "nodes": self.nodes,
            "ways": [{"node": node, "way": way} for node, way in self.ways],
            "variables": self.variables,
            "rated": [score for _, score in self.ratings],
            "unused": self.unused,
            "lines": [asdict(one) for one in self.lines],
        }


class _LineLog:
    """What operators would be told, as lines of the report."""

    def __init__(self, conversation: SimulatedConversation) -> None:
        self._conversation = conversation

    def info(self, event: str, **values: Any) -> None:
        self._conversation.line("note", f"{event}: {values.get('reason', '')}")

    def warning(self, event: str, **values: Any) -> None:
        self._conversation.line("fails", f"{event}: {values.get('reason', '')}")

    error = exception = warning


class _AnyArguments(pydantic.BaseModel, extra="allow"):
    """Whatever a flow asks with."""


class _AnyResult(pydantic.BaseModel, extra="allow"):
    """Whatever a test says is found."""


class _ScriptedWeb(Web):
    """Answers what the script says; nothing leaves the machine."""

    def __init__(self, conversation: Callable[[], SimulatedConversation]) -> None:
        super().__init__()
        self._conversation = conversation

    def allows(self, url: str) -> bool:
        """All: nothing is really asked."""
        return True

    async def ask(self, request: WebRequest, timeout: float) -> WebAnswer:
        """See `Web.ask`."""
        conversation = self._conversation()
        conversation.line("asks", f"{request.method} {request.url}")
        try:
            async with asyncio.timeout(timeout):
                await asyncio.sleep(conversation.caller.world.slow)
        except TimeoutError:
            raise WebFailed("takes too long") from None
        status, _, body = conversation.caller.world.status.partition(" ")
        return WebAnswer(int(status or 200), json.loads(body) if body else {})


def _lookups(services: Mapping[str, Any], conversation: Callable[[], SimulatedConversation]) -> Lookups:
    lookups = Lookups()
    for name, record in services.items():

        async def answer(arguments: Any, facts: Facts, name: str = name, record: Any = record) -> _AnyResult | None:
            given = ", ".join(f"{key}={value}" for key, value in arguments.model_dump().items())
            conversation().line("asks", f"{name}({given})")
            await asyncio.sleep(conversation().caller.world.slow)
            if record == "down":
                raise LookupFailed(f"{name} is down")
            return None if record is None else _AnyResult.model_validate(record)

        lookups.offer(Service(name, name, _AnyArguments, _AnyResult, answer))
    return lookups


async def run(
    flows: Flows,
    name: str,
    trial: Trial,
    texts: PromptTexts,
    *,
    calendars: Calendars | None = None,
    on_line: Callable[[Line], None] | None = None,
    pauses: bool = False,
    turns: Turns | None = None,
) -> Report:
    """Run a trial on the loop's time; ScriptError for a script that cannot be read. `turns` hear what is said in words.

    With `pauses` it stops where the script is over and the flow waits: the outcome is `waiting`, and `waits` tells
    for what (hear, queue, transfer, record). The same script with one more step then goes on from there.
    """
    clock: Clock = ShiftedClock(at(trial.at))
    facts = Facts(
        "simulated",
        trial.medium,
        "city",
        "320400",
        trial.number,
        Number.parse(trial.called),
        language=trial.language,
        tags=frozenset(trial.tags),
    )
    conversation = SimulatedConversation(facts, script.parse(trial.do), clock, texts, on_line=on_line, pauses=pauses)
    surroundings = Surroundings(
        clock=clock,
        calendars=calendars or Calendars(),
        lookups=_lookups(trial.services, lambda: conversation),
        web=_ScriptedWeb(lambda: conversation),
        turns=turns or Turns(),
    )
    report = Report()
    last: State = {}

    async def save(state: State, durable: bool) -> None:
        nonlocal last
        last = state

    def tell(event: CallEvent) -> None:
        match event:
            case NodeEntered(flow=flow, node=node):
                report.nodes.append(node if flow == name else f"{flow}.{node}")
                conversation.line("node", report.nodes[-1])
            case PieceLeftOut(piece=piece, reason=reason):
                conversation.line("fails", f"{piece} is left out: {reason}")
            case NodeLeft(flow=flow, node=node, way=way):
                report.ways.append((node if flow == name else f"{flow}.{node}", way))

    begin = clock.now()
    conversation.caller.begin()
    # What the script says of the world holds before the flow begins.
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(LONGEST_CALL):
            interpreter = Interpreter(flows, conversation, surroundings, save, tell, _LineLog(conversation))
            ending = await interpreter.start(name, trial.arguments)
        report.outcome = ending.outcome
        await conversation.end()
    except LegHungUp:
        report.outcome = "hangup"
    except Paused as paused:
        report.outcome, report.waits = "waiting", paused.verb
    except TimeoutError:
        report.outcome = "unfinished"
    finally:
        await conversation.caller.close()
    happened = conversation.happened
    report.lines, report.prompts, report.spoken = happened.lines, happened.prompts, happened.spoken
    report.ratings, report.silence, report.unused = happened.ratings, happened.silence, conversation.caller.unused
    report.variables = dict(last.get("variables", {}))
    report.seconds = clock.now() - begin
    return report


def run_now(flows: Flows, name: str, trial: Trial, texts: PromptTexts, **options: Any) -> Report:
    """Run a trial on virtual time, outside of any loop."""
    return run_virtual(run(flows, name, trial, texts, **options))


def failures(trial: Trial, report: Report) -> list[str]:
    """What a trial expected and did not get; nothing means that it passed."""
    found: list[str] = []
    if (missing := _missing(trial.visits, report.nodes, lambda wanted, node: wanted == node)) is not None:
        found.append(say("failure-went", node=missing, way=" → ".join(report.nodes)))
    found += [say("failure-visited", node=node) for node in trial.never if node in report.nodes]
    heard = _heard(report)
    if (missing := _missing(trial.hears, heard, lambda wanted, said: wanted in said)) is not None:
        found.append(say("failure-heard", words=repr(missing)))
    if trial.ends is not None and trial.ends != report.outcome:
        found.append(say("failure-ended", outcome=report.outcome, wanted=trial.ends))
    for name, value in trial.variables.items():
        if report.variables.get(name) != value:
            is_now = repr(report.variables.get(name))
            found.append(say("failure-variable", name=name, value=is_now, wanted=repr(value)))
    if trial.rated is not None and trial.rated not in [score for _, score in report.ratings]:
        found.append(say("failure-rated", score=trial.rated))
    found += [say("failure-step", step=repr(step)) for step in report.unused]
    return found


def _heard(report: Report) -> list[str]:
    return [*report.prompts, *report.spoken]


def _missing(wanted: Sequence[str], found: Sequence[str], fits: Callable[[str, str], bool]) -> str | None:
    index = 0
    for one in wanted:
        while index < len(found) and not fits(one, found[index]):
            index += 1
        if index == len(found):
            return one
        index += 1
    return None
