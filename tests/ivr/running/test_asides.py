"""What is asked in between is answered, and the question is asked again as it stood."""

from __future__ import annotations

from tests.ivr.trying import play

MAIN = """
flow: main
start: begin
default: human
human: human
asides:
  hours: {flow: hours, examples: [你们几点上班, 周末上不上班, 什么时候开门]}
  answers: {flow: answers, otherwise: true}
nodes:
  begin:
    ask: which
    intents: {water: {next: water, words: 停水}, light: {next: light, words: 路灯}}
    into: asked
    tries: 2
    say_unknown: again
    unknown: human
    timeout: human
  water: {say: water, next: bye}
  light: {say: light, next: bye}
  human: {queue: general, next: bye, else: bye}
  bye: {end: done}
"""
HOURS = """
flow: hours
start: tell
default: bye
nodes:
  tell: {say: hours, next: bye}
  bye: {end: done}
"""
ANSWERS = """
flow: answers
start: find
default: nothing
arguments: {words: text}
nodes:
  find: {lookup: knowledge.answer, arguments: {words: words}, into: found, next: tell, none: nothing}
  tell: {say: {text: "{found.passage}"}, next: answered}
  answered: {end: answered}
  nothing: {end: none}
"""


ASKING = HOURS.replace(
    "tell: {say: hours, next: bye}", "tell: {ask: more, intents: {no: {next: bye, means: no}}, tries: 1}"
)


def test_an_aside_is_answered_and_the_question_comes_again() -> None:
    report = play(MAIN, HOURS, do="say 你们周末上班吗, say 我家停水了")
    assert report.prompts == ["which", "hours", "which", "water"]
    assert report.outcome == "done"


def test_what_nobody_understands_is_looked_up() -> None:
    answer = {"knowledge.answer": {"passage": "带身份证到派出所补办。"}}
    report = play(MAIN, HOURS, ANSWERS, do="say 护照丢了怎么补办, say 路灯坏了", services=answer)
    assert report.spoken[1] == "带身份证到派出所补办。"
    assert report.nodes == ["begin", "answers.find", "answers.tell", "answers.answered", "light", "bye"]


def test_an_aside_without_an_answer_counts_as_a_try() -> None:
    report = play(
        MAIN,
        HOURS,
        ANSWERS,
        do="say 护照丢了怎么补办, say 结婚登记带什么, agent 5",
        services={"knowledge.answer": None},
    )
    assert report.prompts == ["which", "again", "which"]
    assert report.nodes[-2:] == ["human", "bye"]
    assert report.nodes.count("answers.find") == 2


def test_answers_do_not_run_out_the_tries() -> None:
    report = play(MAIN, HOURS, do="say 几点上班, say 几点开门, say 周末上班吗, say 路灯不亮")
    assert report.nodes.count("hours.tell") == 3
    assert report.outcome == "done"


def test_who_asks_for_a_human_in_an_aside_gets_one() -> None:
    report = play(MAIN, ASKING, do="say 几点上班, say 转人工, agent 5")
    assert report.nodes == ["begin", "hours.tell", "human", "bye"]


def test_an_aside_may_be_left_for_another() -> None:
    answer = {"knowledge.answer": {"passage": "带身份证。"}}
    report = play(
        MAIN, ASKING, ANSWERS, do="say 几点上班, say 护照丢了怎么补办, say 没有了, say 停水了", services=answer
    )
    assert report.prompts == ["which", "more", "more", "which", "water"]


def test_an_aside_whose_flow_fails_does_not_lose_the_caller() -> None:
    report = play(MAIN, do="say 几点上班, say 我家停水")
    assert report.nodes == ["begin", "water", "bye"]
