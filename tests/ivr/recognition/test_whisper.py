"""The real recogniser on this house's own prompts, as a telephone line carries them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.prompts.catalogue import SHIPPED, load_catalogue
from ivr.prompts.resample import resample
from ivr.recognition import adapter
from ivr.recognition.adapter import Adapter
from ivr.recognition.port import FinalText, Recogniser, RecognitionFailed
from ivr.recognition.recognisers import find_recogniser
from ivr.recognition.scoring import score
from ivr.recognition.whisper import Whisper, length_for
from ivr.recognition.whisper_packages import default_cache, installed
from ivr.settings import RecognitionSettings
from tests.ivr.recognition.noises import lossy

needs_model = pytest.mark.skipif(
    installed(default_cache()) is None,
    reason="the model (180 MB) is not installed: hotline recogniser --install",
)
RATE = 8000


def on_the_line(prompt: str, lost: float = 0.0) -> bytes:
    samples, rate = soundfile.read(SHIPPED / "audio" / "zh" / f"{prompt}.opus", dtype="float32")
    quiet = np.zeros(RATE * 3 // 2, np.float32)
    line = lossy(resample(samples, rate, RATE), RATE, lost, np.random.default_rng(5))
    line = np.concatenate([quiet, line, quiet])
    return (np.clip(line, -1, 1) * 32767).astype("<i2").tobytes()


async def words_of(recogniser: Recogniser, line: bytes, expected: tuple[str, ...]) -> str:
    """What was said on the line."""
    hearing = recogniser.listen(RATE, expected)
    hearing.feed(line)
    hearing.finish()
    heard = [event async for event in hearing.events()]
    assert not [one for one in heard if isinstance(one, RecognitionFailed)]
    return "".join(one.text for one in heard if isinstance(one, FinalText))


@needs_model
@pytest.mark.parametrize(
    ("prompt", "words", "lost"),
    [
        ("menu/progress", ("工单",), 0.0), ("callback/offer", ("回电",), 0.0), ("holiday", ("节假日",), 0.0),
        ("menu/progress", ("工单",), 0.05),
    ],
)  # fmt: skip
async def test_a_sentence_is_understood(prompt: str, words: tuple[str, ...], lost: float) -> None:
    """Also where one packet in twenty is lost."""
    recogniser = find_recogniser(RecognitionSettings())
    try:
        heard = await words_of(recogniser, on_the_line(prompt, lost), words)
        said = load_catalogue((SHIPPED,)).text(prompt)
        assert all(word in heard for word in words), (heard, said)
    finally:
        await recogniser.close()


@needs_model
def test_the_words_of_chinese_alone_hear_what_all_of_them_hear(tmp_path: Path) -> None:
    """The model with a ninth of its tokens, and as it is: for want of its vocabulary nothing is left out."""
    home = installed(default_cache())
    assert home is not None
    folders = tmp_path / "narrow", tmp_path / "whole"
    for folder in folders:
        folder.mkdir()
        # What it learnt is added only where the file is written anew.
        adapter.save(folder / adapter.OWN, Adapter("of another", {}))
        for one in (home / "model").iterdir():
            (folder / one.name).symlink_to(one)
    (folders[1] / "vocabulary.txt").unlink()
    names = (home / "model" / "vocabulary.txt").read_text("utf-8").removesuffix("\n").split("\n")
    (folders[1] / "vocabulary.json").write_text(json.dumps(names), "utf-8")
    narrow, whole = (Whisper(folder, home / "packages") for folder in folders)
    for prompt in ("menu/progress", "holiday", "daypart/noon"):
        samples, rate = soundfile.read(SHIPPED / "audio" / "zh" / f"{prompt}.opus", dtype="float32")
        said = resample(samples, rate, 16000)
        # The second has a word that only the whole one has a token for.
        for expected in (("中午", "POS机"), ("中午", "Wifi")):
            found, wanted = (_letters(one.hear(said, expected)[0]) for one in (narrow, whole))
            assert found and found == wanted
        text, times = narrow.hear(said, (), times=True)
        assert len(text) == len(times) and times[-1] <= len(said) / 16000


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


@needs_model
async def test_a_broken_model_is_told_for_each_thing_said_and_replaced_without_a_restart(tmp_path: Path) -> None:
    """Half of a file, as a full disk leaves it: nobody waits for it, and what was said is known to be missing."""
    home = installed(default_cache())
    assert home is not None
    for one in (home / "model").iterdir():
        (tmp_path / one.name).symlink_to(one)
    (tmp_path / "model.bin").unlink()
    with (home / "model" / "model.bin").open("rb") as whole:
        (tmp_path / "model.bin").write_bytes(whole.read(1_000_000))
    recogniser = find_recogniser(RecognitionSettings(weights=tmp_path))
    try:
        for wanted in (RecognitionFailed, FinalText):
            hearing = recogniser.listen(RATE)
            hearing.feed(on_the_line("menu/agent"))
            hearing.finish()
            async with asyncio.timeout(60):
                last = [event async for event in hearing.events()][-1]
            assert isinstance(last, wanted)
            assert recogniser.is_away == (wanted is RecognitionFailed)
            (tmp_path / "model.bin").unlink(missing_ok=True)
            (tmp_path / "model.bin").symlink_to(home / "model" / "model.bin")
    finally:
        await recogniser.close()


def test_what_is_pinned_is_whole() -> None:
    lock = Path(find_recogniser.__code__.co_filename).with_name("requirements-whisper.lock").read_text()
    names = {line.split("==")[0] for line in lock.splitlines() if "==" in line}
    assert names >= {"ctranslate2", "tokenizers", "pypinyin", "opencc-python-reimplemented"}
    assert lock.count("--hash=sha256:") > len(names)


@needs_model
async def test_a_short_answer_is_one_that_is_expected_or_none_of_them() -> None:
    expected = ("上午", "下午", "晚上", "中午")
    said = {
        "daypart/morning": ["上午"], "daypart/noon": ["中午"], "daypart/afternoon": ["下午"],
        "daypart/evening": ["晚上"],
        "digits/48": [], "staff/transfer": [], "weekday/4": [], "measure/workdays": [],
    }  # fmt: skip
    recogniser = find_recogniser(RecognitionSettings())
    try:
        for prompt, answer in said.items():
            heard = await words_of(recogniser, on_the_line(prompt), expected)
            assert [one for one in expected if one in heard] == answer, (prompt, heard)
    finally:
        await recogniser.close()


@needs_model
@pytest.mark.parametrize("prompt", ["callback/calling", "revisit/why", "survey/ask"])
def test_whoever_speaks_for_long_is_heard_to_the_end(prompt: str) -> None:
    """Ten to fourteen seconds in one breath: the model may go on for as many words as are said in them."""
    home = installed(default_cache())
    assert home is not None
    samples, rate = soundfile.read(SHIPPED / "audio" / "zh" / f"{prompt}.opus", dtype="float32")
    assert len(samples) / rate > 10
    heard = Whisper(home / "model", home / "packages").hear(resample(samples, rate, 16000), ())[0]
    said = load_catalogue((SHIPPED,)).text(prompt)
    assert score(prompt, said, heard).error < 0.15, heard


@pytest.mark.parametrize(("prompt", "most"), [(4, 10), (4, 172), (80, 20), (130, 92), (4, 300)])
def test_the_model_may_go_on_for_as_many_tokens_as_are_meant(prompt: int, most: int) -> None:
    """CTranslate2 goes on until `max_length` less the prompt, and for half of it at most."""
    length = length_for(prompt, most)
    assert min(length - prompt, length // 2) == min(most, 448 // 2, 448 - prompt)
