"""An answer for another county is not what somebody asks for."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.workflow.knowledge.finding.library import EVERYTHING, ids, indexed, shipped
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.places import BESIDE, FAR, divisions

PLACES = divisions()


def test_what_a_text_names() -> None:
    assert PLACES.named("我在武进区，武进区的窗口和常州市的小区、市区、社区") == ["武进区", "常州市"]
    assert PLACES.named("北京市海淀区的市辖区") == ["北京市", "海淀区"]


@pytest.mark.parametrize(
    ("asked", "said", "far"),
    [
        (["武进区"], ["武进区", "南京市"], 0.0),
        (["武进区"], ["常州市"], 0.0),
        (["常州市"], ["武进区"], 0.0),
        (["武进区"], ["新北区"], BESIDE),
        (["武进区"], ["玄武区"], FAR),
        (["朝阳区"], ["海淀区"], BESIDE),
        ([], ["武进区"], 0.0),
        (["武进区"], [], 0.0),
    ],
)
def test_how_far(asked: list[str], said: list[str], far: float) -> None:
    assert PLACES.elsewhere(asked, said) == far


@given(some.text("常州市武进区新北 小县旗\n"))
def test_any_text(text: str) -> None:
    assert all(name in text for name in PLACES.named(text))


def test_the_county_that_is_asked_for_comes_first(tmp_path: Path) -> None:
    here = Article("here", "养老金领取", "居民领取养老金到窗口登记。", region="320412")
    there = Article("there", "养老金领取", "玄武区居民领取养老金。", region="320102")
    beside = Article("beside", "养老金领取", "新北区居民到窗口。", region="320411")
    by = shipped()
    blind = replace(by, weights={**by.weights, "elsewhere": 0.0})
    with indexed(tmp_path, [here, there, beside]) as searching:
        found = searching.search("武进区怎么领取养老金", by, EVERYTHING)
        assert ids(found)[0] == "here"
        assert {hit.id: hit.signs["elsewhere"] for hit in found.found} == {"here": 0.0, "there": FAR, "beside": BESIDE}
        assert ids(searching.search("武进区怎么领取养老金", blind, EVERYTHING))[0] == "there"
