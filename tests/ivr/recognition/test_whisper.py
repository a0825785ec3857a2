"""The real recogniser on this house's own prompts, as a telephone line carries them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.prompts.catalogue import SHIPPED, load_catalogue
from ivr.prompts.resample import resample
from ivr.recognition.port import FinalText
from ivr.recognition.recognisers import find_recogniser
from ivr.recognition.whisper_packages import default_cache, installed
from ivr.settings import RecognitionSettings

needs_model = pytest.mark.skipif(
    installed(default_cache()) is None,
    reason="the model (180 MB) is not installed: hotline recogniser --install",
)
RATE = 8000


def on_the_line(prompt: str) -> bytes:
    samples, rate = soundfile.read(SHIPPED / "audio" / "zh" / f"{prompt}.opus", dtype="float32")
    quiet = np.zeros(RATE * 3 // 2, np.float32)
    line = np.concatenate([quiet, resample(samples, rate, RATE), quiet])
    return (np.clip(line, -1, 1) * 32767).astype("<i2").tobytes()


@needs_model
@pytest.mark.parametrize(
    ("prompt", "words"), [("menu/progress", ("工单",)), ("callback/offer", ("回电",)), ("holiday", ("节假日",))]
)
async def test_a_sentence_is_understood(prompt: str, words: tuple[str, ...]) -> None:
    recogniser = find_recogniser(RecognitionSettings())
    try:
        hearing = recogniser.listen(RATE, words)
        hearing.feed(on_the_line(prompt))
        heard = ""
        async for event in hearing.events():
            if isinstance(event, FinalText):
                heard = event.text
                break
        said = load_catalogue((SHIPPED,)).text(prompt)
        assert all(word in heard for word in words), (heard, said)
    finally:
        await recogniser.close()


def test_what_is_pinned_is_whole() -> None:
    lock = Path(find_recogniser.__code__.co_filename).with_name("requirements-whisper.lock").read_text()
    names = {line.split("==")[0] for line in lock.splitlines() if "==" in line}
    assert names >= {"ctranslate2", "tokenizers", "pypinyin", "opencc-python-reimplemented"}
    assert lock.count("--hash=sha256:") > len(names)
