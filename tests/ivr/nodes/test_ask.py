"""What an `ask` wants to hear, and what it makes of what cannot be made out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from cti.base.clock import VirtualClock
from ivr.conversation.port import Heard, Listening
from ivr.nodes.walk import Walk
from ivr.reach.surroundings import Surroundings
from ivr.speech.spoken_pieces import Piece, Prompt
from tests.ivr.trying import flow, said

FLOW = """
begin:
  ask: question
  intents:
    progress: {next: bye, words: [查…进度, 工单]}
    human: {next: bye, words: [人工, 工单]}
  slots: {day: {kind: date}}
  say_unknown: again
  unknown: bye
  timeout: bye
"""


class Ear:
    """A conversation that hears these answers."""

    def __init__(self, *answers: Heard) -> None:
        self.answers = list(answers)
        self.said: list[Sequence[Piece]] = []
        self.listening: list[Listening] = []

    async def hear(self, pieces: Sequence[Piece], listening: Listening) -> Heard:
        self.said.append(pieces)
        self.listening.append(listening)
        return self.answers.pop(0)


def walk(ear: Ear, variables: dict[str, Any]) -> Walk:
    async def keep() -> None:
        return None

    return Walk(ear, Surroundings(VirtualClock()), variables, keep, lambda digits: None, print)  # type: ignore[arg-type]


@pytest.mark.parametrize(("keys", "has_keys"), [("", False), ('  keys: {"1": bye}\n', True)])
async def test_what_it_listens_for(keys: str, has_keys: bool) -> None:
    ear = Ear(Heard(text="查一下进度"))
    assert await flow(FLOW + keys).nodes["begin"].run(walk(ear, {})) == "progress"
    (listening,) = ear.listening
    assert listening.speech
    assert listening.keys is has_keys
    assert listening.hints == ("查", "人工", "进度", "工单")


async def test_it_listens_first_for_one_word_of_each_answer_and_for_no_curses() -> None:
    ear = Ear(Heard(text="满意"))
    text = """
begin:
  ask: question
  intents:
    angry: {next: bye, expected: false, words: [妈的, 骗子]}
    good: {next: bye, words: [很好, 挺好], means: satisfied}
    bad: {next: bye, means: dissatisfied}
  tries: 1
  unknown: bye
  timeout: bye
  failed: bye
"""
    assert await flow(text).nodes["begin"].run(walk(ear, {})) == "good"
    assert ear.listening[0].hints == ("很好", "不满意", "挺好", "不太满意", "满意")
    angry = Ear(Heard(text="妈的骗子"))
    assert await flow(text).nodes["begin"].run(walk(angry, {})) == "angry"


async def test_what_nobody_makes_out_is_asked_again_and_then_unknown() -> None:
    ear, variables = Ear(Heard(unclear=True), Heard(unclear=True)), dict[str, Any]()
    assert await flow(FLOW).nodes["begin"].run(walk(ear, variables)) == "unknown"
    assert ear.said == [[Prompt("question")], [Prompt("again"), Prompt("question")]]
    assert variables == {"day": ""}


async def test_a_date_is_told_from_the_day_of_the_call() -> None:
    ear, variables = Ear(Heard(text="昨天报的工单，转人工")), dict[str, Any]()
    one = walk(ear, variables)
    assert await flow(FLOW).nodes["begin"].run(one) == "human"
    yesterday = one.surroundings.now().date().toordinal() - 1
    assert variables["day"] == one.surroundings.now().date().fromordinal(yesterday).isoformat()


async def test_an_open_question_needs_no_intent() -> None:
    """It needed one that nobody could mean, and was left by the way of what was not understood."""
    text = "begin: {ask: q, into: said, slots: {when: date}, next: heard, unknown: bye, timeout: quiet, tries: 1}\n"
    node = flow(text + "heard: {end: heard}\nquiet: {end: quiet}").nodes["begin"]
    variables: dict[str, Any] = {}
    assert await node.run(walk(Ear(Heard(text="楼上昨天开始漏水")), variables)) == "next"
    assert variables["said"] == "楼上昨天开始漏水" and variables["when"]
    assert await node.run(walk(Ear(Heard(unclear=True)), variables)) == "unknown"
    assert await node.run(walk(Ear(Heard(timed_out=True)), variables)) == "timeout"


async def test_a_question_with_intents_may_be_open_too() -> None:
    text = "begin: {ask: q, intents: {no: {next: bye, means: no}}, next: heard, unknown: bye, timeout: bye}\n"
    node = flow(text + "heard: {end: h}").nodes["begin"]
    assert await node.run(walk(Ear(Heard(text="没有了，谢谢")), {})) == "no"
    assert await node.run(walk(Ear(Heard(text="楼上漏水")), {})) == "next"


@pytest.mark.parametrize(
    ("node", "wrong"),
    [
        ("{ask: q, unknown: bye, timeout: bye}", "a question has intents, or next for whatever is answered"),
        (
            "{ask: q, intents: {a: {next: bye, means: yes}, b: {next: bye, means: yes}}, unknown: bye, timeout: bye}",
            "two intents mean yes",
        ),
    ],
)
def test_questions_that_make_no_sense(node: str, wrong: str) -> None:
    assert any(wrong in one for one in said(f"begin: {node}"))
