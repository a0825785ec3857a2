"""What sounds like the hotline's own words is taken for them, and nothing else is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ivr.recognition.repair import Repair, Vocabulary
from ivr.recognition.sounds import distance, sounds_of

WORDS = ("公积金", "工单", "社保卡", "转人工", "办理", "暖气", "营业执照")
JUDGED: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("judged_repairs.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("攻击金", "公积金"), ("我要查公单", "我要查工单"), ("攻丹", "工单"), ("设宝卡", "社保卡"),
        ("给我赞人工", "给我转人工"), ("班你", "办理"), ("卵期", "暖气"), ("营业直找", "营业执照"),
        ("公机经", "公积金"), ("我要查工单", "我要查工单"), ("今天不错", "今天不错"), ("", ""), ("ABC 12", "ABC 12"),
        ("给我社卡", "给我社卡"), ("共金", "共金"), ("攻单,设保卡。", "工单,社保卡。"),
    ],
)  # fmt: skip
def test_what_is_heard_and_meant_where_an_answer_is_expected(heard: str, meant: str) -> None:
    assert Vocabulary(WORDS).repaired(heard)[0] == meant


@pytest.mark.parametrize(
    ("heard", "meant"),
    [("于是我", "于是我"), ("步满意", "不满意"), ("很方变", "很方便"), ("吧方便", "吧方便"), ("没解缺", "没解决")],
)
def test_half_a_sound_turns_no_answer_round(heard: str, meant: str) -> None:
    assert Vocabulary(("不是我", "不满意", "不方便", "很方便", "没解决")).repaired(heard)[0] == meant


def test_what_cannot_be_a_word_is_left() -> None:
    assert Vocabulary(("单", "A区", "")).repaired("攻单") == ("攻单", [])
    assert not Vocabulary(("单",))


@pytest.mark.parametrize(("heard", "meant"), list(JUDGED["repaired"].items()))
def test_in_talks_the_hotline_s_words_are_put_in_place(heard: str, meant: str) -> None:
    text, repairs = Vocabulary(JUDGED["words"], careful=True).repaired(heard)
    assert text == meant
    assert repairs
    for one in repairs:
        assert heard[one.start : one.end] == one.heard != text[one.start : one.end]


@pytest.mark.parametrize("line", JUDGED["kept"])
def test_in_talks_what_was_said_stays(line: str) -> None:
    assert Vocabulary(JUDGED["words"], careful=True).repaired(line) == (line, [])


def test_of_words_that_sound_alike_the_one_of_more_weight_is_meant() -> None:
    assert Vocabulary({"富民": 5, "福民": 50}, careful=True).repaired("住在夫民")[0] == "住在福民"
    assert Vocabulary({"富民": 50, "福民": 5}, careful=True).repaired("住在夫民")[0] == "住在富民"
    # What is itself such a word was meant.
    assert Vocabulary({"富民": 50, "福民": 5}, careful=True).repaired("住在福民") == ("住在福民", [])


def test_long_words_come_first_and_none_over_another() -> None:
    vocabulary = Vocabulary(("公积金", "住房公积金"))
    assert vocabulary.repaired("住房攻击金") == ("住房公积金", [Repair(0, 5, "住房攻击金")])


def test_sounds_that_are_near() -> None:
    (ren, reng), (zhan, zan), (li, wu) = (sounds_of(one) for one in ("人扔", "站赞", "里乌"))
    assert distance(ren, reng) == distance(zhan, zan) == 0
    assert 0 < distance(*sounds_of("转赞")) < 1
    assert distance(li, wu) > 1


@given(st.text(alphabet="公攻积击金经是政府的我要查单工实际市级路灯等，。12a", max_size=30))
def test_a_repair_changes_no_length_and_says_what_it_changed(text: str) -> None:
    found, repairs = Vocabulary(JUDGED["words"], careful=True).repaired(text)
    assert len(found) == len(text)
    back = found
    for one in repairs:
        assert one.heard != found[one.start : one.end]
        back = back[: one.start] + one.heard + back[one.end :]
    assert back == text, "all that was changed is told"
    assert Vocabulary(JUDGED["words"], careful=True).repaired(found)[0] == found, "it is settled"


def test_five_thousand_words_are_looked_for_in_a_moment() -> None:
    base = [chr(0x4E00 + 37 * one) for one in range(300)]
    words = [base[one % 300] + base[one * 7 % 299] + base[one * 13 % 293] for one in range(5000)]
    vocabulary = Vocabulary(words, careful=True)
    line = "您好我想反映一下建设路三号的路灯不亮已经好几天了希望有关部门尽快来修一修谢谢你们"
    begin = time.process_time()
    for _ in range(20):
        vocabulary.repaired(line)
    assert (time.process_time() - begin) / 20 < 0.05
