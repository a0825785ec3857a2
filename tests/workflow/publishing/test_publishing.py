"""From a draft to the public: approved by another, at its time, by channel and region, withdrawn by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pydantic
import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, NotAllowed, NotFound, Refusal
from cti.store.engine import Store
from tests.workflow.publishing.publishing_town import (
    EAST,
    EAST_REVIEWER,
    EDITOR,
    REVIEWER,
    WEST,
    WRITER,
    PublishingTown,
)
from workflow.publishing.models import ReadRow
from workflow.publishing.outside import WhereQuery
from workflow.publishing.views import PublicationFields, ShownFields, ShownQuery


@pytest.fixture
async def town(store: Store) -> PublishingTown:
    return await PublishingTown.on(store)


async def test_nobody_reads_a_draft_until_another_has_approved_it(town: PublishingTown) -> None:
    made = await town.write()
    assert (made.stage, made.state, made.edition) == ("draft", "none", 0)
    assert made.number.startswith("F320400")
    await town.act(EDITOR, made.id, "submit")
    with pytest.raises(Refusal, match="不能审核自己提交的信息"):
        await town.act(EDITOR, made.id, "approve")
    with pytest.raises(Refusal):
        await town.act(WRITER, made.id, "approve")
    assert await town.titles() == []
    found = await town.act(REVIEWER, made.id, "approve", opinion="同意")
    assert (found.stage, found.state, found.edition) == ("published", "live", 1)
    assert await town.titles() == ["十月话务情况"]


async def test_the_public_reads_the_last_approved_edition_while_the_next_is_written(town: PublishingTown) -> None:
    made = await town.publish()
    with pytest.raises(Conflict, match="修改内容"):
        await town.edit(EDITOR, made.id, title="改了")
    await town.act(EDITOR, made.id, "change")
    await town.edit(EDITOR, made.id, title="十月话务情况（更正）")
    assert await town.titles() == ["十月话务情况"]
    await town.act(EDITOR, made.id, "discard")
    assert (await town.publications.get(EDITOR, made.id)).title == "十月话务情况"
    await town.act(EDITOR, made.id, "change")
    await town.edit(EDITOR, made.id, title="十月话务情况（更正）")
    await town.act(EDITOR, made.id, "submit")
    await town.act(REVIEWER, made.id, "approve")
    assert await town.titles() == ["十月话务情况（更正）"]
    with pytest.raises(Conflict, match="不能删除"):
        await town.publications.remove(EDITOR, made.id)


async def test_it_appears_at_its_time_and_goes_by_itself(town: PublishingTown) -> None:
    begin = town.clock.wall() + timedelta(hours=2)
    made = await town.publish(show_from=begin, show_until=begin + timedelta(days=3))
    assert made.state == "waiting" and await town.titles() == []
    await town.wait(timedelta(hours=2, minutes=1))
    assert await town.titles() == ["十月话务情况"]
    await town.wait(timedelta(days=3))
    assert await town.titles() == []
    gone = await town.publications.get(EDITOR, made.id)
    assert (gone.stage, gone.state) == ("withdrawn", "withdrawn")
    with pytest.raises(Refusal):
        await town.act(EDITOR, made.id, "republish")


async def test_it_goes_also_while_its_next_edition_is_written(town: PublishingTown) -> None:
    made = await town.publish(show_until=town.clock.wall() + timedelta(days=1))
    await town.act(EDITOR, made.id, "change")
    await town.wait(timedelta(days=1, minutes=1))
    assert await town.titles() == []
    now = await town.publications.get(EDITOR, made.id)
    assert (now.stage, now.state) == ("draft", "withdrawn")


async def test_what_was_withdrawn_comes_back_as_it_was(town: PublishingTown) -> None:
    made = await town.publish()
    await town.act(EDITOR, made.id, "withdraw", reason="数字有误")
    assert await town.titles() == []
    with pytest.raises(NotFound):
        await town.public.read(made.id, WhereQuery())
    await town.act(EDITOR, made.id, "republish")
    assert await town.titles() == ["十月话务情况"]


async def test_each_channel_and_region_has_its_own(town: PublishingTown) -> None:
    await town.publish(title="全市通知", section="notice", matter="service")
    await town.publish(title="只在公众号", channels=["wechat"])
    await town.publish(EAST, EAST_REVIEWER, title="东区活动")
    assert set(await town.titles()) == {"全市通知"}, "the house's region sees no county's"
    assert set(await town.titles(channel="wechat")) == {"全市通知", "只在公众号"}
    east = EAST.region
    assert set(await town.titles(region=east)) == {"全市通知", "东区活动"}
    assert set(await town.titles(region=WEST.region)) == {"全市通知"}
    assert await town.titles(section="notice") == ["全市通知"]
    assert await town.titles(words="通知") == ["全市通知"] and await town.titles(words="100%") == []


async def test_another_county_neither_sees_nor_touches_it(town: PublishingTown) -> None:
    made = await town.publish(EAST, EAST_REVIEWER, title="东区活动")
    for trying in (
        town.publications.get(WEST, made.id), town.act(WEST, made.id, "withdraw", reason="试试"),
        town.publications.doubts(WEST, made.id), town.publications.check(WEST, made.id),
        town.shown.pin(WEST, made.id, True), town.shown.heat(WEST, made.id, True),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await trying
    with pytest.raises(NotAllowed):
        await town.shown.pin(WRITER, made.id, True)
    assert (await town.shown.find(WEST, ShownQuery())).items == []


async def test_pinned_ones_stand_first_and_hot_ones_are_pushed_once(town: PublishingTown) -> None:
    first = await town.publish(title="第一条")
    await town.wait(timedelta(minutes=1))
    await town.publish(title="第二条")
    assert await town.titles() == ["第二条", "第一条"]
    await town.shown.pin(EDITOR, first.id, True)
    assert await town.titles() == ["第一条", "第二条"]
    with pytest.raises(Conflict):
        await town.shown.pin(EDITOR, first.id, True)
    await town.shown.heat(EDITOR, first.id, True)
    assert await town.titles(section="hot") == ["第一条"]
    with pytest.raises(Conflict):
        await town.shown.heat(EDITOR, first.id, True)
    await town.shown.heat(EDITOR, first.id, False)
    assert await town.titles(section="hot") == []
    with pytest.raises(Refusal):
        await town.shown.create(EDITOR, ShownFields())


async def test_reading_is_counted_by_day_and_channel_and_orders_the_list(town: PublishingTown) -> None:
    quiet, read = await town.publish(title="少人看"), await town.publish(title="多人看")
    await asyncio.gather(*(town.public.read(read.id, WhereQuery(channel="wechat")) for _ in range(3)))
    await town.public.read(read.id, WhereQuery())
    await town.public.read(quiet.id, WhereQuery())
    await town.shown.flushed()
    assert [(one.title, one.reads) for one in (await town.shown.find(EDITOR, ShownQuery())).items] == [
        ("多人看", 4),
        ("少人看", 1),
    ]
    assert (await town.titles(sort="read"))[0] == "多人看"
    async with town.office.store.reading() as session:
        rows = await session.scalars(select(ReadRow).where(ReadRow.publication == read.id))
        kept = {(one.channel, one.times) for one in rows}
    assert kept == {("wechat", 3), ("portal", 1)}


def test_what_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(pydantic.ValidationError, match="公告类别"):
        PublicationFields(section="notice", title="停水通知")
    assert PublicationFields(section="news", matter="policy", title="新闻").matter == ""
    with pytest.raises(pydantic.ValidationError, match="晚于"):
        PublicationFields.model_validate(
            {"title": "活动", "show_from": "2026-11-02T00:00:00Z", "show_until": "2026-11-01T00:00:00Z"}
        )
    with pytest.raises(pydantic.ValidationError):
        PublicationFields(title="没有渠道", channels=[])
