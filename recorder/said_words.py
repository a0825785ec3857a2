"""Words that were said in calls, by which their recordings are found: whoever writes talks down offers to look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.store.recordings.search import CallsFound

Look = Callable[
    [Visitor, str, datetime | None, datetime | None, AsyncSession, Select[tuple[str]] | None],
    AsyncIterator[Sequence[str]],
]
"""The calls that a visitor may read in which all the words were said, the newest first, in batches; of about this time,
and among these few, where some are given."""


class SaidWords:
    """Somebody offers to `look`; without him nothing can be found by words."""

    def __init__(self) -> None:
        self._look: Look | None = None

    def offer(self, look: Look) -> Callable[[], None]:
        """Look from now on, until the function that comes back is called."""
        self._look = look

        def withdraw() -> None:
            if self._look is look:
                self._look = None

        return withdraw

    def calls(self, visitor: Visitor, words: str, since: datetime | None, until: datetime | None) -> CallsFound:
        """The calls in which the words were said. Invalid where talks are not written down."""
        if self._look is None:
            raise Invalid("no_words", "没有启用通话转写，不能按通话内容查询", "words")
        return partial(self._look, visitor, words, since, until)
