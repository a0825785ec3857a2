"""Search in an index: by words, sound, letters, numbers, within what may be read, and whatever anybody types."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tantivy import Query

from tests.workflow.knowledge.finding.library import (
    ALL,
    CARE,
    EVERYTHING,
    FUND,
    LOAN,
    PUBLIC_EAST,
    ids,
    indexed,
    shipped,
)
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.searching import Asker, Searching
from workflow.knowledge.finding.synonyms import Synonyms
from workflow.knowledge.rules import Readable

BY = shipped()


@pytest.fixture(scope="module")
def searching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searching]:
    with indexed(tmp_path_factory.mktemp("index")) as made:
        made.synonyms = Synonyms([["报销", "能报多少"], ["暂住证", "居住证"]])
        yield made


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("公积金怎么取", "fund"),
        ("提取公积金要几天", "fund"),
        ("公积金贷多少", "loan"),
        ("gjjtq", "fund"),
        ("gongjijindaikuan", "loan"),
        ("jzz", "card"),
        ("公基金提取", "fund"),
        ("居驻证", "card"),
        ("暂住证", "card"),
        ("住院能报多少", "care"),
        ("两千元", "fund"),
        ("2,000元", "fund"),
        ("5.1", "fund"),
        ("五月一日", "fund"),
        ("80万", "loan"),
        ("证", "card"),
        ("派", "card"),
        ("房积金", "fund"),
        ("医保 异地", "care"),
    ],
)
def test_found_first(searching: Searching, asked: str, first: str) -> None:
    assert ids(searching.search(asked, BY, EVERYTHING))[:1] == [first]


def test_what_stands_in_the_middle_of_a_sentence_is_found(tmp_path: Path) -> None:
    """The pain of BookStack, Outline and Wiki.js: Chinese found only at the start of a sentence; mixed scripts."""
    with indexed(tmp_path, [Article("a", "说明", "这是一个测试文档，关于HGST製品")]) as made:
        for asked in ("测试", "测", "一个测试", "HGST", "hgst", "製品", "HGST製品"):
            assert ids(made.search(asked, BY, EVERYTHING)) == ["a"], asked


def test_nobody_finds_what_he_does_not_read(searching: Searching) -> None:
    assert set(ids(searching.search("公积金", BY, EVERYTHING))) == {"fund", "loan"}
    found = searching.search("公积金", BY, PUBLIC_EAST)
    assert (ids(found), found.total) == (["fund"], 1)
    assert found.facets["region"] == {"320400": 1}
    assert ids(searching.search("医疗保险报销", BY, Readable(above=frozenset({"320411"})))) == ["care"]
    assert not ids(
        searching.search("医疗保险报销", BY, Readable(above=frozenset({"320411"}), audiences=frozenset({"public"})))
    )
    assert not ids(searching.search("公积金", BY, Readable()))
    assert ids(searching.search("公积金", BY, Readable(given=frozenset({"loan"})))) == ["loan"]
    within = Readable(organisations=frozenset({"east"}), regions=None)
    assert ids(searching.search("公积金", BY, within)) == ["loan"]
    assert not ids(
        searching.search("公积金", BY, Readable(organisations=frozenset({"east"}), regions=frozenset({"1"})))
    )


def test_facets_count_what_is_found_and_lead_to_it(searching: Searching) -> None:
    every = searching.search("", BY, EVERYTHING)
    assert every.total == len(ALL)
    assert every.facets["category"] == {"top": 3, "money": 2, "health": 1, "papers": 1}
    for value, count in every.facets["category"].items():
        narrowed = searching.search("", BY, EVERYTHING, {"category": [value]})
        assert narrowed.total == count == len(narrowed.found)
    assert searching.search("公积金", BY, EVERYTHING, {"category": []}).total == 0


def test_orders_and_pages(searching: Searching) -> None:
    assert ids(searching.search("", BY, EVERYTHING)) == ["card", "care", "loan", "fund"]
    assert ids(searching.search("公积金", BY, EVERYTHING, order="time")) == ["loan", "fund"]
    searching.heat = {"loan": 1.0}
    assert ids(searching.search("公积金", BY, EVERYTHING, order="heat")) == ["loan", "fund"]
    searching.heat = {}
    pages = [ids(searching.search("", BY, EVERYTHING, skipped=at, most=1)) for at in range(5)]
    assert pages == [["card"], ["care"], ["loan"], ["fund"], []]


def test_pages_of_relevance_have_each_article_once(tmp_path: Path) -> None:
    many = [Article(f"a{at}", f"公积金说明{at}", "公积金" * (at + 1)) for at in range(60)]
    few = BY.__class__(BY.weights, BY.boosts, 20)
    with indexed(tmp_path, many) as made:
        found = [
            one for at in range(0, 60, 7) for one in ids(made.search("公积金", few, EVERYTHING, skipped=at, most=7))
        ]
    assert len(found) == len(set(found)) == 60


def test_ones_own_region_comes_first(tmp_path: Path) -> None:
    twins = [Article(one, "落户办理", "到派出所办理落户。", region=one) for one in ("320404", "320411")]
    with indexed(tmp_path, twins) as made:
        for region in ("320404", "320411"):
            assert ids(made.search("落户", BY, EVERYTHING, asker=Asker(region)))[0] == region


def test_a_changed_article_is_found_by_what_it_says_now(tmp_path: Path) -> None:
    with indexed(tmp_path) as made:
        made.index.put([Article("fund", "养老金领取", "退休后按月领取养老金。", version=7)])
        made.index.commit()
        assert not {"fund"} & set(ids(made.search("公积金提取", BY, EVERYTHING)))
        assert ids(made.search("养老金", BY, EVERYTHING)) == ["fund"]
        assert made.index.version_of("fund") == 7
        made.index.remove(["fund"])
        made.index.commit()
        assert not ids(made.search("养老金", BY, EVERYTHING))
        assert len(made.index) == len(ALL) - 1
    with Searching(tmp_path) as again:
        assert ids(again.search("居住证", BY, EVERYTHING))[0] == "card"
        assert again.index.rarity.articles == len(ALL) - 1


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet='公积金提取证gj a"*:(){}[]^~\\/.+-?0129元月日号千百万%AND OR', max_size=60),
    )
)
def test_anything_may_be_typed(searching: Searching, asked: str) -> None:
    began = time.monotonic()
    found = searching.search(asked, BY, PUBLIC_EAST)
    assert set(ids(found)) <= {FUND.id, "card"}
    assert CARE.id not in ids(found)
    assert time.monotonic() - began < 1


def test_a_page_of_text_is_a_question_too(searching: Searching) -> None:
    assert ids(searching.search("我想问一下公积金提取的事情。" * 500, BY, EVERYTHING))[0] == "fund"


def test_what_was_found_stays_what_it_was_while_others_publish(tmp_path: Path) -> None:
    with indexed(tmp_path) as made:
        matched = made.index.match(Query.all_query(), EVERYTHING, {}, 10)
        made.index.remove(["fund"])
        made.index.put([Article(f"new{at}", "新的", "新的") for at in range(50)])
        made.index.commit()
        assert {one.entry.id for one in matched.first()} == {one.id for one in ALL}
        assert sum(matched.facets["region"].values()) == matched.total == len(ALL)


def test_versions_are_told_to_the_millisecond(tmp_path: Path) -> None:
    large = 1_764_300_000_123 * 2 + 1
    with indexed(tmp_path, [replace(FUND, version=large), replace(LOAN, version=0)]) as searching:
        assert [searching.index.version_of(id) for id in ("fund", "loan", "none")] == [large, 0, None]
