"""Mandarin in Kokoro's phonemes."""

from __future__ import annotations

import pytest

from ivr.prompts.phonemes import phonemes, syllable
from ivr.prompts.synthesis import VOCABULARY


@pytest.mark.parametrize(
    ("pinyin", "expected"),
    [
        ("zhong1", "ꭧʊ→ŋ"), ("yao1", "jau→"), ("er4", "ɚ↘"), ("shi4", "ʂɨ↘"), ("xi2", "ɕi↗"), ("jiu3", "ʨjou↓"),
        ("nü3", "ny↓"), ("lve4", "lɥe↘"), ("xuan3", "ɕɥɛ↓n"), ("yuan2", "ɥɛ↗n"), ("bo1", "pwo→"), ("wu3", "u↓"),
        ("weng1", "wə→ŋ"), ("ma5", "ma"), ("n2", "ə↗n"), ("m2", "ə↗n"), ("hm5", "xən"), ("yo1", "jo→"),
    ],
)  # fmt: skip
def test_syllables(pinyin: str, expected: str) -> None:
    assert syllable(pinyin) == expected
    assert set(expected) <= set(VOCABULARY)


@pytest.mark.parametrize("pinyin", ["zhong", "zhong6", "hello1", "b2", "5"])
def test_what_is_no_syllable_is_refused(pinyin: str) -> None:
    with pytest.raises(ValueError, match=r"syllable|tone"):
        syllable(pinyin)


def test_pinyin_and_marks_are_read_without_a_dictionary() -> None:
    assert phonemes("yao1，yao1ling2。") == f"{syllable('yao1')}, {syllable('yao1')}{syllable('ling2')}."


@pytest.mark.parametrize("text", ["110", "A", "@"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be read aloud"):
        phonemes(text)


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("重听，重新", "chong2 ting1 , chong2 xin1"),
        ("一百一十一", "yi4 bai3 yi1 shi2 yi1"),
        ("第一，三十一", "di4 yi1 , san1 shi2 yi1"),
        ("请按井号键", "qing3 an4 jing3 hao4 jian4"),
        ("便民服务", "bian4 min2 fu2 wu4"),
        ("两位，二十二位", "liang3 wei4 , er4 shi2 er4 wei4"),
    ],
)
def test_words_of_the_hotline_are_read_right(text: str, pinyin: str) -> None:
    pytest.importorskip("pypinyin", reason="the synthesis packages are not installed")
    pytest.importorskip("jieba", reason="the synthesis packages are not installed")
    expected = "".join(part if part == "," else syllable(part) for part in pinyin.split())
    assert phonemes(text).replace(" ", "") == expected
