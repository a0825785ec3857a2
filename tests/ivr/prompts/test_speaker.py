"""Free text for callers: spoken once, kept, and what happens when it cannot be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ivr.prompts.speaker import Speaker
from ivr.prompts.synthesis import SynthesisUnavailable
from tests.ivr.prompts.sounds import FakeVoice


def speaker(folder: Path, voice: FakeVoice, name: str = "anna", most: int = 100) -> Speaker:
    return Speaker(voice, folder, ("alaw", "sln16"), name=name, speed=1.0, most=most)


async def test_a_text_is_spoken_once(tmp_path: Path) -> None:
    voice = FakeVoice(0.01)
    one = speaker(tmp_path, voice)
    found = await asyncio.gather(*(one.prompts("您好。共2件。") for _ in range(5)))
    assert voice.said == ["您好。", "共两件。"]
    assert all(ids == found[0] for ids in found) and len(found[0]) == 2
    for identifier in found[0]:
        assert (tmp_path / f"{identifier}.alaw").stat().st_size > 1000
        assert (tmp_path / f"{identifier}.sln16").exists()
    # The next engine has it still; another voice says it anew.
    again = FakeVoice()
    assert await speaker(tmp_path, again).prompts("您好。") == [found[0][0]] and again.said == []
    assert await speaker(tmp_path, again, "berta").prompts("您好。") != [found[0][0]] and again.said == ["您好。"]


async def test_what_was_spoken_is_heard_also_when_the_voice_is_gone(tmp_path: Path) -> None:
    ids = await speaker(tmp_path, FakeVoice()).prompts("您好。")
    gone = speaker(tmp_path, FakeVoice(trouble="not installed"))
    assert await gone.prompts("您好。") == ids
    with pytest.raises(SynthesisUnavailable, match="not installed"):
        await gone.prompts("再见。")


async def test_who_gives_up_leaves_it_for_the_next(tmp_path: Path) -> None:
    voice = FakeVoice(0.1)
    one = speaker(tmp_path, voice)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await one.prompts("您好。")
    assert len(await one.prompts("您好。")) == 1
    assert voice.said == ["您好。"]


async def test_failures_are_told_and_not_kept(tmp_path: Path) -> None:
    voice = FakeVoice()
    one = speaker(tmp_path, voice)
    for _ in range(2):
        with pytest.raises(SynthesisUnavailable, match="cannot read"):
            await one.prompts("哑。")
    assert voice.said == ["哑。", "哑。"]
    with pytest.raises(SynthesisUnavailable, match="at most"):
        await one.prompts("长" * 601)
    assert await one.prompts("😀") == []
    (tmp_path / "spoken").rmdir() if (tmp_path / "spoken").exists() else None
    (tmp_path / "spoken").write_bytes(b"")
    with pytest.raises(SynthesisUnavailable, match="cannot be kept"):
        await one.prompts("您好。")


async def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    one = speaker(tmp_path, FakeVoice(), most=3)
    first = await one.prompts("一。")
    for text in ("二。", "三。"):
        await one.prompts(text)
        await asyncio.sleep(0.02)
    assert await one.prompts("一。") == first
    await one.prompts("四。")
    assert (tmp_path / f"{first[0]}.alaw").exists()
    assert {len(list((tmp_path / "spoken").glob(f"*.{suffix}"))) for suffix in ("alaw", "sln16")} == {3}
