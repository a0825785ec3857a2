"""Counts what happens in this process: functions of Python that run in the loop's thread, and transactions."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

from sqlalchemy import event
from sqlalchemy.engine import Connection

from cti.store.engine import Store
from cti.store.journal.journal import Journal

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

    def called(frame: FrameType, kind: str, _: object) -> None:
        if kind == "call":
            counts.functions[frame.f_code] += 1

    event.listen(store.engine.sync_engine, "begin", begun)
    undo = journal.on_stored(committed)
    if functions:
        sys.setprofile(called)
    try:
        yield counts
    finally:
        if functions:
            sys.setprofile(None)
        undo()
        event.remove(store.engine.sync_engine, "begin", begun)
