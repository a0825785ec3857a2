"""Speech begins and ends; silence, clicks and tones of the line are not speech."""

import numpy as np
import pytest

from cti.telephony.media.voice_activity import VoiceActivity
from cti.telephony.switch.scripted_audio import speech

FRAME_MS = 20


def frames(samples: bytes, rate: int) -> list[bytes]:
    size = rate * FRAME_MS // 1000 * 2
    return [samples[at : at + size] for at in range(0, len(samples) - size + 1, size)]


def began_after(voice: VoiceActivity, samples: bytes, rate: int) -> float | None:
    for count, frame in enumerate(frames(samples, rate), 1):
        if voice.feed(frame):
            return count * FRAME_MS / 1000
    return None


def silence(seconds: float, rate: int) -> bytes:
    noise = np.random.default_rng(1).normal(0, 20, round(seconds * rate))
    return bytes(noise.astype("<i2").tobytes())


@pytest.mark.parametrize("rate", [8000, 16000])
def test_speech_begins_within_200_ms_and_ends_after_a_pause(rate: int) -> None:
    voice = VoiceActivity(rate)
    assert began_after(voice, silence(2, rate), rate) is None
    began = began_after(voice, speech(rate), rate)
    assert began is not None and began <= 0.2
    assert voice.speaking
    assert began_after(voice, speech(rate), rate) is None, "it has begun already"
    assert began_after(voice, silence(1.5, rate), rate) is None
    assert not voice.speaking
    assert began_after(voice, speech(rate), rate) is not None


def test_a_short_pause_does_not_end_it() -> None:
    voice = VoiceActivity(8000, end_seconds=0.6)
    began_after(voice, speech(8000), 8000)
    began_after(voice, silence(0.3, 8000), 8000)
    assert voice.speaking


def test_a_click_is_not_speech() -> None:
    voice = VoiceActivity(8000)
    assert began_after(voice, silence(0.5, 8000) + speech(8000)[: 160 * 2 * 2] + silence(1, 8000), 8000) is None


def test_pieces_may_be_of_any_length() -> None:
    voice, samples, began = VoiceActivity(8000), speech(8000), 0
    for at in range(0, len(samples), 77):
        began += voice.feed(samples[at : at + 77])
    assert began == 1


def test_other_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="11025"):
        VoiceActivity(11025)
