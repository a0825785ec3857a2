"""Keeps the index in line with what readers see, in a thread of its own; a lost or stale one is made anew meanwhile.

A large one is made in a process of its own: see `apart.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import structlog

from workflow.knowledge.finding.filling import Articles, Filling, Making
from workflow.knowledge.finding.folders import Folders
from workflow.knowledge.finding.searching import Searching
from workflow.knowledge.finding.synonyms import Synonyms
from workflow.knowledge.finding.tries import Tries
from workflow.knowledge.meaning.kept import KeptVectors
from workflow.knowledge.meaning.near import Near

log = structlog.get_logger(__name__)
T = TypeVar("T")

SETTLE_SECONDS = 0.1
"""Changes that come together are committed together."""
FEW = 2_000
"""So many articles are put by the engine itself: a process of its own would take longer to begin."""
LOOK_SECONDS = 10.0
"""How often it is looked whether the index still lies where it was put."""
SEARCHES = 2
"""Searches at the same time; others wait for them."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """What people are told of the index: how many articles it has; while it is made anew, how far that is, and why.

    `trouble` says why it does not follow what is published, or cannot be made anew; it is tried again by itself.
    """

    articles: int
    building: bool = False
    done: int = 0
    total: int = 0
    why: str = ""
    trouble: str = ""


class Keeper:
    """The index in `folder`. `start` opens it, `changed` hears of articles, `ask` asks it.

    More than `few` articles are put into a new index by `apart`, where there is one.
    """

    def __init__(self, folder: Path, articles: Articles, apart: Making | None = None, few: int = FEW) -> None:
        self._folders, self._articles, self._apart, self._few = Folders(folder), articles, apart, few
        self._comparing, self._making, self._following = Tries(), Tries(), Tries()
        self.on_trouble: Callable[[str], None] = lambda trouble: None
        """Hears what is wrong whenever that has changed; nothing when all is well again."""
        self._told, self._compared = "", False
        self._writing = ThreadPoolExecutor(1, "knowledge index")
        self._filling = Filling(articles, self._write)
        self._asking = ThreadPoolExecutor(SEARCHES, "knowledge search")
        self._now: Searching | None = None
        self._changed: dict[str, None] = {}
        self._again = ""
        self._woken = asyncio.Event()
        self._settled = asyncio.Event()
        self._progress: IndexState | None = None
        self._synonyms = Synonyms(())
        self._heat: Mapping[str, float] = {}
        self._vectors: KeptVectors | None = None
        self._near: Near | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def state(self) -> IndexState:
        """How it is now."""
        if self._progress is not None:
            return replace(self._progress, trouble=self.trouble)
        return IndexState(len(self._now.index) if self._now is not None else 0, trouble=self.trouble)

    @property
    def trouble(self) -> str:
        """Why it does not follow; empty when it does."""
        tries = self._making, self._following, self._comparing
        return next((one.trouble for one in tries if one.trouble), "")

    async def start(self) -> None:
        """Open the index; what changed while nobody looked is found in the background."""
        try:
            self._now = await self._write(self._folders.opened)
        except Exception as error:
            # Whatever is wrong with the folder, the tables have everything.
            log.warning("the index of the knowledge base cannot be opened and is made anew", reason=str(error))
            self._again = "索引损坏，正在重建"
        if self._now is None:
            self._again = self._again or "首次建立索引"
            self._now = await self._write(self._empty)
        self._task = asyncio.create_task(self._run(), name="keep the index of the knowledge base")

    async def stop(self) -> None:
        """Let go of the index."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._now is not None:
            await self._write(self._now.index.close)
        self._writing.shutdown()
        self._asking.shutdown()

    def changed(self, ids: Iterable[str]) -> None:
        """Articles came, went, or say something else: find them so within a second."""
        self._changed.update(dict.fromkeys(ids))
        self._settled.clear()
        self._woken.set()

    def rebuild(self, why: str = "正在重建索引") -> None:
        """Make the index anew, while the old one serves."""
        self._again = why
        self._settled.clear()
        self._woken.set()

    async def settled(self) -> None:
        """Wait until everything that was told is found."""
        await self._settled.wait()

    def take_synonyms(self, synonyms: Synonyms) -> None:
        """Ask with these from now on."""
        self._synonyms = synonyms
        if self._now is not None:
            self._now.synonyms = synonyms

    @property
    def synonym_words(self) -> list[str]:
        """All words that have synonyms."""
        return self._synonyms.words

    def take_heat(self, heat: Mapping[str, float]) -> None:
        """How often each article was read of late, between 0 and 1."""
        self._heat = heat
        if self._now is not None:
            self._now.heat = heat

    def take_vectors(self, vectors: KeptVectors | None) -> None:
        """What articles mean."""
        self._vectors = vectors
        if self._now is not None:
            self._now.vectors = vectors

    def take_near(self, near: Near | None) -> None:
        """Which articles there are by what they mean."""
        self._near = near
        if self._now is not None:
            self._now.near = near

    async def ask(self, what: Callable[[Searching], T]) -> T:
        """Ask the index in a thread."""
        searching = self._now
        assert searching is not None, "the index was not started"
        return await asyncio.get_running_loop().run_in_executor(self._asking, what, searching)

    async def _write(self, what: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writing, what)

    def _empty(self) -> Searching:
        """One without articles, which serves until all of them are put into another."""
        try:
            return Searching(self._folders.another())
        except Exception as error:
            log.warning("there is no room for an index of the knowledge base yet", reason=str(error))
            return Searching(None)

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _run(self) -> None:
        self._compared = bool(self._again)
        while True:
            self._woken.clear()
            if not self._again and not self._folders.hold(self._now):
                self._again = "索引丢失，正在重建"
            if not self._compared and not self._again:
                await self._tried(self._comparing, self._compare)
            if self._again:
                await self._tried(self._making, self._build)
            await self._tried(self._following, self._apply)
            late = [one.wait(self._seconds()) for one in self._pending()]
            if not late:
                self._settled.set()
            await self._wait(min([*late, LOOK_SECONDS]))

    def _pending(self) -> Iterator[Tries]:
        """What is still to be done."""
        if self._again:
            yield self._making
        elif not self._compared:
            yield self._comparing
        if self._changed:
            yield self._following

    async def _wait(self, most: float) -> None:
        """Until something is told, what failed may be tried again, or it is time to look."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._woken.wait()
            await asyncio.sleep(SETTLE_SECONDS)

    async def _tried(self, tries: Tries, work: Callable[[], Awaitable[None]]) -> None:
        """Do it, unless it failed just now."""
        if tries.wait(self._seconds()) > 0:
            return
        try:
            await work()
            tries.done()
        except Exception as error:
            log.exception("the index of the knowledge base could not follow")
            tries.failed(error, self._seconds())
            if self._now is not None:
                await self._write(self._now.index.renew)
        if self._told != self.trouble:
            self._told = self.trouble
            self.on_trouble(self.trouble)

    @staticmethod
    def _seconds() -> float:
        return asyncio.get_running_loop().time()

    async def _apply(self) -> None:
        """Put what was told since."""
        ids, self._changed = list(self._changed), {}
        if ids and self._now is not None:
            try:
                await self._filling.put(self._now, ids)
                await self._write(self._now.index.commit)
            except BaseException:
                self._changed = dict.fromkeys(ids) | self._changed
                raise
        self._following.done()

    async def _compare(self) -> None:
        """Find what changed while nobody looked. More than that is not known of what is gone: then all is made anew."""
        searching = self._now
        assert searching is not None
        total = await self._filling.compare(searching)
        if not searching.index.whole or (len(searching.index) != total and not self._changed):
            self._again = "索引与知识库不一致，正在重建"
        self._compared = True

    async def _build(self) -> None:
        why, self._again = self._again, ""
        total = await self._articles.count()
        place, late = self._folders.another(), dict[str, None]()

        def told(done: int) -> None:
            self._progress = IndexState(len(self._now.index) if self._now is not None else 0, True, done, total, why)

        told(0)
        make = self._apart if self._apart is not None and total > self._few else self._filling.all
        making = asyncio.ensure_future(make(place, told))
        try:
            while not making.done():
                await self._woken_or(making)
                late.update(self._changed)
                if self._folders.hold(self._now):
                    await self._apply()
            await making
            made = await self._write(lambda: Searching(place))
            late.update(self._changed)
            await self._filling.put(made, list(late))
            await self._write(made.index.commit)
            made.synonyms, made.heat = self._synonyms, self._heat
            made.vectors, made.near = self._vectors, self._near
            await self._write(lambda: self._folders.take(made, self._now))
            self._now, self._compared = made, True
            self._comparing.done()
        except BaseException:
            self._again = self._again or why
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
            await self._write(lambda: shutil.rmtree(place, ignore_errors=True))
            raise
        finally:
            self._progress = None
        log.info("the index of the knowledge base was made anew", articles=len(made.index), reason=why)

    async def _woken_or(self, making: asyncio.Future[None]) -> None:
        """Wait until something changed, or the new index is made."""
        self._woken.clear()
        waking = asyncio.ensure_future(self._woken.wait())
        both: set[asyncio.Future[Any]] = {making, waking}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()
