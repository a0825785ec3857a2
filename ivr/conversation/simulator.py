"""A conversation with nobody: a script is the caller, the queue and the agents; time may be virtual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from cti.base.clock import Clock
from cti.telephony.switch.port import DialResult, LegHungUp, SessionOver
from ivr.conversation.port import (
    EmergencyWanted,
    Facts,
    Heard,
    Listening,
    MessageCutShort,
    OutgoingMessage,
    QueueEnd,
    QueueOutcome,
    QueueRequest,
    RecordedMessage,
    Target,
    TargetKind,
    TransferOutcome,
)
from ivr.conversation.script import Action
from ivr.conversation.simulated_caller import SimulatedCaller
from ivr.speech.spoken_pieces import Piece, Prompt, PromptTexts, written

SECONDS_A_CHARACTER = 0.22
ANSWERED_AFTER, TALKED, LONGEST_WAIT = 5.0, 30.0, 3600.0
_WAITS = frozenset({"hear", "queue", "transfer", "record"})
_ENDS = {"none": QueueEnd.NO_AGENTS, "closed": QueueEnd.CLOSED, "full": QueueEnd.FULL}


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened: `at` virtual seconds from the start; `what` is hears, presses, says, queue, …

    `prompts` are the ids of the prompts that are heard.
    """

    at: float
    what: str
    text: str
    prompts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.at:8.1f} s  {self.what:<8} {self.text}"


@dataclass(slots=True)
class Happened:
    """What a simulated call has left behind."""

    lines: list[Line] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    messages: list[OutgoingMessage] = field(default_factory=list)
    callbacks: list[tuple[str, str]] = field(default_factory=list)
    ratings: list[tuple[str, int]] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    queues: list[QueueRequest] = field(default_factory=list)
    silence: float = 0.0


class Paused(SessionOver):
    """The script is at its end, and the flow waits for the caller or the world: `verb` says in which verb."""

    def __init__(self, verb: str) -> None:
        super().__init__(verb)
        self.verb = verb


class SimulatedConversation:
    """Plays a script against a flow; see `Conversation` for the verbs.

    With `pauses` Paused is raised when the script is over; else the world goes on as if the caller did nothing more.
    """

    def __init__(
        self,
        facts: Facts,
        actions: Sequence[Action],
        clock: Clock,
        texts: PromptTexts,
        *,
        on_line: Callable[[Line], None] | None = None,
        pauses: bool = False,
    ) -> None:
        self.facts = facts
        self.happened = Happened()
        self.caller = SimulatedCaller(actions, self.line)
        self._clock = clock
        self._begin = clock.now()
        self._quiet_since = self._begin
        self._texts = texts
        self._on_line = on_line
        self._pauses = pauses
        self._over = False
        self._urgent = ""

    # ── telling ──

    def line(self, what: str, text: str, prompts: tuple[str, ...] = ()) -> None:
        """Write down what happened."""
        one = Line(round(self._clock.now() - self._begin, 3), what, text, prompts)
        self.happened.lines.append(one)
        if self._on_line is not None:
            self._on_line(one)

    def _hears(self, pieces: Sequence[Piece], position: int = 0, estimate: float | None = None) -> float:
        text = written(pieces, self._texts, self._unspoken, position=position, estimate=estimate)
        prompts = tuple(piece.id for piece in pieces if isinstance(piece, Prompt))
        self.happened.prompts += prompts
        if text:
            self.happened.spoken.append(text)
            self.line("hears", text, prompts)
        return len(text) * SECONDS_A_CHARACTER

    def _unspoken(self, piece: str, why: str) -> None:
        self.line("fails", f"{piece} is left out: {why}")

    # ── time ──

    def _enter(self, verb: str) -> float:
        self._check()
        self.caller.verb = verb
        now = self._clock.now()
        self.happened.silence = max(self.happened.silence, now - self._quiet_since)
        self.caller.stir()
        return now

    def _leave(self) -> None:
        self.caller.verb = ""
        self._quiet_since = self._clock.now()
        self._check()

    def _check(self) -> None:
        if self.caller.gone or self._over:
            raise LegHungUp

    async def _sleep_until(self, at: float, condition: Callable[[], bool]) -> bool:
        """Wait until `condition` holds (True), or `at` comes (False), or the caller is gone."""
        while not condition():
            self._check()
            if self._pauses and self.caller.is_done and self.caller.verb in _WAITS:
                raise Paused(self.caller.verb)
            left = at - self._clock.now()
            if left <= 0:
                return False
            await self.caller.stirred(left)
        self._check()
        return True

    # ── the verbs ──

    def heed(self, key: str) -> None:
        """See `Conversation.heed`."""
        self._urgent = key

    def _is_urgent(self) -> bool:
        return bool(self._urgent) and self._urgent in self.caller.keys

    def _nothing_urgent(self) -> None:
        """See `Conversation.heed`: pressed meanwhile, where keys are no answer."""
        if self._is_urgent():
            self.caller.keys.clear()
            self._leave()
            raise EmergencyWanted

    async def say(self, pieces: Sequence[Piece], *, interrupt: bool = True) -> bool:
        """See `Conversation.say`."""
        now = self._enter("say")
        length = self._hears(pieces)
        await self._sleep_until(now + length, lambda: bool(self.caller.keys) if interrupt else self._is_urgent())
        if not interrupt:
            self._nothing_urgent()
        self._leave()
        return length > 0

    async def hear(self, pieces: Sequence[Piece], listening: Listening) -> Heard:
        """See `Conversation.hear`."""
        if listening.fresh:
            self.caller.keys.clear()
            self.caller.words.clear()
        now = self._enter("hear")
        until = now + self._hears(pieces) + listening.first
        digits = ""
        while len(digits) < listening.longest:
            if not await self._sleep_until(until, lambda: bool(self.caller.keys or self.caller.words)):
                self._leave()
                return Heard(digits, timed_out=True)
            if self.caller.words:
                text = self.caller.words.popleft()
                self._leave()
                return Heard(text if text.isdecimal() else "", text)
            key = self.caller.keys.popleft()
            if key in listening.terminators:
                break
            digits += key
            until = self._clock.now() + listening.between
        self._leave()
        return Heard(digits)

    async def speak(self, language: str) -> None:
        """See `Conversation.speak`."""
        self.facts = replace(self.facts, language=language)
        self.line("language", language)

    async def wait(self) -> None:
        """See `Conversation.wait`."""
        now = self._enter("wait")
        self.line("hears", "♪")
        self._quiet_since = now

    async def queue(self, request: QueueRequest) -> QueueOutcome:
        """See `Conversation.queue`."""
        now = self._enter("queue")
        self.happened.queues.append(request)
        self.line("queue", request.queue)
        if self.caller.world.agents in _ENDS:
            self._leave()
            return QueueOutcome(_ENDS[self.caller.world.agents])
        limit = now + min(request.limit or LONGEST_WAIT, LONGEST_WAIT)
        due = [(now + step.after, step) for step in request.steps]
        while True:
            at = min([limit, *(when for when, _ in due)])
            if self._answers_by_itself:
                at = min(at, now + ANSWERED_AFTER)
            if await self._sleep_until(at, lambda: self._stirred(request)):
                break
            if self._clock.now() >= limit:
                return self._left_queue(QueueOutcome(QueueEnd.TIMEOUT), "timeout")
            if self._answers_by_itself and self._clock.now() >= now + ANSWERED_AFTER:
                break
            for when, step in [one for one in due if one[0] <= self._clock.now()]:
                due.remove((when, step))
                self._hears(step.pieces, 1, 30.0)
                if step.every:
                    due.append((when + step.every, step))
        return await self._queue_end(request)

    @property
    def _answers_by_itself(self) -> bool:
        return self.caller.is_done and self.caller.offer is None and self.caller.world.agents == "free"

    def _stirred(self, request: QueueRequest) -> bool:
        while self.caller.keys and self.caller.keys[0] not in request.keys:
            self.caller.keys.popleft()
        return bool(self.caller.keys) or self.caller.offer is not None

    def _left_queue(self, outcome: QueueOutcome, why: str) -> QueueOutcome:
        self.line("queue", f"left: {why}")
        self._leave()
        return outcome

    async def _queue_end(self, request: QueueRequest) -> QueueOutcome:
        if self.caller.keys:
            key = self.caller.keys.popleft()
            return self._left_queue(QueueOutcome(QueueEnd.KEY, key=key), f"key {key}")
        offer = self.caller.offer or Action("agent", str(TALKED))
        if offer.verb == "overflow":
            self.caller.offer = None
            return self._left_queue(QueueOutcome(QueueEnd.OVERFLOW, to=offer.value), f"overflow {offer.value}")
        then = await self._talk(offer, request.queue)
        return QueueOutcome(QueueEnd.TALKED, then=then)

    async def _talk(self, offer: Action, queue: str = "") -> str:
        self.caller.verb = "talk"
        self.line("talks", f"{offer.seconds:g} s")
        # Keys pressed in a talk are for the other side.
        until = self._clock.now() + offer.seconds
        await self._sleep_until(until, lambda: False)
        self.caller.keys.clear()
        self.facts = _talked(self.facts, queue, offer.seconds)
        self.caller.offer = None
        self._leave()
        self.caller.stir()
        return offer.value.partition(" then ")[2]

    async def callback(self, queue: str, number: str) -> bool:
        """See `Conversation.callback`."""
        self._check()
        self.happened.callbacks.append((queue, number))
        self.line("callback", f"{number} by {queue}")
        return True

    async def transfer(self, target: Target) -> TransferOutcome:
        """See `Conversation.transfer`."""
        now = self._enter("transfer")
        self.happened.targets.append(target)
        self.line("dials", f"{target.kind} {target.address}")
        at = now + (3.0 if self.caller.is_done else target.timeout)
        if target.kind is TargetKind.EMERGENCY:
            await self._sleep_until(at, lambda: self.caller.offer is not None)
        else:
            await self._sleep_until(at, lambda: self.caller.offer is not None or self._is_urgent())
            self._nothing_urgent()
        offer = self.caller.offer or Action("dial", str(TALKED) if self.caller.is_done else "no_answer")
        if not offer.value[0].isdigit():
            self.caller.offer = None
            self.line("dials", offer.value)
            self._leave()
            self.caller.stir()
            return TransferOutcome(DialResult(offer.value))
        return TransferOutcome(DialResult.ANSWERED, await self._talk(offer))

    async def record_message(self, *, longest: float, stop_on: str = "#") -> RecordedMessage:
        """See `Conversation.record_message`."""
        now = self._enter("record")
        until = now + min(longest, 10.0 if self.caller.is_done else longest)
        try:
            await self._sleep_until(until, self._recorded(stop_on + self._urgent))
            self._nothing_urgent()
        except LegHungUp:
            raise MessageCutShort(RecordedMessage("simulated", self._clock.now() - now)) from None
        seconds = min(self.caller.offer.seconds, longest) if self.caller.offer is not None else self._clock.now() - now
        if self.caller.offer is not None:
            await self._sleep_until(now + seconds, lambda: False)
        elif self.caller.keys:
            self.caller.keys.popleft()
        self.caller.offer = None
        self.line("records", f"{seconds:g} s")
        self._leave()
        self.caller.stir()
        return RecordedMessage("simulated", seconds)

    def _recorded(self, stop_on: str) -> Callable[[], bool]:
        def condition() -> bool:
            while self.caller.keys and self.caller.keys[0] not in stop_on:
                self.caller.keys.popleft()
            return bool(self.caller.keys) or self.caller.offer is not None

        return condition

    async def message(self, message: OutgoingMessage) -> bool:
        """See `Conversation.message`."""
        self.happened.messages.append(message)
        self.line("message", f"{message.to}: {message.text}")
        return True

    async def rate(self, key: str, score: int) -> None:
        """See `Conversation.rate`."""
        self.happened.ratings.append((key, score))
        self.line("rates", f"{key} ({score})")

    async def end(self) -> None:
        """See `Conversation.end`."""
        if not self._over:
            self._over = True
            self.line("ends", "")


def _talked(facts: Facts, queue: str, seconds: float) -> Facts:
    return replace(facts, talks=facts.talks + 1, queue=queue or facts.queue, talk_seconds=seconds, agent="1001")
