"""Where a call is in its flow: plain JSON data that outlives sessions and engines.

`flow`, `revision`, `node`, `variables`, `secret` (names of variables that nobody is shown); `visits` (of nodes with
`at_most`), `notes` (of the node under way), `entered` and `begun` (the node was entered; a node that runs once has
begun), `since` (its entry, epoch seconds); `steps`, `idle` (since an act of the citizen) and `falls` (to the default
way), which are limited; and `stack`, the calling flows, each `{flow, revision, node, variables, visits, since}`, the
outermost first. A flow that is left for what was asked in between also keeps its node's `notes` there; `again`: it has
just come back to that node; `asked`: the question that was asked last in between.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from cti.base.events import CallEvent
from ivr.definition.flow import Flow

State = dict[str, Any]
Save = Callable[[State, bool], Awaitable[None]]
"""Keeps a state; with True it must be on disk when this returns, for the node that begins runs at most once."""
Tell = Callable[[CallEvent], None]

FRAME = ("flow", "revision", "node", "variables", "visits", "since")
"""What of a state a calling flow keeps on the stack."""


class Flows(Protocol):
    """Where flows are found."""

    def current(self, name: str) -> Flow:
        """The published flow; KeyError when there is none."""

    def latest(self, name: str) -> Flow:
        """The same, or what it was when it was withdrawn: for a call that began before; KeyError."""

    def revision(self, name: str, revision: int) -> Flow:
        """A published revision, kept as long as a call may need it; KeyError when there is none."""


def beginning(flow: Flow, arguments: Mapping[str, Any] | None = None) -> State:
    """The state of a call that is about to enter a flow."""
    return {
        "flow": flow.name,
        "revision": flow.revision,
        "node": flow.head.start,
        "variables": {**flow.head.variables, **(arguments or {})},
        "visits": {},
        "notes": {},
        "begun": False,
        "entered": False,
        "since": 0.0,
        "steps": 0,
        "idle": 0,
        "falls": 0,
        "secret": [],
        "asked": "",
        "stack": [],
    }


def nowhere(name: str, node: str) -> State:
    """The state of a call whose flow does not exist."""
    return {"flow": name, "revision": 0, "node": node, "variables": {}, "entered": True, "stack": []}
