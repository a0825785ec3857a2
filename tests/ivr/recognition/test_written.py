"""Numbers as one writes them, each character at its moment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.recognition.written import timed, written

NUMBERS = {
    "二零二六年十一月二十五号下午三点十五分": "2026年11月25号下午3点15分",
    "我的电话是幺三八零零零零零零零一": "我的电话是138 0000 0001",
    "零五一九八八八八六六六六": "0519-8888 6666",
    "打13800000001找我": "打138 0000 0001找我",
    "一共三百二十块钱": "一共320块钱",
    "两千零五十元": "2050元",
    "三百零五块": "305块",
    "三百五": "350",
    "两万八": "28000",
    "一万两千块": "12000块",
    "三十五万": "35万",
    "二百五十三万": "253万",
    "一千五百亩": "1500亩",
    "百分之三十": "30%",
    "百分之三点五": "3.5%",
    "三点五公里": "3.5公里",
    "建设路三号三栋二单元五零二室": "建设路3号3栋2单元502室",
    "六路公交车": "6路公交车",
    "拨打一二三四五热线": "拨打12345热线",
    "幺幺零": "110",
    "三点三十分": "3点30分",
    "三点一刻": "3点一刻",
    "十点半": "10点半",
    "晚上八点": "晚上8点",
    "十一点五十": "11点50",
    "十二个人": "12个人",
    "二十多年": "20多年",
    "九八年三月": "98年3月",
    "六十岁": "60岁",
    "二十四小时": "24小时",
    "一号楼": "1号楼",
    "我十分钟以后": "我10分钟以后",
}
KEPT = (
    "等一下万一十分感谢", "第一次", "一个多月", "千万不要", "两三天", "七八个人", "一块儿去", "一点也不", "十个",
    "三分之一",
    "上百人", "十几个", "几十年", "好几百块", "一天三次", "一二百块", "一五一十", "他说一点多", "两三百块",
    "我有三点意见",
    "四川人", "一路上都是", "三心二意", "", "你好。", "一下子来了一些人",
)  # fmt: skip


@pytest.mark.parametrize(("said", "read"), list(NUMBERS.items()))
def test_numbers_are_read_as_one_writes_them(said: str, read: str) -> None:
    assert written(said).text == read
    assert written(read).text == read, "what is written is settled"


@pytest.mark.parametrize("said", KEPT)
def test_what_is_no_number_stays(said: str) -> None:
    assert written(said).text == said


def test_a_click_on_what_was_not_changed_plays_the_same_place() -> None:
    said = "电话幺三八零零零零零零零一谢谢"
    times = [0.1 * at for at in range(len(said))]
    text, moments = timed(said, times)
    assert text == "电话138 0000 0001谢谢"
    assert moments[:2] == (0.0, 0.1)
    assert moments[-2:] == tuple(times[-2:])
    assert moments[text.index("1")] == times[said.index("幺")]
    assert timed(said, ()) == (text, ())


NUMERALS = st.text(alphabet="零幺一二两三四五六七八九十百千万亿点分之年月号块的在路，。0138", max_size=40)


@given(NUMERALS, st.data())
def test_each_character_keeps_its_moment(said: str, data: st.DataObject) -> None:
    """In order, within the line, and that of a character which was not changed is its own."""
    found = written(said)
    assert len(found.text) == len(found.origins)
    assert list(found.origins) == sorted(found.origins)
    assert all(0 <= one < len(said) for one in found.origins)
    spared = [at for at, one in enumerate(said) if not one.isalnum() or one in "的在路"]
    for at in spared:
        assert at in found.origins, "what is no numeral is still there"
        assert found.text[found.origins.index(at)] == said[at]
    steps = data.draw(st.lists(st.floats(0, 1), min_size=len(said), max_size=len(said)))
    times = [sum(steps[: at + 1]) for at in range(len(said))]
    moments = timed(said, times)[1]
    assert list(moments) == sorted(moments)
    assert all(one in times for one in moments)
