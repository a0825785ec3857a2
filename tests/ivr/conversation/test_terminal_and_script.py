"""The terminal chat, the scripts of dry runs, and what pieces are as text and as prompts."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Sequence

import pytest

from cti.base.numbers.number import Number
from cti.telephony.switch.port import DialResult, LegHungUp
from ivr.conversation import script
from ivr.conversation.port import (
    Facts,
    Listening,
    OutgoingMessage,
    QueueEnd,
    QueueRequest,
    Target,
    TargetKind,
    WaitStep,
)
from ivr.conversation.script import Action, ScriptError
from ivr.conversation.terminal import TerminalConversation
from ivr.prompts import spoken
from ivr.speech.spoken_pieces import (
    Amount,
    Day,
    Digits,
    Estimate,
    Money,
    Piece,
    Position,
    Prompt,
    Text,
    TimeOfDay,
    prompt_ids,
    written,
)
from tests.ivr.trying import WORDS

PIECES: list[tuple[Piece, str]] = [
    (Prompt("greeting"), "〔greeting〕"),
    (Prompt("tone/beep"), ""),
    (Text("您好"), "您好"),
    (Amount(decimal.Decimal("3.5")), "3.5"),
    (Money(decimal.Decimal("12")), "12.00元"),
    (Digits("2026-001"), "2026-001"),
    (Day(datetime.date(2026, 3, 5)), "3月5日"),
    (Day(datetime.date(2026, 3, 5), year=True), "2026年3月5日"),
    (TimeOfDay(datetime.time(9, 5)), "9点05分"),
    (TimeOfDay(datetime.time(14, 0)), "14点"),
    (Position(), "〔position/2〕"),
    (Estimate(), "〔estimate/3〕"),
]


@pytest.mark.parametrize(("piece", "text"), PIECES, ids=repr)
def test_pieces_as_text(piece: Piece, text: str) -> None:
    assert written([piece], WORDS, print, position=3, estimate=150) == text


def test_pieces_as_prompts() -> None:
    assert prompt_ids(Digits("1-10")) == spoken.digits("110")
    assert prompt_ids(Position(), position=1) == ["position/0"]
    assert prompt_ids(Estimate(), estimate=None) == []
    assert prompt_ids(Position(), position=0) == []
    with pytest.raises(ValueError):
        prompt_ids(Text("您好"))
    with pytest.raises(ValueError):
        prompt_ids(Digits("A1"))


def test_scripts() -> None:
    steps = script.parse(
        'press 1, wait 6.5,\nsay 我要，查工单 , agent 30 then flow:survey, status 200 {"a": [1, 2]}, hangup'
    )
    assert steps == [
        Action("press", "1"),
        Action("wait", "6.5"),
        Action("say", "我要，查工单"),
        Action("agent", "30 then flow:survey"),
        Action("status", '200 {"a": [1, 2]}'),
        Action("hangup"),
    ]
    assert steps[1].seconds == 6.5 and str(steps[0]) == "press 1"


@pytest.mark.parametrize(
    "text", ["jump", "press x", "wait", "wait long", "agent", "agents many", "hangup now", "dial maybe"]
)
def test_scripts_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ScriptError):
        script.parse(f"press 1, {text}")


def terminal(lines: Sequence[str | None]) -> tuple[TerminalConversation, list[str]]:
    written_lines: list[str] = []
    left = list(lines)

    async def read(seconds: float | None) -> str | None:
        line = left.pop(0) if left else None
        if line == "…":
            raise TimeoutError
        return line

    facts = Facts("t", "chat", "city", "", Number.parse(None), Number.parse("12345"))
    return TerminalConversation(facts, WORDS, read, written_lines.append), written_lines


async def test_a_chat() -> None:
    chat, lines = terminal(["1 2 3#", "查工单", "…", "*", None])
    await chat.say([Prompt("greeting")])
    assert lines == ["12345: 〔greeting〕"]
    heard = await chat.hear([], Listening(longest=6, terminators="#"))
    assert (heard.digits, heard.timed_out) == ("123", False)
    heard = await chat.hear([], Listening(speech=True))
    assert (heard.digits, heard.text) == ("", "查工单")
    assert (await chat.hear([], Listening())).timed_out
    assert (await chat.hear([], Listening())).digits == "*"
    with pytest.raises(LegHungUp):
        await chat.hear([], Listening())
    with pytest.raises(LegHungUp):
        await chat.hear([], Listening())


async def test_a_chat_s_queue_and_the_rest() -> None:
    chat, lines = terminal(["hello", "/talk", "/none", "9", "…", "留言内容"])
    request = QueueRequest("general", keys=frozenset("9"), steps=[WaitStep(0, 0, [Position()])])
    assert (await chat.queue(request)).end is QueueEnd.TALKED
    assert chat.facts.talks == 1
    assert (await chat.queue(request)).end is QueueEnd.NO_AGENTS
    assert (await chat.queue(request)).key == "9"
    assert (await chat.queue(request)).end is QueueEnd.TIMEOUT
    assert (await chat.record_message(longest=3)).seconds == 4
    assert (await chat.transfer(Target(TargetKind.EMERGENCY, "110"))).result is DialResult.UNREACHABLE
    assert await chat.callback("general", "1") and await chat.message(OutgoingMessage("sms", "1", "x"))
    await chat.wait()
    await chat.rate("1", 5)
    assert "12345: 〔position/0〕" in lines and "(rated 1: 5)" in lines
    await chat.end()
    with pytest.raises(LegHungUp):
        await chat.record_message(longest=3)


async def test_a_chat_leaves_out_what_is_no_prompt() -> None:
    class Nothing:
        def text(self, prompt: str) -> str:
            raise KeyError(prompt)

    lines: list[str] = []
    chat = TerminalConversation(terminal([])[0].facts, Nothing(), terminal([])[0]._read, lines.append)
    assert not await chat.say([Prompt("x")])
    assert lines == ["(x is left out: there is no such prompt)"]
    assert await chat.say([Prompt("x"), Text("您好")])
    assert lines[-1] == "12345: 您好"
