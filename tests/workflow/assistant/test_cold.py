"""Categories before there is a model: by their names, and by how people speak of what those mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.assistant.learning.cold import ByName
from workflow.assistant.understanding.lists import groups

PATHS = {
    "noise": "环境保护/环境污染/噪音污染",
    "air": "环境保护/环境污染/大气污染",
    "bus": "城乡建设/城市建设和市政管理/公共汽车",
    "water": "城乡建设/城市建设和市政管理/自来水供应",
    "quality": "城乡建设/工程质量/其他",
    "other": "经济管理/其他/其他",
    "own": "本市特有/市长信箱/夜市管理",
}
BY_NAME = ByName(PATHS, {"own": "夜间经济促进办法"})


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("楼下工地天天施工到凌晨\n晚上根本没法睡觉", "noise"),
        ("餐馆油烟直排\n窗户都不敢开", "air"),
        ("139路怎么等都不来\n每天等公交车要半小时", "bus"),
        ("\n家里水压太小，一直没水", "water"),
        ("新房墙面开裂，房屋质量问题谁管", "quality"),
        ("夜市管理混乱", "own"),
    ],
)
def test_what_people_say_leads_to_what_it_is_called(said: str, first: str) -> None:
    assert BY_NAME.rank(said)[0].name == first


def test_the_title_counts_more_than_what_is_told_after_it() -> None:
    assert BY_NAME.rank("公交车难等\n楼下施工也吵")[0].name == "bus"
    assert BY_NAME.rank("施工太吵\n公交车难等")[0].name == "noise"


def test_a_category_for_all_else_is_never_meant_by_its_name() -> None:
    assert "other" not in [one.name for one in BY_NAME.rank("其他")]


def test_the_lists_heads_are_categories_of_the_national_tree_once_each() -> None:
    found = groups("said_of")
    assert len(found) > 100
    for head, words in found.items():
        assert words and len(words) == len(set(words)), head


@given(st.text(max_size=80))
def test_any_text_is_ranked_best_first_without_a_probability(text: str) -> None:
    ranked = BY_NAME.rank(text, 5)
    assert len(ranked) <= 5
    assert all(one.probability == 0 for one in ranked)
