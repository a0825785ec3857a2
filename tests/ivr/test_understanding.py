"""Understanding by keywords."""

from __future__ import annotations

import pytest

from ivr.understanding import KeywordUnderstanding, Slot, Wanted

WANTED = [
    Wanted("progress", ["工单", "进度"]),
    Wanted("human", ["人工", "转人工"], ["不要人工"]),
    Wanted("enterprise", ["企业", "工单企业"]),
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
    ],
)
async def test_intents(text: str, intent: str) -> None:
    understood = await KeywordUnderstanding().understand(text, WANTED, [])
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
    understood = await KeywordUnderstanding().understand(text, [], wanted)
    assert understood.slots == {**slots, "whole": text}
