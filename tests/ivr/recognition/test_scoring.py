"""How well a recogniser hears is told as it is: the share of wrong characters, and how sure that is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from ivr.command_line.score import NothingToScore, at_line, pairs, run
from ivr.recognition.port import FinalText, HearingEvent
from ivr.recognition.scoring import Score, compared, distance, error, interval, score


def test_what_is_written_otherwise_is_not_wrong() -> None:
    assert compared("二零二六年，ＡＢ！") == compared("2026年ab。")
    assert score("x", "电话一三八零零零零零零零一。", "电话 138 0000 0001").wrong == 0
    assert score("x", "路灯不亮", "路等不").wrong == 2
    assert score("x", "", "啊").error == 1.0


@given(st.text("路灯不亮了", max_size=8), st.text("路灯不亮了", max_size=8))
def test_distance_is_one(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


def test_the_interval_holds_the_share_and_narrows_with_more_sounds() -> None:
    few = [Score(str(one), 20, one % 4) for one in range(10)]
    low, high = interval(few)
    assert low <= error(few) <= high
    more = interval(few * 20)
    assert more[1] - more[0] < high - low
    assert interval(few) == (low, high), "it is the same each time"


def test_a_telephone_line_has_half_the_rate_and_its_own_noise() -> None:
    samples = np.sin(np.arange(16000) / 5).astype(np.float32) / 2
    narrow, rate = at_line(samples, 16000, narrow=True)
    assert (rate, len(narrow)) == (8000, 3 * 8000 * 2)
    assert at_line(samples, 16000, narrow=False)[1] == 16000


class Recogniser:
    trouble = ""
    is_away = False

    def listen(self, rate: int, hints: Sequence[str] = (), *, live: bool = False) -> Hearing:
        return Hearing(rate)


class Hearing:
    """Hears one character wrong on a telephone line."""

    def __init__(self, rate: int) -> None:
        self._rate = rate

    def feed(self, samples: bytes) -> None:
        assert samples

    def finish(self) -> None:
        pass

    def close(self) -> None:
        pass

    async def events(self) -> AsyncIterator[HearingEvent]:
        await asyncio.sleep(0)
        yield FinalText("我要取公积金" if self._rate == 16000 else "我要取攻击金")


async def test_a_folder_is_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(Recogniser(), tmp_path) == 1
    assert "no sounds" in capsys.readouterr().out
    soundfile.write(tmp_path / "one.wav", np.sin(np.arange(16000) / 5) / 2, 16000)
    with pytest.raises(NothingToScore, match=r"one\.txt"):
        pairs(tmp_path)
    (tmp_path / "one.txt").write_text("我要取公积金。\n", "utf-8")
    assert await run(Recogniser(), tmp_path) == 0
    out = capsys.readouterr().out
    assert "16 kHz: 0.0% wrong" in out
    assert "8 kHz A-law: 33.3% wrong (33.3% to 33.3%) of 6 characters in 1" in out
    (tmp_path / "hot_words.txt").write_text("公积金\n", "utf-8")
    assert await run(Recogniser(), tmp_path) == 0
    assert "8 kHz A-law, 1 words put in place: 0.0% wrong" in capsys.readouterr().out
