"""Characters that sound the same are written as is usual, and what was heard surely stays."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from adapting.read import read
from hypothesis import given
from hypothesis import strategies as st

from ivr.recognition import language_model
from ivr.recognition.homophones import NOT_TOLD, OTHER, OTHER_TONE, SURE, Homophones, nearly
from ivr.recognition.language_model import BEGIN, END, ORDER, LanguageModel

MODEL = LanguageModel()
USUAL = Homophones(MODEL)


def cost(text: str) -> float:
    """Of a whole sentence, by one character after the other."""
    numbers = [BEGIN] * (ORDER - 1) + [MODEL.number(one) for one in text] + [END]
    rows = [numbers[at : at + ORDER] for at in range(len(text) + 1)]
    return sum(float(MODEL.costs(np.array([row[:-1]]), np.array(row[-1:]))[0, 0]) for row in rows)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("物业服物态度很差", "物业服务态度很差"),
        ("請問醫保怎麼報銷", "请问医保怎么报销"),
        ("楼上漏水没人管", "楼上漏水没人管"),
    ],
)
def test_a_sentence_is_written_as_it_is_meant(heard: str, said: str) -> None:
    assert USUAL.written(heard) == said


def test_what_was_heard_surely_stays() -> None:
    heard = "我们已经统一按照新的政策处理了"
    assert USUAL.written(heard, [1.0] * len(heard)) == heard
    assert USUAL.written(heard, [0.3] * len(heard)) == "我们已经同意按照新的政策处理了"


def test_what_is_no_chinese_stays() -> None:
    text = "我的电话是138-0013 8000，OK？\n"
    assert USUAL.written(text) == text
    assert USUAL.written("") == ""


@given(st.text(alphabet="我你他的是在有路灯水电费医保报销处理物业投诉不，12a 亮\U00020000鿕"))
def test_any_text_keeps_its_length_and_what_is_no_chinese(text: str) -> None:
    found = USUAL.written(text)
    assert len(found) == len(text)
    assert all(one == other for one, other in zip(text, found, strict=True) if not "\u4e00" <= one <= "\u9fa5")


def test_nothing_is_likelier_than_what_is_chosen() -> None:
    """Every row of characters with the same syllables is weighed by hand."""
    heard = "他门在"
    more = -SURE * math.log(1 - NOT_TOLD)
    of = {one: [each for each in MODEL.readings if each.character == one] for one in heard}

    def choices(one: str) -> dict[str, float]:
        found = {one: 0.0}
        for said in of[one]:
            for other in [each for each in MODEL.readings if each.syllable == said.syllable][:40]:
                price = OTHER + more + (OTHER_TONE if other.tone != said.tone else 0)
                found[other.character] = min(found.get(other.character, price), price)
        return found

    rows = itertools.product(*(choices(one).items() for one in heard))
    priced = {"".join(one for one, _ in row): sum(price for _, price in row) for row in rows}
    likely = sorted(priced, key=priced.__getitem__)[:4000]
    best = min(likely, key=lambda text: priced[text] + cost(text))
    assert USUAL.written(heard) == best == "他们在"


def test_syllables_that_a_line_does_not_tell_apart() -> None:
    assert set(nearly("shi")) == {"si"}
    assert set(nearly("ning")) == {"ling", "nin"}
    assert nearly("ma") == []


def test_what_follows_a_history_adds_up_to_one(tmp_path: Path) -> None:
    texts, words, judged = tmp_path / "texts.txt", tmp_path / "words.txt", tmp_path / "judged.txt"
    texts.write_text("路灯/n  不/d  亮/v\n路灯坏了\n路灯坏了吗\n路上没有灯\n这里的路灯坏了很久了没有人修\n", "utf-8")
    words.write_text("路灯 30 n\n路上 20 n\n坏了 5 v\nAPP 3 n\n", "utf-8")
    judged.write_text("路灯坏了很久了", "utf-8")
    target = tmp_path / "made.npz"
    assert read([texts], words, [judged], target).startswith("4 sentences"), "what is judged by is not learnt"
    made = LanguageModel(target)
    every = np.arange(len(made.characters))
    for history in ("路", "坏", "灯坏", "路灯", "^"):
        row = [BEGIN] * (ORDER - 1) + [BEGIN if one == "^" else made.number(one) for one in history]
        likely = np.exp(-made.costs(np.array([row[1 - ORDER :]]), every))
        assert likely.sum() == pytest.approx(1, abs=0.08), history
    after = made.costs(np.array([[BEGIN, BEGIN, made.number("路")]]), np.array([made.number("灯"), made.number("上")]))
    assert after[0, 0] < after[0, 1]
    assert {(one.syllable, one.tone) for one in made.readings if one.character == "了"} >= {("le", 5)}


def test_a_citys_own_model_is_used(tmp_path: Path) -> None:
    assert language_model.of_model(tmp_path).characters == MODEL.characters
    (tmp_path / "mandarin.npz").write_bytes(b"no archive")
    with pytest.raises(ValueError, match=r"mandarin\.npz is no language model"):
        language_model.of_model(tmp_path)
