"""A chat in the terminal: the same flows, written instead of spoken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from cti.telephony.switch.port import DialResult, LegHungUp
from ivr.conversation.port import (
    Facts,
    Heard,
    Listening,
    OutgoingMessage,
    QueueEnd,
    QueueOutcome,
    QueueRequest,
    RecordedMessage,
    Target,
    TransferOutcome,
)
from ivr.speech.spoken_pieces import Piece, PromptTexts, written

Read = Callable[[float | None], Awaitable[str | None]]
"""Reads a line within so many seconds: raises TimeoutError when none comes, None at the end of input."""


class TerminalConversation:
    """`read` and `write` are the citizen's side; the queue is played by typing `/talk`, `/none` or a key."""

    def __init__(self, facts: Facts, texts: PromptTexts, read: Read, write: Callable[[str], None]) -> None:
        self.facts = facts
        self._texts = texts
        self._read, self._write = read, write
        self._over = False

    def _tell(self, pieces: Sequence[Piece]) -> bool:
        text = written(pieces, self._texts, self._unspoken, position=1)
        if text:
            self._write(f"12345: {text}")
        return bool(text)

    def _unspoken(self, piece: str, why: str) -> None:
        self._write(f"({piece} is left out: {why})")

    async def _line(self, seconds: float | None) -> str:
        if self._over:
            raise LegHungUp
        line = await self._read(seconds)
        if line is None or line.strip() == "/quit":
            self._over = True
            raise LegHungUp
        return line.strip()

    def heed(self, key: str) -> None:
        """Who writes has no emergency key: he says what is the matter."""

    async def say(self, pieces: Sequence[Piece], *, interrupt: bool = True) -> bool:
        """See `Conversation.say`."""
        return self._tell(pieces)

    async def hear(self, pieces: Sequence[Piece], listening: Listening) -> Heard:
        """See `Conversation.hear`. Who writes needs longer than who presses a key."""
        self._tell(pieces)
        try:
            text = await self._line(max(listening.first, 60.0))
        except TimeoutError:
            return Heard(timed_out=True)
        digits = "".join(text.rstrip(listening.terminators or "#").split())
        is_digits = bool(digits) and all(one in "0123456789*#" for one in digits)
        return Heard(digits[: listening.longest] if is_digits else "", text)

    async def speak(self, language: str) -> None:
        """See `Conversation.speak`: a terminal shows Mandarin."""
        self.facts = replace(self.facts, language=language)

    async def wait(self) -> None:
        """See `Conversation.wait`."""
        self._write("12345: 请稍候……")

    async def queue(self, request: QueueRequest) -> QueueOutcome:
        """See `Conversation.queue`."""
        self._write(f"({request.queue}: /talk = an agent answers, /none = nobody is there, /quit = leave)")
        for step in request.steps:
            if step.after == 0:
                self._tell(step.pieces)
        while True:
            try:
                text = await self._line(request.limit)
            except TimeoutError:
                return QueueOutcome(QueueEnd.TIMEOUT)
            if text in request.keys:
                return QueueOutcome(QueueEnd.KEY, key=text)
            if text == "/none":
                return QueueOutcome(QueueEnd.NO_AGENTS)
            if text == "/talk":
                self._write("(the agent has answered; the talk is over)")
                self.facts = replace(self.facts, talks=self.facts.talks + 1, queue=request.queue)
                return QueueOutcome(QueueEnd.TALKED)

    async def callback(self, queue: str, number: str) -> bool:
        """See `Conversation.callback`."""
        self._write(f"(callback to {number} by {queue})")
        return True

    async def transfer(self, target: Target) -> TransferOutcome:
        """See `Conversation.transfer`: there is nothing to dial in a chat."""
        self._write(f"(cannot dial {target.kind} {target.address} from a chat)")
        return TransferOutcome(DialResult.UNREACHABLE)

    async def record_message(self, *, longest: float, stop_on: str = "#") -> RecordedMessage:
        """See `Conversation.record_message`: the message is a line."""
        text = await self._line(None)
        return RecordedMessage("written", float(len(text)))

    async def message(self, message: OutgoingMessage) -> bool:
        """See `Conversation.message`."""
        self._write(f"({message.channel} to {message.to}: {message.text})")
        return True

    async def rate(self, key: str, score: int) -> None:
        """See `Conversation.rate`."""
        self._write(f"(rated {key}: {score})")

    async def end(self) -> None:
        """See `Conversation.end`."""
        self._over = True
