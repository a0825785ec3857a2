"""The vector of a question, in time or not at all: finding never waits longer for it than it may."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import structlog

from workflow.knowledge.meaning.port import Encoder, NotEncoded, Vectors

log = structlog.get_logger(__name__)

KEPT = 2_000
LONGEST = 200
"""Characters of a question that are encoded: its beginning says what is wanted."""


class Questions:
    """Encodes questions within `patience` seconds; what comes later is kept for the next who asks."""

    def __init__(self, encoder: Encoder | None, patience: float) -> None:
        self._encoder, self._patience = encoder, patience
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._asked: dict[str, asyncio.Task[None]] = {}
        self.trouble = ""
        """Why the last one has no vector; empty when it has."""

    async def of(self, words: str) -> Vectors | None:
        """One vector; None when there is no model, or it did not answer in time."""
        text = " ".join(words.split())[:LONGEST]
        if self._encoder is None or not text:
            return None
        if (found := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            return found
        task = self._asked.get(text)
        if task is None:
            task = self._asked[text] = asyncio.create_task(self._ask(self._encoder, text), name="encode a question")
        await asyncio.wait([task], timeout=self._patience)
        return self._kept.get(text)

    async def _ask(self, encoder: Encoder, text: str) -> None:
        try:
            self._kept[text] = (await encoder.encode([text], asked=True))[0]
            self.trouble = ""
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        except NotEncoded as error:
            if not self.trouble:
                log.warning("questions are asked by their words alone", reason=str(error))
            self.trouble = str(error)
        finally:
            self._asked.pop(text, None)

    async def close(self) -> None:
        """Let go of the model."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)
        if self._encoder is not None:
            await self._encoder.close()
