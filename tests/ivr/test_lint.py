"""Lint: each fault with its line and column, and what might be meant; nothing else."""

from __future__ import annotations

import textwrap
import time

import pydantic
import pytest

from cti import documents
from ivr import lint
from ivr.calendars import Calendars
from ivr.conversation import Facts
from ivr.lint import Known
from ivr.lookups import Lookups, Service
from tests.ivr.trying import flow, said


class Progress(pydantic.BaseModel):
    state: str
    days: int


class Asked(pydantic.BaseModel):
    number: str
    phone: str = ""


async def answer(arguments: Asked, facts: Facts) -> Progress | None:
    return None


def known() -> Known:
    lookups = Lookups()
    lookups.offer(Service("tickets.progress", "", Asked, Progress, answer))
    sub = flow(
        "flow: sub\nstart: a\narguments: {n: number}\nresults: {out: text}\nnodes:\n  a: {end: good, results: {out: \"'x'\"}}\n"
    )
    return Known(
        prompts=frozenset({"greeting", "menu/main", "ticket/state/closed"}),
        queues=frozenset({"general", "enterprise"}),
        skills={"mandarin": "普通话", "english": "英语"},
        groups=frozenset({"night"}),
        calendars=Calendars().names,
        hosts=frozenset({"10.0.0.5"}),
        services=lookups.shapes,
        flows={"sub": sub},
    )


HEAD = "flow: main\nstart: begin\ndefault: human\nnodes:\n"
TAIL = "  human: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n"


def found(nodes: str, head: str = HEAD) -> list[str]:
    """Findings; the nodes begin at line 5 with column 3."""
    body = textwrap.indent(textwrap.dedent(nodes).strip("\n"), "  ") + "\n"
    document = documents.parse(head + body + TAIL, "f")
    return [str(one).removeprefix("f:") for one in lint.lint(document, known())]


def test_a_good_flow_has_no_findings() -> None:
    assert found('begin: {menu: greeting, keys: {"1": bye}, timeout: human, invalid: human}') == []


@pytest.mark.parametrize(
    ("nodes", "finding"),
    [
        # form
        ("begin: {say: greeting, nxt: bye}", '5:26: error: begin.nxt: unknown key; did you mean "next"?'),
        ("begin: {say: greeting}", "5:3: error: begin: next is missing"),
        ("begin: {sya: greeting, next: bye}", '5:3: error: begin has no known kind; did you mean "say"?'),
        ("begin: {say: greeting, set: {a: 1}, next: bye}", "5:26: error: a node has one kind; this one has say and set"),
        ("begin: 5", "5:3: error: a node is a mapping"),
        ("begin: {say: Grüße, next: bye}", "5:11: error: begin.say.0.prompt: 'Grüße' is no id of a prompt"),
        ("begin: {say: {text: a, number: 1}, next: bye}", "5:11: error: begin.say.0: a piece says exactly one of"),
        ("begin: {say: greeting, next: Bye}", "5:26: error: begin.next: 'Bye' is no name; names are small letters"),
        ("begin: {menu: greeting, keys: {}, timeout: bye, invalid: bye}", "5:27: error: begin.keys:"),
        ('begin: {menu: greeting, keys: {"12a": bye}, timeout: bye, invalid: bye}', "5:34: error: begin.keys.12a: '12a' is no key"),
        ('begin: {menu: greeting, keys: {"5-2": bye}, timeout: bye, invalid: bye}', "5:34: error: begin.keys.5-2: the range '5-2'"),
        ("begin: {menu: greeting, keys: {1: {nxt: bye}}, timeout: bye}", '5:38: error: begin.keys.1.nxt: unknown key; did you mean "next"?'),
        ("begin: {set: {a: 1 +}, next: bye}", "5:17: error: begin.set.a: ends too early (character 4 of the expression)"),
        ("begin: {say: {text: 'a{b'}, next: bye}", "5:17: error: begin.say.0.text: the brace at character 2 is not closed"),
        ("begin: {transfer: {agent: 1, group: night}, next: bye}", "5:11: error: begin.transfer: exactly one of"),
        ("begin: {transfer: {agent: 1}}", "5:3: error: begin: next is needed"),
        ("begin: {say: greeting, exhausted: bye, next: bye}", "exhausted needs at_most"),
        ("begin: {collect: greeting, into: a, length: [5, 2], next: bye}", "length has the least first"),
        ("begin: {collect: greeting, into: a, length: 99, next: bye}", "begin.length"),
        # graph
        ("begin: {say: greeting, next: byee}", '5:26: error: begin: next leads to byee, which does not exist; did you mean "bye"?'),
        ("begin: {say: greeting, next: bye}\nlost: {say: greeting, next: bye}", "6:3: warning: lost is never reached"),
        ("begin: {say: greeting, next: more}\nmore: {menu: menu/main, keys: {1: begin}, timeout: more, invalid: more}",
         "6:60: error: a loop without limit: more → more; give more at_most and a way exhausted"),
        ("begin: {set: {a: 1}, next: more}\nmore: {when: [{if: true, next: begin}], else: bye}", "a loop without limit: begin → more"),
        ("begin: {say: greeting, hangup: human, next: bye}", "5:26: error: after the hang-up comes human, which needs the citizen"),
        ("begin: {say: greeting, hangup: last, next: bye}\nlast: {end: x, say: greeting}", "after the hang-up comes last"),
        ("begin: {record: greeting, into: r, next: bye}", "5:3: warning: begin has no way hangup"),
        # names
        ("begin: {say: greting, next: bye}", '5:11: error: there is no prompt greting; did you mean "greeting"?'),
        ("begin: {say: [greeting, {text: a, instead: nothing}], next: bye}", "error: there is no prompt nothing"),
        ("begin: {say: 'ticket/state/{caller.kind}', next: bye}", ""),
        ("begin: {say: 'tickets/state/{caller.kind}', next: bye}", "no prompt has an id like tickets/state/{caller.kind}"),
        ("begin: {say: {position: true}, next: bye}", "position and estimate are known in a queue only"),
        ("begin: {queue: genral, next: bye, else: bye}", '5:11: error: there is no queue genral; did you mean "general"?'),
        ("begin: {queue: general, need: englsh >= 3, next: bye, else: bye}", "englsh"),
        ("begin: {queue: general, need: english >=, next: bye, else: bye}", "5:27: error: need:"),
        ("begin: {callback: nowhere, next: bye}", "there is no queue nowhere"),
        ("begin: {hours: offic, open: bye, closed: bye}", 'there is no calendar offic; did you mean "office"?'),
        ("begin: {when: [{if: open('offic'), next: bye}], else: bye}", "there is no calendar offic"),
        ("begin: {transfer: {group: day}, next: bye}", "there is no group day"),
        ("begin: {transfer: {flow: sup}}", '5:22: error: there is no flow sup; did you mean "sub"?'),
        ("begin: {lookup: tickets.progres, into: t, next: bye}", 'nobody offers tickets.progres; did you mean "tickets.progress"?'),
        ("begin: {lookup: weather.now, optional: true, into: t, next: bye}", ""),
        ("begin: {lookup: tickets.progress, into: t, next: bye}", "tickets.progress needs the argument number"),
        ("begin: {lookup: tickets.progress, arguments: {number: '1', numbr: '1'}, into: t, next: bye}", "takes no numbr"),
        ("begin: {lookup: tickets.progress, arguments: {number: '1'}, into: t, next: bye}", "number is a text, this is a number"),
        ("begin: {http: 'http://10.0.0.5/x', next: bye}", ""),
        ("begin: {http: 'http://example.com/x', next: bye}", "flows may not go to http://example.com/x; the owner allows hosts"),
        ("begin: {http: '{caller.number}/x', next: bye}", "the host of an address is written out"),
        ("begin: {http: 'http://10.0.0.5{caller.number}/x', next: bye}", "the host of an address is written out"),
        # sub-flows
        ("begin: {call: sup, next: bye}", 'there is no flow sup; did you mean "sub"?'),
        ("begin: {call: sub, next: bye}", "flow sub needs the argument n"),
        ("begin: {call: sub, arguments: {n: 1, m: 2}, next: bye}", "flow sub takes no m"),
        ("begin: {call: sub, arguments: {n: \"'a'\"}, next: bye}", "n is a number, this is a text"),
        ("begin: {call: sub, arguments: {n: 1}, results: {a: oot}, next: bye}", 'gives no oot; did you mean "out"?'),
        ("begin: {call: sub, arguments: {n: 1}, ends: {bad: bye}, next: bye}", "flow sub never ends bad; it ends good"),
        ("begin: {call: main, next: bye}", "5:11: error: begin calls main, which comes back to main: sub-flows do not recurse"),
        # expressions and variables
        ("begin: {when: [{if: caller.number == 1, next: bye}], else: bye}", "a text is never equal to a number"),
        ("begin: {when: [{if: caller.nmber == '', next: bye}], else: bye}", 'there is no nmber; did you mean "number"?'),
        ("begin: {when: [{if: caller.number, next: bye}], else: bye}", "a boolean is needed, this is a text"),
        ("begin: {set: {a: hello}, next: bye}", "hello is not known, in 'hello'; a text stands in quotes: \"'hello'\""),
        ("begin: {set: {a: 1}, next: b}\nb: {set: {a: \"'x'\"}, next: bye}", "a becomes a text here and is a number elsewhere"),
        ("begin: {set: {call: 1}, next: bye}", "call has a meaning of its own and cannot be a variable"),
        ("begin: {collect: greeting, into: n, length: 3, next: b, timeout: b, invalid: b}\nb: {say: {digits: n}, next: bye}",
         "6:13: error: b: n may not be set yet when it comes from begin by"),
        ("begin: {say: {text: '{n}'}, next: b}\nb: {set: {n: 1}, next: bye}", "begin: n may not be set yet; give it a first value"),
        ("begin: {set: {b: a, a: 1}, next: bye}", "begin: a may not be set yet"),
        ("begin: {end: x, results: {a: 1}}", "a is not among the results of the flow"),
        # keys
        ('begin: {menu: greeting, keys: {"1": bye, "1-3": bye}, timeout: bye, invalid: bye}', "5:44: error: begin: the keys 1-3 and 1 overlap"),
        ('begin: {menu: greeting, keys: {"1": bye, "12": bye}, timeout: bye, invalid: bye}', "warning: begin: 12 and 1 begin alike"),
        ('begin: {menu: greeting, keys: {"1": bye, "2": bye, "3": human}, timeout: bye, invalid: bye}',
         "5:27: warning: begin offers 3 keys before a human can be reached; 2 are allowed"),
        ('begin: {menu: greeting, keys: {"1": b}, timeout: bye, invalid: bye, failed: bye}\n'
         'b: {menu: greeting, keys: {"1": human}, timeout: bye, invalid: bye, failed: bye}',
         "2:1: warning: 2 keys must be pressed before a human is reached; 1 is allowed"),
    ],
)  # fmt: skip
def test_findings(nodes: str, finding: str) -> None:
    findings = found(nodes)
    if not finding:
        assert findings == []
    else:
        assert any(finding in one for one in findings), findings


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "1:1: error: a flow file is a mapping with flow, start and nodes"),
        ("flow: x\nstart: a\n", "1:1: error: nodes is a mapping from names to nodes"),
        ("flow: x\nnodes: {a: {end: b}}\n", "1:1: error: flow: start is missing"),
        ("flow: x\nstat: a\nnodes: {a: {end: b}}\n", '2:1: error: stat: unknown key; did you mean "start"?'),
        ("flow: x\nstart: b\nnodes: {a: {end: b}}\n", "2:1: error: there is no node b"),
        ("flow: x\nstart: a\ndefault: z\nnodes: {a: {end: b}}\n", "3:1: error: there is no node z"),
        ("flow: x\nstart: a\nnodes:\n  a: {end: b}\n  a: {end: c}\n", "5:3: error: 'a' stands here twice"),
        ("flow: x\nstart: a\nnodes:\n  a: {end: b\n", "did not find expected ',' or '}'"),
        ("flow: x\nstart: a\nnodes:\n\ta: {end: b}\n", "4:1: error:"),
        ("flow: x\nstart: a\nnodes: {a: {say: greeting, next: a}}\n", "from a there is no way out to an end"),
        ("flow: x\nstart: a\nnodes: {a: {menu: greeting, keys: {1: b}}, b: {end: x}}\n",
         "3:9: error: a has no way out for invalid, timeout, failed; name one, or a default for the flow"),
        ("flow: x\nstart: a\nnodes: {a: {say: greeting, at_most: 2, failed: b, next: b}, b: {end: x, say: []}}\n",
         "a has no way out for exhausted"),
        ("flow: x\nstart: a\narguments: {n: number}\nvariables: {n: ''}\nnodes: {a: {end: b}}\n", "4:13: error: n is a number; its value"),
        ("flow: x\nstart: a\nnodes: {a: {end: b}}\ntests:\n  - {name: t, do: jump 3}\n", "5:15: error: unknown step 'jump 3'; steps: press"),
        ("flow: x\nstart: a\nnodes: {a: {end: b}}\ntests:\n  - {name: t, at: tomorrow}\n", "'tomorrow' is no moment"),
        ("flow: x\nstart: a\nnodes: {a: {end: b}}\ntests:\n  - {name: t, visits: [c]}\n", "there is no node c"),
        ("flow: x\nstart: a\nnodes: {a: {end: b}}\ntests:\n  - {name: t, vists: [c]}\n", 'tests.0.vists: unknown key; did you mean "visits"?'),
    ],
)  # fmt: skip
def test_findings_of_a_whole_file(text: str, finding: str) -> None:
    try:
        findings = [str(one) for one in lint.lint(documents.parse(text, "f"), known())]
    except documents.DocumentError as error:
        findings = [f"f:{one.line}:{one.column}: error: {one.message}" for one in error.problems]
    assert any(finding in one for one in findings), findings


def test_sub_flows_that_call_each_other_in_a_circle_are_found() -> None:
    other = flow("flow: other\nstart: a\ndefault: b\nnodes:\n  a: {call: main, next: b}\n  b: {end: x}\n")
    document = documents.parse(HEAD + "  begin: {call: other, next: bye}\n" + TAIL, "f")
    messages = [one.message for one in lint.lint(document, Known(flows={"other": other}))]
    assert messages == ["begin calls other, which comes back to main: sub-flows do not recurse"]


def test_a_variable_set_on_every_way_is_set() -> None:
    assert (
        said(
            """
        begin: {when: [{if: caller.anonymous, next: a}], else: b}
        a: {set: {n: 1}, next: c, failed: c2}
        b: {set: {n: 2}, next: c, failed: c2}
        c: {say: {number: n}, next: bye}
        c2: {say: sorry, next: bye}
        """
        )
        == []
    )


def test_one_fault_is_told_once() -> None:
    assert len(found("begin: {say: {digits: missing}, next: bye}")) == 1


def test_a_thousand_nodes_in_under_a_second() -> None:
    lines = ["flow: big", "start: n0", "default: human", "nodes:"]
    for index in range(1000):
        lines += [
            f"  n{index}:",
            "    menu: [greeting, {text: '请选择{count}', instead: menu/main}]",
            f'    keys: {{"1": n{min(index + 1, 999)}, "2": {{next: human, if: count > {index}}}}}',
            "    timeout: human",
            "    invalid: human",
        ]
    text = "\n".join(lines) + "\n" + TAIL + "variables: {count: 1}\n"
    begin = time.perf_counter()
    findings = lint.lint(documents.parse(text, "big.yaml"), known())
    seconds = time.perf_counter() - begin
    assert [one.severity for one in findings if one.severity == "error"] == []
    assert seconds < 1.0
