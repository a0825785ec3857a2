"""Originals go when their recordings are on the disk: on the virtual clock, and on disks that fail."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cti.base.clock import LoopClock, run_virtual
from recorder import originals
from recorder.originals import KEPT_SECONDS, PAUSE_SECONDS, Originals, is_whole, release


def pair(folder: Path, name: str) -> tuple[Path, Path]:
    raw, wav = folder / f"{name}.raw", folder / f"{name}.wav"
    raw.write_bytes(b"\0" * 400)
    wav.write_bytes(b"\0" * 444)
    return raw, wav


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads know nothing of virtual time: what they do is done here and now."""

    async def do(work: Callable[..., None], *arguments: object) -> None:
        work(*arguments)

    monkeypatch.setattr(originals.asyncio, "to_thread", do)


@pytest.mark.usefixtures("at_once")
def test_an_original_is_kept_for_a_while(tmp_path: Path) -> None:
    async def story() -> None:
        kept = Originals(LoopClock())
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
        kept = Originals(LoopClock())
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


def test_whole_is_what_has_all_samples(tmp_path: Path) -> None:
    raw, wav = pair(tmp_path, "one")
    assert is_whole(raw, wav)
    wav.write_bytes(b"\0" * 443)
    assert not is_whole(raw, wav)
    wav.unlink()
    assert not is_whole(raw, wav)
