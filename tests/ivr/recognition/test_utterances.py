"""An utterance is cut out of a party's audio, whatever pieces the audio comes in."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.telephony.switch.scripted_audio import speech
from ivr.prompts import g711
from ivr.prompts.catalogue import SHIPPED
from ivr.prompts.resample import resample
from ivr.recognition.utterances import Began, Ended, Growing, Happened, Paused, Resumed, Utterances

RATE = 8000


@functools.cache
def audio(*seconds: float) -> bytes:
    """Quiet and speech in turn, beginning with quiet."""
    pieces = []
    for number, length in enumerate(seconds):
        size = int(length * RATE) * 2
        voice = (speech(RATE) * (int(length) + 1))[:size]
        pieces.append(voice if number % 2 else bytes(size))
    return b"".join(pieces)


def kinds(told: list[Happened]) -> list[type]:
    return [type(one) for one in told]


def heard(samples: bytes, **more: float) -> list[Happened]:
    return Utterances(RATE, **more).feed(samples)


def grown(samples: bytes) -> list[float]:
    """How many seconds were said, each time that who reads along is told."""
    utterances = Utterances(RATE, every=1.0)
    frames = (samples[at : at + 320] for at in range(0, len(samples), 320))
    return [len(utterances.said()) / 2 / RATE for frame in frames if Growing() in utterances.feed(frame)]


def test_quiet_is_no_utterance() -> None:
    noise = np.random.default_rng(3).normal(0, 40, RATE * 5).astype("<i2").tobytes()
    assert heard(audio(5)) == heard(noise) == []


def test_one_utterance_with_what_came_before_it() -> None:
    told = heard(audio(1, 1, 2))
    assert kinds(told) == [Began, Paused, Ended]
    assert isinstance(told[1], Paused)
    seconds = len(told[1].samples) / 2 / RATE
    # Before it 0.4 s, after it 0.3 s and what the detector goes on for.
    assert 1.5 < seconds < 2.1
    loud = np.abs(np.frombuffer(told[1].samples, "<i2").astype(np.int32)) > 300
    assert 0.1 < np.argmax(loud) / RATE < 0.45


def test_a_breath_in_a_number_does_not_end_it() -> None:
    told = heard(audio(1, 1, 0.5, 1, 2))
    assert kinds(told) == [Began, Paused, Resumed, Paused, Ended]
    first, second = (one.samples for one in told if isinstance(one, Paused))
    assert second.startswith(first)


def test_who_reads_along_is_told_what_was_said_until_now() -> None:
    told = heard(audio(1, 4, 2), every=1.0)
    assert kinds(told) == [Began, *[Growing] * 4, Paused, Ended]
    sizes = grown(audio(1, 4, 2))
    assert all(1 <= b - a < 1.1 for a, b in itertools.pairwise([0.0, *sizes]))
    assert told[0] == Began(len(audio(1)) // 2 - int(0.3 * RATE))
    # Hearing a long one anew each second would cost the more, the longer it is.
    assert sum(grown(audio(1, 18, 2))) < 6 * 18


def test_two_utterances() -> None:
    assert kinds(heard(audio(1, 1, 2, 1, 2))) == [Began, Paused, Ended] * 2


def test_who_never_stops_is_cut() -> None:
    told = heard(audio(0.5, 13, 2), longest=5.0)
    assert kinds(told) == [Began, Paused, Ended] * 3
    assert all(len(one.samples) <= 5.1 * RATE * 2 for one in told if isinstance(one, Paused))


@pytest.mark.parametrize("rate", [16000, 48000])
def test_other_rates(rate: int) -> None:
    samples = bytes(rate) + speech(rate) + bytes(rate * 3)
    assert kinds(Utterances(rate).feed(samples)) == [Began, Paused, Ended]


def test_a_rate_that_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="11025"):
        Utterances(11025)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=60))
def test_pieces_may_end_anywhere(sizes: list[int]) -> None:
    samples = audio(0.4, 0.8, 0.5, 0.6, 1.2)
    utterances, told, at = Utterances(RATE), [], 0
    for size in [*sizes, len(samples)]:
        told += utterances.feed(samples[at : at + size])
        at += size
    assert told == heard(samples)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 2.0), st.floats(0.1, 2.0)), min_size=1, max_size=6))
def test_whatever_is_said_every_utterance_ends_in_a_pause(turns: list[tuple[float, float]]) -> None:
    told = kinds(heard(audio(*[round(one, 2) for turn in turns for one in turn], 2.0)))
    assert not told or (told[0], told[-1]) == (Began, Ended)
    follows: dict[type, set[type]] = {Began: {Paused}, Paused: {Resumed, Ended}, Resumed: {Paused}, Ended: {Began}}
    for before, after in itertools.pairwise(told):
        assert after in follows[before]


@pytest.mark.parametrize("decibels", [0, -20, -30])
@pytest.mark.parametrize("noise", [0, 8])
def test_a_soft_voice_is_kept_from_its_first_word_to_its_last(decibels: int, noise: int) -> None:
    """Sentences of the house's prompts on a still line, as loud as they are and 20 and 30 dB below, through A-law."""
    kept = said = 0
    for prompt in ("revisit/contacted", "revisit/satisfied", "callback/missed", "menu/optional", "voicemail/prompt"):
        samples, rate = soundfile.read(SHIPPED / "audio" / "zh" / f"{prompt}.opus", dtype="float32")
        voice = resample(samples, rate, RATE)
        quiet = np.zeros(RATE)
        line = np.concatenate([quiet, voice * 10 ** (decibels / 20), quiet, quiet]) * 32767
        line += np.random.default_rng(1).normal(0, noise, len(line))
        sound = g711.decode(g711.encode(np.clip(line, -32768, 32767).astype(np.int16))).astype("<i2").tobytes()
        covered = np.zeros(len(line), bool)
        begin = 0
        for one in heard(sound):
            match one:
                case Began(at):
                    begin = at
                case Paused(until):
                    covered[begin : begin + len(until) // 2] = True
        loud = np.flatnonzero(np.abs(voice) > 0.1 * np.abs(voice).max()) + RATE
        kept += int(covered[loud[0] : loud[-1]].sum())
        said += int(loud[-1] - loud[0])
    assert kept >= 0.97 * said


@pytest.mark.parametrize("loud", [20, 40, 60, 80])
def test_soft_noise_after_silence_is_no_utterance(loud: int) -> None:
    """Comfort noise begins when the far end stops sending nothing at all."""
    noise = np.random.default_rng(3).normal(0, loud, RATE * 6).astype("<i2").tobytes()
    assert heard(audio(2) + noise) == []
