"""The index follows what is published; lost, broken and stale ones are made anew while they serve."""

import asyncio
import resource
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflow.knowledge.finding.library import ALL, EVERYTHING, ids, shipped
from workflow.knowledge.finding import keeper as keeping
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.keeper import Keeper
from workflow.knowledge.finding.searching import Searching
from workflow.knowledge.finding.tries import Tries, words_of

BY = shipped()


class Shelf:
    """Articles as the tables have them."""

    def __init__(self, articles: Collection[Article]) -> None:
        self.there = {one.id: one for one in articles}
        self.loads = 0

    async def count(self) -> int:
        return len(self.there)

    async def stamps(self, after: str) -> Mapping[str, int]:
        found = sorted(id for id in self.there if id > after)[:3]
        return {id: self.there[id].version for id in found}

    async def load(self, ids: Collection[str]) -> list[Article]:
        self.loads += 1
        return [self.there[id] for id in ids if id in self.there]


async def found(keeper: Keeper, asked: str) -> list[str]:
    return list(ids(await keeper.ask(lambda searching: searching.search(asked, BY, EVERYTHING))))


async def opened(folder: Path, shelf: Shelf) -> Keeper:
    keeper = Keeper(folder, shelf)
    await keeper.start()
    await asyncio.wait_for(keeper.settled(), 20)
    return keeper


async def test_what_is_published_is_found_within_a_second(tmp_path: Path) -> None:
    shelf = Shelf(ALL)
    keeper = await opened(tmp_path, shelf)
    try:
        assert await found(keeper, "居住证") == ["card"]
        shelf.there["new"] = Article("new", "养老金领取", "退休后按月领取。", version=1)
        del shelf.there["card"]
        keeper.changed(["new", "card"])
        await asyncio.wait_for(keeper.settled(), 1)
        assert await found(keeper, "养老金") == ["new"]
        assert await found(keeper, "居住证") == []
    finally:
        await keeper.stop()


async def test_what_changed_while_nobody_looked(tmp_path: Path) -> None:
    shelf = Shelf(ALL)
    await (await opened(tmp_path, shelf)).stop()
    shelf.there["card"] = replace(shelf.there["card"], title="暂住登记", text="登记", version=2)
    shelf.there["new"] = Article("new", "养老金领取", "退休后按月领取。")
    keeper = await opened(tmp_path, shelf)
    assert await found(keeper, "居住证") == []
    assert await found(keeper, "养老金") == ["new"]
    await keeper.stop()
    # One that has gone is in no table: the index is larger than it should be, and is made anew.
    del shelf.there["new"]
    keeper = await opened(tmp_path, shelf)
    assert await found(keeper, "养老金") == []
    assert keeper.state.articles == len(ALL)
    await keeper.stop()


async def test_a_lost_and_a_broken_index_are_made_anew(tmp_path: Path) -> None:
    shelf = Shelf(ALL)
    await (await opened(tmp_path, shelf)).stop()
    for file in tmp_path.glob("index-*/index/*.json"):
        file.write_text("{")
    keeper = await opened(tmp_path, shelf)
    assert await found(keeper, "居住证") == ["card"]
    await keeper.stop()
    (tmp_path / "current").unlink()
    keeper = await opened(tmp_path, shelf)
    assert await found(keeper, "居住证") == ["card"]
    assert len(list(tmp_path.glob("index-*"))) == 1
    await keeper.stop()


async def test_one_that_is_lost_while_it_serves_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LOOK_SECONDS", 0.05)
    shelf, reasons = Shelf(ALL), set[str]()
    keeper = await opened(tmp_path, shelf)
    try:
        shutil.rmtree(tmp_path)
        async with asyncio.timeout(20):
            while not (tmp_path / "current").exists():
                assert await found(keeper, "居住证") == ["card"], "the old one serves meanwhile"
                reasons.add(keeper.state.why)
                await asyncio.sleep(0)
        assert "索引丢失，正在重建" in reasons
        shelf.there["new"] = Article("new", "养老金领取", "退休后按月领取。", version=1)
        keeper.changed(["new"])
        await asyncio.wait_for(keeper.settled(), 10)
        assert await found(keeper, "养老金") == ["new"]
        assert keeper.trouble == ""
    finally:
        await keeper.stop()


async def test_it_serves_while_it_is_made_anew_and_says_so(tmp_path: Path) -> None:
    shelf = Shelf([Article(f"a{at:04}", f"公积金{at}", "提取") for at in range(300)])
    keeper = await opened(tmp_path, shelf)
    try:
        keeper.rebuild("试")
        states = set()
        late = Article("late", "养老金领取", "退休后按月领取。")
        while not (state := keeper.state).building:
            await asyncio.sleep(0)
        assert state.why == "试"
        shelf.there["late"] = late
        keeper.changed(["late"])
        while keeper.state.building:
            states.add(keeper.state.done)
            assert await found(keeper, "公积金")
        await asyncio.wait_for(keeper.settled(), 10)
        assert states
        assert await found(keeper, "养老金") == ["late"]
        assert keeper.state.articles == 301
    finally:
        await keeper.stop()


async def test_what_changes_while_another_process_makes_it(tmp_path: Path) -> None:
    shelf, began, go, tries = Shelf(ALL), asyncio.Event(), asyncio.Event(), list[Path]()

    async def apart(place: Path, told: Callable[[int], None]) -> None:
        tries.append(place)
        with Searching(place) as made:
            if len(tries) == 1:
                raise OSError("no room")
            made.index.put(ALL)
            made.index.commit()
        told(len(ALL))
        began.set()
        await go.wait()

    keeper = Keeper(tmp_path, shelf, apart, few=0)
    await keeper.start()
    try:
        await asyncio.wait_for(began.wait(), 20)
        assert not tries[0].exists(), "what came to nothing is cleared away"
        assert (keeper.state.building, keeper.state.done, keeper.state.why) == (True, len(ALL), "首次建立索引")
        shelf.there["new"] = Article("new", "养老金领取", "退休后按月领取。")
        del shelf.there["card"]
        keeper.changed(["new", "card"])
        async with asyncio.timeout(10):
            while not await found(keeper, "养老金"):
                await asyncio.sleep(0.02)
        assert keeper.state.building, "the old index serves what is new"
        go.set()
        await asyncio.wait_for(keeper.settled(), 20)
        assert await found(keeper, "养老金") == ["new"]
        assert await found(keeper, "居住证") == []
        assert set(await found(keeper, "公积金")) == {"fund", "loan"}
    finally:
        await keeper.stop()


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow over 1 MB: its writers meet what they meet on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_on_a_full_disk_the_old_index_serves_and_follows_when_there_is_room(tmp_path: Path) -> None:
    shelf, told = Shelf(ALL), list[str]()
    keeper = await opened(tmp_path, shelf)
    keeper.on_trouble = told.append
    try:
        shelf.there["new"] = Article("new", "养老金领取", "退休后按月领取。")
        with full_disk():
            keeper.changed(["new"])
            async with asyncio.timeout(10):
                while not told:
                    await asyncio.sleep(0.02)
            trouble = keeper.state.trouble
            served = await found(keeper, "居住证")
            keeper.rebuild()
            async with asyncio.timeout(10):
                while keeper.state.why != "正在重建索引" and not keeper.state.building:
                    await asyncio.sleep(0.005)
        assert (trouble, told) == ("磁盘空间不足", ["磁盘空间不足"])
        assert served == ["card"]
        await asyncio.wait_for(keeper.settled(), 20)
        assert await found(keeper, "养老金") == ["new"]
        assert (told[-1], keeper.state.trouble, keeper.state.articles) == ("", "", len(ALL) + 1)
    finally:
        await keeper.stop()
    again = await opened(tmp_path, shelf)
    assert await found(again, "养老金") == ["new"]
    await again.stop()


async def test_a_house_that_begins_on_a_full_disk_begins(tmp_path: Path) -> None:
    shelf = Shelf(ALL)
    (tmp_path / "blocked").write_text("")
    keeper = Keeper(tmp_path / "blocked" / "index", shelf)
    await keeper.start()
    try:
        async with asyncio.timeout(10):
            while not keeper.state.trouble:
                await asyncio.sleep(0.02)
        assert await found(keeper, "居住证") == []
        (tmp_path / "blocked").unlink()
        await asyncio.wait_for(keeper.settled(), 20)
        assert await found(keeper, "居住证") == ["card"]
    finally:
        await keeper.stop()


async def test_an_index_that_cannot_be_made_does_not_keep_what_is_new_waiting(tmp_path: Path) -> None:
    shelf, tries = Shelf(ALL), list[Path]()

    async def apart(place: Path, told: Callable[[int], None]) -> None:
        tries.append(place)
        raise OSError(28, "No space left on device")

    keeper = Keeper(tmp_path, shelf, apart, few=0)
    await keeper.start()
    try:
        async with asyncio.timeout(30):
            while len(tries) < 2:
                await asyncio.sleep(0.02)
            shelf.there["new"] = Article("new", "养老金领取", "退休后按月领取。")
            keeper.changed(["new"])
            while not await found(keeper, "养老金"):
                await asyncio.sleep(0.02)
        assert keeper.state.trouble == "磁盘空间不足"
    finally:
        await keeper.stop()


def test_what_fails_is_tried_ever_later_and_at_last_every_minute() -> None:
    tries, now, waits = Tries(), 100.0, list[float]()
    for _ in range(8):
        tries.failed(OSError(28, "No space left on device"), now)
        waits.append(tries.wait(now))
        now += tries.wait(now)
        assert tries.wait(now) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    tries.done()
    assert (tries.trouble, tries.wait(now)) == ("", 0)


def test_a_full_disk_is_told_in_words_and_anything_else_as_it_says_itself() -> None:
    # As the index's writer says it.
    full = "An IO error occurred: 'No space left on device (os error 28)'"
    assert words_of(ValueError(full)) == "磁盘空间不足"
    assert words_of(OSError(28, "No space left on device")) == "磁盘空间不足"
    assert words_of(ValueError("os error 280")) == "os error 280"
    assert words_of(TimeoutError()) == "TimeoutError"


async def test_rarity_that_is_lost_is_no_index(tmp_path: Path) -> None:
    shelf = Shelf(ALL)
    await (await opened(tmp_path, shelf)).stop()
    for file in tmp_path.glob("index-*/rarity.npz"):
        file.write_bytes(b"half of it")
    keeper = await opened(tmp_path, shelf)
    assert await keeper.ask(lambda searching: searching.index.whole)
    await keeper.stop()
