"""The scope of a `check`: `value` is what the citizen typed or said."""

from __future__ import annotations

from typing import Any

from ivr.nodes.walk import Walk


class WithValue:
    """What expressions read besides everything else."""

    def __init__(self, walk: Walk, told: str) -> None:
        self._walk, self._told = walk, told

    def value(self, name: str) -> Any:
        """What a name means."""
        return self._told if name == "value" else self._walk.value(name)

    def ask(self, function: str, argument: str) -> bool:
        """See `Walk.ask`."""
        return self._walk.ask(function, argument)
