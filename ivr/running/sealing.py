"""What a citizen typed unseen does not stand in the kept state of a call: its variables are sealed as a whole.

They are sealed only while one of them is secret: what is derived from it, and what sub-flows were given, too. A call
that has ended keeps nothing of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cti.base.ciphers.cipher import Cipher
from ivr.running.state import State

SEALED = "sealed"
_PRIVATE = ("variables", "notes")


def seal(state: State, cipher: Cipher) -> State:
    """The state as it is kept."""
    if not state.get("secret"):
        return state
    inner = [
        state["variables"],
        state["notes"],
        [{key: frame[key] for key in _PRIVATE if key in frame} for frame in state["stack"]],
        state.get("asked", ""),
    ]
    return {**without(state), SEALED: cipher.seal(json.dumps(inner, ensure_ascii=False))}


def unseal(state: State, cipher: Cipher) -> State:
    """The state as it runs."""
    if SEALED not in state:
        return state
    variables, notes, stack, *asked = json.loads(cipher.open(state[SEALED]))
    if not asked:
        # As engines kept it that knew nothing of what may be asked in between.
        stack, asked = [{"variables": one} for one in stack], [""]
    frames = [{**frame, **one} for frame, one in zip(state["stack"], stack, strict=True)]
    return {**without(state), "variables": variables, "notes": notes, "asked": asked[0], "stack": frames}


def without(state: State) -> State:
    """The state without any variable, when one of them is secret."""
    if not state.get("secret"):
        return state
    bare = {key: value for key, value in state.items() if key != SEALED}
    stack = [{**frame, **{key: {} for key in _PRIVATE if key in frame}} for frame in state["stack"]]
    return {**bare, "variables": {}, "notes": {}, "asked": "", "stack": stack}


def secrets_of(state: State) -> Iterator[Any]:
    """The values that the citizen typed unseen."""
    for frame in (state, *state["stack"]):
        for name in state.get("secret", ()):
            if name in frame["variables"]:
                yield frame["variables"][name]
