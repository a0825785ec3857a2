"""Prompts that follow one another become one file, and not more files than are heard."""

from __future__ import annotations

import asyncio
import os
import wave
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.base.clock import Clock, LoopClock, VirtualClock, run_virtual
from ivr.prompts import joining
from ivr.prompts.joining import Joiner


def folder(path: Path, *names: str) -> Path:
    for number, name in enumerate(names, start=1):
        for suffix in ("alaw", "sln16"):
            file = path / f"{name}.{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(bytes([number]) * (160 if suffix == "alaw" else 640))
    return path


def joiner(path: Path, most: int = 100, clock: Clock | None = None) -> Joiner:
    return Joiner(path, ("alaw", "sln16"), clock or VirtualClock(), most=most)


def content(path: Path, name: str, suffix: str = "alaw") -> bytes:
    return (path / f"{name}.{suffix}").read_bytes()


async def test_one_file_holds_them_in_order(tmp_path: Path) -> None:
    one = joiner(folder(tmp_path, "position/3", "estimate/2"))
    (name,) = await one.joined(["position/3", "estimate/2", "position/3"])
    assert content(tmp_path, name) == b"\1" * 160 + b"\2" * 160 + b"\1" * 160
    assert content(tmp_path, name, "sln16") == b"\1" * 640 + b"\2" * 640 + b"\1" * 640
    assert await one.joined(["position/3", "estimate/2", "position/3"]) == [name]
    assert await one.joined(["estimate/2", "position/3"]) != [name]


@pytest.mark.parametrize(
    "prompts", [[], ["a"], ["a", "music/calm"], ["tone/beep", "a"], ["a", "no/such"], ["a"] * (joining.LONGEST + 1)]
)
async def test_what_cannot_be_joined_is_played_piece_by_piece(tmp_path: Path, prompts: list[str]) -> None:
    assert await joiner(folder(tmp_path, "a")).joined(prompts) == prompts
    assert not (tmp_path / "joined").exists()


async def test_a_full_disk_is_no_silence(tmp_path: Path) -> None:
    one = joiner(folder(tmp_path, "a", "b"))
    (tmp_path / "joined").write_text("in the way")
    assert await one.joined(["a", "b"]) == ["a", "b"]


async def test_a_prompt_that_was_replaced_is_heard_anew(tmp_path: Path) -> None:
    clock = VirtualClock()
    one = joiner(folder(tmp_path, "a", "b"), clock=clock)
    (before,) = await one.joined(["a", "b"])
    (tmp_path / "a.alaw").write_bytes(b"\7" * 160)
    os.utime(tmp_path / "a.alaw", ns=(1, 1))
    clock.advance(joining.SEEN_SECONDS)
    (after,) = await one.joined(["a", "b"])
    assert after != before
    assert content(tmp_path, after) == b"\7" * 160 + b"\2" * 160
    assert not (tmp_path / f"{before}.alaw").exists()


async def test_one_that_somebody_removed_is_made_again(tmp_path: Path) -> None:
    one = joiner(folder(tmp_path, "a", "b"))
    (name,) = await one.joined(["a", "b"])
    one.clear()
    assert await one.joined(["a", "b"]) == [name]
    assert content(tmp_path, name) == b"\1" * 160 + b"\2" * 160


async def test_many_at_once_make_it_once(tmp_path: Path) -> None:
    one = joiner(folder(tmp_path, "a", "b"))
    names = await asyncio.gather(*(one.joined(["a", "b"]) for _ in range(20)))
    assert len({tuple(name) for name in names}) == 1
    assert len(list((tmp_path / "joined").glob("*.alaw"))) == 1


def test_what_nobody_hears_for_an_hour_is_removed(tmp_path: Path) -> None:
    folder(tmp_path, "a", "b", "c")

    async def main() -> list[bool]:
        one = joiner(tmp_path, clock=LoopClock())
        (rare,) = await one.joined(["a", "b"])
        for _ in range(4):
            await asyncio.sleep(1200)
            (often,) = await one.joined(["b", "c"])
        return [(tmp_path / f"{name}.alaw").exists() for name in (rare, often)]

    assert run_virtual(main()) == [False, True]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=2, max_size=4), max_size=30))
def test_there_are_never_more_than_allowed(tmp_path_factory: pytest.TempPathFactory, asked: list[list[str]]) -> None:
    path = folder(tmp_path_factory.mktemp("prompts"), "a", "b", "c")

    async def main() -> None:
        one = joiner(path, most=5)
        for prompts in asked:
            (name,) = await one.joined(prompts)
            assert content(path, name) == b"".join(content(path, prompt) for prompt in prompts)
            assert len(list((path / "joined").glob("*.alaw"))) <= 6

    asyncio.run(main())


async def test_waves_are_joined_by_their_samples(tmp_path: Path) -> None:
    for name, frames in (("a", b"\1\0" * 80), ("b", b"\2\0" * 40)):
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(frames)
    clock = VirtualClock()
    one = Joiner(tmp_path, ("wav",), clock)
    (name,) = await one.joined(["a", "b"])
    with wave.open(str(tmp_path / f"{name}.wav")) as file:
        assert file.readframes(1000) == b"\1\0" * 80 + b"\2\0" * 40
    (tmp_path / "b.wav").write_bytes(b"RIFF")
    clock.advance(joining.SEEN_SECONDS)
    assert await one.joined(["a", "b"]) == ["a", "b"]
