"""Random flows and random callers: every call comes to an end, in words or with a human, whatever dies meanwhile."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.reach.surroundings import Limits
from tests.ivr.engine_deaths import Kept, Ran, run
from tests.ivr.trying import FewFlows

LIMITS = Limits(idle_steps=40, steps=300)
NODES = [f"n{index}" for index in range(6)]
target = st.sampled_from([*NODES, "bye"])
ways = st.sampled_from(["", "", "failed: {}", "hangup: {}"])


@st.composite
def node(draw: st.DrawFn) -> str:
    """A node of any kind, with targets at random; some fail, some leave ways unnamed."""
    one, two, three = draw(target), draw(target), draw(target)
    condition = draw(
        st.sampled_from(["true", "n > 2", "missing == 1", "time.hour >= 12", "1 / 0 > 1", "caller.anonymous"])
    )
    kinds: list[str] = [
        f"say: m, next: {one}",
        f"say: {{text: '{{missing}}'}}, next: {one}",
        f'menu: m, keys: {{"1": {one}, "2-5": {two}}}, timeout: {three}, tries: 2',
        f'menu: m, keys: {{"1": {one}}}',
        f"collect: m, into: n, length: [1, 3], next: {one}, invalid: {two}",
        f"ask: m, intents: {{yes: {{next: {one}, words: 是}}}}, unknown: {two}",
        f"ask: m, intents: {{tell: {{next: {one}, examples: [查一下进度, 办到哪了]}}}}, unknown: {two}",
        f"fill: m, wants: {{day: {{kind: date, ask: m}}, n: {{kind: number, ask: m}}}}, next: {one}, unknown: {two}",
        f"fill: m, wants: {{where: {{kind: place, ask: m}}}}, confirm: m, wrong: m, tries: 2, next: {one}",
        f"when: [{{if: {condition}, next: {one}}}], else: {two}",
        f"hours: office, open: {one}, closed: {two}",
        f"hours: nowhere, open: {one}, closed: {two}",
        f"set: {{n: {draw(st.sampled_from(['1', 'n + 1', 'missing', '1 / 0']))}}}, next: {one}",
        f"queue: general, next: {one}, else: {two}",
        f'queue: general, limit: 20, keys: {{"9": {three}}}, next: {one}, timeout: {two}',
        f"transfer: {{outside: caller.number}}, next: {one}",
        f"record: m, into: left, next: {one}",
        f"message: 您好, next: {one}",
        f"callback: general, next: {one}",
        f'rate: m, scores: {{"1": 5}}, next: {one}',
        f"lookup: a.b, into: t, next: {one}, none: {two}",
        f"http: http://127.0.0.1/, next: {one}",
        f"call: {draw(st.sampled_from(['main', 'sub', 'nowhere']))}, next: {one}, failed: {two}",
        "transfer: {flow: sub}",
        "end: ended",
    ]
    more = draw(ways).format(two)
    limit = draw(st.sampled_from(["", "", f", at_most: 2, exhausted: {three}"]))
    kind = draw(st.sampled_from(kinds))
    if "transfer: {flow" in kind or kind.startswith("end"):
        return f"{{{kind}}}"
    if more and f" {more.split(':')[0]}:" in f" {kind}":
        more = ""
    return f"{{{kind}{', ' + more if more else ''}{limit}}}"


@st.composite
def flows(draw: st.DrawFn) -> FewFlows:
    def text(name: str) -> str:
        default = draw(st.sampled_from(["", f"default: {draw(target)}\n"]))
        hangup = draw(st.sampled_from(["", f"hangup: {draw(target)}\n"]))
        lines = "".join(f"  {one}: {draw(node())}\n" for one in NODES)
        asides = draw(
            st.sampled_from(["", "asides: {a: {flow: sub, words: 几点}, b: {flow: main, otherwise: true}}\n"])
        )
        head = f"flow: {name}\nstart: n0\n{default}{hangup}{asides}variables: {{n: 1}}\n"
        return f"{head}nodes:\n{lines}  bye: {{end: done, say: b}}\n"

    return FewFlows(text("main"), text("sub"))


step = st.sampled_from(
    ["press 1", "press 3", "press 9", "press 123#", "type 1234567890", "type " + "7" * 500, "wait 3", "wait 70",
     "say 是", "say 别的",
     "say 几点上班", "say 三月五号在东门街三号", "say 不是三号是五号", "say 护照怎么补办",
     "agent 5", "agent 5 then queue:second", "agent 5 then flow:sub",
     "agent 3 then outside:13900000002",
     "agents none", "agents busy", "agents closed", "overflow voicemail", "overflow queue:second",
     "overflow flow:nowhere", "dial 5", "dial busy", "speak 3", "hangup"]
)  # fmt: skip
scripts = st.lists(step, max_size=8).map(", ".join)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def check(ran: Ran) -> None:
    """What holds for every call."""
    happened = ran.conversation.happened
    if ran.ending is not None and ran.ending.outcome in ("human", "failed"):
        # Not a dead end: either somebody has talked, or an apology was said.
        assert any(line.what == "talks" for line in happened.lines) or "〔error〕" in happened.spoken
    for state in ran.kept.states:
        assert json.loads(json.dumps(state)) == state
        assert len(state["stack"]) <= LIMITS.depth
    assert len(ran.kept.states) <= LIMITS.steps + 50
    assert happened.silence <= 2.0


@SETTINGS
@given(flows(), scripts)
def test_every_call_ends(few: FewFlows, do: str) -> None:
    check(run(few, "main", do, limits=LIMITS))


@SETTINGS
@given(flows(), scripts, st.lists(st.integers(0, 12), max_size=4))
def test_every_call_ends_though_engines_die(few: FewFlows, do: str, deaths: list[int]) -> None:
    state: dict[str, Any] | None = None
    once: list[tuple[str, int]] = []
    for death in deaths:
        ran = run(few, "main", do, limits=LIMITS, state=state, kept=Kept(die_at=death))
        if ran.ending is not None or not ran.kept.states or len(ran.kept.states) <= death:
            return
        state = ran.kept.states[-1]
        if state["begun"]:
            once.append((state["node"], state["steps"]))
    ran = run(few, "main", do, limits=LIMITS, state=state)
    if state is None or state["node"] not in ("+human", "+sorry"):
        check(ran)
    # Whoever died in a node that runs once has not begun it again under the same step.
    assert len(once) == len(set(once))
