"""Who is where in flows now: for each call the nodes that it is in, the innermost last.

A node that calls a sub-flow, and one whose agent has sent the caller through another flow, stay below until the call
comes back to them. A call counts in its innermost node only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ivr.running.last_resort import STATES

Spot = tuple[str, str]
"""Flow and node."""


def spots_of(progress: Mapping[str, Any], places: Iterable[str]) -> list[Spot]:
    """Where a kept call is, by the states (see `ivr.state`) that stand under `places` of its progress."""
    found: list[Spot] = []
    for place in places:
        state = progress.get(place)
        if not state:
            continue
        found += [(frame["flow"], frame["node"]) for frame in state["stack"]]
        if state["entered"] and state["node"] not in STATES:
            found.append((state["flow"], state["node"]))
    return found


class Presence:
    """`changed` hears of each spot whose count has changed."""

    def __init__(self, changed: Callable[[Spot], None] = lambda spot: None) -> None:
        self._inside: dict[str, list[Spot]] = {}
        self._counts: Counter[Spot] = Counter()
        self._changed = changed

    def restore(self, places: Mapping[str, list[Spot]]) -> None:
        """Say where all calls are; of others nothing is known any more."""
        for call in [one for one in self._inside if one not in places]:
            self.place(call, [])
        for call, inside in places.items():
            self.place(call, inside)

    def entered(self, call: str, spot: Spot) -> None:
        """The call entered a node."""
        inside = self._inside.get(call, [])
        if spot in inside:
            # It came back without a word, as from a sub-flow that failed.
            inside = inside[: inside.index(spot)]
        self.place(call, [*inside, spot])

    def left(self, call: str, spot: Spot) -> None:
        """The call left a node, and with it all that it was in inside of it."""
        inside = self._inside.get(call, [])
        if spot in inside:
            self.place(call, inside[: inside.index(spot)])

    def ended(self, call: str) -> None:
        """The call is over."""
        self.place(call, [])

    def place(self, call: str, inside: list[Spot]) -> None:
        """Say where the call is, the innermost node last."""
        before, after = self._inside.get(call, [])[-1:], inside[-1:]
        if inside:
            self._inside[call] = inside
        else:
            self._inside.pop(call, None)
        if before == after:
            return
        for spot in before:
            self._counts[spot] -= 1
            if not self._counts[spot]:
                del self._counts[spot]
        for spot in after:
            self._counts[spot] += 1
        for spot in (*before, *after):
            self._changed(spot)

    def count(self, spot: Spot) -> int:
        """How many calls are in a node now."""
        return self._counts[spot]

    def of(self, flow: str) -> dict[str, int]:
        """How many calls are in each node of a flow now."""
        return {node: count for (name, node), count in self._counts.items() if name == flow}

    @property
    def spots(self) -> list[Spot]:
        """All nodes that somebody is in."""
        return list(self._counts)
