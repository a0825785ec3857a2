"""Counts what happens in this process: functions of Python that begin, sessions and transactions of the database."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

from sqlalchemy import event
from sqlalchemy.engine import Connection

from cti.store.engine import Store
from cti.store.journal import Journal

TOOL = sys.monitoring.PROFILER_ID
OWN = ("/telephony/switch/scripted", "/scripts/bench/")
"""The switch, the telephones and the bench itself are not what is counted."""


class Counts:
    """Functions by where they stand, and what the database did."""

    def __init__(self) -> None:
        self.functions: Counter[CodeType] = Counter()
        self.transactions = 0
        self.commits = 0
        """Of the journal, which has a connection of its own."""

    @property
    def called(self) -> int:
        """How many functions began, those of switch and bench aside."""
        return sum(count for code, count in self.functions.items() if not any(own in code.co_filename for own in OWN))

    def places(self, count: int) -> list[tuple[str, int]]:
        """The functions called most, as `file:line name`."""
        return [
            (f"{Path(code.co_filename).name}:{code.co_firstlineno} {code.co_qualname}", found)
            for code, found in self.functions.most_common(count)
        ]


@contextmanager
def counted(store: Store, journal: Journal, *, functions: bool) -> Iterator[Counts]:
    """Count until the block ends; `functions` slows everything down."""
    counts = Counts()

    def begun(_: Connection) -> None:
        counts.transactions += 1

    def committed(_: object) -> None:
        counts.commits += 1

    def called(code: CodeType, _: int) -> None:
        counts.functions[code] += 1

    event.listen(store.engine.sync_engine, "begin", begun)
    undo = journal.on_stored(committed)
    if functions:
        sys.monitoring.use_tool_id(TOOL, "counted")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.PY_START, called)
        sys.monitoring.set_events(TOOL, sys.monitoring.events.PY_START)
    try:
        yield counts
    finally:
        if functions:
            sys.monitoring.set_events(TOOL, 0)
            sys.monitoring.free_tool_id(TOOL)
        undo()
        event.remove(store.engine.sync_engine, "begin", begun)
