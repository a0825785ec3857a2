"""What citizens ask a bot, judged: the half that was not looked at when the rules were made decides."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cti.base.files import documents
from ivr.understanding.context import completed
from ivr.understanding.corrections import Correction, corrected
from ivr.understanding.intents import meant
from ivr.understanding.places import place
from ivr.understanding.understanding import Wanted

JUDGED = documents.load(Path(__file__).with_name("judged_intents.yaml")).data
WANTED = [Wanted(name, examples=tuple(one["examples"])) for name, one in JUDGED["intents"].items()]
SURE = 0.5


def kept() -> list[tuple[str, str]]:
    """What is meant and what is said, of the half that no rule was made by."""
    every = [(name, said) for name, one in JUDGED["intents"].items() for said in one["said"]]
    every += [("", said) for said in JUDGED["none"]]
    return [one for one in every if hashlib.sha256(one[1].encode()).digest()[0] % 2]


def understood(said: str) -> str:
    intent, sure = meant(said, WANTED)
    return intent if sure >= SURE else ""


def test_most_are_understood_and_few_wrongly() -> None:
    asked = [one for one in kept() if one[0]]
    found = [(intent, understood(said)) for intent, said in asked]
    assert len(asked) >= 40
    assert sum(one == other for one, other in found) / len(asked) >= 0.7
    assert sum(other not in (one, "") for one, other in found) / len(asked) <= 0.06


def test_few_of_what_means_none_of_them_are_taken_for_one() -> None:
    others = [said for intent, said in kept() if not intent]
    assert len(others) >= 20
    assert sum(understood(one) != "" for one in others) / len(others) <= 0.2


@pytest.mark.parametrize(
    ("said", "old", "new"),
    [
        ("不是三号，是五号", "三号", "五号"),
        ("电话错了，应该是13900000000", "电话", "13900000000"),
        ("不对，是五号楼", "", "五号楼"),
        ("地址改成人民路三号", "地址", "人民路三号"),
        ("不在东门街在西门街", "东门街", "西门街"),
        ("把日期改成三月五号吧", "日期", "三月五号"),
    ],
)
def test_what_is_taken_back(said: str, old: str, new: str) -> None:
    assert corrected(said) == Correction(old, new)


@pytest.mark.parametrize("said", ["我要报路灯坏了", "不是我的错", "是的", "错了", "这是不对的做法"])
def test_what_is_no_correction(said: str) -> None:
    assert corrected(said) is None


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("东门街三号楼门口的路灯坏了", "东门街三号楼门口"),
        ("我住在幸福小区五栋二单元", "幸福小区五栋二单元"),
        ("建设路与人民路交叉口有个井盖没了", "建设路与人民路交叉口"),
        ("城关区雁滩路58号附近噪音很大", "城关区雁滩路58号附近"),
        ("昨天晚上开始停水", None),
        ("路灯坏了", None),
        ("家里停水了", None),
    ],
)
def test_where_it_is(said: str, where: str | None) -> None:
    assert place(said) == where


@pytest.mark.parametrize(
    ("words", "before", "whole"),
    [
        ("那身份证呢", "护照丢了怎么补办", "身份证丢了怎么补办"),
        ("它要多少钱", "护照丢了怎么补办", "护照要多少钱"),
        ("需要什么材料", "护照怎么办", "需要什么材料"),
        ("这个去哪里办", "居住证怎么办理", "居住证去哪里办"),
        ("那身份证呢", "", "那身份证呢"),
    ],
)
def test_a_short_question_leans_on_the_one_before(words: str, before: str, whole: str) -> None:
    assert completed(words, before) == whole
