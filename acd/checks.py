"""The room's settings before it starts: see `cti.plugins.checking`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from acd.settings.files import SECTION, Part, merge, read_parts
from acd.settings.schema import LimitSettings
from cti.base.files.documents import Document, Problem
from cti.base.settings import Settings
from cti.plugins.checking import Names

NOWHERE = Part(Document(SECTION, {}, {}))
"""Where settings stand that came with the programme."""


def names(settings: Settings) -> Mapping[str, Collection[str]]:
    """The names of the queues, which flows may name; DocumentError."""
    return {"queue": merge(read_parts(settings.data)).queues}


def check(settings: Settings, names: Names) -> list[Problem]:
    """Flows to which queues overflow and that nobody knows; DocumentError for all else that is wrong."""
    parts = read_parts(settings.data)
    found = merge(parts)
    problems = []
    for name, queue in found.queues.items():
        for key, limit in queue.overflow:
            target = limit.to if isinstance(limit, LimitSettings) else limit or ""
            flow = target.removeprefix("flow:")
            if flow != target and "flow" in names and flow not in names["flow"]:
                where = ("queues", name, "overflow", key)
                place: Part = max(parts, key=lambda part: part.depth(where), default=NOWHERE)
                problems.append(place.problem(where, f"{'.'.join(where)}: unknown flow {flow!r}"))
    return problems
