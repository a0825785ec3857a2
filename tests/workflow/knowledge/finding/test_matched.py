"""The quick way to the best articles finds what the whole question finds; suggestions look at titles first."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflow.knowledge.finding.library import EVERYTHING, PUBLIC_EAST, indexed, shipped
from workflow.knowledge.finding.asking import query_for
from workflow.knowledge.finding.entries import Article, Candidate
from workflow.knowledge.finding.searching import Searching
from workflow.knowledge.finding.synonyms import Synonyms

BY = shipped()
WORDS = "公积金 提取 居住证 办理 医保 报销 异地 备案 贷款 额度 怎么 材料 街道 窗口 2000元 A3区 gjj".split()
REGIONS = ("320400", "320404", "320411")


def article(at: int) -> Article:
    """Its words are drawn by its number."""
    drawn = [WORDS[(at * step + step) % len(WORDS)] for step in range(1, 9)]
    audience = "public" if at % 2 else "inside"
    return Article(
        f"a{at}", "".join(drawn[:2]), "，".join(drawn), region=REGIONS[at % 3], audience=audience,
        facets={"category": [f"c{at % 4}"]},
    )  # fmt: skip


@pytest.fixture(scope="module")
def searching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searching]:
    with indexed(tmp_path_factory.mktemp("index"), map(article, range(120))) as made:
        made.synonyms = Synonyms([["报销", "能报多少"], ["医保", "社保卡"]])
        yield made


def ids(found: Sequence[Candidate]) -> set[str]:
    return {one.entry.id for one in found}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.sampled_from([*WORDS, "能报多少", "公基金", "证", "金g", "没有"]), min_size=1, max_size=9),
    some=st.sampled_from([{}, {"category": ["c1", "c2"]}]),
    readable=st.sampled_from([EVERYTHING, PUBLIC_EAST]),
)
def test_the_quick_way_finds_the_same(
    searching: Searching, words: list[str], some: dict[str, list[str]], readable: object
) -> None:
    index = searching.index
    asked = "".join(words)
    wanted = query_for(asked, searching.synonyms.of(asked), index.rarity, index.schema, BY.boosts)
    if wanted is None:
        return
    assert isinstance(readable, type(EVERYTHING))
    whole = index.match(wanted.found, readable, some, 200)
    quick = index.best(wanted, readable, some, 200)
    # What is found by its sound alone counts the few words that it shares, too.
    assert ids(quick.first()) == ids(whole.first())
    both = [{one.entry.id: one.words for one in found.first() if wanted.answers(one.entry)} for found in (quick, whole)]
    assert both[0] == pytest.approx(both[1], rel=1e-4)
    assert (quick.total, quick.facets) == (len(whole.first()), whole.facets)
    few = index.best(wanted, readable, some, 10).first()
    assert len(few) == min(10, whole.total)
    assert ids(few) <= ids(whole.first())


def test_titles_are_suggested_before_texts_and_texts_where_no_title_has_it(searching: Searching) -> None:
    titled = [article(at).id for at in range(120) if "居住" in article(at).title]
    found = searching.suggested("居住", BY, EVERYTHING, 6)
    assert len(found) == 6
    assert {one.id for one in found} <= set(titled)
    with Searching(None) as small:
        small.index.put([Article("one", "办事指南", "到派出所申领居住证。"), Article("two", "居住登记", "登记。")])
        small.index.commit()
        assert {one.id for one in small.suggested("居住", BY, EVERYTHING, 6)} == {"one", "two"}
        assert [one.id for one in small.suggested("居住", BY, EVERYTHING, 1)] == ["two"]
        assert not small.suggested("。", BY, EVERYTHING, 6)
