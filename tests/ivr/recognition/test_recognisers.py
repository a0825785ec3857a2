"""Which recogniser the settings choose, and what the settings refuse."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pydantic
import pytest
import soundfile

from ivr.prompts.catalogue import SHIPPED
from ivr.prompts.resample import resample
from ivr.recognition import vosk_packages
from ivr.recognition.character_times import evenly, of_letters, of_words
from ivr.recognition.funasr import FunAsr
from ivr.recognition.port import FinalText, NoRecogniser
from ivr.recognition.process import ProcessRecogniser
from ivr.recognition.recognisers import VOSK_FILES, find_recogniser
from ivr.recognition.simplified import simplified
from ivr.recognition.transcription_service import TranscriptionService
from ivr.recognition.vosk_worker import told
from ivr.settings import RecognitionSettings

VOSK_MODEL = os.environ.get("HOTLINE_VOSK_MODEL", "")
needs_vosk = pytest.mark.skipif(
    not VOSK_MODEL or vosk_packages.installed() is None,
    reason="HOTLINE_VOSK_MODEL names no model of Vosk, or its library is not installed",
)


def test_the_settings_choose() -> None:
    found = find_recogniser(RecognitionSettings(engine="funasr", address="wss://10.0.0.8:10095"))
    assert isinstance(found, FunAsr)
    found = find_recogniser(RecognitionSettings(engine="service", address="http://10.0.0.8:8000/v1", key="k"))
    assert isinstance(found, TranscriptionService)
    assert "'k'" not in repr(RecognitionSettings(engine="service", address="http://10.0.0.8", key="k"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"engine": "funasr"}, "address"), ({"engine": "funasr", "address": "http://10.0.0.8"}, "ws://"),
        ({"engine": "service", "address": "10.0.0.8:80"}, "http://"), ({"engine": "vosk"}, "weights"),
        ({"engine": "other"}, "engine"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused(settings: dict[str, str], words: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=words):
        RecognitionSettings.model_validate(settings)


def test_vosk_wants_its_library_and_the_city_s_model(tmp_path: Path) -> None:
    settings = RecognitionSettings(engine="vosk", weights=tmp_path, cache=tmp_path)
    assert "hotline recogniser --install" in find_recogniser(settings).trouble
    home = vosk_packages.model_packages.home_in(tmp_path, vosk_packages.LOCK)
    (home / "packages").mkdir(parents=True)
    missing = find_recogniser(settings)
    assert isinstance(missing, NoRecogniser)
    assert all(name in missing.trouble for name in VOSK_FILES)
    for name in VOSK_FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert isinstance(find_recogniser(settings), ProcessRecogniser)


def test_words_of_vosk_become_a_text() -> None:
    """As vosk_api.h has them: `vosk_recognizer_set_words`."""
    first = {"result": [{"conf": 1.0, "word": "路灯", "start": 0.3, "end": 0.7}], "text": "路灯"}
    last = {"result": [{"conf": 0.9, "word": "a", "start": 1.0, "end": 1.1}, {"word": "不", "start": 1.2, "end": 1.4}]}
    assert told([first, last, {"text": ""}], 2.0, True) == ("路灯 a 不", [0.3, 0.5, 0.5, 1.0, 1.0, 1.2])
    assert told([{"text": ""}], 2.0, True) == ("", [])


@needs_vosk
async def test_the_real_vosk_hears() -> None:
    settings = RecognitionSettings(engine="vosk", weights=Path(VOSK_MODEL))
    recogniser = find_recogniser(settings)
    try:
        hearing = recogniser.listen(8000, live=True)
        samples, rate = soundfile.read(SHIPPED / "audio" / "zh" / "holiday.opus", dtype="float32")
        line = np.concatenate([np.zeros(12000, np.float32), resample(samples, rate, 8000)])
        hearing.feed((np.clip(line, -1, 1) * 32767).astype("<i2").tobytes())
        hearing.finish()
        finals = [one async for one in hearing.events() if isinstance(one, FinalText)]
        assert finals
        # The only free packaged model is of another language: it hears something, at moments that fit.
        assert all(one.text and len(one.times) == len(one.text) and one.times[-1] <= one.seconds for one in finals)
    finally:
        await recogniser.close()


def test_traditional_characters_become_simplified() -> None:
    assert simplified("請問公積金怎麼提取，看著裏面") == "请问公积金怎么提取，看着里面"
    assert simplified("早上好，2026年 ABC") == "早上好，2026年 ABC"


def test_moments_of_letters_and_words() -> None:
    assert of_letters("路，灯", [0.2, 0.5], 1.0) == [0.2, 0.2, 0.5]
    assert of_letters("路灯", [0.5, 0.2], 1.0) == [0.5, 0.5]
    assert of_letters("路灯", [0.5], 1.0) == evenly(2, 1.0) == [0.0, 0.5]
    assert of_words("按abc号。", [0.0, 0.3, 0.9], 1.2) == [0.0, 0.3, 0.5, 0.7, 0.9, 0.9]
