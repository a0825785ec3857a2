"""Personal data in a text: numbers of every form, names that are told as such; what is none stays."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.personal_data import find, masked, replacement

JUDGED = (
    ("诉求人赵丽华来电反映楼上漏水。", {"赵丽华"}),
    ("联系人：欧阳修文，手机139 1234 5678。", {"欧阳修文", "139 1234 5678"}),
    ("经办人孙建平于4月6日与市民电话沟通。", {"孙建平"}),
    ("业主周敏、物业负责人郑海涛均到场。", {"周敏", "郑海涛"}),
    ("当事人（吴倩）要求退款。", {"吴倩"}),
    ("李秀兰女士表示感谢。", {"李秀兰"}),
    ("司机马东升，车牌苏A8K3J2，逆向行驶。", {"马东升", "苏A8K3J2"}),
    ("新能源车苏DD12345长期占位。", {"苏DD12345"}),
    ("货车牌照鄂AP185挂未盖篷布。", {"鄂AP185挂"}),
    ("身份证号320404199001011234，已核对。", {"320404199001011234"}),
    ("身份证 32040419900101123X。", {"32040419900101123X"}),
    ("银行卡6228 4800 1234 5678 912到账。", {"6228 4800 1234 5678 912"}),
    ("请拨打0519-85681234转802找小王。", {"0519-85681234转802"}),
    ("电话：85681234，邮编213000。", {"85681234"}),
    ("邮箱zhang.san@example.com，QQ号123456789。", {"zhang.san@example.com", "123456789"}),
    ("微信号：hello_2024 已加。", {"hello_2024"}),
    ("住在翠竹新村18幢乙单元301室，无电梯。", {"18幢乙单元301室"}),
    ("延陵路158号门口积水。", {"158号"}),
    ("阳光城3栋2单元1502", {"3栋2单元1502"}),
    ("+86 13912345678多次来电", {"+86 13912345678"}),
    ("我叫陈晓东，住在河海路。", {"陈晓东"}),
    ("居民王阿姨说路灯不亮。", set()),
    ("王女士反映，李先生投诉。", set()),
    ("工作人员当天联系业主，业主表示满意。", set()),
    ("物业负责人到场后与居民协商。", set()),
    ("请拨打12345热线，工单编号20261127000123。", set()),
    ("根据国务院令第320号第12条，罚款2000元。", set()),
    ("2026年11月28日8时至17时停水，涉及3个小区1200户。", set()),
    ("高中部与初中部合并，任何单位不得收费。", set()),
    ("地铁2号线、5号口、301路公交车停运。", set()),
    ("市民中心3楼A区12号窗口办理。", set()),
    ("常州市天宁区兰陵街道已处理。", set()),
    ("该路段限速60公里，坐标119.97，31.81。", set()),
    ("政策规定：连续缴存满6个月，额度最高80万元。", set()),
)


@pytest.mark.parametrize(("text", "wanted"), JUDGED, ids=[one[0][:12] for one in JUDGED])
def test_what_tells_who_somebody_is_is_found_and_nothing_else(text: str, wanted: set[str]) -> None:
    assert {one.text for one in find(text)} == wanted


def test_a_name_without_a_word_before_it_is_a_doubt() -> None:
    (one,) = find("路灯不亮，刘志强反映过")
    assert (one.text, one.sure) == ("刘志强", False)


def test_known_names_are_found_wherever_they_stand() -> None:
    text = "牛二家的牛二蛋糕店"
    assert [one.start for one in find(text, ["牛二"])] == [0, 4]
    assert find("市民张**来电", ["张**", "张某", ""]) == []


def test_something_else_stands_in_its_place() -> None:
    text = "诉求人欧阳修文，手机13912345678，住翠竹新村18幢301室"
    assert masked(text, find(text)) == "诉求人欧阳某，手机（电话号码），住翠竹新村（门牌地址）"


@given(st.text(alphabet="张王李欧阳伟建国市民来电13912345678苏DA号幢室-，。 先生", max_size=60))
def test_places_are_right_apart_and_gone_when_masked(text: str) -> None:
    found = find(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    shown = masked(text, found)
    assert len(shown) == len(text) + sum(len(replacement(one)) - len(one.text) for one in found)
