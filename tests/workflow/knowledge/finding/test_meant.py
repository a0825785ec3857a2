"""What is meant joins the words' score: where there is a model, for what it has encoded, and never in their way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from cti.store.engine import Store
from tests.workflow.knowledge.finding.finder import Finder, titles
from tests.workflow.knowledge.finding.library import ALL, CARD, CARE, FUND, LOAN, ids, indexed, shipped
from tests.workflow.knowledge.knowledge_town import AGENT
from tests.workflow.knowledge.meaning.model import ByWords
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.index import EVERYTHING
from workflow.knowledge.finding.searching import Search
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.meaning.encoding import Encoding
from workflow.knowledge.meaning.kept import KeptVectors
from workflow.knowledge.meaning.near import Near, near_of
from workflow.knowledge.meaning.pieces import mark_of, pieces
from workflow.knowledge.meaning.questions import Questions
from workflow.knowledge.rules import Readable

MEANT = Search({"meaning": 1.0})


async def encoded(folder: Path, articles: tuple[Article, ...] = ALL) -> KeptVectors:
    kept = KeptVectors(folder / "vectors.sqlite")
    for one in articles:
        await Encoding(ByWords(), kept).encode(pieces(one.title, one.wordings, one.text))
    return kept


async def test_the_sign_orders_what_the_words_have_found(tmp_path: Path) -> None:
    (meant,) = await ByWords().encode(["派出所居住"], asked=True)
    with indexed(tmp_path / "index") as searching:
        words = "公积金居住证办理"
        assert all(hit.signs["meaning"] == 0 for hit in searching.search(words, shipped(), EVERYTHING).found)
        searching.vectors = await encoded(tmp_path)
        assert ids(searching.search(words, MEANT, EVERYTHING, meant=meant))[0] == CARD.id
        (meant,) = await ByWords().encode(["公积金中心提取"], asked=True)
        found = searching.search(words, MEANT, EVERYTHING, meant=meant)
        assert ids(found)[0] == FUND.id
        assert found.found[0].signs["meaning"] > 0
        searching.vectors.close()
        still = searching.search(words, shipped(), EVERYTHING, meant=meant)
        searching.vectors = None
        assert ids(still) == ids(searching.search(words, shipped(), EVERYTHING)), "its file is gone"


def signed(folder: Path, toward: dict[str, float]) -> tuple[KeptVectors, Near]:
    """Vectors of articles that point where a question does (1, 0, …) by so much, by their ids."""
    kept, said = KeptVectors(folder / "signed.sqlite"), dict[str, list[bytes]]()
    for at, one in enumerate(ALL):
        said[one.id] = [mark_of(piece) for piece in pieces(one.title, one.wordings, one.text)]
        cosine = toward.get(one.id, -0.5)
        row = np.zeros(64, np.float32)
        row[0], row[at + 1] = cosine, np.sqrt(1 - cosine**2)
        kept.put(said[one.id], np.tile(row, (len(said[one.id]), 1)))
    near = near_of(said, kept)
    assert near is not None
    return kept, near


def test_what_means_it_more_than_all_that_words_find_is_found_too(tmp_path: Path) -> None:
    asked = np.eye(1, 64, dtype=np.float32)[0]
    words = "公积金"
    with indexed(tmp_path / "index") as searching:
        plain = searching.search(words, shipped(), EVERYTHING)
        assert set(ids(plain)) == {FUND.id, LOAN.id}
        searching.vectors, searching.near = signed(tmp_path, {CARD.id: 0.9, FUND.id: 0.4, CARE.id: 0.3, LOAN.id: 0.1})
        found = searching.search(words, MEANT, EVERYTHING, meant=asked)
        assert ids(found) == [CARD.id, FUND.id, LOAN.id], "health care means it less than the best that words find"
        assert found.total == 3
        assert found.facets["category"] == {"money": 2, "top": 2, "papers": 1}
        assert sum(found.facets["audience"].values()) == 3
        assert plain.facets["category"] == {"money": 2, "top": 2}
        # Page by page, each once.
        pages = [searching.search(words, MEANT, EVERYTHING, meant=asked, skipped=at, most=1) for at in range(4)]
        assert [ids(one) for one in pages] == [[CARD.id], [FUND.id], [LOAN.id], []]
        assert {one.total for one in pages} == {3}
        few = Search(MEANT.weights, candidates=1)
        assert ids(searching.search(words, few, EVERYTHING, meant=asked))[0] == CARD.id
        whole = [
            hit
            for at in range(3)
            for hit in ids(searching.search(words, few, EVERYTHING, meant=asked, skipped=at, most=1))
        ]
        assert sorted(whole) == sorted([CARD.id, FUND.id, LOAN.id])
        # Within what is readable and chosen, and never where words find nothing.
        west = Readable(above=frozenset({"320400"}))
        assert ids(searching.search(words, MEANT, west, meant=asked)) == [FUND.id]
        money = searching.search(words, MEANT, EVERYTHING, {"category": ["money"]}, meant=asked)
        assert (set(ids(money)), money.total) == ({FUND.id, LOAN.id}, 2)
        assert searching.search("彗星", MEANT, EVERYTHING, meant=asked).total == 0
        assert searching.search(words, shipped(), EVERYTHING).total == 2, "without a model by words alone"
        searching.vectors.close()


def test_what_the_words_find_far_behind_is_taken_forward_and_counted_once(tmp_path: Path) -> None:
    asked = np.eye(1, 64, dtype=np.float32)[0]
    with indexed(tmp_path / "index") as searching:
        searching.vectors, searching.near = signed(tmp_path, {LOAN.id: 0.9, FUND.id: 0.1})
        few = Search(MEANT.weights, candidates=1)
        assert ids(searching.search("公积金提取", few, EVERYTHING)) == [FUND.id, LOAN.id]
        found = searching.search("公积金提取", few, EVERYTHING, meant=asked)
        assert (ids(found), found.total) == ([LOAN.id, FUND.id], 2)
        searching.vectors.close()


async def test_what_is_not_encoded_yet_is_found_by_its_words(tmp_path: Path) -> None:
    (meant,) = await ByWords().encode(["居住证办理"], asked=True)
    with indexed(tmp_path / "index") as searching:
        searching.vectors = await encoded(tmp_path, (FUND,))
        assert ids(searching.search("居住证办理", shipped(), EVERYTHING, meant=meant))[0] == CARD.id
        searching.vectors.close()


@pytest.mark.parametrize("there", [True, False])
async def test_agents_and_bots_are_answered_with_a_model_and_when_it_is_away(
    store: Store, tmp_path: Path, finder: Finder, there: bool
) -> None:
    made = await finder.publish(title="公积金提取办理", body="<p>本人带身份证到窗口提取公积金。</p>")
    await finder.told(made.id)
    model = ByWords()
    model.fails_after = 1_000 if there else 0
    kept = KeptVectors(tmp_path / "vectors.sqlite")
    finder.keeper.take_vectors(kept)
    old = finder.finding
    questions = Questions(model, 20)
    finding = Finding(finder.office, finder.keeper, finder.articles_of, old._types, old._rankings, old.asked, questions)
    finder.finding = finding
    assert titles(await finder.find(AGENT, "公积金怎么提取")) == ["公积金提取办理"]
    assert await finding.ids(AGENT, "公积金怎么提取", 5) == [made.id]
    assert (await finding.best_passage("公积金怎么提取", "320404")) is not None
    assert model.asked == (1 if there else 3)
    await finder.find(AGENT, "公积", typing=True)
    assert model.asked == (1 if there else 3), "who still types waits for no model"
    await questions.close()
    kept.close()
    finder.finding = old


async def test_an_index_that_is_made_anew_keeps_what_is_meant(finder: Finder, tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path / "vectors.sqlite")
    finder.keeper.take_vectors(kept)
    finder.keeper.rebuild()
    await asyncio.wait_for(finder.keeper.settled(), 20)
    assert await finder.keeper.ask(lambda searching: searching.vectors) is kept
    kept.close()
