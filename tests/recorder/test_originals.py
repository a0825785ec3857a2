"""Originals go when their recordings are on the disk: on the virtual clock, and on disks that fail."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cti.base.clock import LoopClock, run_virtual
from recorder import originals
from recorder.originals import KEPT_SECONDS, PAUSE_SECONDS, Originals, release


async def at_once() -> None:
    """Rows are kept."""


def pair(folder: Path, name: str) -> tuple[Path, Path]:
    raw, wav = folder / f"{name}.raw", folder / f"{name}.wav"
    raw.write_bytes(b"\0" * 400)
    wav.write_bytes(b"\0" * 444)
    return raw, wav


@pytest.fixture
def here_and_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads know nothing of virtual time: what they do is done here and now."""

    async def do(work: Callable[..., None], *arguments: object) -> None:
        work(*arguments)

    monkeypatch.setattr(originals.asyncio, "to_thread", do)


@pytest.mark.usefixtures("here_and_now")
def test_an_original_is_kept_for_a_while(tmp_path: Path) -> None:
    async def story() -> None:
        kept = Originals(LoopClock(), at_once)
        first, second = pair(tmp_path, "first"), pair(tmp_path, "second")
        kept.keep(*first)
        await asyncio.sleep(KEPT_SECONDS / 2)
        kept.keep(*second)
        await asyncio.sleep(KEPT_SECONDS / 2 - 0.1)
        assert first[0].exists() and second[0].exists()
        await asyncio.sleep(PAUSE_SECONDS)
        assert not first[0].exists() and second[0].exists()
        await asyncio.sleep(KEPT_SECONDS)
        assert not second[0].exists()
        assert first[1].exists() and second[1].exists()
        await kept.stop()

    run_virtual(story())


def test_who_stops_lets_all_go(tmp_path: Path) -> None:
    async def story() -> None:
        kept = Originals(LoopClock(), at_once)
        for name in "abc":
            kept.keep(*pair(tmp_path, name))
        await kept.stop()
        assert not list(tmp_path.glob("*.raw"))
        await kept.stop()

    run_virtual(story())


def test_an_original_whose_recording_is_not_on_the_disk_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad, removed = (pair(tmp_path, name) for name in ("good", "bad", "removed"))
    removed[1].unlink()
    inode, sync = bad[1].stat().st_ino, os.fsync

    def fsync(descriptor: int) -> None:
        if os.fstat(descriptor).st_ino == inode:
            raise OSError(errno.EIO, "the disk is broken")
        sync(descriptor)

    monkeypatch.setattr(originals.os, "fsync", fsync)
    release([good, bad, removed])
    assert [raw.exists() for raw, _ in (good, bad, removed)] == [False, True, False]


@pytest.mark.usefixtures("here_and_now")
def test_an_original_stays_until_the_row_with_its_key_is_kept(tmp_path: Path) -> None:
    """Without the row nothing opens the sealed sound: the original is all there is."""

    async def story() -> None:
        rows = asyncio.Event()

        async def kept() -> None:
            await rows.wait()

        originals_kept, (raw, wav) = Originals(LoopClock(), kept), pair(tmp_path, "one")
        originals_kept.keep(raw, wav)
        await asyncio.sleep(60)
        assert raw.exists()
        rows.set()
        await asyncio.sleep(0)
        await originals_kept.stop()
        assert not raw.exists()

    run_virtual(story())


def test_all_are_on_their_way_before_the_first_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And each is waited for all the same before its original goes."""
    done: list[str] = []
    made = [pair(tmp_path, str(number)) for number in range(3)]
    begin, wait, remove = os.posix_fadvise, os.fsync, Path.unlink

    def begun(descriptor: int, offset: int, length: int, advice: int, /) -> None:
        done.append("begun")
        begin(descriptor, offset, length, advice)

    def waited(descriptor: int, /) -> None:
        done.append("waited")
        wait(descriptor)

    def removed(path: Path, missing_ok: bool = False) -> None:
        done.append("removed")
        remove(path, missing_ok)

    monkeypatch.setattr("recorder.originals.os.posix_fadvise", begun)
    monkeypatch.setattr("recorder.originals.os.fsync", waited)
    monkeypatch.setattr(Path, "unlink", removed)
    release(made)
    # The folder is waited for, too.
    assert done == ["begun"] * 3 + ["waited"] * 4 + ["removed"] * 3
