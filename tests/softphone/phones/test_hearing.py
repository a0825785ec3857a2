import io

import numpy as np
import pytest
import soundfile

from softphone.phones.hearing import (
    Ear,
    Heard,
    PromptBegan,
    PromptEnded,
    SoundBegan,
    SoundEnded,
    SoundKind,
    hear_all,
    told_as,
)
from softphone.phones.prompt_book import PromptBook, Recording
from softphone.phones.sound import RATE, Samples, murmur, silence, tone
from tests.softphone.phones.conftest import chord

RECORDINGS = [
    Recording(f"prompt-{seed}", f"第{seed}句", murmur(1.0 + 0.3 * seed, 110 + 10 * seed, seed)) for seed in range(1, 9)
]
BOOK = PromptBook(RECORDINGS)
FIRST, SECOND = RECORDINGS[0], RECORDINGS[1]


def through(codec: str, samples: Samples) -> Samples:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="RAW", subtype=codec)
    file.seek(0)
    decoded, _ = soundfile.read(file, samplerate=RATE, channels=1, format="RAW", subtype=codec, dtype="int16")
    return decoded


def joined(*parts: Samples) -> Samples:
    return np.concatenate(parts)


def prompts(heard: list[Heard]) -> list[tuple[str, bool]]:
    return [(fact.name, fact.whole) for fact in heard if isinstance(fact, PromptEnded)]


def sounds(heard: list[Heard]) -> list[SoundKind]:
    return [fact.kind for fact in heard if isinstance(fact, SoundBegan)]


@pytest.mark.parametrize("codec", ["ALAW", "ULAW"])
@pytest.mark.parametrize("gain", [1.0, 0.3])
def test_every_known_prompt_is_named_over_g711_at_any_level(codec: str, gain: float) -> None:
    stream = joined(*(joined(silence(0.313), recording.samples) for recording in RECORDINGS), silence(0.5))
    heard = hear_all(through(codec, (stream * gain).astype(np.int16)), BOOK)
    assert prompts(heard) == [(recording.name, True) for recording in RECORDINGS]


def test_the_time_is_that_of_the_first_sample() -> None:
    began = [fact for fact in hear_all(joined(silence(0.7), FIRST.samples), BOOK) if isinstance(fact, PromptBegan)]
    assert began[0].at == pytest.approx(0.7, abs=0.03)
    assert began[0].skipped == 0


def test_prompts_without_a_pause_between_are_told_apart() -> None:
    heard = hear_all(joined(FIRST.samples, SECOND.samples, FIRST.samples), BOOK)
    assert prompts(heard) == [("prompt-1", True), ("prompt-2", True), ("prompt-1", True)]


def test_short_pieces_are_named() -> None:
    pieces = [Recording(f"digit-{seed}", str(seed), murmur(0.35, 100 + 15 * seed, 100 + seed)) for seed in range(5)]
    order = [3, 1, 4, 1, 0, 2]
    stream = joined(silence(0.2), *(joined(pieces[number].samples, silence(0.1)) for number in order))
    began = [
        fact.text for fact in hear_all(through("ALAW", stream), PromptBook(pieces)) if isinstance(fact, PromptBegan)
    ]
    assert began == [str(number) for number in order]


def test_a_prompt_that_is_cut_is_told_with_its_length() -> None:
    whole = RECORDINGS[7]
    heard = hear_all(joined(silence(0.3), whole.samples[: round(1.2 * RATE)], silence(1.0)), BOOK)
    ended = next(fact for fact in heard if isinstance(fact, PromptEnded))
    assert (ended.name, ended.whole) == ("prompt-8", False)
    assert ended.seconds == pytest.approx(1.2, abs=0.15)
    assert told_as(ended) == f"no longer hears 第8句 (cut after {ended.seconds:.1f} s)"


def test_a_prompt_joined_late_is_named_with_what_was_missed() -> None:
    heard = hear_all(RECORDINGS[7].samples[RATE:], BOOK)
    began = next(fact for fact in heard if isinstance(fact, PromptBegan))
    assert began.name == "prompt-8"
    assert 1.0 <= began.skipped < 1.7
    assert prompts(heard) == [("prompt-8", False)]


def test_lost_packets_inside_a_prompt_do_not_end_it() -> None:
    samples = RECORDINGS[7].samples.copy()
    for lost in (5000, 9000, 13000):
        samples[lost : lost + 160] = 0
    assert prompts(hear_all(samples, BOOK)) == [("prompt-8", True)]


@pytest.mark.parametrize("slip", [-1200, 700, 2400])
def test_a_stream_that_loses_or_gains_time_is_still_one_prompt(slip: int) -> None:
    samples = RECORDINGS[7].samples
    slipped = samples[:12000], silence(max(slip, 0) / RATE), samples[12000 + max(-slip, 0) :]
    assert prompts(hear_all(joined(silence(0.3), *slipped), BOOK)) == [("prompt-8", True)]


def test_another_voice_over_the_prompt_does_not_hide_it() -> None:
    mixed = (RECORDINGS[7].samples * 0.8 + murmur(4.0, 250, 77)[: RECORDINGS[7].samples.size] * 0.15).astype(np.int16)
    assert prompts(hear_all(mixed, BOOK)) == [("prompt-8", True)]


def test_another_sentence_is_no_known_prompt_but_speech() -> None:
    heard = hear_all(joined(silence(0.5), murmur(5.0, 140, 99), silence(1.0)), BOOK)
    assert prompts(heard) == []
    assert sounds(heard) == [SoundKind.SPEECH]


def test_speech_music_and_tones_are_told_apart() -> None:
    heard = hear_all(joined(tone(450, 1), silence(1), murmur(4.0), silence(1), chord(6.0), silence(4)))
    assert sounds(heard) == [SoundKind.TONE, SoundKind.SPEECH, SoundKind.MUSIC, SoundKind.SILENCE]
    assert next(fact.frequency for fact in heard if isinstance(fact, SoundBegan)) == 450


def test_a_person_who_comes_in_without_a_pause_after_music_is_noticed() -> None:
    heard = hear_all(joined(chord(8.0), murmur(6.0)))
    assert sounds(heard) == [SoundKind.MUSIC, SoundKind.SPEECH]


def test_it_does_not_matter_how_the_stream_is_cut() -> None:
    stream = joined(silence(0.4), FIRST.samples, silence(1.2), murmur(3.0, 170, 55), silence(1.0))
    whole = hear_all(stream, BOOK)
    for size in (1, 160, 799, 12345):
        ear = Ear(BOOK)
        told: list[Heard] = []
        for start in range(0, stream.size, size):
            told += ear.hear(start / RATE, stream[start : start + size])
            if size == 1 and start > 4000:
                break
        told += ear.finish()
        if size > 1:
            assert told == whole


def test_a_stream_that_stands_still_is_silence() -> None:
    ear = Ear(BOOK)
    ear.hear(10.0, murmur(3.0, 140, 99))
    told = ear.hear(17.0, silence(0.1))
    assert [type(fact) for fact in told] == [SoundEnded, SoundBegan]
    assert told[0].at == pytest.approx(10.0, abs=0.1)
    assert told[1].at == pytest.approx(13.0, abs=0.3)


def test_without_prompts_nothing_is_named() -> None:
    assert prompts(hear_all(FIRST.samples, PromptBook([]))) == []
