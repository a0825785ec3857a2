"""What was typed unseen stands nowhere in what is kept of a call."""

from __future__ import annotations

import json
import secrets

from cti.base.ciphers.cipher import Cipher
from ivr.running.sealing import seal, secrets_of, unseal, without
from tests.ivr.engine_deaths import Kept, run
from tests.ivr.trying import FewFlows

FLOW = """
flow: main
start: pin
default: bye
nodes:
  pin: {collect: p, into: pin, length: 6, hidden: true, next: copy, timeout: bye, invalid: bye}
  copy: {set: {again: "pin"}, next: sub}
  sub: {call: check, arguments: {code: pin}, next: bye}
  bye: {end: done}
"""
CHECK = """
flow: check
start: ask
default: bye
arguments: {code: text}
nodes:
  ask: {menu: m, keys: {"1": bye}, timeout: bye, invalid: bye}
  bye: {end: good}
"""
CIPHER = Cipher(secrets.token_bytes(32))


def test_sealed_at_every_node_and_runs_on_from_there() -> None:
    flows = FewFlows(FLOW, CHECK)
    states = run(flows, "main", "press 736251, press 1").kept.states
    with_secret = [state for state in states if state["secret"]]
    assert len(with_secret) >= 3
    for number, state in enumerate(states):
        kept = json.loads(json.dumps(seal(state, CIPHER)))
        assert "736251" not in json.dumps(kept)
        assert unseal(kept, CIPHER) == state
        if not state["secret"]:
            assert kept == state
        died = Kept(die_at=number)
        assert run(flows, "main", "press 736251, press 1", kept=died).ending is None
        ran = run(flows, "main", "press 736251, press 1", state=unseal(kept, CIPHER))
        assert ran.ending is not None and ran.ending.outcome == "done"


def test_a_call_that_has_ended_keeps_nothing_of_it() -> None:
    state = run(FewFlows(FLOW, CHECK), "main", "press 736251, press 1").kept.states[-1]
    assert list(secrets_of(state)) == ["736251"]
    bare = without(seal(state, CIPHER))
    assert (bare["variables"], bare["node"]) == ({}, state["node"])
    assert "sealed" not in bare
