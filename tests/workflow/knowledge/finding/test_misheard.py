"""A question that was misheard finds the article whose title sounds like it; one that means another does not."""

from __future__ import annotations

import pytest

from workflow.knowledge.finding.misheard import nearest, syllables

TITLES = (
    "护照怎么续签", "生育津贴怎么领取", "结婚证丢了怎么补领", "医保卡丢了怎么补办", "居住证怎么办理",
    "老年人优待证怎么申请", "营业执照怎么注销", "公交卡在哪里充值", "离职后公积金怎么提取", "水费在哪里交",
)  # fmt: skip
ARTICLES = [(title, (title,)) for title in TITLES]


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("胡饶怎么叙钱", "护照怎么续签"),
        ("商誉金家怎么领取", "生育津贴怎么领取"),
        ("铁魂让丢了怎么不灵", "结婚证丢了怎么补领"),
        ("一包卡丢了怎么不办", "医保卡丢了怎么补办"),
        ("以后公积金怎么提取", "离职后公积金怎么提取"),
    ],
)
def test_what_was_misheard_is_found_by_its_sound(heard: str, meant: str) -> None:
    assert nearest(syllables(heard), ARTICLES) == meant


@pytest.mark.parametrize(
    "heard",
    ["身份证怎么办理", "驾照怎么办理", "今天天气怎么样", "我要投诉出租车司机", "楼下的路灯坏了怎么办", "户口怎么迁"],
)
def test_another_question_is_not_taken_for_one_that_sounds_a_little_like_it(heard: str) -> None:
    assert nearest(syllables(heard), ARTICLES) == ""


def test_of_two_that_sound_alike_none_is_taken() -> None:
    assert nearest(syllables("一包卡怎么不办"), [(one, (one,)) for one in ("医保卡怎么补办", "一保卡怎么补办")]) == ""
