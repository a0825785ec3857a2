"""What tests of flows walk, and what they do not."""

from __future__ import annotations

from ivr.definition.trials import Trial
from ivr.trying import dry_run as tryout
from ivr.trying.coverage import coverage
from tests.ivr.trying import WORDS, FewFlows, whole

MAIN = """
begin: {menu: greeting, keys: {"1": sub, "2": bye}, timeout: human, invalid: human}
sub: {call: sub, next: bye}
"""
SUB = """
flow: sub
start: ask
nodes:
  ask:
    ask: which
    intents: {water: {next: end, words: 停水}, light: {next: dark, words: 路灯}}
    unknown: end
    timeout: end
  dark: {say: dark, next: end}
  end: {end: done}
"""


def test_it_tells_nodes_and_ways_that_no_test_walks() -> None:
    flows = FewFlows(whole(MAIN), SUB)
    main, sub = flows.current("main"), flows.current("sub")
    report = tryout.run_now(flows, "main", Trial(name="one", do="press 1, say 停水"), WORDS)
    found = coverage(main, [(main, report)])
    assert found.never == ("human",)
    assert ("begin", "2") in found.untaken
    assert ("sub", "next") not in found.untaken
    assert ("begin", "1") not in found.untaken
    called = coverage(sub, [(main, report)])
    assert called.never == ("dark",)
    assert ("ask", "light") in called.untaken
    assert ("ask", "water") not in called.untaken
    assert str(called) == "2 of 3 nodes, 1 of 5 ways"
