"""A chat as a Conversation: the flow's verbs, written."""

from __future__ import annotations

import re
from collections.abc import Sequence

import structlog

from acd.service import UnknownQueue
from cti.base.numbers.number import Number
from cti.telephony.switch.port import DialResult
from ivr.conversation.port import (
    Choice,
    Facts,
    Heard,
    HumanWanted,
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
from ivr.speech.spoken_pieces import Piece
from workflow.chat.book import HAS_LEFT
from workflow.chat.line import FlowLine
from workflow.chat.messages import Message
from workflow.chat.queue_stay import SENT, QueueStay
from workflow.chat.states import EndReason

log = structlog.get_logger(__name__)

MOST_TRANSFER = 60.0
"""Seconds that a citizen waits for the colleague to whom he is handed before he comes back."""
LEFT = "留言已收到，我们会尽快与您联系。"
WHOSE = "请再留下您的手机号码，方便工作人员与您联系。"
LEFT_UNKNOWN = "留言已收到。您没有留下联系电话，如需答复请拨打 12345，或在服务时间再次联系我们。"
TRIES = 2
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


class ChatConversation:
    """See `ivr.conversation.port.Conversation`."""

    def __init__(self, line: FlowLine) -> None:
        self._line, self._room, self._chat = line, line.room, line.chat

    @property
    def facts(self) -> Facts:
        """What is known of the citizen's visit now."""
        chat, last = self._chat, self._chat.progress.get("talk", {})
        return Facts(
            call=chat.id, medium="chat", organisation=chat.organisation, region=chat.region,
            caller=Number.parse(chat.number), called=Number.parse("12345"), language=self._language,
            talks=chat.progress.get("talks", 0), agent=last.get("agent", ""), queue=last.get("queue", ""),
            talk_seconds=last.get("seconds", 0.0), waited=last.get("waited", 0.0), rated=bool(chat.satisfaction),
            survey=self._room.flows.survey.asks(last.get("queue", ""), last.get("agent", "")),
        )  # fmt: skip

    @property
    def _language(self) -> str:
        return str(self._chat.progress.get("language", "zh"))

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def heed(self, key: str) -> None:
        """Who writes has no emergency key: he says what is the matter."""

    async def say(self, pieces: Sequence[Piece], *, interrupt: bool = True) -> bool:
        """Write; there is nothing to interrupt."""
        self._line.check()
        if not (text := self._line.text(pieces)):
            return False
        await self._line.write(text)
        return True

    async def _ask(self, pieces: Sequence[Piece], choices: Sequence[Choice]) -> Message | None:
        text = self._line.text(pieces)
        if not choices:
            return await self._line.write(text) if text else None
        shown = [{"value": one.value, "title": one.title} for one in choices]
        return await self._line.write(text, kind="buttons", data={"choices": shown})

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def hear(self, pieces: Sequence[Piece], listening: Listening) -> Heard:
        """Ask, and take what he has written since; LegHungUp when he writes nothing for long."""
        self._line.check()
        question = await self._ask(pieces, listening.choices)
        progress = self._chat.progress
        if listening.fresh:
            progress["heard"] = max(progress.get("heard", 0), question.number if question is not None else 0)
        said = await self._next()
        progress["heard"] = said[-1].number
        last = said[-1]
        if question is not None and last.data.get("of") == question.number and (chosen := last.data.get("chosen")):
            return Heard(digits=chosen, text=last.text) if _is_keys(chosen) else Heard(text=last.text, chosen=chosen)
        text = "\n".join(one.text for one in said)
        digits = "".join(text.rstrip(listening.terminators or "#").split())
        return Heard(digits[: listening.longest] if _is_keys(digits) else "", text)

    async def _next(self) -> list[Message]:
        """What the citizen has written and the flow has not read; he is reminded, and at last the chat ends."""
        settings, since, reminded = self._room.settings, self._room.clock.now(), False
        while True:
            self._line.check()
            if SENT in self._chat.progress:
                # A supervisor gives him to a person: the flow's way to one is taken, and the queue goes on from there.
                raise HumanWanted
            if found := self._chat.written_by("citizen", self._chat.progress.get("heard", 0)):
                return found
            left = since + (settings.idle if reminded else settings.remind) - self._room.clock.now()
            if left <= 0 and not self._chat.written_by("citizen", 0):
                # He opened the window and never wrote.
                await self._room.book.end(self._chat, EndReason.IDLE, turn=self._line.turn)
            elif left > 0:
                await self._chat.stirred(self._room.clock, left)
            elif reminded:
                await self._line.told("silent_again")
                await self._room.book.end(self._chat, EndReason.IDLE, turn=self._line.turn)
            else:
                reminded = True
                await self._line.told("silent")

    async def speak(self, language: str) -> None:
        """Kept with the chat."""
        self._chat.progress["language"] = language
        self._line.keep()

    async def wait(self) -> None:
        """Who reads sees by himself that he waits."""

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def queue(self, request: QueueRequest) -> QueueOutcome:
        """Wait and talk; a chat that comes back to this verb in a talk goes on with it."""
        self._chat.progress["handed"] = {name: str(value) for name, value in request.data.items()}
        try:
            return await QueueStay(self._line, request).run()
        except UnknownQueue:
            log.error("no such queue", queue=request.queue, chat=self._chat.id)
            return QueueOutcome(QueueEnd.FAILED)

    async def callback(self, queue: str, number: str) -> bool:
        """Owed by telephone, at the place that he had."""
        return await self._room.acd.request_callback(
            queue, Number.parse(number), organisation=self._chat.organisation, region=self._chat.region,
            kept=self._chat.progress.get("acd"),
        )  # fmt: skip

    async def transfer(self, target: Target) -> TransferOutcome:
        """To an agent, who is waited for a while; back to the one who sent him when he does not come, then to anybody.

        A chat cannot be put through to a telephone.
        """
        queue = self._chat.queue or self._room.flows.surroundings.human_queue
        if target.kind is not TargetKind.AGENT:
            return TransferOutcome(DialResult.UNREACHABLE)
        sender = self._chat.progress.get("talk", {}).get("agent", "")
        for agent in (target.address, *([sender] if target.by_agent and sender else [])):
            request = QueueRequest(queue, dedicated_agent=agent, limit=min(target.timeout, MOST_TRANSFER))
            outcome = await self.queue(request)
            if outcome.end is QueueEnd.TALKED:
                return TransferOutcome(DialResult.ANSWERED, outcome.then)
        if target.by_agent:
            # Neither came: he waits for anybody then.
            outcome = await self.queue(QueueRequest(queue))
            if outcome.end is QueueEnd.TALKED:
                return TransferOutcome(DialResult.ANSWERED, outcome.then)
        return TransferOutcome(DialResult.NO_ANSWER)

    async def record_message(self, *, longest: float, stop_on: str = "#") -> RecordedMessage:
        """He writes a message, which becomes somebody's work."""
        text = await self._read()
        number = self._chat.number or mobile_in(text)
        for _ in range(TRIES):
            if number:
                break
            await self._line.write(WHOSE)
            more = await self._read()
            text, number = f"{text}\n{more}", mobile_in(more)
        await self._room.left(self._chat, text, number)
        self._chat.progress[HAS_LEFT] = True
        self._line.keep()
        await self._line.write(LEFT if number else LEFT_UNKNOWN)
        return RecordedMessage(self._chat.id, float(len(text)))

    async def _read(self) -> str:
        """All that he has written since, as one text."""
        said = await self._next()
        self._chat.progress["heard"] = said[-1].number
        return "\n".join(one.text for one in said)

    async def message(self, message: OutgoingMessage) -> bool:
        """Over the channel that a plugin offers."""
        return await self._room.flows.surroundings.messengers.send(message, self.facts)

    async def rate(self, key: str, score: int) -> None:
        """Kept with the chat."""
        await self._room.book.rate(self._chat, key, score)

    async def end(self) -> None:
        """Close the chat, with a last word where there is one."""
        await self._line.told("end")
        await self._room.book.end(self._chat, EndReason.FLOW, turn=self._line.turn)


def _is_keys(text: str) -> bool:
    return bool(text) and all(one in "0123456789*#" for one in text)


def mobile_in(text: str) -> str:
    """The first mobile number in a text, written with or without gaps; empty for none."""
    found = _MOBILE.search(re.sub(r"(?<=[0-9])[\s-]+(?=[0-9])", "", text))
    return found.group() if found else ""
