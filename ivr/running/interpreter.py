"""Runs a call through its flow, node by node.

All that must outlive a session is the state, plain JSON data (see `ivr.state`), handed to `save` before a node
begins. A call is never in a dead end: what fails goes the node's own way, the flow's default, the calling flow's, and
at last to a human; where there is no human, it is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cti.telephony.switch.port import LegHungUp, SessionOver
from ivr.conversation.port import Conversation, EmergencyWanted, HumanWanted
from ivr.definition.flow import Flow
from ivr.nodes.asides import NOTHING, SAID, Asides, StepAside, open_asides
from ivr.nodes.node import EMERGENCY_WAY, EXHAUSTED, FAILED, HANGUP, HUMAN_WAY, Descend, Finish, Jump, Node, Turn
from ivr.nodes.tries import ASIDE
from ivr.nodes.walk import Walk
from ivr.reach.surroundings import Surroundings
from ivr.reach.turns import HandedOver, TalkOver, TurnAnswered
from ivr.running.last_resort import HUMAN, LOG, STATES, LastResort, Log
from ivr.running.state import FRAME, Flows, Save, State, Tell, beginning, nowhere
from ivr.running.telling import Telling
from ivr.understanding.context import completed

TO_PEOPLE = ("queue", "transfer")
"""Kinds of nodes at which a talk is given to people."""
LONGEST_KEPT = 100
"""Characters of a question that another may lean on."""
__all__ = ["Ending", "Flows", "Interpreter", "Save", "State", "Tell", "beginning"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a flow ended: the outcome that its `end` names, and its results."""

    outcome: str
    results: Mapping[str, Any] = field(default_factory=dict)


class Interpreter:
    """Runs one call's flow over its conversation.

    `tell` hears NodeEntered, NodeLeft, DigitsEntered and PieceLeftOut.
    """

    def __init__(
        self,
        flows: Flows,
        conversation: Conversation,
        surroundings: Surroundings,
        save: Save,
        tell: Tell,
        log: Log = LOG,
    ) -> None:
        self._flows = flows
        self._conversation = conversation
        self._surroundings = surroundings
        self._save = save
        self._telling = Telling(conversation, tell)
        self._log = log
        self._walk = Walk(conversation, surroundings, {}, self._keep, self._typed, self._unspoken)
        self._state: State = {}
        self._flow: Flow
        self._gone: LegHungUp | None = None

    async def start(self, name: str, arguments: Mapping[str, Any] | None = None) -> Ending:
        """Run a flow from its start; without such a flow, or what it needs to be given, the call goes to a human."""
        try:
            flow = self._flows.current(name)
        except KeyError:
            self._log.error("no such flow", flow=name)
            return await self._last_resort(nowhere(name, HUMAN))
        if missing := flow.missing(arguments or {}):
            self._log.error("a flow is not given what it needs", flow=name, reason=f"missing: {', '.join(missing)}")
            return await self._last_resort(nowhere(name, HUMAN))
        return await self.run(beginning(flow, arguments))

    async def run(self, state: State) -> Ending:
        """Run from a state, kept from an earlier session or made by `beginning`, to the end of the flow.

        Raises LegHungUp and LegLeft as the conversation does.
        """
        self._state = {**state, "stack": list(state["stack"])}
        if state["node"] in STATES:
            return await self._last_resort(self._state)
        try:
            self._flow = self._find(state)
        except KeyError:
            self._log.error("the flow of a kept call is gone", flow=state["flow"])
            return await self._last_resort(self._state)
        self._state["revision"] = self._flow.revision
        self._walk.secret = set(state.get("secret", ()))
        self._walk.variables = self._state["variables"] = dict(state["variables"])
        try:
            ending = await self._to_the_end(state)
        except LegHungUp:
            self._walk.tell(TalkOver)
            raise
        self._walk.tell(TalkOver)
        return ending

    async def _to_the_end(self, state: State) -> Ending:
        try:
            return await self._run(resumed=bool(state["entered"]))
        except _NoWay as error:
            self._log.error("flow gave up", call=self._call, flow=self._flow.name, reason=str(error))
            self._walk.tell(HandedOver)
            return await self._last_resort(self._state)

    @property
    def _call(self) -> str:
        return self._conversation.facts.call

    def _find(self, frame: Mapping[str, Any]) -> Flow:
        try:
            return self._flows.revision(frame["flow"], frame["revision"])
        except KeyError:
            return self._flows.latest(frame["flow"])

    async def _run(self, *, resumed: bool) -> Ending:
        while True:
            name = self._state["node"]
            node = self._flow.nodes.get(name)
            if node is None:
                self._fall(f"there is no node {name}")
                resumed = False
                continue
            if self._gone is not None and node.SPEAKS:
                raise self._gone
            turn = await self._step(name, node, resumed=resumed)
            resumed = False
            if isinstance(turn, Finish):
                if self._gone is not None:
                    raise self._gone
                if (ending := self._finish(turn)) is not None:
                    return ending
            elif isinstance(turn, StepAside):
                self._step_aside(name, turn)
            elif isinstance(turn, Descend | Jump):
                self._enter(turn)
            else:
                self._follow(name, turn)

    async def _step(self, name: str, node: Node, *, resumed: bool) -> Turn:
        state, walk = self._state, self._walk
        back = bool(state.pop("again", False))
        if not resumed:
            self._count(name)
            if node.at_most is not None:
                visits = state["visits"].get(name, 0) + 1
                state["visits"] = {**state["visits"], name: visits}
                if visits > node.at_most:
                    return EXHAUSTED
        once = node.once(self._surroundings)
        interrupted = resumed and once and state["begun"]
        walk.resumed = resumed
        walk.asides = self._asides()
        walk.heed(self._emergency_key())
        walk.at = (self._flow.name, self._flow.revision, name)
        if back:
            walk.notes = dict(state["notes"])
            state["entered"] = True
            await self._keep()
        elif not resumed:
            walk.notes = {}
            entered_at = self._surroundings.clock.wall()
            state["since"] = entered_at.timestamp()
            state["entered"], state["begun"] = True, once
            await self._keep(durable=once)
            self._telling.entered(entered_at, self._flow, name)
            if node.KIND in TO_PEOPLE:
                walk.tell(HandedOver)
        else:
            walk.notes = dict(state.get("notes", {}))
        if interrupted:
            way: Turn = node.after_interruption()
            self._log.warning("node was under way when the engine died; not done again", call=self._call, node=name)
        else:
            way = await self._do(name, node)
        self._left(name, way)
        return way

    async def _do(self, name: str, node: Node) -> Turn:
        try:
            return await node.run(self._walk)
        except LegHungUp as gone:
            self._left(name, HANGUP)
            await self._after_hangup(name, gone)
            raise
        except SessionOver:
            raise
        except HumanWanted:
            return HUMAN_WAY
        except EmergencyWanted:
            return EMERGENCY_WAY
        except Exception as error:
            self._log.warning(
                "node failed",
                call=self._call,
                flow=self._flow.name,
                node=name,
                reason=f"{type(error).__name__}: {error}",
            )
            return FAILED

    def _count(self, name: str) -> None:
        limits, state = self._surroundings.limits, self._state
        state["steps"] += 1
        state["idle"] += 1
        if state["idle"] > limits.idle_steps or state["steps"] > limits.steps:
            raise _NoWay(f"does not come to rest at {name}")

    def _follow(self, name: str, way: str) -> None:
        target = self._flow.named(name, way)
        if target is None and way == HUMAN_WAY:
            self._to_human()
            return
        if way == EMERGENCY_WAY and (leading := self._leading_to_emergency()) is not None:
            self._to_emergency(leading)
            return
        if target is None:
            self._fall(f"{name} has no way {way}")
            return
        if way in self._flow.driven[name]:
            self._state["idle"] = 0
        self._go(target)

    def _to_human(self) -> None:
        """Where this flow, or one that called it, leads those who ask for a human; else its default way."""
        stack = [*self._state["stack"], self._state]
        leading = next((at for at in reversed(range(len(stack))) if self._find(stack[at]).head.human is not None), None)
        if leading is None:
            self._fall("a human is asked for")
            return
        while len(self._state["stack"]) > leading:
            self._pop()
        self._state["idle"] = 0
        self._go(self._flow.head.human or self._flow.head.start)

    def _leading_to_emergency(self) -> int | None:
        """The innermost flow under way that has an emergency key: its place among those that called each other."""
        stack = [*self._state["stack"], self._state]
        found = (at for at in reversed(range(len(stack))) if self._find(stack[at]).head.emergency is not None)
        return next(found, None)

    def _emergency_key(self) -> str:
        if self._gone is not None:
            return ""
        leading = self._leading_to_emergency()
        if leading is None:
            return ""
        stack = [*self._state["stack"], self._state]
        urgent = self._find(stack[leading]).head.emergency
        return urgent.key if urgent is not None else ""

    def _to_emergency(self, leading: int) -> None:
        while len(self._state["stack"]) > leading:
            self._pop()
        self._state["idle"] = 0
        urgent = self._flow.head.emergency
        self._go(urgent.next if urgent is not None else self._flow.head.start)

    def _go(self, node: str) -> None:
        state = self._state
        state["node"], state["entered"], state["begun"], state["notes"] = node, False, False, {}

    def _fall(self, reason: str) -> None:
        """Go the flow's default way, else back to the calling flow as failed, else give up."""
        self._state["falls"] += 1
        if self._state["falls"] > self._surroundings.limits.falls:
            raise _NoWay(reason)
        self._log.info("default way", call=self._call, flow=self._flow.name, reason=reason)
        default = self._flow.head.default
        if default is not None and default != self._state["node"] and default in self._flow.nodes:
            self._go(default)
        elif self._state["stack"]:
            if not self._come_back(NOTHING):
                self._follow(self._pop(), FAILED)
        else:
            raise _NoWay(reason)

    def _enter(self, turn: Descend | Jump) -> None:
        state = self._state
        try:
            flow = self._flows.latest(turn.flow)
        except KeyError:
            self._follow(state["node"], FAILED)
            return
        if isinstance(turn, Descend):
            if not self._may_descend:
                self._fall(f"sub-flows nest deeper than {self._surroundings.limits.depth}")
                return
            frame = {key: state[key] for key in FRAME}
            state["stack"] = [*state["stack"], frame]
            arguments: Mapping[str, Any] = turn.arguments
        else:
            if missing := flow.missing(()):
                # Whoever sent the caller there could not give them: he is not thrown out for it.
                LOG.warning("flow needs arguments", flow=flow.name, missing=missing)
                self._follow(state["node"], FAILED)
                return
            state["stack"] = []
            arguments = {}
        self._begin(flow, arguments)

    def _begin(self, flow: Flow, arguments: Mapping[str, Any]) -> None:
        state = self._state
        self._flow = flow
        state["flow"], state["revision"], state["visits"] = flow.name, flow.revision, {}
        self._walk.variables = state["variables"] = {**flow.head.variables, **arguments}
        self._go(flow.head.start)

    def _asides(self) -> Asides:
        """What may be asked in between here: by this flow, and by those that called it."""
        if not self._may_descend:
            return Asides()
        flows = [self._flow, *(self._find(frame) for frame in reversed(self._state["stack"]))]
        return open_asides([flow.head.asides for flow in flows], [flow.name for flow in flows])

    @property
    def _may_descend(self) -> bool:
        return len(self._state["stack"]) < self._surroundings.limits.depth

    def _step_aside(self, name: str, turn: StepAside) -> None:
        """Run the flow that answers; how it ended is a note of the node that is come back to."""
        state = self._state
        state["idle"] = 0
        try:
            flow = self._flows.latest(turn.flow)
        except KeyError:
            flow = None
        if flow is None or flow.missing([SAID]):
            self._log.warning("what was asked in between has no flow", call=self._call, flow=turn.flow)
            state["notes"] = {**self._walk.notes, ASIDE: NOTHING}
            state["again"] = True
            return
        frame = {key: state[key] for key in FRAME} | {"notes": dict(self._walk.notes)}
        state["stack"] = [*state["stack"], frame]
        # A short question leans on the one before it: 那身份证呢.
        said = completed(turn.said, state.get("asked", ""))
        state["asked"] = said[:LONGEST_KEPT]
        self._begin(flow, {SAID: said} if SAID in flow.head.arguments else {})

    def _come_back(self, outcome: str) -> bool:
        """Whether the flow was one that answered in between: then the question is asked again."""
        if "notes" not in self._state["stack"][-1]:
            return False
        notes = self._state["stack"][-1]["notes"]
        answered = self._flow.name
        node = self._pop()
        self._walk.at = (self._flow.name, self._flow.revision, node)
        if outcome == NOTHING:
            self._walk.heard(self._state.get("asked", ""), "unknown")
        else:
            self._walk.heard(self._state.get("asked", ""), "aside", answered, 1.0)
        self._state["notes"], self._state["again"] = {**notes, ASIDE: outcome}, True
        self._state["entered"] = self._state["begun"] = False
        return True

    def _pop(self) -> str:
        """Back to the calling flow; returns the node there that called."""
        state = self._state
        *state["stack"], frame = state["stack"]
        self._flow = self._find(frame)
        for key in ("flow", "revision", "node", "visits", "since"):
            state[key] = frame[key]
        self._walk.variables = state["variables"] = dict(frame["variables"])
        return str(frame["node"])

    def _finish(self, turn: Finish) -> Ending | None:
        if not self._state["stack"]:
            return Ending(turn.outcome, turn.results)
        if self._come_back(turn.outcome):
            return None
        called, answers = self._flow.name, SAID in self._flow.head.arguments and turn.outcome != NOTHING
        name = self._pop()
        if answers:
            self._walk.tell(TurnAnswered, flow=called)
        node = self._flow.nodes.get(name)
        wanted: Mapping[str, str] = getattr(node, "results", {})
        missing = [theirs for theirs in wanted.values() if theirs not in turn.results]
        if node is None or missing:
            self._fall(f"{name} got no {', '.join(missing)}")
            return None
        self._walk.variables |= {mine: turn.results[theirs] for mine, theirs in wanted.items()}
        way = f"end {turn.outcome}"
        self._left(name, way)
        self._follow(name, way if way in self._flow.ways[name] else "next")
        return None

    async def _after_hangup(self, name: str, gone: LegHungUp) -> None:
        """Run what is to be done after a hang-up: only nodes that need nobody on the line."""
        if self._gone is not None:
            return
        target = self._flow.ways[name].get(HANGUP) or self._flow.head.hangup
        while target is None and self._state["stack"]:
            caller = self._pop()
            target = self._flow.ways[caller].get(HANGUP) or self._flow.head.hangup
        if target is None:
            return
        self._gone = gone
        self._state["gone"] = True
        self._go(target)
        try:
            await self._run(resumed=False)
        except _NoWay as error:
            self._log.warning("after the hang-up", call=self._call, reason=str(error))

    async def _last_resort(self, state: State) -> Ending:
        if self._gone is not None:
            raise self._gone
        return Ending(await LastResort(self._conversation, self._surroundings, self._save, self._log).run(state))

    async def _keep(self, *, durable: bool = False) -> None:
        self._state["notes"] = dict(self._walk.notes)
        self._state["secret"] = sorted(self._walk.secret)
        await self._save({**self._state, "variables": dict(self._state["variables"])}, durable)

    def _left(self, name: str, turn: Turn) -> None:
        self._telling.left(self._surroundings.clock.wall(), self._flow, name, turn, self._state["since"])

    def _typed(self, digits: str) -> None:
        self._telling.typed(self._surroundings.clock.wall(), self._state["node"], digits)

    def _unspoken(self, piece: str, reason: str) -> None:
        self._telling.left_out(self._surroundings.clock.wall(), piece, reason)


class _NoWay(Exception):
    """The flow cannot go on at all."""
