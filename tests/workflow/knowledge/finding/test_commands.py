"""`hotline knowledge …` as people type it, and the index that the engine has made by it."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import EDITOR, KnowledgeTown
from tests.workflow.knowledge.meaning.model_service import ModelService
from workflow.knowledge.commands import add_commands
from workflow.knowledge.finding.apart import Apart, NotMade
from workflow.knowledge.finding.kept import JudgedQuestions, SynonymGroups
from workflow.knowledge.finding.ranking import USED, RankingLibrary
from workflow.knowledge.finding.room import SHIPPED
from workflow.knowledge.finding.searching import Searching

THINGS = ("公积金提取", "居住证办理", "医保报销", "路灯报修", "学区划分", "低保申请")


async def hotline(*words: str) -> int:
    """As `hotline` runs it, in a thread: it has a loop of its own."""
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["knowledge", *words])
    return int(await asyncio.to_thread(arguments.run, arguments))


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[KnowledgeTown]:
    """Six published articles in a state directory of their own."""
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("HOTLINE_DATA", str(data))
    store = await Store.open(None, data)
    made = await KnowledgeTown.on(store)
    for thing in THINGS:
        await made.publish(title=f"{thing}指南", body=f"<p>{thing}需要的材料和时限。</p>", keywords=[thing])
    yield made
    await store.close()


async def keep_questions(town: KnowledgeTown) -> None:
    judged, synonyms = JudgedQuestions(town.office), SynonymGroups(town.office)
    async with town.office.store.reading() as session:
        by_title = {row.title: row.id for row in await town.published.every(session)}
    for thing in THINGS:
        await judged.create(EDITOR, judged.fields(asked=f"{thing}要什么材料", article=by_title[f"{thing}指南"]))
    await synonyms.create(EDITOR, synonyms.fields(words=["医保", "看病的钱"]))


async def test_a_search_is_tried_measured_and_learnt(
    town: KnowledgeTown, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried, out = tmp_path / "tried.yaml", tmp_path / "learnt.yaml"
    assert await hotline("try", "公积金怎么提取") == 0
    said = capsys.readouterr()
    assert "公积金提取指南" in said.out.splitlines()[0]
    assert "title_letters" in said.out.splitlines()[1]
    assert f"found in {len(THINGS)} articles" in said.err
    assert await hotline("try", "zzzz") == 1
    assert await hotline("try") == await hotline("fit", "--out", str(out)) == 1
    assert "评测问法" in capsys.readouterr().err
    assert not out.exists()

    await keep_questions(town)
    assert await hotline("try", "看病的钱") == 0
    assert "医保报销指南" in capsys.readouterr().out.splitlines()[0]
    tried.write_text("ranking: knowledge\ntitle: 试\nweights: {length: 1}\n", "utf-8")
    assert await hotline("try", "--ranking", str(tried)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["published", "tried"]
    assert f"{len(THINGS)} questions  @1 1.000" in lines[0]
    tried.write_text("ranking: knowledge\ntitle: 试\nweights: {beauty: 1}\n", "utf-8")
    assert await hotline("try", "--ranking", str(tried)) == 1
    assert f"{tried}:3:" in capsys.readouterr().err

    assert await hotline("fit", "--out", str(out)) == 0
    told = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()[:4]]
    assert told == ["seen, before", "seen", "unseen, before", "unseen"]
    found, findings = RankingLibrary(shipped=[SHIPPED]).check(out.read_text("utf-8"), str(out))
    assert not [one for one in findings if one.severity == "error"]
    assert found is not None
    assert found.head.ranking == USED
    assert found.head.tests, "what else stands in the published file stays"


async def test_a_process_of_its_own_makes_the_whole_index(town: KnowledgeTown, tmp_path: Path) -> None:
    data, done = town.office.store.data, list[int]()
    await Apart(data)(tmp_path / "index", done.append)
    assert done == [len(THINGS)]
    with Searching(tmp_path / "index") as searching:
        assert len(searching.index) == len(THINGS)
    with pytest.raises(NotMade):
        await Apart(tmp_path / "nowhere")(tmp_path / "other", done.append)


async def test_articles_are_encoded_by_the_service_of_the_settings_and_a_search_says_so(
    town: KnowledgeTown, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = town.office.store.data / "settings.yaml"
    assert await hotline("model") == 0
    assert await hotline("vectors") == 0
    assert await hotline("try", "公积金怎么提取") == 0
    assert "by words alone" in capsys.readouterr().err
    async with ModelService() as service:
        settings.write_text(f"knowledge: {{meaning: {{model: service, url: {service.url}, name: own}}}}\n", "utf-8")
        assert await hotline("vectors") == 0
        first = len(service.texts)
        assert first >= 2 * len(THINGS)
        assert await hotline("vectors") == 0
        assert len(service.texts) == first, "nothing twice"
        assert await hotline("try", "需要的材料和时限") == 0
        said = capsys.readouterr()
        assert "meaning" in said.out
        assert f"{first} pieces are encoded" in said.err
        made = await town.publish(title="低空飞行", body="<p>低空飞行报备。</p>")
        assert await hotline("vectors", made.id) == 0
        assert len(service.texts) > first + 1
    assert await hotline("try", "需要的材料和时限") == 0
    assert "the service is away" in capsys.readouterr().err
    await town.publish(title="充电桩", body="<p>充电桩报装。</p>")
    assert await hotline("vectors") == 1
    assert "the service is away" in capsys.readouterr().err
    settings.write_text("knowledge: {meaning: {model: sentences, cache: /nowhere}}\n", "utf-8")
    assert await hotline("model") == await hotline("vectors") == 1
    assert "hotline knowledge model --install" in capsys.readouterr().out
