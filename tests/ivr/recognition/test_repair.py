"""What sounds like the hotline's own words is taken for them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ivr.recognition.repair import repaired

PINYIN = dict(
    one.split(":")
    for one in (
        "公:gong 攻:gong 工:gong 共:gong 积:ji 击:ji 机:ji 金:jin 经:jing 单:dan 丹:dan 社:she 设:she 摄:she 保:bao "
        "宝:bao "
        "卡:ka 转:zhuan 赚:zhuan 赞:zan 人:ren 任:ren 办:ban 班:ban 理:li 你:ni 力:li 暖:nuan 卵:luan 气:qi 期:qi "
        "我:wo "
        "要:yao 查:cha 擦:ca 给:gei 营:ying 业:ye 执:zhi 照:zhao 直:zhi 找:zhao 天:tian 不:bu 错:cuo 今:jin"
    ).split()
)


def reading(text: str) -> Sequence[str]:
    return [PINYIN[one] for one in text]


WORDS = ("公积金", "工单", "社保卡", "转人工", "办理", "暖气", "营业执照")


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("攻击金", "公积金"), ("我要查公单", "我要查工单"), ("攻丹", "工单"), ("设宝卡", "社保卡"),
        ("给我赞人工", "给我转人工"), ("班你", "办理"), ("卵期", "暖气"), ("营业直找", "营业执照"),
        ("公机经", "公积金"), ("我要查工单", "我要查工单"), ("今天不错", "今天不错"), ("", ""), ("ABC 12", "ABC 12"),
        ("给我社卡", "给我社卡"), ("共金", "共金"), ("攻单,设保卡。", "工单,社保卡。"),
    ],
)  # fmt: skip
def test_what_is_heard_and_meant(heard: str, meant: str) -> None:
    assert repaired(heard, WORDS, reading) == meant


def test_what_cannot_be_read_is_left() -> None:
    assert repaired("攻单", ("单", "A区", ""), reading) == "攻单"
