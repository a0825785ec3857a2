"""A telephone call as a Conversation: the flow's verbs over a leg's session, the matching and the talks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from acd.callbacks.dialling import CallbackDialling
from acd.service import Acd, AgentView, UnknownQueue
from cti.base.call import Call
from cti.base.events import PieceLeftOut, SatisfactionGiven
from cti.base.numbers.number import Number, NumberKind
from cti.base.numbers.number_plan import NumberPlan
from cti.base.refusal import Refusal
from cti.telephony.calls import Calls
from cti.telephony.doorway import marks_of
from cti.telephony.emergency import Emergencies
from cti.telephony.outgoing import MAY_WAIT, OUTGOING_FLOW
from cti.telephony.switch.address import Address
from cti.telephony.switch.port import CallSession, DialResult
from cti.telephony.talk import Talks
from cti.telephony.talk_ending import TalkEnd
from cti.telephony.ways_out import HOUSE, WaysOut
from ivr.conversation.port import (
    EmergencyWanted,
    Facts,
    Heard,
    Listening,
    OutgoingMessage,
    QueueEnd,
    QueueOutcome,
    QueueRequest,
    RecordedMessage,
    Target,
    TargetKind,
    TransferOutcome,
)
from ivr.prompts.catalogue import DEFAULT_LANGUAGE
from ivr.reach.messengers import Messengers
from ivr.settings import SurveySettings
from ivr.speech.playing import Sayer
from ivr.speech.spoken_pieces import Piece
from ivr.telephone.handed_over import HANDED
from ivr.telephone.messages_left import MessagesLeft
from ivr.telephone.minutes import Minutes, said_words
from ivr.telephone.queue_wait import QueueStay
from ivr.telephone.spoken_answer import SpokenAnswers
from ivr.telephone.taking_over import TakingOver, taker_of

log = structlog.get_logger(__name__)

ALL_KEYS = "0123456789*#"
MOST_AHEAD = 64
LANGUAGE = "language"
"""Where a call's progress has the language that its flow has chosen."""
READY, RING_EACH = "ready", 20.0
"""The state of a free agent, and how many seconds each of a group rings."""
Detour = Callable[[str], Awaitable[None]]
"""Runs a flow, while an agent waits, to its end."""


@dataclass(frozen=True, slots=True)
class PhoneRoom:
    """What telephone conversations share."""

    calls: Calls
    talks: Talks
    acd: Acd
    ways: WaysOut
    emergencies: Emergencies
    plan: NumberPlan
    messages: MessagesLeft
    callbacks: CallbackDialling
    sayer: Sayer
    answers: SpokenAnswers
    messengers: Messengers
    survey: SurveySettings
    minutes: Minutes
    taking_over: TakingOver


class PhoneConversation:
    """One session of a caller's leg; see `ivr.conversation.Conversation`."""

    def __init__(self, room: PhoneRoom, call: Call, session: CallSession, detour: Detour) -> None:
        self._room = room
        self._call = call
        self._session = session
        self._detour = detour
        self._ahead = ""
        self._urgent = ""
        self._left_out: set[str] = set()

    @property
    def facts(self) -> Facts:
        """What is known of the citizen's visit now."""
        call, last = self._call, self._call.progress.get("talk", {})
        return Facts(
            call=call.id,
            medium="phone",
            organisation=call.organisation,
            region=call.region,
            caller=call.caller,
            called=call.called,
            language=self._language,
            tags=frozenset(marks_of(call)),
            talks=call.talks,
            agent=last.get("agent", ""),
            queue=last.get("queue", ""),
            talk_seconds=last.get("seconds", 0.0),
            waited=last.get("waited", 0.0),
            rated=bool(call.satisfaction),
            agent_waits=call.talk is not None and call.talk.away == "dial",
            survey=self._room.survey.asks(last.get("queue", ""), last.get("agent", "")),
        )

    async def answer(self) -> None:
        """Answer the caller, once."""
        await self._room.calls.answer(self._call, self._session)

    def heed(self, key: str) -> None:
        """See `Conversation.heed`."""
        self._urgent = key

    def _nothing_urgent(self) -> None:
        """EmergencyWanted when its key was typed ahead, and what comes now would take no keys."""
        if self._urgent and self._urgent in self._ahead:
            self._ahead = ""
            raise EmergencyWanted

    async def say(self, pieces: Sequence[Piece], *, interrupt: bool = True) -> bool:
        """Play; a key is kept for the next `hear`, and ends this when it may."""
        if interrupt and self._ahead:
            return True
        self._room.taking_over.asks(self._call, self._session)
        self._room.minutes.asked(self._call, pieces)
        ids = await self._ids(pieces)
        played = await self._session.play(ids, stop_on=ALL_KEYS if interrupt else self._urgent)
        self._room.taking_over.asked(self._call)
        if played.digit and not interrupt:
            self._ahead = ""
            raise EmergencyWanted
        self._ahead = (self._ahead + played.digit)[:MOST_AHEAD]
        return bool(ids)

    async def hear(self, pieces: Sequence[Piece], listening: Listening) -> Heard:
        """Keys typed ahead count first."""
        self._room.taking_over.asks(self._call, self._session)
        if listening.speech:
            # Whoever takes him over later reads it.
            Minutes.begin(self._call)
        self._room.minutes.asked(self._call, pieces)
        try:
            heard = await self._hear(pieces, listening)
        finally:
            self._room.taking_over.asked(self._call)
        self._room.minutes.answered(self._call, heard, hidden=listening.hidden)
        return heard

    async def _hear(self, pieces: Sequence[Piece], listening: Listening) -> Heard:
        if listening.fresh:
            self._ahead = ""
            self._session.forget_keys()
        ahead, self._ahead = self._ahead, ""
        digits = ""
        for key in ahead:
            if key in listening.terminators:
                return Heard(digits)
            digits += key
            if len(digits) >= listening.longest:
                return Heard(digits)
        if listening.speech and not digits:
            return await self._room.answers.hear(self._session, await self._ids(pieces), listening)
        collected = await self._session.collect(
            [] if digits else await self._ids(pieces),
            longest=listening.longest - len(digits),
            terminators=listening.terminators,
            first=listening.between if digits else listening.first,
            between=listening.between,
        )
        return Heard(digits + collected.digits, timed_out=collected.timed_out)

    async def _ids(self, pieces: Sequence[Piece]) -> list[str]:
        return await self._room.sayer.ids(self._session, pieces, self._unspoken, self._language)

    def _unspoken(self, piece: str, reason: str) -> None:
        """Tell it in the call's story, once a session: an announcement in a queue comes again and again."""
        if piece not in self._left_out:
            self._left_out.add(piece)
            self._room.calls.tell(PieceLeftOut, self._call, piece=piece, reason=reason)

    @property
    def _language(self) -> str:
        """What the flow has chosen, else what callers of the number hear."""
        if LANGUAGE in self._call.progress:
            return str(self._call.progress[LANGUAGE])
        entry = self._room.plan.find(self._call.called)
        return entry.language if entry is not None else DEFAULT_LANGUAGE

    async def speak(self, language: str) -> None:
        """Kept with the call: it holds in the next session, and in a flow after the talk."""
        self._call.progress[LANGUAGE] = language
        self._room.calls.save(self._call)

    async def wait(self) -> None:
        """Have the caller hear music."""
        await self._session.wait()

    async def queue(self, request: QueueRequest) -> QueueOutcome:
        """Wait and talk; a call that comes back to this verb with a talk goes on with the talk."""
        call, talks = self._call, self._room.talks
        if call.talk is not None and (call.talk.answered_at or call.talk.return_by) is not None:
            return self._talked(await self._see_through(await talks.resume(call, self._session)))
        if call.outgoing and MAY_WAIT not in call.progress:
            if (end := await self._room.callbacks.stay(call, self._session)) is not None:
                return self._talked(await self._see_through(end))
            if OUTGOING_FLOW in call.progress:
                # Whom an agent called waits for nobody else.
                return QueueOutcome(QueueEnd.NO_AGENTS)
        if call.talk is not None:
            # Its phone rang when the engine died: the place in the queue is kept.
            await talks.resume(call, self._session)
        self._nothing_urgent()
        self._hand(request.data)
        if taker := taker_of(call):
            request = replace(request, dedicated_agent=taker)
        stay = QueueStay(
            self._room.calls, talks, self._room.acd, call, self._session, request, self._room.sayer, self._language,
            self._unspoken,
        )  # fmt: skip
        try:
            outcome, end = await stay.run()
        except UnknownQueue:
            log.error("no such queue", queue=request.queue, call=call.id)
            return QueueOutcome(QueueEnd.FAILED)
        if end is None:
            return outcome
        return self._talked(await self._see_through(end))

    def _hand(self, data: Mapping[str, Any]) -> None:
        """Keep what the person who gets the caller is shown."""
        said = said_words(self._call)
        self._call.progress[HANDED] = {**data, **({"对话": said} if said else {})}
        self._room.calls.save(self._call)

    async def _see_through(self, end: TalkEnd) -> TalkEnd:
        """While the agent waits for the caller to come back from a flow, run it and bring him back."""
        while end.away:
            await self._detour(end.then.partition(":")[2])
            end = await self._room.talks.back(self._call, self._session)
        return end

    def _talked(self, end: TalkEnd) -> QueueOutcome:
        return QueueOutcome(QueueEnd.TALKED, then=self._onward(end.then))

    def _onward(self, then: str) -> str:
        """A number that a phone transferred to, as the agent, flow or outside line that it means."""
        kind, _, value = then.partition(":")
        if kind != "number":
            return then
        number = Number.parse(value)
        if number.kind is NumberKind.EXTENSION:
            return f"agent:{value}"
        entry = self._room.plan.find(number)
        return f"flow:{entry.flow}" if entry else f"outside:{number.national}"

    async def callback(self, queue: str, number: str) -> bool:
        """Ask the matching for a callback; the queue's place is kept."""
        return await self._room.acd.request_callback(
            queue,
            Number.parse(number),
            call=self._call.id,
            organisation=self._call.organisation,
            region=self._call.region,
            kept=self._call.progress.get("acd"),
        )

    async def transfer(self, target: Target) -> TransferOutcome:
        """Dial the target and let the two talk; returns when the talk is over."""
        call = self._call
        if call.talk is not None:
            end = await self._room.talks.resume(call, self._session)
            if target.kind is TargetKind.GROUP and end.result is not DialResult.ANSWERED:
                end = await self._hunt(target)
        elif target.kind is TargetKind.GROUP:
            self._hand(target.data)
            end = await self._hunt(target)
        else:
            self._hand(target.data)
            end = await self._dial(target, *await self._way(target))
        if target.by_agent and end.result is not DialResult.ANSWERED:
            end = await self._back_to_sender(end)
        end = await self._see_through(end)
        return TransferOutcome(end.result, self._onward(end.then))

    async def _back_to_sender(self, end: TalkEnd) -> TalkEnd:
        """Nobody took the caller where the agent sent him: that agent has him again, if he can be rung."""
        agent = self._call.agents[-1] if self._call.agents else ""
        addresses = self._room.calls.registrar.addresses(agent) if agent else ()
        if not addresses:
            return end
        log.info("transfer failed, back to the agent", call=self._call.id, agent=agent, result=end.result.value)
        return await self._dial(Target(TargetKind.AGENT, agent, RING_EACH), addresses, None)

    async def _hunt(self, target: Target) -> TalkEnd:
        """Ring the free agents of a group one after the other, until one answers or `timeout` is over."""
        group = [one for one in self._room.acd.agents() if target.address in one.groups and one.reachable]
        signed_in = [one for one in group if one.state != "signed_out"]
        end = TalkEnd(DialResult.BUSY if signed_in else DialResult.UNREACHABLE)
        until = self._room.calls.clock.now() + target.timeout
        for agent in hunting_order(signed_in):
            left = until - self._room.calls.clock.now()
            # Who has taken another call meanwhile is passed over.
            if left <= 0 or self._room.acd.agent(agent).state != READY:
                continue
            one = Target(TargetKind.AGENT, agent, min(left, RING_EACH))
            end = await self._dial(one, *await self._way(one))
            if end.result is DialResult.ANSWERED:
                break
        return end

    async def _dial(self, target: Target, addresses: Sequence[Address], shown: Number | None) -> TalkEnd:
        if not addresses:
            return TalkEnd(DialResult.UNREACHABLE)
        if target.kind is TargetKind.EMERGENCY:
            return await self._ring(target, addresses, shown)
        self._nothing_urgent()
        pressed = _Pressed(self._urgent, lambda: self._room.calls.background(
            self._room.talks.cancel_dial(self._call), "stop dialling"
        ))  # fmt: skip
        unlisten = self._room.calls.switch_events.listen_digits(self._call.caller_leg, pressed)
        try:
            end = await self._ring(target, addresses, shown)
        finally:
            unlisten()
        if pressed.was and end.result is not DialResult.ANSWERED:
            raise EmergencyWanted
        return end

    async def _ring(self, target: Target, addresses: Sequence[Address], shown: Number | None) -> TalkEnd:
        registrar = self._room.calls.registrar
        await self._session.wait()
        return await self._room.talks.dial(
            self._call,
            self._session,
            addresses,
            agent="" if _outside(target) else target.address,
            # Who takes over a queue's caller wraps up by that queue.
            queue="" if _outside(target) or not self._call.queues else self._call.queues[-1],
            ring_seconds=target.timeout,
            answer_after=registrar.answer_after(target.address) if target.kind is TargetKind.AGENT else None,
            outside=_outside(target),
            shown=shown,
        )

    async def _way(self, target: Target) -> tuple[Sequence[Address], Number | None]:
        """Where to dial, and what is shown there; nowhere when it may not be dialled."""
        if not _outside(target):
            return self._room.calls.registrar.addresses(target.address), None
        call, ways = self._call, self._room.ways
        number = ways.number(target.address)
        who = await ways.agent(call.agents[-1]) if target.by_agent and call.agents else HOUSE
        try:
            way = ways.find(number, who=who, organisation=call.organisation, citizen=call.caller)[0]
        except Refusal as refused:
            log.warning("not dialled outside", call=call.id, reason=refused.code)
            return (), None
        if number.is_emergency:
            self._room.emergencies.told(call, number.digits, call.agents[-1] if target.by_agent else "")
        return (way.address,), way.shown

    async def record_message(self, *, longest: float, stop_on: str = "#") -> RecordedMessage:
        """Into a WAV of its own."""
        self._nothing_urgent()
        pressed = _Pressed(self._urgent)
        unlisten = self._room.calls.switch_events.listen_digits(self._call.caller_leg, pressed)
        try:
            message = await self._room.messages.record(
                self._call, self._session, longest=longest, stop_on=stop_on + self._urgent
            )
        finally:
            unlisten()
        if pressed.was:
            raise EmergencyWanted
        return message

    async def message(self, message: OutgoingMessage) -> bool:
        """Over the channel that a plugin offers."""
        return await self._room.messengers.send(message, self.facts)

    async def rate(self, key: str, score: int) -> None:
        """Kept with the call, told for the agent of the last talk."""
        call = self._call
        call.satisfaction = key
        agent = call.agents[-1] if call.agents else ""
        self._room.calls.tell(SatisfactionGiven, call, agent=agent, key=key, score=score)
        self._room.calls.save(call)

    async def end(self) -> None:
        """Hang up on the caller."""
        await self._session.hang_up()


class _Pressed:
    """Hears whether one key (empty: none) was pressed while a verb ran that does not tell its keys."""

    def __init__(self, key: str, then: Callable[[], object] = lambda: None) -> None:
        self._key = key
        self._then = then
        self.was = False

    def __call__(self, digit: str) -> None:
        if self._key and digit == self._key and not self.was:
            self.was = True
            self._then()


def hunting_order(agents: Sequence[AgentView]) -> list[str]:
    """The free ones, the longest free first."""
    free = [one for one in agents if one.state == READY]
    return [one.agent for one in sorted(free, key=lambda one: (one.since, one.agent))]


def _outside(target: Target) -> bool:
    return target.kind in (TargetKind.OUTSIDE, TargetKind.EMERGENCY)
