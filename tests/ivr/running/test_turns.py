"""What citizens say is told with what it was taken for; keys and buttons are not."""

from __future__ import annotations

from ivr.definition.trials import Trial
from ivr.reach.turns import FlowTold, HandedOver, TalkOver, TalkRated, TurnAnswered, Turns, TurnTaken
from ivr.trying import dry_run
from tests.ivr.trying import WORDS, FewFlows

FLOW = """
flow: main
start: begin
default: human
human: human
nodes:
  begin:
    ask: [{text: 您要咨询什么？}]
    intents: {water: {next: water, words: [停水]}}
    keys: {"1": water}
    into: asked
    tries: 1
    unknown: find
    timeout: bye
  find: {call: answers, arguments: {words: asked}, ends: {answered: begin}, next: begin, failed: human}
  water: {say: [{text: 今晚停水。}], next: begin}
  human: {queue: general, next: rate, else: bye}
  rate: {rate: [{text: 请评价。}], scores: {"1": 100}, next: bye}
  bye: {end: done}
"""
ANSWERS = """
flow: answers
start: which
default: nothing
arguments: {words: text}
nodes:
  which: {when: [{if: "contains(words, '护照')", next: tell}], else: nothing}
  tell: {say: [{text: 带身份证。}], next: answered, failed: nothing}
  answered: {end: answered}
  nothing: {end: none}
"""


def told(do: str) -> list[FlowTold]:
    heard, turns = list[FlowTold](), Turns()
    turns.listen(heard.append)
    trial = Trial(name="test", do=do, medium="chat")
    dry_run.run_now(FewFlows(FLOW, ANSWERS), "main", trial, WORDS, turns=turns)
    return heard


def test_what_is_said_is_told_with_what_it_was_taken_for() -> None:
    first, second, answered, third, *_ = told("say 停水了吗, say 护照丢了, say 今天吃什么")
    assert isinstance(first, TurnTaken) and isinstance(second, TurnTaken) and isinstance(third, TurnTaken)
    assert (first.flow, first.revision, first.node, first.text) == ("main", 1, "begin", "停水了吗")
    assert [(one.how, one.intent) for one in (first, second, third)] == [
        ("intent", "water"), ("unknown", ""), ("unknown", ""),
    ]  # fmt: skip
    assert isinstance(answered, TurnAnswered) and answered.flow == "answers"


def test_who_wants_a_human_is_handed_over_and_rates() -> None:
    found = told("press 1, say 转人工, agent 30, press 1")
    kinds = [type(one) for one in found]
    assert kinds == [TurnTaken, HandedOver, TalkRated, TalkOver]
    assert isinstance(found[0], TurnTaken) and found[0].how == "human"
    assert isinstance(found[2], TalkRated) and found[2].score == 100


def test_who_hangs_up_ends_the_talk() -> None:
    assert [type(one) for one in told("hangup")] == [TalkOver]


def test_a_listener_that_fails_costs_no_talk() -> None:
    turns, heard = Turns(), list[FlowTold]()

    def fails(told: FlowTold) -> None:
        raise ValueError("full")

    turns.listen(fails)
    end = turns.listen(heard.append)
    trial = Trial(name="test", do="say 停水了吗", medium="chat")
    dry_run.run_now(FewFlows(FLOW, ANSWERS), "main", trial, WORDS, turns=turns)
    assert [type(heard[0]), type(heard[-1])] == [TurnTaken, TalkOver]
    end()
