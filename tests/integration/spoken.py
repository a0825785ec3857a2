"""Sentences of a voice that is no person's, as a telephone carries them."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from ivr.prompts.aloud import aloud
from ivr.prompts.kokoro_packages import default_cache as voice_cache
from ivr.prompts.kokoro_packages import installed as voice_installed
from ivr.prompts.kokoro_packages import kokoro
from ivr.prompts.resample import resample
from ivr.recognition.whisper_packages import default_cache, installed

RATE = 8000
needs_speech = pytest.mark.skipif(
    installed(default_cache()) is None or voice_installed(voice_cache()) is None,
    reason="the models (330 MB) are not installed: hotline recogniser --install, hotline prompt voice --install",
)


@cache
def spoken(text: str, voice: str = "zf_xiaobei", rate: int = RATE) -> npt.NDArray[np.float32]:
    """Somebody says `text`: samples from −1 to 1."""
    speech = kokoro().speak(aloud(text), voice=voice, speed=1.0)
    return np.clip(resample(speech.samples, speech.rate, rate), -1, 1).astype(np.float32)
