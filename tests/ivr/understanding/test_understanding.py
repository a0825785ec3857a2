"""Understanding by keywords."""

from __future__ import annotations

import datetime

import pytest

from ivr.understanding.rules import KeywordUnderstanding
from ivr.understanding.understanding import Kind, Slot, Wanted

TODAY = datetime.date(2026, 3, 4)
WANTED = [
    Wanted("progress", ["工单", "进度"]),
    Wanted("human", ["人工", "转人工"], ["不要人工"]),
    Wanted("enterprise", ["企业", "工单企业"]),
    Wanted("urge", ["催…快点", "什么时候*办完"]),
]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我要查工单", "progress"),
        ("转,人 工!", "human"),
        ("不要人工", ""),
        ("今天天气", ""),
        ("", ""),
        ("企业的人工", ""),  # as much of the one as of the other
        ("工单企业", "enterprise"),
        ("我要催一下，快点", "urge"),
        ("什么时候才能办完", "urge"),
        ("快点催", ""),
    ],
)
async def test_intents(text: str, intent: str) -> None:
    understood = await KeywordUnderstanding().understand(text, WANTED, [], TODAY)
    assert understood.intent == intent
    assert (understood.confidence > 0) == bool(intent)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("我的电话是138 0000 0001", {"phone": "13800000001", "number": "13800000001"}),
        ("一三八零零零零零零零一", {"phone": "13800000001", "number": "13800000001"}),
        ("工单二零二六零三零三零零一", {"number": "20260303001"}),
        ("身份证11010519491231002x", {"identity": "11010519491231002X", "number": "11010519491231002"}),
        ("没有", {}),
    ],
)
async def test_slots(text: str, slots: dict[str, str]) -> None:
    wanted = [Slot("phone", "mobile"), Slot("number", "digits"), Slot("identity", "identity"), Slot("whole", "text")]
    understood = await KeywordUnderstanding().understand(text, [], wanted, TODAY)
    assert understood.slots == {**slots, "whole": text}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("我的电话是零五一九八八八八零零零零", "phone", "051988880000"),
        ("打我手机幺三八零零零零零零零幺", "phone", "13800000001"),
        ("五月三号报的，工单号GD二零二六零三零三零零一", "ticket", "GD20260303001"),
        ("二零二六年三月五日", "date", "2026-03-05"),
        ("上周三下午三点半", "date", "2026-02-25"),
        ("上周三下午三点半", "time", "15:30"),
        ("一共欠了三千五百六十块五", "money", "3560.5"),
        ("一百二十个人", "number", "120"),
        ("没有", "date", ""),
    ],
)
async def test_kinds_of_values(text: str, kind: Kind, value: str) -> None:
    understood = await KeywordUnderstanding().understand(text, [], [Slot("it", kind)], TODAY)
    assert understood.slots.get("it", "") == value
