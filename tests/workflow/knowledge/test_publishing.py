"""From a draft to what people read: approved by another, at its time, kept as editions, withdrawn by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, Refusal
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EDITOR, MAKES, REVIEWER, WEST, KnowledgeTown, may
from workflow.knowledge.models import NoticeRow, PublishedRow
from workflow.knowledge.views import ArticleFields, ArticleView


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    return await KnowledgeTown.on(store)


async def test_a_draft_is_seen_by_no_reader_until_another_has_approved_it(town: KnowledgeTown) -> None:
    """Pains 2: half-done text stands in plain sight; author ≠ approver."""
    made = await town.write()
    assert (made.stage, made.state, made.edition) == ("draft", "none", 0)
    assert made.number.startswith("Z320400")
    assert await town.read(AGENT) == []
    await town.act(EDITOR, made.id, "submit")
    with pytest.raises(Refusal, match="不能审核自己提交的知识"):
        await town.act(EDITOR, made.id, "approve")
    assert await town.read(AGENT) == []
    found = await town.act(REVIEWER, made.id, "approve", opinion="同意")
    assert (found.stage, found.state, found.edition) == ("published", "live", 1)
    (shown,) = await town.read(AGENT)
    assert (shown.title, shown.edition, shown.titles["publisher"] if shown.publisher in shown.titles else "") == (
        "公积金怎么提取", 1, "",
    )  # fmt: skip


async def test_readers_see_the_last_approved_edition_while_the_next_is_written(town: KnowledgeTown) -> None:
    made = await town.publish()
    with pytest.raises(Conflict, match="修改内容"):
        await town.edit(EDITOR, made.id, title="公积金提取（新）")
    await town.act(EDITOR, made.id, "change")
    await town.edit(EDITOR, made.id, title="公积金提取（新）", body="<p>现可网上办理。</p>")
    assert await town.titles(AGENT) == {"公积金怎么提取"}
    await town.act(EDITOR, made.id, "submit")
    assert await town.titles(AGENT, search="身份证") == {"公积金怎么提取"}
    await town.act(REVIEWER, made.id, "approve")
    assert await town.titles(AGENT) == {"公积金提取（新）"}
    assert await town.titles(AGENT, search="身份证") == set()
    assert await town.titles(AGENT, search="网上办理") == {"公积金提取（新）"}
    lines = await town.editions.of(EDITOR, made.id)
    assert [(one.edition, one.current) for one in lines] == [(2, True), (1, False)]


async def test_a_change_is_given_up_or_an_edition_brought_back(town: KnowledgeTown) -> None:
    made = await town.publish()
    await town.act(EDITOR, made.id, "change")
    await town.edit(EDITOR, made.id, title="写错了")
    found = await town.act(EDITOR, made.id, "discard")
    assert (found.title, found.stage, found.state) == ("公积金怎么提取", "published", "live")
    await town.act(EDITOR, made.id, "change")
    await town.edit(EDITOR, made.id, title="第二版", body="<p>第二版内容</p>")
    await town.act(EDITOR, made.id, "submit")
    await town.act(REVIEWER, made.id, "approve")
    await town.act(EDITOR, made.id, "change")
    beside = await town.editions.one(EDITOR, made.id, 1)
    assert next((one.then, one.now) for one in beside.pieces if one.title == "标题") == ("公积金怎么提取", "第二版")
    changed = await town.editions.one(EDITOR, made.id, 2, "before")
    assert {one.title for one in changed.pieces if one.then != one.now} == {"标题", "内容"}
    assert {one.then for one in (await town.editions.one(EDITOR, made.id, 1, "before")).pieces} == {""}
    notices = (await town.notices.find(AGENT, town.notices.query())).items
    assert {(one.what, one.created_by) for one in notices} == {
        ("published", REVIEWER.person), ("changed", REVIEWER.person),
    }  # fmt: skip
    found = await town.editions.bring_back(EDITOR, made.id, 1)
    assert found.title == "公积金怎么提取"
    assert await town.titles(AGENT) == {"第二版"}
    with pytest.raises(NotFound):
        await town.editions.bring_back(EDITOR, made.id, 9)


async def test_two_editors_lose_nothing(town: KnowledgeTown) -> None:
    """Pains 2: the later one silently overwrites. He is refused, and told who was quicker."""
    made = await town.write()
    await town.edit(EDITOR, made.id, title="第一个人改的标题")
    body = town.articles.fields(title="第二个人改的标题", category=town.category)
    with pytest.raises(Conflict) as refused:
        await town.articles.edit(REVIEWER, made.id, made.version, body)
    assert refused.value.code == "changed"
    assert (await town.articles.get(EDITOR, made.id)).title == "第一个人改的标题"


async def test_it_is_published_and_withdrawn_at_its_times(town: KnowledgeTown) -> None:
    """Pains 2: old text is not noticed. It ends by itself, its editors are reminded a week before."""
    now = town.clock.wall()
    made = await town.publish(valid_from=now + timedelta(days=2), valid_until=now + timedelta(days=20))
    assert made.state == "waiting" and await town.read(AGENT) == []
    await town.wait(timedelta(days=2, minutes=1))
    assert await town.titles(AGENT) == {"公积金怎么提取"}
    assert (await town.articles.get(EDITOR, made.id)).state == "live"
    await town.wait(timedelta(days=12))
    assert any("即将到期" in one for one in await town.told())
    await town.wait(timedelta(days=7))
    found = await town.articles.get(EDITOR, made.id)
    assert (found.stage, found.state) == ("withdrawn", "withdrawn")
    assert await town.read(AGENT) == []
    with pytest.raises(NotFound):
        await town.published.get(AGENT, made.id)
    offered = {one.name: one.refused for one in await town.articles.offers(EDITOR, made.id)}
    assert "change" in offered and "republish" not in offered


async def test_it_ends_while_the_next_edition_is_written(town: KnowledgeTown) -> None:
    made = await town.publish(valid_until=town.clock.wall() + timedelta(days=1))
    await town.act(EDITOR, made.id, "change")
    await town.wait(timedelta(days=2))
    found = await town.articles.get(EDITOR, made.id)
    assert (found.stage, found.state) == ("draft", "withdrawn")
    assert await town.read(AGENT) == []
    await town.act(EDITOR, made.id, "submit")
    with pytest.raises(Conflict, match="失效时间已过"):
        await town.act(REVIEWER, made.id, "approve")
    await town.act(REVIEWER, made.id, "send_back", reason="请修改失效时间")
    await town.edit(EDITOR, made.id, valid_until=None)
    await town.act(EDITOR, made.id, "submit")
    await town.act(REVIEWER, made.id, "approve")
    assert await town.titles(AGENT) == {"公积金怎么提取"}


async def test_withdrawn_by_hand_and_published_again(town: KnowledgeTown) -> None:
    made = await town.publish()
    await town.act(EDITOR, made.id, "withdraw", reason="政策调整")
    assert await town.read(AGENT) == []
    with pytest.raises(Refusal, match="不能删除"):
        await town.articles.remove(EDITOR, made.id)
    found = await town.act(EDITOR, made.id, "republish")
    assert (found.state, found.edition) == ("live", 1)
    assert await town.titles(AGENT) == {"公积金怎么提取"}
    async with town.office.store.reading() as session:
        rows = (await session.scalars(select(NoticeRow).order_by(NoticeRow.id))).all()
        assert [one.what for one in rows] == ["published", "withdrawn", "published"]
        assert rows[1].words == "政策调整"


async def test_what_the_type_asks_is_filled_in_before_it_is_submitted(town: KnowledgeTown) -> None:
    made = await town.write(type="knowledge_service", title="高龄津贴办理", body="")
    offers = {one.name: one for one in await town.articles.offers(EDITOR, made.id)}
    assert "受理条件" in str(offers["submit"].refused)
    assert [one.key for one in offers["details"].form][:2] == ["conditions", "materials"]
    with pytest.raises(Invalid) as wrong:
        await town.articles.fill_in(EDITOR, made.id, {"conditions": "年满80周岁"})
    assert set(wrong.value.more["errors"]) == {"steps", "time"}
    filled = {
        "conditions": "年满80周岁", "steps": "社区申请", "time": "5个工作日",
        "materials": [{"name": "身份证", "copies": 1}],
    }  # fmt: skip
    found = await town.articles.fill_in(EDITOR, made.id, filled)
    assert [(one.title, one.text) for one in found.lines][:2] == [
        ("受理条件", "年满80周岁"), ("申请材料", "材料名称：身份证　份数：1"),
    ]  # fmt: skip
    await town.act(EDITOR, made.id, "submit")
    await town.act(REVIEWER, made.id, "approve")
    assert [one.title for one in (await town.read(AGENT))[0].lines][-1] == "办理时限"


async def test_wrong_fields_are_named(town: KnowledgeTown) -> None:
    with pytest.raises(Invalid) as wrong:
        await town.write(unit="nobody")
    assert wrong.value.field == "unit"
    with pytest.raises(Invalid) as wrong:
        await town.write(type="registration")
    assert wrong.value.field == "type"
    with pytest.raises(NotAllowed):
        await town.write(AGENT)


async def test_pictures_of_the_draft_are_readers_pictures_once_it_is_approved(town: KnowledgeTown) -> None:
    made = await town.write()
    picture = f"/api/knowledge/articles/{made.id}/files/{made.id}/content?inline=true"
    await town.edit(EDITOR, made.id, body=f'<p>如图</p><img src="{picture}">')
    await town.act(EDITOR, made.id, "submit")
    await town.act(REVIEWER, made.id, "approve")
    async with town.office.store.reading() as session:
        row = await session.get_one(PublishedRow, made.id)
        assert f"/api/knowledge/published/{made.id}/files/" in row.body
        assert not town.published.sees_file(row, made.id)
    with pytest.raises(NotFound):
        await town.articles.get(WEST, made.id)


async def test_an_article_is_the_template_of_another(town: KnowledgeTown) -> None:
    first = await town.write(type="knowledge_question", title="公积金", body="<p>甲</p>", keywords=["提取"])
    await town.articles.fill_in(EDITOR, first.id, {"question": "怎么取", "answer": "到窗口办理"})
    made = await town.articles.copied(EDITOR, first.id)
    assert (made.title, made.body, made.keywords, made.stage) == ("公积金（参照）", "<p>甲</p>", ["提取"], "draft")
    assert (made.source, made.edition) == (f"参照 {first.number}", 0)
    assert [one.text for one in made.lines] == ["怎么取", "到窗口办理"]
    with pytest.raises(NotFound):
        await town.articles.copied(EDITOR, "0" * 26)


async def test_the_unit_that_is_responsible_mends_what_others_began(town: KnowledgeTown) -> None:
    water = may("water", "water", *MAKES)
    made = await town.publish(title="水价", body="<p>三元</p>", unit="water")
    other = await town.publish(title="公积金", body="<p>提取</p>")
    seen = await town.articles.find(water, town.articles.query())
    assert [one.id for one in seen.items] == [made.id], "and no others"
    await town.act(water, made.id, "change")
    now = await town.articles.get(water, made.id)
    await town.articles.edit(water, made.id, now.version, ArticleFields(**filled(now, body="<p>三元二角</p>")))
    await town.act(water, made.id, "submit")
    with pytest.raises(NotAllowed):
        await town.act(water, made.id, "approve")
    with pytest.raises(NotFound):
        await town.act(water, other.id, "change")


def filled(view: ArticleView, **said: object) -> dict[str, object]:
    return {key: getattr(view, key) for key in ArticleFields.model_fields} | said
