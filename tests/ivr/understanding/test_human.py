"""Who asks for a human is understood, and who only uses the word is not."""

from __future__ import annotations

import pytest

from ivr.understanding.human import asks_for_human


@pytest.mark.parametrize(
    "text",
    [
        "人工", "转人工", "转人工！", "我要转人工", "人工客服", "请转人工客服", "我想找真人", "帮我接一下人工",
        "找个活人", "能不能转人工吗", "接话务员", "麻烦转接人工服务", "人工服务呢？", "直接转人工吧",
    ],
)  # fmt: skip
def test_who_asks(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "人工费太高了", "小区人工湖没有水", "不要人工", "客服电话打不通", "人工智能专业怎么报名", "转",
        "我要投诉客服", "工作人员态度差",
    ],
)  # fmt: skip
def test_who_speaks_of_something_else(text: str) -> None:
    assert not asks_for_human(text)
