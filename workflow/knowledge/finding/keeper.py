"""Keeps the index in line with what readers see, in a thread of its own; a lost or stale one is made anew meanwhile.

A large one is made in a process of its own: see `apart.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog

from cti.base.ids import new_id
from workflow.knowledge.finding.index import Article
from workflow.knowledge.finding.searching import Searching
from workflow.knowledge.finding.synonyms import Synonyms

log = structlog.get_logger(__name__)
T = TypeVar("T")

SETTLE_SECONDS = 0.1
"""Changes that come together are committed together."""
BATCH = 20
"""Articles that are put in one go: the engine's other threads get their turn in between."""
FEW = 2_000
"""So many articles are put by the engine itself: a process of its own would take longer to begin."""
AGAIN_SECONDS, LONGEST_AGAIN = 1.0, 60.0
"""What failed is tried again after a second, then after ever longer."""
SEARCHES = 2
"""Searches at the same time; others wait for them."""
_CURRENT = "current"
_NAME = "index-2-"
"""How folders of indexes begin; with another number since what stands in them has changed: older ones are made anew."""
Making = Callable[[Path, Callable[[int], None]], Awaitable[None]]
"""Makes an index of all articles in a folder; tells how many are done."""


class Articles(Protocol):
    """What is to be found; see `PublishedArticles`."""

    async def count(self) -> int:
        """How many there are."""

    async def stamps(self, after: str) -> Mapping[str, int]:
        """The next ids behind this one, with the version of each; none at the end."""

    async def load(self, ids: Collection[str]) -> list[Article]:
        """Those of these ids that there are."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """What people are told of the index: how many articles it has; while it is made anew, how far that is, and why."""

    articles: int
    building: bool = False
    done: int = 0
    total: int = 0
    why: str = ""


class Keeper:
    """The index in `folder`. `start` opens it, `changed` hears of articles, `ask` asks it.

    More than `few` articles are put into a new index by `apart`, where there is one.
    """

    def __init__(self, folder: Path, articles: Articles, apart: Making | None = None, few: int = FEW) -> None:
        self._folder, self._articles, self._apart, self._few = folder, articles, apart, few
        self._failed = 0
        self._writing = ThreadPoolExecutor(1, "knowledge index")
        self._asking = ThreadPoolExecutor(SEARCHES, "knowledge search")
        self._now: Searching | None = None
        self._changed: dict[str, None] = {}
        self._again = ""
        self._woken = asyncio.Event()
        self._settled = asyncio.Event()
        self._progress: IndexState | None = None
        self._synonyms = Synonyms(())
        self._heat: Mapping[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def state(self) -> IndexState:
        """How it is now."""
        if self._progress is not None:
            return self._progress
        return IndexState(len(self._now.index) if self._now is not None else 0)

    async def start(self) -> None:
        """Open the index; what changed while nobody looked is found in the background."""
        try:
            self._now = await self._write(self._open)
        except Exception as error:
            # Whatever is wrong with the folder, the tables have everything.
            log.warning("the index of the knowledge base cannot be opened and is made anew", reason=str(error))
            self._again = "索引损坏，正在重建"
        if self._now is None:
            self._again = self._again or "首次建立索引"
            self._now = await self._write(self._make)
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

    async def ask(self, what: Callable[[Searching], T]) -> T:
        """Ask the index in a thread."""
        searching = self._now
        assert searching is not None, "the index was not started"
        return await asyncio.get_running_loop().run_in_executor(self._asking, what, searching)

    async def _write(self, what: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writing, what)

    # ── the folder ───────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self) -> Searching | None:
        """The index that `current` names; None when there is none of this kind."""
        try:
            name = (self._folder / _CURRENT).read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        place = self._folder / name
        return Searching(place) if name.startswith(_NAME) and place.is_dir() else None

    def _make(self) -> Searching:
        return Searching(self._folder / f"{_NAME}{new_id()}")

    def _take(self, made: Searching, old: Searching | None) -> None:
        """Let the new one be current, and remove all others."""
        written = self._folder / f"{_CURRENT}.new"
        written.write_text(made.folder.name, "utf-8")
        written.replace(self._folder / _CURRENT)
        if old is not None:
            with contextlib.suppress(ValueError):
                old.index.close()
        for place in self._folder.glob("index-*"):
            if place != made.folder:
                shutil.rmtree(place, ignore_errors=True)

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _run(self) -> None:
        if not self._again:
            await self._guarded(self._compare)
        while True:
            if self._again:
                await self._guarded(self._build)
            await self._guarded(self._apply)
            if not self._changed and not self._again:
                self._settled.set()
                await self._woken.wait()
                await asyncio.sleep(SETTLE_SECONDS)
            self._woken.clear()

    async def _guarded(self, work: Callable[[], object]) -> None:
        try:
            await work()  # type: ignore[misc]
            self._failed = 0
        except Exception:
            log.exception("the index of the knowledge base could not follow")
            self._progress = None
            await asyncio.sleep(min(AGAIN_SECONDS * 2**self._failed, LONGEST_AGAIN))
            self._failed += 1

    async def _apply(self) -> None:
        """Put what was told since."""
        ids, self._changed = list(self._changed), {}
        if ids and self._now is not None:
            try:
                await self._put(self._now, ids)
            except BaseException:
                self._changed = dict.fromkeys(ids) | self._changed
                raise
            await self._write(self._now.index.commit)

    async def _put(self, searching: Searching, ids: list[str]) -> None:
        for at in range(0, len(ids), BATCH):
            some = ids[at : at + BATCH]
            found = await self._articles.load(some)
            there = {one.id for one in found}
            await self._write(lambda found=found: searching.index.put(found))  # type: ignore[misc]
            gone = [one for one in some if one not in there]
            await self._write(lambda gone=gone: searching.index.remove(gone))  # type: ignore[misc]

    async def _compare(self) -> None:
        """Find what changed while nobody looked. More than that is not known of what is gone: then all is made anew."""
        searching, after, total = self._now, "", 0
        assert searching is not None
        while stamps := await self._articles.stamps(after):
            wrong = await self._write(lambda stamps=stamps: _wrong(searching, stamps))  # type: ignore[misc]
            await self._put(searching, wrong)
            total, after = total + len(stamps), max(stamps)
        await self._write(searching.index.commit)
        if len(searching.index) != total and not self._changed:
            self._again = "索引与知识库不一致，正在重建"

    async def _build(self) -> None:
        why, self._again = self._again, ""
        total = await self._articles.count()
        place, late = self._folder / f"{_NAME}{new_id()}", dict[str, None]()

        def told(done: int) -> None:
            self._progress = IndexState(len(self._now.index) if self._now is not None else 0, True, done, total, why)

        told(0)
        make = self._apart if self._apart is not None and total > self._few else self._put_all
        making = asyncio.ensure_future(make(place, told))
        try:
            while not making.done():
                await self._woken_or(making)
                late.update(self._changed)
                await self._apply()
            await making
            made = await self._write(lambda: Searching(place))
            late.update(self._changed)
            await self._put(made, list(late))
            await self._write(made.index.commit)
        except BaseException:
            self._again = self._again or why
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
            await self._write(lambda: shutil.rmtree(place, ignore_errors=True))
            raise
        finally:
            self._progress = None
        made.synonyms, made.heat = self._synonyms, self._heat
        old, self._now = self._now, made
        await self._write(lambda: self._take(made, old))
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

    async def _put_all(self, place: Path, told: Callable[[int], None]) -> None:
        made, after, done = await self._write(lambda: Searching(place)), "", 0
        try:
            while stamps := await self._articles.stamps(after):
                ids = list(stamps)
                for at in range(0, len(ids), BATCH):
                    told(done)
                    await self._put(made, ids[at : at + BATCH])
                    done += len(ids[at : at + BATCH])
                after = max(stamps)
            await self._write(made.index.commit)
        finally:
            await self._write(made.index.close)


def _wrong(searching: Searching, stamps: Mapping[str, int]) -> list[str]:
    return [id for id, stamp in stamps.items() if searching.index.version_of(id) != stamp]
