"""What is meant, in a running house: vectors of questions in time, those of articles made behind all others."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from workflow.knowledge.finding.apart import NotMade, in_own_process
from workflow.knowledge.finding.tries import Tries
from workflow.knowledge.meaning.encoders import find_encoder
from workflow.knowledge.meaning.kept import KeptVectors, file_of
from workflow.knowledge.meaning.near import Near, near_file
from workflow.knowledge.meaning.port import Encoder
from workflow.knowledge.meaning.questions import Questions
from workflow.knowledge.settings import MeaningSettings

log = structlog.get_logger(__name__)

SETTLE_SECONDS = 5.0
"""Articles that come together are encoded together: a process begins for them."""
MOST_NAMED = 200
"""More articles than these are all articles."""


class Meant:
    """`questions` are encoded when they are asked, articles by `hotline knowledge vectors` after they have changed."""

    def __init__(self, data: Path, settings: MeaningSettings, seconds: float = SETTLE_SECONDS) -> None:
        self._data, self._seconds = data, seconds
        encoder = find_encoder(settings)
        self.vectors = _opened(data, encoder)
        self._near = near_file(file_of(data, encoder.name)) if encoder is not None else None
        self.on_near: Callable[[Near | None], None] = lambda near: None
        """Hears which articles there are by what they mean, at the start and whenever that has changed."""
        self.questions = Questions(encoder, settings.patience)
        self._changed: set[str] = set()
        self._all = True
        self._woken = asyncio.Event()
        self._tries = Tries()

    def changed(self, ids: Iterable[str]) -> None:
        """These articles say something else."""
        self._changed.update(ids)
        self._woken.set()

    async def run(self) -> None:
        """Encode all articles whose vectors are missing, then what changes."""
        while self.vectors is not None:
            await self._take()
            await asyncio.sleep(max(self._seconds, self._tries.wait(asyncio.get_running_loop().time())))
            self._woken.clear()
            ids, whole = sorted(self._changed), self._all or len(self._changed) > MOST_NAMED
            self._changed, self._all = set(), False
            try:
                await in_own_process(self._data, ("vectors", *(() if whole else ids)))
                self._tries.done()
            except (NotMade, OSError) as error:
                log.warning("articles are found by their words alone until they are encoded", reason=str(error))
                self._tries.failed(error, asyncio.get_running_loop().time())
                self._changed.update(ids)
                self._all = self._all or whole
                continue
            if not self._changed:
                await self._take()
                await self._woken.wait()

    async def _take(self) -> None:
        """Take up what was written last."""
        if self._near is not None:
            self.on_near(await asyncio.to_thread(Near.load, self._near))

    def close(self) -> None:
        """Let go of the file; `questions` are closed by whoever asks them."""
        if self.vectors is not None:
            self.vectors.close()


def _opened(data: Path, encoder: Encoder | None) -> KeptVectors | None:
    if encoder is None:
        return None
    try:
        return KeptVectors(file_of(data, encoder.name))
    except (OSError, sqlite3.Error) as error:
        log.warning("there is no room for the vectors of articles", reason=str(error))
        return None
