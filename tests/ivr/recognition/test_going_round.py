"""A model that goes round in a circle has heard nothing; what people say twice stays."""

import pytest

from ivr.recognition.going_round import goes_round


@pytest.mark.parametrize(
    "text",
    [
        "宝" * 40,
        "我我我我我我我我我我我我我",
        "请您稍等请您稍等请您稍等请您稍等",
        "嗯谢谢谢谢谢谢谢谢谢谢谢谢谢谢",
        "字幕由提供字幕由提供字幕由提供字幕由提供字幕",
    ],
)
def test_a_circle_is_nothing_that_anybody_said(text: str) -> None:
    assert goes_round(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "对对对对对",
        "好的好的好的好的",
        "我的电话是13888888888888888",
        "88888888888888888888",
        "楼上一直咚咚咚咚咚咚咚咚咚咚咚咚地敲，我从早上六点听到现在，麻烦你们派人来看一看",
        "喂喂喂，你好，我想问一下公积金怎么取",
    ],
)
def test_what_people_say_twice_stays(text: str) -> None:
    assert not goes_round(text)
