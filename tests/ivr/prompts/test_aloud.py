"""Written text as it is read aloud."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.prompts.aloud import aloud, cardinal, sentences
from ivr.prompts.phonemes import syllable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-05 14:30", "二零二六年三月五日 十四点三十分"),
        ("2026年10月1日9:05", "二零二六年十月一日九点零五分"),
        ("2点开始，等2个工作日，2号窗口，2月", "两点开始,等两个工作日,二号窗口,二月"),
        ("费用12.05元", "费用十二元零五分"),
        ("￥1,234.50", "一千两百三十四元五角"),
        ("共3.5万元", "共三点五万元"),
        ("98.5%", "百分之九十八点五"),
        ("拨打12345或110。", "拨打一二三四五或yao1yao1零。"),
        ("13812345678", "yao1三八，yao1二三四，五六七八"),
        ("0519-88881111", "零五yao1九，八八八八yao1yao1yao1yao1"),
        ("按1", "按一"),
        ("第9-12号", "第九至十二号"),
        ("A座", "ei1座"),
        ("工号308", "工号三零八"),
        ("2026-13-45", "两千零二十六至十三至四十五"),
        ("较chang2时间", "较chang2时间"),
        ("全角１２：３０", "全角十二点三十分"),
        ("😀【】", ""),
        ("", ""),
    ],
)
def test_it_is_read_as_people_do(text: str, said: str) -> None:
    assert aloud(text) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0, "零"), (205, "两百零五"), (20000, "两万"), (-10, "负十"), (1010, "一千零一十")]
)
def test_cardinals(value: int, said: str) -> None:
    assert cardinal(value) == said


@given(st.text(max_size=60))
def test_nothing_is_left_that_cannot_be_spoken(text: str) -> None:
    rest = re.sub("[\u4e00-\u9fff、，,。.！!？?：:；;“”《》（）()〔〕\\s]", "", re.sub("[a-z]+[1-5]", "", aloud(text)))
    assert rest == ""
    for pinyin in re.findall("[a-z]+[1-5]", aloud(text)):
        assert syllable(pinyin)


@given(st.text(alphabet="一二三，。！\n", max_size=300))
def test_sentences_lose_no_word(text: str) -> None:
    parts = sentences(text, 20)
    assert all(len(part) <= 40 or "，" not in part[:-1] for part in parts)
    assert [c for part in parts for c in part if c in "一二三"] == [c for c in text if c in "一二三"]


def test_what_is_marked_is_never_cut() -> None:
    assert sentences("号码是。〔三。〕好") == ["号码是。〔三。〕好"]
    assert sentences("第一句。第二句，很好！") == ["第一句。", "第二句，很好！"]
