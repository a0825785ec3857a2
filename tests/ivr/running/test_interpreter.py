"""The interpreter: resuming where an engine died, side effects once, hang-ups, and never a dead end."""

from __future__ import annotations

import json
from typing import Any

import pydantic
import pytest

from cti.base.events import DigitsEntered, NodeEntered, NodeLeft
from cti.telephony.switch.port import LegHungUp, LegLeft
from ivr.conversation.port import Facts
from ivr.reach.lookups import Lookups, Service
from ivr.reach.surroundings import Limits
from ivr.running.interpreter import beginning
from tests.ivr.engine_deaths import Kept, run
from tests.ivr.trying import FewFlows, play

LONG = """
flow: main
start: first
default: human
variables: {n: 1}
nodes:
  first: {set: {n: n + 1}, next: menu}
  menu: {menu: m, keys: {"1": number}, timeout: number, invalid: number}
  number: {collect: c, into: typed, length: 3, next: sub, invalid: sub, timeout: sub}
  sub: {call: inner, arguments: {x: n}, results: {back: y}, next: message, failed: bye}
  message: {message: 您好, next: queue}
  queue: {queue: general, next: http, else: bye}
  http: {http: "http://127.0.0.1/x", method: POST, next: record, failed: record}
  record: {record: r, into: left, next: callback}
  callback: {callback: general, next: rate, failed: rate}
  rate: {rate: s, scores: {"1": 5}, next: bye}
  human: {queue: general, next: bye, else: bye}
  bye: {end: done, say: b}
"""
INNER = """
flow: inner
start: ask
arguments: {x: number}
results: {y: number}
nodes:
  ask: {menu: m, keys: {"1": more}, timeout: more, invalid: more}
  more: {set: {z: x * 10}, next: out}
  out: {end: ok, results: {y: z}}
"""


def flows() -> FewFlows:
    return FewFlows(LONG, INNER)


def test_a_state_is_plain_data_and_saved_before_each_node() -> None:
    ran = run(flows(), "main")
    assert ran.ending is not None and ran.ending.outcome == "done"
    for state in ran.kept.states:
        assert json.loads(json.dumps(state)) == state
    entered = [event.node for event in ran.kept.events if isinstance(event, NodeEntered)]
    # Where it asks again, it is saved again.
    assert [node for index, node in enumerate(ran.nodes) if ran.nodes[index - 1 : index] != [node]] == entered
    for state, durable in zip(ran.kept.states, ran.kept.durable, strict=True):
        assert durable == (state["node"] in ("message", "http", "callback"))


@pytest.mark.parametrize("save", range(22))
def test_a_call_resumes_at_the_node_where_the_engine_died(save: int) -> None:
    whole = run(flows(), "main")
    first = run(flows(), "main", kept=Kept(die_at=save))
    assert len(first.kept.states) == min(save + 1, len(whole.kept.states))
    if first.ending is not None:
        assert save >= len(whole.kept.states)
        return
    second = run(flows(), "main", state=first.kept.states[-1])
    assert second.ending is not None and second.ending.outcome == "done"
    together = first.nodes + second.nodes
    # The node is not entered again, only done again; the way through the flow is the same but for what runs once.
    expected = [node for node in whole.nodes if node != "human"]
    assert [node for node in together if node != "human"] == expected
    assert [*first.kept.states, *second.kept.states][-1]["variables"]["back"] == 20


@pytest.mark.parametrize("node", ["message", "callback", "http"])
def test_a_node_with_a_side_effect_runs_at_most_once(node: str) -> None:
    whole = run(flows(), "main")
    first = run(flows(), "main", kept=Kept(die_at=whole.nodes.index(node)))
    second = run(flows(), "main", state=first.kept.states[-1])
    happened = (first.conversation.happened, second.conversation.happened)
    assert sum(len(one.messages) for one in happened) == (0 if node == "message" else 1)
    assert sum(len(one.callbacks) for one in happened) == (0 if node == "callback" else 1)
    assert second.ending is not None and second.ending.outcome == "done"


def test_a_service_with_an_effect_is_asked_at_most_once() -> None:
    asked: list[str] = []

    class Nothing(pydantic.BaseModel):
        pass

    async def answer(arguments: Any, facts: Facts) -> Nothing:
        asked.append(facts.call)
        return Nothing()

    lookups = Lookups()
    lookups.offer(Service("tickets.create", "", Nothing, Nothing, answer, effect=True))
    few = FewFlows(
        "flow: main\nstart: make\ndefault: bye\nnodes:\n"
        "  make: {lookup: tickets.create, into: t, next: bye, failed: lost}\n"
        "  lost: {end: lost}\n  bye: {end: done}\n"
    )
    first = run(few, "main", lookups=lookups, kept=Kept(die_at=0))
    assert first.kept.durable == [True]
    second = run(few, "main", lookups=lookups, state=first.kept.states[-1])
    assert (asked, second.ending and second.ending.outcome) == ([], "lost")
    assert run(few, "main", lookups=lookups).ending is not None
    assert asked == ["call"]


def test_a_resumed_queue_goes_on_where_the_agent_sent_the_caller() -> None:
    few = FewFlows("flow: main\nstart: q\nnodes:\n  q: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n")
    first = run(few, "main", "agent 5 then queue:second, agent 5", kept=Kept(die_at=1))
    assert first.kept.states[-1]["notes"] == {"onward": "queue:second"}
    second = run(few, "main", "agent 5", state=first.kept.states[-1])
    assert [request.queue for request in second.conversation.happened.queues] == ["second"]


@pytest.mark.parametrize(
    "node",
    [
        'rate: q, scores: {"1": 5}, say_invalid: wrong, next: bye, invalid: bye',
        'menu: q, keys: {"1": bye}, say_invalid: wrong, invalid: bye, timeout: bye',
        "collect: q, into: n, length: 4, say_invalid: wrong, next: bye, invalid: bye, timeout: bye",
    ],
)
def test_who_is_asked_again_after_the_engine_died_is_asked_no_more_often(node: str) -> None:
    """A survey began anew after each death of the engine: who had pressed a wrong key was asked twice again."""
    few = FewFlows(f"flow: main\nstart: q\nnodes:\n  q: {{{node}, tries: 2}}\n  bye: {{end: done}}\n")
    first = run(few, "main", "press 9, wait 60", kept=Kept(die_at=1))
    assert first.ending is None
    assert first.conversation.happened.prompts == ["q"]
    second = run(few, "main", "wait 60", state=first.kept.states[-1])
    assert second.ending is not None
    assert second.conversation.happened.prompts == ["wrong", "q"]


@pytest.mark.parametrize(
    ("node", "way"),
    [
        ('rate: q, scores: {"1": 5}, next: yes, invalid: bye', "yes"),
        ('menu: q, keys: {"1": yes}, invalid: bye, timeout: bye', "yes"),
        ("collect: q, into: n, length: [1, 4], next: yes, invalid: bye, timeout: bye", "done"),
    ],
)
def test_one_key_typed_while_no_engine_lived_answers_and_part_of_a_number_does_not(node: str, way: str) -> None:
    """Who rated his talk in the second in which the engine died waited through every try of the survey."""
    ends = "  yes: {end: yes}\n  bye: {end: done}\n"
    few = FewFlows(f"flow: main\nstart: q\nnodes:\n  q: {{{node}, tries: 1}}\n{ends}")
    first = run(few, "main", kept=Kept(die_at=0))
    assert first.ending is None
    second = run(few, "main", "type 1, wait 60", state=first.kept.states[-1])
    assert second.ending is not None
    assert second.ending.outcome == way


def test_a_call_keeps_its_revision_and_falls_back_when_it_is_gone() -> None:
    few = flows()
    first = run(few, "main", kept=Kept(die_at=2))
    state = {**first.kept.states[-1], "revision": 99}
    assert run(few, "main", state=state).ending is not None
    gone = {**state, "node": "was_deleted"}
    ran = run(few, "main", state=gone)
    assert ran.ending is not None and ran.nodes[0] == "human"
    lost = {**state, "flow": "deleted"}
    assert run(few, "main", state=lost).nodes == ["+human"]


# ── hang-ups ──


def nodes_of_a_whole_call() -> list[tuple[int, str]]:
    return list(enumerate(run(flows(), "main").nodes))


@pytest.mark.parametrize(("index", "node"), nodes_of_a_whole_call())
def test_hang_up_in_every_node(index: int, node: str) -> None:
    few = flows()

    class Gone:
        """Hangs up at the first verb of the node."""

        def __init__(self, conversation: Any, kept: Kept) -> None:
            self._conversation, self._kept = conversation, kept

        def __getattr__(self, name: str) -> Any:
            if name != "facts" and len(self._kept.states) == index + 1:
                raise LegHungUp
            return getattr(self._conversation, name)

    kept = Kept()
    ran = run(few, "main", kept=kept, wrap=lambda conversation: Gone(conversation, kept))
    left = [event for event in kept.events if isinstance(event, NodeLeft)]
    speaks = node not in ("first", "http", "more", "sub", "out")
    if speaks:
        assert ran.ending is None
        assert (left[-1].node, left[-1].way) == (node, "hangup")
    else:
        assert ran.ending is not None or left[-1].way == "hangup"


HANGUP = """
flow: main
start: ask
hangup: general_way
variables: {typed: ''}
nodes:
  ask: {collect: c, into: typed, length: 3, next: mail, invalid: bye, timeout: bye}
  mail: {record: r, into: left, next: bye, hangup: own_way}
  own_way: {message: "留言{typed}", next: silent}
  general_way: {message: 未接, next: silent}
  silent: {set: {a: 1}, next: over}
  over: {end: gone}
  bye: {end: done, say: b}
"""


@pytest.mark.parametrize(
    ("do", "texts"),
    [("wait 1, hangup", ["未接"]), ("press 123, wait 1, hangup", ["留言123"]), ("press 123, speak 5", [])],
)
def test_after_a_hang_up_runs_what_needs_nobody(do: str, texts: list[str]) -> None:
    ran = run(FewFlows(HANGUP), "main", do)
    assert [message.text for message in ran.conversation.happened.messages] == texts
    assert (ran.ending is None) == bool(texts)


def test_after_a_hang_up_nobody_is_spoken_to() -> None:
    ran = run(
        FewFlows("flow: main\nstart: ask\nhangup: bye\nnodes:\n"
                 "  ask: {say: a, next: bye}\n  bye: {say: b, next: ask}\n"),
        "main", "hangup",
    )  # fmt: skip
    assert ran.nodes == ["ask"]


def test_a_sub_flow_s_hang_up_is_seen_by_the_calling_flow() -> None:
    outer = (
        "flow: main\nstart: go\nvariables: {n: 7}\nhangup: note\nnodes:\n"
        "  go: {call: inner, arguments: {x: 1}, next: bye}\n"
        "  note: {message: 'n{n}', next: bye}\n  bye: {end: done}\n"
    )
    ran = run(FewFlows(outer, INNER), "main", "wait 1, hangup")
    assert [message.text for message in ran.conversation.happened.messages] == ["n7"]


def test_a_leg_that_left_writes_nothing_and_undoes_nothing() -> None:
    kept = Kept()

    class Left:
        def __init__(self, conversation: Any) -> None:
            self.facts = conversation.facts

        async def queue(self, request: object) -> None:
            raise LegLeft

    few = FewFlows("flow: main\nstart: q\nhangup: q\nnodes:\n  q: {queue: general, next: q}\n")
    with pytest.raises(LegLeft):
        run(few, "main", kept=kept, wrap=Left)
    assert len(kept.states) == 1
    assert not [event for event in kept.events if isinstance(event, NodeLeft)]


# ── never a dead end ──


def test_what_fails_goes_to_the_default() -> None:
    assert play("begin: {set: {a: 1 / 0}, next: bye}").nodes == ["begin", "human", "bye"]


def test_a_default_that_fails_goes_to_a_human() -> None:
    report = play("flow: main\nstart: a\ndefault: a\nnodes:\n  a: {set: {x: 1 / 0}, next: a}\n")
    assert report.outcome == "human"
    assert [line.text for line in report.lines if line.what == "queue"] == ["general"]


def test_without_a_human_it_is_said_so() -> None:
    report = play("flow: main\nstart: a\nnodes:\n  a: {set: {x: 1 / 0}, next: a}\n", do="agents none")
    assert (report.outcome, report.spoken) == ("failed", ["〔error〕"])


def test_a_flow_that_does_not_exist_goes_to_a_human() -> None:
    few = FewFlows(INNER)

    def start(conversation: Any) -> Any:
        return conversation

    ran = run(few, "inner", state={**beginning(few.current("inner")), "flow": "nowhere"}, wrap=start)
    assert ran.ending is not None and ran.ending.outcome == "human"


def test_a_failing_sub_flow_comes_back_as_failed() -> None:
    inner = "flow: inner\nstart: a\nnodes:\n  a: {set: {x: 1 / 0}, next: a}\n"
    assert play("begin: {call: inner, next: bye, failed: lost}\nlost: {end: lost}", inner).outcome == "lost"
    assert play("begin: {call: inner, next: bye}", inner).nodes[-2:] == ["human", "bye"]


def test_a_missing_result_of_a_sub_flow_is_a_failure() -> None:
    inner = "flow: inner\nstart: a\nnodes:\n  a: {end: ok}\n"
    assert "human" in play("begin: {call: inner, results: {a: b}, next: bye}", inner).nodes


def test_a_recursive_sub_flow_ends_with_a_human() -> None:
    report = play("flow: main\nstart: a\nnodes:\n  a: {call: main, next: b}\n  b: {end: done}\n")
    assert report.outcome == "human"
    assert report.nodes.count("a") == Limits().depth + 1


def test_a_loop_without_an_act_of_the_citizen_ends_with_a_human() -> None:
    report = play(
        "flow: main\nstart: a\nnodes:\n  a: {set: {x: 1}, next: b}\n  b: {when: [{if: true, next: a}], else: a}\n"
    )
    assert report.outcome == "human"
    assert len(report.nodes) <= Limits().idle_steps + 1


def test_a_queue_that_leads_to_a_flow_that_leads_back_to_the_queue_ends_with_a_human() -> None:
    report = play(
        "flow: main\nstart: a\nnodes:\n  a: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n",
        "flow: other\nstart: a\nnodes:\n  a: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n",
        do=", ".join([*["overflow flow:other", "overflow flow:main"] * (Limits().idle_steps // 2), "agent 5"]),
    )
    assert report.outcome == "human"
    assert len(report.nodes) <= Limits().idle_steps + 1


def test_keys_pressed_again_and_again_do_not_count_as_idle() -> None:
    text = 'begin: {menu: m, keys: {"1": begin, "2": bye}, timeout: bye, invalid: bye}'
    report = play(text, do=", ".join(["press 1"] * 300) + ", press 2")
    assert (report.outcome, report.nodes.count("begin")) == ("done", 301)


def test_a_bug_in_a_verb_is_no_dead_end() -> None:
    class Broken:
        def __init__(self, conversation: Any) -> None:
            self._conversation = conversation

        def __getattr__(self, name: str) -> Any:
            return getattr(self._conversation, name)

        async def hear(self, *arguments: object) -> None:
            raise RuntimeError("a bug")

    few = flows()
    ran = run(few, "main", wrap=Broken)
    assert ran.ending is not None
    assert "human" in ran.nodes


def test_no_human_and_no_voice_still_ends() -> None:
    class Dumb:
        def __init__(self, conversation: Any) -> None:
            self.facts = conversation.facts

        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    ran = run(flows(), "main", wrap=Dumb)
    assert ran.ending is not None and ran.ending.outcome == "failed"


# ── what is told ──


def test_events_tell_ways_times_and_keys() -> None:
    ran = run(flows(), "main", "wait 2, press 1, press 123")
    left = {event.node: event for event in ran.kept.events if isinstance(event, NodeLeft)}
    assert left["menu"].way == "1" and left["menu"].seconds == pytest.approx(2.0)
    assert left["number"].way == "next"
    assert left["sub"].way == "end ok"
    assert [event.digits for event in ran.kept.events if isinstance(event, DigitsEntered)] == ["1", "123"]


def test_hidden_keys_are_told_as_stars() -> None:
    ran = run(
        FewFlows(
            "flow: main\nstart: a\ndefault: b\nnodes:\n"
            "  a: {collect: c, into: pin, length: 6, hidden: true, next: b}\n  b: {end: done}\n"
        ),
        "main", "press 123456",
    )  # fmt: skip
    assert [event.digits for event in ran.kept.events if isinstance(event, DigitsEntered)] == ["******"]


def test_the_time_of_a_node_counts_over_an_engine_s_death() -> None:
    few = FewFlows("flow: main\nstart: a\nnodes:\n  a: {say: m, next: b}\n  b: {end: done}\n")
    first = run(few, "main", kept=Kept(die_at=0))
    state = {**first.kept.states[0], "since": first.kept.states[0]["since"] - 100}
    left = [event for event in run(few, "main", state=state).kept.events if isinstance(event, NodeLeft)]
    assert left[0].seconds > 100


def test_secret_variables_are_not_shown_to_agents_also_after_an_engine_s_death() -> None:
    few = FewFlows(
        "flow: main\nstart: a\ndefault: b\nnodes:\n"
        "  a: {collect: c, into: pin, length: 4, hidden: true, next: d}\n"
        "  d: {collect: c, into: open, length: 4, next: q}\n"
        "  q: {queue: general, next: b}\n  b: {end: done}\n"
    )
    first = run(few, "main", "press 1234, press 5678", kept=Kept(die_at=2))
    second = run(few, "main", state=first.kept.states[-1])
    assert [dict(request.data) for request in second.conversation.happened.queues] == [{"open": "5678"}]


def test_what_an_agent_is_shown_has_titles_and_no_secrets() -> None:
    few = FewFlows(
        "flow: main\nstart: a\ndefault: b\nnodes:\n"
        "  a: {collect: c, into: pin, length: 4, hidden: true, next: d}\n"
        "  d: {collect: c, into: open, length: 4, next: q}\n"
        "  q: {queue: general, data: {工单号: open, 密码: pin, 来电: caller.number}, next: t}\n"
        "  t: {transfer: {group: night}, data: {工单号: open, 密码: pin}, next: b}\n  b: {end: done}\n"
    )
    happened = run(few, "main", "press 1234, press 5678, agent 5, dial 5").conversation.happened
    assert [dict(one.data) for one in happened.queues] == [{"工单号": "5678", "来电": "13800000001"}]
    assert [dict(one.data) for one in happened.targets] == [{"工单号": "5678"}]


def test_a_message_that_ends_with_a_hang_up_is_known_to_what_comes_after() -> None:
    few = FewFlows(
        "flow: main\nstart: a\ndefault: b\nnodes:\n  a: {record: r, into: left, hangup: note, next: b}\n"
        "  note: {message: '{left.recording} {left.seconds}', next: b}\n  b: {end: done}\n"
    )
    ran = run(few, "main", "wait 5, hangup")
    assert ran.ending is None
    assert [message.text[:10] for message in ran.conversation.happened.messages] == ["simulated "]


def test_a_jump_into_a_flow_that_needs_arguments_is_a_way_of_the_node_that_failed() -> None:
    """An agent's transfer, or a queue's overflow, led there without them: the flow began all the same, tripped over
    the missing one, and its caller was thrown out."""
    needy = "flow: needy\nstart: a\narguments: {ticket: text}\nnodes:\n" + (
        "  a: {say: {digits: ticket}, next: b}\n  b: {end: told}\n"
    )
    main = """
    flow: main
    start: ask
    default: sorry
    nodes:
      ask: {queue: general, next: bye, failed: sorry, else: bye}
      sorry: {say: sorry, next: bye}
      bye: {end: done}
    """
    report = play(main, needy, do="agent 5 then flow:needy")
    assert report.nodes == ["ask", "sorry", "bye"]
    assert report.outcome == "done"
