"""What a flow hands to the person who gets the caller: kept with the call, read by the desk.

`call.progress[HANDED]` is what the node gave along, `call.progress[RETURNED]` what came of a flow through which the
agent has sent the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HANDED, RETURNED = "handed", "returned"


@dataclass(frozen=True, slots=True)
class Returned:
    """The caller is back from a flow: its name and title, the outcome it ended with, its results."""

    flow: str
    title: str
    outcome: str
    results: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Handed:
    """What an agent is told: `data` by its title, and what came of the last flow that he sent the caller to."""

    data: Mapping[str, Any] = field(default_factory=dict)
    returned: Returned | None = None


def handed(progress: Mapping[str, Any]) -> Handed:
    """What stands in a call's progress."""
    returned = progress.get(RETURNED)
    return Handed(
        dict(progress.get(HANDED, {})),
        None
        if returned is None
        else Returned(returned["flow"], returned.get("title", ""), returned["outcome"], returned["results"]),
    )
