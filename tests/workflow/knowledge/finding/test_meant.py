"""What is meant joins the words' score: where there is a model, for what it has encoded, and never in their way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cti.store.engine import Store
from tests.workflow.knowledge.finding.finder import Finder, titles
from tests.workflow.knowledge.finding.library import ALL, CARD, FUND, ids, indexed, shipped
from tests.workflow.knowledge.knowledge_town import AGENT
from tests.workflow.knowledge.meaning.model import ByWords
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.index import EVERYTHING
from workflow.knowledge.finding.searching import Search
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.meaning.encoding import Encoding
from workflow.knowledge.meaning.kept import KeptVectors
from workflow.knowledge.meaning.pieces import pieces
from workflow.knowledge.meaning.questions import Questions

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
