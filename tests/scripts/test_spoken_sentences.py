"""Sentences that the recogniser learns from: only what can be said, numbers as one says them."""

from __future__ import annotations

import itertools
import random
import re

import pytest
from adapting.spoken import MOST, sentences, speakable, spelled


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"), (7, "七"), (10, "十"), (15, "十五"), (20, "二十"), (21, "二十一"), (100, "一百"), (105, "一百零五"),
        (110, "一百一十"), (115, "一百一十五"), (1002, "一千零二"), (1010, "一千零一十"), (1300, "一千三百"),
        (10_000, "一万"), (10_050, "一万零五十"), (15_000, "一万五千"), (120_000, "十二万"),
    ],
)  # fmt: skip
def test_numbers_are_spelled(number: int, words: str) -> None:
    assert spelled(number) == words


def test_sentences_of_the_telephone_can_be_said_and_differ() -> None:
    made = list(itertools.islice(sentences(random.Random(1)), 500))
    assert all(re.fullmatch(r"[\u4e00-\u9fff，]+", one) for one in made)
    assert len(set(made)) > 450


def test_of_a_text_is_said_what_can_be_said() -> None:
    text = "我2017年8月生育了三孩,已交80000元。电话13812345678，请回复! See www.gov.cn"
    found = list(speakable(text, random.Random(1)))
    assert "二零一七年八月" in "".join(found) and "八万元" in "".join(found)
    assert all(re.fullmatch(r"[\u4e00-\u9fff，]+", one) and len(one) <= MOST for one in found)
