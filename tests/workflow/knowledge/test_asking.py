"""Questions and corrections: to the department, answered in time, back to who asked; mended and thanked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, Refusal
from cti.office.messages.models import InboxRow, MessageRow
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import (
    AGENT,
    EAST,
    EAST_AGENT,
    EAST_REVIEWER,
    EDITOR,
    REVIEWER,
    WATER,
    WEST,
    KnowledgeTown,
    may,
)
from workflow.knowledge.asking.views import CorrectionFields, CorrectionView, QuestionFields, QuestionView

ROADS = may("roads", "roads", "knowledge.see", "knowledge.answer")


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


async def ask(town: KnowledgeTown, **said: object) -> QuestionView:
    filled = {"title": "阶梯水价怎么算", "unit": "water", "call": "01" + "C" * 24, **said}
    return await town.questions.create(AGENT, QuestionFields.model_validate(filled))


async def correct(town: KnowledgeTown, article: str, who=AGENT) -> CorrectionView:
    fields = CorrectionFields(article=article, kind="outdated", content="现在可以网上办理")
    return await town.corrections.create(who, fields)


async def test_the_department_answers_and_who_asked_is_told(town: KnowledgeTown) -> None:
    made = await ask(town)
    assert (made.stage, made.holder, made.number[0]) == ("answering", "water", "T")
    assert made.due_at is not None
    assert [one.name for one in await town.questions.offers(WATER, made.id)] == ["answer", "pass_on", "refuse"]
    assert [one.name for one in await town.questions.offers(AGENT, made.id)] == ["withdraw"]
    with pytest.raises(NotFound):
        await town.questions.get(WEST, made.id)
    found = await town.questions.act(WATER, made.id, "answer", {"answer": "第一阶梯每吨三元二角"})
    assert (found.stage, found.answer, found.answered_by) == ("answered", "第一阶梯每吨三元二角", "water")
    assert any(one.startswith("请回答提问") for one in await town.told())
    assert any(one.startswith("已回答") for one in await town.told())


async def test_an_answer_becomes_an_article_in_one_step(town: KnowledgeTown) -> None:
    made = await ask(town, category=town.category, call="0" * 26)
    with pytest.raises(Conflict):
        await town.questions.to_article(EDITOR, made.id)
    await town.questions.act(WATER, made.id, "answer", {"answer": "第一阶梯每吨三元二角"})
    with pytest.raises(NotAllowed):
        await town.questions.to_article(AGENT, made.id)
    found = await town.questions.to_article(EDITOR, made.id)
    draft = await town.articles.get(EDITOR, found.article)
    assert (draft.title, draft.unit, draft.stage) == ("阶梯水价怎么算", "water", "draft")
    assert draft.source == f"知识提问 {made.number}"
    assert (found.titles["article"], found.titles["call"]) == (draft.number, "通话中提出"), "no ids on the page"
    assert [one.text for one in draft.lines] == ["阶梯水价怎么算", "第一阶梯每吨三元二角"]
    with pytest.raises(Conflict):
        await town.questions.to_article(EDITOR, made.id)
    await town.act(EDITOR, draft.id, "submit")
    await town.act(REVIEWER, draft.id, "approve")
    assert await town.titles(AGENT, search="水价") == {"阶梯水价怎么算"}


async def test_refused_it_goes_to_the_desk_and_on_to_another(town: KnowledgeTown) -> None:
    made = await ask(town)
    with pytest.raises(Invalid):
        await town.questions.act(WATER, made.id, "refuse", {"reason": ""})
    found = await town.questions.act(WATER, made.id, "refuse", {"reason": "不属于本单位职责"})
    assert (found.stage, found.reason) == ("assigning", "不属于本单位职责")
    found = await town.questions.act(EDITOR, made.id, "assign", {"unit": "roads"})
    assert (found.stage, found.holder) == ("answering", "roads")
    with pytest.raises(NotFound):
        await town.questions.act(WATER, made.id, "answer", {"answer": "不该回答"})
    await town.questions.act(ROADS, made.id, "answer", {"answer": "由市政负责"})
    found = await town.questions.act(AGENT, made.id, "ask_again", {"reason": "还想问收费"})
    assert found.stage == "answering"


async def test_an_answer_cites_an_article_and_nobody_answers_late_unseen(town: KnowledgeTown) -> None:
    article = await town.publish(title="水价标准")
    made = await ask(town, unit="")
    assert made.stage == "assigning"
    filled = {"answer": "见水价标准", "citations": [f"knowledge:{article.id}"]}
    await town.questions.act(EDITOR, made.id, "answer", filled)
    assert (await town.beside.of(EDITOR, article.id)).citations == 1
    late = await ask(town)
    await town.wait(timedelta(days=5))
    assert (await town.questions.get(AGENT, late.id)).overdue
    with pytest.raises(Refusal):
        await town.questions.remove(AGENT, late.id)
    with pytest.raises(Invalid) as wrong:
        await ask(town, unit="nobody")
    assert wrong.value.field == "unit"


async def test_a_correction_is_reviewed_mended_and_thanked_for(town: KnowledgeTown) -> None:
    author = replace(EDITOR, person="01ATcity")
    article = await town.publish(author, unit="water")
    made = await correct(town, article.id)
    assert (made.stage, made.name, made.edition, made.unit) == ("review", "公积金怎么提取", 1, "water")
    found = await town.corrections.act(REVIEWER, made.id, "accept", {"opinion": "属实"})
    assert (found.stage, found.step) == ("mending", "修改知识")
    async with town.office.store.reading() as session:
        (message,) = [one for one in await session.scalars(select(MessageRow)) if one.title.startswith("请改正")]
        told = set(await session.scalars(select(InboxRow.person).where(InboxRow.message == message.id)))
    assert told == {"01ATwater", author.person}, "who wrote the article, and the editors of its unit"
    with pytest.raises(Refusal, match="审核通过"):
        await town.corrections.act(WATER, made.id, "done", {})
    await town.act(EDITOR, article.id, "change")
    await town.edit(EDITOR, article.id, body="<p>可以网上办理</p>")
    await town.act(EDITOR, article.id, "submit")
    await town.act(REVIEWER, article.id, "approve")
    found = await town.corrections.get(AGENT, made.id)
    assert (found.stage, found.handled_at) == ("mended", town.clock.wall())
    assert any(one.startswith("感谢您的纠错") for one in await town.told())
    mine = await town.corrections.find(AGENT, town.corrections.query.model_validate({"mine": True, "kind": "outdated"}))
    assert [one.id for one in mine.items] == [made.id]


async def test_a_wrong_correction_is_answered_with_its_reason(town: KnowledgeTown) -> None:
    article = await town.publish(EAST, EAST_REVIEWER, title="东县政策")
    with pytest.raises(Invalid) as wrong:
        await correct(town, article.id, WEST)
    assert wrong.value.field == "article"
    made = await correct(town, article.id, EAST_AGENT)
    assert made.organisation == "east"
    with pytest.raises(NotFound):
        await town.corrections.get(WEST, made.id)
    found = await town.corrections.act(EAST_REVIEWER, made.id, "reject", {"reason": "与现行文件一致"})
    assert (found.stage, found.reply, found.handled_by) == ("rejected", "与现行文件一致", "east_reviewer")
