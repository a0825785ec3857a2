"""Lists by query: a saved view comes on a campaign's list, each number once, and it is said beforehand who does not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import AuditFilter
from cti.office.records.whom import Whom
from cti.office.screens import Screen
from cti.office.screens.registry import Screens
from cti.office.views.service import ViewFields, Views
from cti.store.engine import Store
from cti.telephony.ways_out import DialClass, Dialler
from tests.office import BOSS, EAST, visitor
from tests.workflow.campaigns.campaign_place import CampaignPlace, place_on
from workflow.campaigns.joining import AT_ONCE, Joining, Verdict, words_of
from workflow.campaigns.screens import WHOM
from workflow.campaigns.sources import Sources
from workflow.campaigns.views import CampaignFields, DoNotCallFields, SourceFields, TargetFields

A, B, C, D = "13800000001", "13800000002", "13800000003", "13800000004"
E164 = {one: f"+86{one}" for one in (A, B, C, D)}
SEES_MASKED = visitor("陈静", "city", "campaigns.see", "campaigns.edit")


class Forbids:
    """A rule against one number."""

    def may_dial(self, who: Dialler, kind: DialClass, number: Number) -> str | None:
        return "诈骗号段" if number.digits == E164[D] else None


@pytest.fixture
async def place(store: Store) -> CampaignPlace:
    return await place_on(store)


@pytest.fixture
def sources(place: CampaignPlace) -> Sources:
    screens = Screens()
    shown = WHOM.model_copy(update={"source": "/api/campaign_targets"})
    screens.add((Screen(name="targets", title="外呼任务", group="work", icon="table", permission="campaigns.see",
                        kind="list", list=shown),))  # fmt: skip
    place.targets.base = "/api/campaign_targets"
    return Sources(place.office, Views(place.office, screens), Joining(place.targets, place.ways))


async def view(sources: Sources, who: Visitor, title: str = "未联系上的", **filters: str) -> str:
    """A saved view of whom campaigns call."""
    made = await sources._views.add(
        signed_in(who), ViewFields.model_validate({"screen": "targets", "title": title, "filters": filters})
    )
    return made.id


def signed_in(who: Visitor) -> Visitor:
    """The same at a browser, where views are kept."""
    return replace(who, session="s")


async def source(sources: Sources, campaign: str, view: str, who: Visitor = BOSS) -> str:
    """The view as a source of the campaign's list."""
    return (await sources.create(signed_in(who), SourceFields(campaign=campaign, view=view))).id


async def filled(place: CampaignPlace, title: str, *numbers: str, who: Visitor = BOSS) -> str:
    """A campaign with these on its list, that nobody begins."""
    said: dict[str, Any] = {"title": title, "mode": "preview", "queue": "general", "calendar": "always"}
    made = await place.campaigns.create(who, CampaignFields.model_validate(said))
    for number in numbers:
        body = TargetFields(campaign=made.id, number=number, name=f"张{number[-2:]}", about="上周办理")
        await place.targets.create(who, body)
    return made.id


async def on(place: CampaignPlace, campaign: str) -> dict[str, str]:
    """Who stands on a list: names by the last two digits."""
    found = await place.targets.find(BOSS, place.targets.query.model_validate({"size": 100, "campaign": campaign}))
    return {one.number[-2:]: one.name for one in found.items}


async def test_a_view_is_looked_at_and_then_comes_on_the_list_and_again_only_who_is_new(
    place: CampaignPlace, sources: Sources
) -> None:
    old = await filled(place, "去年", A, B, C, D)
    place.ways.forbid_by(Forbids())
    made = await filled(place, "回访", A)
    await place.targets.do_not_call.create(BOSS, DoNotCallFields(number=B))
    asked = await source(sources, made, await view(sources, BOSS, campaign=old))
    seen = await sources.look(BOSS, asked)
    assert (seen.total, seen.good, seen.same, seen.refused) == (4, 1, 1, 2)
    words = {one.title.split()[1][-2:]: (one.sort, one.words) for one in seen.rows}
    assert words == {
        "01": ("same", "已在名单中"),
        "02": ("refused", "免打扰号码"),
        "03": ("good", "加入名单"),
        "04": ("refused", "禁拨号码：诈骗号段"),
    }
    assert [one.sort for one in seen.rows][:2] == ["refused", "refused"], "who is left out is shown first"
    assert await on(place, made) == {"01": "张01"}, "looking changes nothing"
    done = await sources.take_in(BOSS, asked)
    assert (done.done, done.same, done.refused, done.total) == (1, 1, 2, 4)
    assert await on(place, made) == {"01": "张01", "03": "张03"}
    kept = await sources.get(BOSS, asked)
    assert (kept.title, kept.of, kept.matched, kept.added) == ("外呼任务 · 未联系上的", "外呼对象", 4, 1)
    assert kept.taken_at == place.office.clock.wall()

    await place.targets.create(BOSS, TargetFields(campaign=old, number="13800000005", name="张05"))
    again = await sources.take_in(BOSS, asked)
    assert (again.done, again.same) == (1, 2)
    assert (await sources.get(BOSS, asked)).added == 2


async def test_who_was_taken_off_the_list_does_not_come_back_and_a_number_comes_once(
    place: CampaignPlace, sources: Sources
) -> None:
    first, second = await filled(place, "第一期", A, B), await filled(place, "第二期", B, C)
    made = await filled(place, "回访", C)
    (gone,) = (await place.targets.find(BOSS, place.targets.query.model_validate({"campaign": made}))).items
    await place.targets.remove(BOSS, gone.id)
    asked = await source(sources, made, await view(sources, BOSS, state="waiting"))
    seen = await sources.look(BOSS, asked)
    assert (seen.total, seen.good, seen.same) == (4, 2, 2)
    assert sorted(one.words for one in seen.rows if one.sort == "same") == [
        "与前面的号码相同",
        "曾从名单中删除，不再加入",
    ]
    await sources.take_in(BOSS, asked)
    assert set(await on(place, made)) == {"01", "02"}
    assert first != second


async def test_who_takes_it_in_gets_what_he_may_read_and_sees_it_as_masked_as_ever(
    place: CampaignPlace, sources: Sources
) -> None:
    await filled(place, "市里的", A, B)
    made = await filled(place, "县里的", C, who=EAST)
    asked = await source(sources, made, await view(sources, EAST, state="waiting"), EAST)
    seen = await sources.look(EAST, asked)
    assert (seen.total, seen.same) == (1, 1), "the city's stand in the same table, and are not the county's"
    with pytest.raises(NotFound):
        await sources.look(visitor("赵敏", "west"), asked)
    with pytest.raises(NotFound):
        await sources.take_in(visitor("赵敏", "west"), asked)
    mine = await source(sources, await filled(place, "回访"), await view(sources, SEES_MASKED), SEES_MASKED)
    shown = [one.title for one in (await sources.look(SEES_MASKED, mine)).rows]
    assert len(shown) == 3
    assert not any(number in title for title in shown for number in (A, B, C)), shown
    assert not any("张01" in title for title in shown), shown


async def test_a_changed_view_changes_no_campaign_and_one_of_somebody_else_is_none(
    place: CampaignPlace, sources: Sources
) -> None:
    old = await filled(place, "去年", A)
    made = await filled(place, "回访")
    his = await view(sources, BOSS, campaign=old)
    asked = await source(sources, made, his)
    await sources._views.remove(signed_in(BOSS), his)
    assert (await sources.look(BOSS, asked)).good == 1
    with pytest.raises(Invalid, match="没有这个视图"):
        await source(sources, made, his)
    theirs = await view(sources, EAST)
    with pytest.raises(Invalid, match="没有这个视图"):
        await source(sources, made, theirs)


async def test_filters_that_are_no_more_and_campaigns_that_are_over_are_told(
    place: CampaignPlace, sources: Sources
) -> None:
    await filled(place, "去年", A)
    made = await filled(place, "回访", B)
    asked = await source(sources, made, await view(sources, BOSS, mine="perhaps"))
    with pytest.raises(Conflict, match="筛选条件已不可用"):
        await sources.look(BOSS, asked)
    good = await source(sources, made, await view(sources, BOSS))
    await place.campaigns.step(BOSS, made, "finish")
    for verb in (sources.look, sources.take_in):
        with pytest.raises(Conflict, match="已结束"):
            await verb(BOSS, good)
    await sources.remove(BOSS, good)
    with pytest.raises(Conflict, match="已删除"):
        await sources.look(BOSS, good)


async def test_more_than_one_piece_goes_on_where_it_was(place: CampaignPlace, sources: Sources) -> None:
    made = await filled(place, "回访")
    many = [Whom(str(one), f"+861390000{one:04}", "某", "") for one in range(AT_ONCE * 2 + 7)]
    joining = Joining(place.targets, place.ways)
    await joining.join(BOSS, made, many[: AT_ONCE + 3])
    found = await joining.join(BOSS, made, [*many, many[0], Whom("x")])
    assert words_of(found) == (
        f"新加入 {AT_ONCE + 4} 人，{AT_ONCE + 3} 人已在名单中，1 条与前面的号码相同，1 条没有可以拨打的号码"
    )
    assert sum(1 for one in found if one.verdict is Verdict.NEW) == AT_ONCE + 4


async def test_too_many_are_refused_before_anybody_is_taken_in(
    place: CampaignPlace, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cti.office.records.whom.MOST", 2)
    await filled(place, "去年", A, B, C)
    made = await filled(place, "回访")
    asked = await source(sources, made, await view(sources, BOSS))
    with pytest.raises(Invalid, match="超过 2 条"):
        await sources.take_in(BOSS, asked)
    assert await on(place, made) == {}


async def test_taking_in_is_in_the_audit_with_how_many_came(place: CampaignPlace, sources: Sources) -> None:
    old = await filled(place, "去年", A, B)
    made = await filled(place, "回访")
    await sources.take_in(BOSS, await source(sources, made, await view(sources, BOSS, campaign=old)))
    found = (await place.office.audit.find(BOSS, AuditFilter(action="campaign.extended"))).rows
    assert [json.loads(one.after or "") for one in found] == [
        {"count": 2, "spared": 0, "forbidden": 0, "source": "外呼任务 · 未联系上的"}
    ]
