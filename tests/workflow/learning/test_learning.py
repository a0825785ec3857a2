"""What bots did not understand is gathered, put to some use, and changes a flow after its effect was seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, NotFound
from cti.store.engine import Store
from ivr.conversation.port import Facts
from ivr.reach.lookups import Lookups, Service
from tests.office import BOSS, EAST
from tests.workflow.learning.learning_place import place_on
from workflow.knowledge.finding.lookup import KnowledgeAnswer, KnowledgeQuestion
from workflow.learning.alike import alike, likeness
from workflow.learning.models import BotTalkRow, BotTurnRow
from workflow.learning.plugin import ANSWERS, near_article
from workflow.learning.rules import kept
from workflow.learning.views import NewIntent, Taught, TurnQuery


def test_sentences_that_say_the_same_are_alike() -> None:
    said = [("1", "水管里一滴水都没有了"), ("2", "孩子上学要什么条件"), ("3", "路灯不亮")]
    assert alike("请问水管里怎么一滴水都没有", said) == "1"
    assert alike("请问小孩子上学要什么条件呢", said) == "2"
    assert alike("我要办护照", said) == ""
    assert likeness("路灯不亮", "您好，路灯不亮了") == 1.0


def test_numbers_are_not_kept() -> None:
    assert kept("我的电话是 138 0000 0001，身份证32040419900101123X") == "我的电话是 …，身份证…"
    assert kept("12345 三号楼 2 单元") == "12345 三号楼 2 单元"


async def test_what_nobody_understood_is_gathered_by_what_it_says(store: Store, tmp_path: Path) -> None:
    place = await place_on(store, tmp_path)
    await place.take(place.said("水管里一滴水都没有了"), place.said("路灯不亮", call="C2"))
    await place.take(
        place.said("请问水管里怎么一滴水都没有", call="C3"), place.said("停水了吗", "intent", "C3", "water")
    )
    largest, other = await place.open_groups()
    assert (largest.said, largest.count, other.count) == ("水管里一滴水都没有了", 2, 1)
    assert (largest.reason, largest.near, largest.near_title, largest.node_title) == (
        "unknown",
        "water",
        "停水",
        "问什么",
    )
    said = await place.turns.find(BOSS, TurnQuery(group=largest.id))
    assert sorted(one.talk for one in said.items) == ["C1", "C3"]
    async with store.reading() as session:
        talk = await session.get_one(BotTalkRow, "C3")
    assert (talk.turns, talk.missed, talk.intent, talk.handed, talk.over) == (2, 1, "water", False, False)


async def test_the_last_words_before_people_are_listed_but_not_the_wish_for_them(
    sqlite_store: Store, tmp_path: Path
) -> None:
    place = await place_on(sqlite_store, tmp_path)
    await place.take(
        place.said("公积金怎么取", "intent", intent="fund"), place.said("转人工", "human"), place.handed(),
        place.handed(), place.rated(0), place.over(),
    )  # fmt: skip
    (group,) = await place.open_groups()
    assert (group.said, group.reason, group.count) == ("公积金怎么取", "handed", 1)
    async with sqlite_store.reading() as session:
        talk = await session.get_one(BotTalkRow, "C1")
        turns = (await session.scalars(select(BotTurnRow))).all()
    assert (talk.handed, talk.over, talk.score) == (True, True, 0)
    assert all(one.handed and one.score == 0 for one in turns)


async def test_a_bad_rating_lists_all_that_the_bot_took_for_understood(sqlite_store: Store, tmp_path: Path) -> None:
    place = await place_on(sqlite_store, tmp_path)
    await place.take(place.said("停水", "intent", intent="water"), place.rated(60))
    assert not await place.open_groups()
    await place.take(place.said("公积金", "intent", "C2", "fund"), place.rated(0, "C2"))
    (group,) = await place.open_groups()
    assert (group.said, group.reason) == ("公积金", "rated")


async def test_one_click_teaches_and_its_effect_is_shown_before_it_counts(store: Store, tmp_path: Path) -> None:
    place = await place_on(store, tmp_path)
    await place.take(
        place.said("自来水管不出来一滴"), place.said("停水了吗", "intent", "C2", "water"),
        place.said("公积金怎么取", "intent", "C2", "fund"),
    )  # fmt: skip
    (group,) = await place.open_groups()
    offers = [one.name for one in await place.asking.offers(BOSS, group.id)]
    assert offers == ["near", "example", "word", "intent", "dismiss"]
    change = await place.changes.teach(BOSS, group.id, Taught(intent="water"))
    assert (change.state, change.base, change.published) == ("proposed", 1, 0)
    assert change.recognised_words == "1 / 1 句"
    assert change.stories_words == "2 个中 0 个因此不通过"
    assert change.turns_words == "2 句中 0 句的结果改变"
    assert "自来水管" not in place.flows.text(BOSS, "town")
    done = await place.changes.publish(BOSS, change.id)
    assert (done.state, done.published) == ("published", 2)
    text = place.flows.text(BOSS, "town")
    assert 'examples: [家里没有水, "自来水管不出来一滴"]}   # the works' in text
    assert text.startswith("# Kept as it is written.\n")
    assert (await place.groups.get(BOSS, group.id)).state == "learned"
    with pytest.raises(Conflict):
        await place.changes.publish(BOSS, change.id)


async def test_what_breaks_is_told_by_name(sqlite_store: Store, tmp_path: Path) -> None:
    place = await place_on(sqlite_store, tmp_path)
    await place.take(place.said("公积金怎么取", "intent", "C2", "fund"), place.said("房子的钱"))
    (group,) = await place.open_groups()
    change = await place.changes.teach(BOSS, group.id, Taught(kind="word", intent="water", words="公积金怎么取"))
    assert change.stories_words == "2 个中 1 个因此不通过"
    assert change.turns_words == "1 句中 1 句的结果改变"
    assert "对话“在线·提取”因此不通过" in change.effect
    assert "“公积金怎么取”：公积金 → 停水" in change.effect


async def test_a_flow_that_somebody_changed_meanwhile_is_not_overwritten(sqlite_store: Store, tmp_path: Path) -> None:
    place = await place_on(sqlite_store, tmp_path)
    await place.take(place.said("自来水管不出来一滴"))
    (group,) = await place.open_groups()
    change = await place.changes.teach(BOSS, group.id, Taught(intent="water"))
    other = place.flows.text(BOSS, "town").replace("城东今晚停水", "城西今晚停水")
    await place.flows.publish(BOSS, "town", other, "改", base=1)
    with pytest.raises(Conflict, match="重新检查"):
        await place.changes.publish(BOSS, change.id)
    assert (await place.changes.again(BOSS, change.id)).base == 2
    await place.changes.publish(BOSS, change.id)
    text = place.flows.text(BOSS, "town")
    assert "城西今晚停水" in text and "自来水管" in text


async def test_a_new_intent_leads_where_it_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    place = await place_on(sqlite_store, tmp_path)
    await place.take(place.said("养老金几号发"))
    (group,) = await place.open_groups()
    change = await place.changes.new_intent(BOSS, group.id, NewIntent(title="养老金", target="fund"))
    assert (change.intent, change.recognised_words) == ("learned_1", "1 / 1 句")
    await place.changes.drop(BOSS, change.id)
    again = await place.changes.new_intent(BOSS, group.id, NewIntent(title="养老金", target="fund"))
    await place.changes.publish(BOSS, again.id)
    flow = place.library.current("town")
    assert flow.ways["begin"]["learned_1"] == "fund"


async def test_what_was_put_aside_gathers_anew_and_another_county_sees_nothing(
    sqlite_store: Store, tmp_path: Path
) -> None:
    place = await place_on(sqlite_store, tmp_path)
    await place.take(place.said("路灯不亮"))
    (group,) = await place.open_groups()
    with pytest.raises(NotFound):
        await place.groups.settle(EAST, group.id, "dismissed")
    await place.groups.settle(BOSS, group.id, "dismissed")
    await place.take(place.said("路灯不亮", call="C2"))
    (new,) = await place.open_groups()
    assert new.id != group.id
    assert [one.name for one in await place.asking.offers(BOSS, group.id)] == ["reopen"]


async def test_old_talks_are_let_go_of(sqlite_store: Store, tmp_path: Path) -> None:
    place = await place_on(sqlite_store, tmp_path)
    await place.take(place.said("路灯不亮"))
    await place.intake.forget(30)
    assert len((await place.turns.find(BOSS, TurnQuery())).items) == 1
    await place.intake.forget(-1)
    assert not (await place.turns.find(BOSS, TurnQuery())).items


async def test_what_the_knowledge_base_answered_is_not_listed(sqlite_store: Store, tmp_path: Path) -> None:
    place = await place_on(sqlite_store, tmp_path)
    await place.take(place.said("护照丢了怎么补办"), place.said("路灯不亮", call="C2"))
    await place.take(place.said("路灯不亮", call="C3"))
    assert len(await place.open_groups()) == 2
    await place.take(place.answered(), place.answered("C3"), place.answered("C3"))
    (group,) = await place.open_groups()
    assert (group.said, group.count) == ("路灯不亮", 1)
    async with sqlite_store.reading() as session:
        talk = await session.get_one(BotTalkRow, "C1")
    assert (talk.missed, talk.intent) == (0, "answers")


async def test_a_question_that_was_answered_in_the_same_moment_has_no_article(store: Store, tmp_path: Path) -> None:
    """Its group was there and gone when the nearest article was looked for: the whole batch was told as not written."""

    async def answer(question: KnowledgeQuestion, _: Facts) -> None:
        raise AssertionError(f"nobody asks: {question.words}")

    place, lookups = await place_on(store, tmp_path), Lookups()
    lookups.offer(Service(ANSWERS, "知识库回答", KnowledgeQuestion, KnowledgeAnswer, answer))
    grown = await place.take(place.said("护照丢了怎么补办"), place.answered())
    assert grown and await place.open_groups() == []
    for id in grown:
        await near_article(place.groups, lookups, id)
