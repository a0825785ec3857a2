"""Many articles go through their process at once: what is refused is named, the rest is done, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor
from cti.office.bulk.asking import BulkAnswer, BulkPreview, Many
from cti.office.bulk.looking import preview
from cti.office.bulk.runs import BulkRuns
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EDITOR, REVIEWER, WATER, KnowledgeTown
from workflow.knowledge.in_bulk.many_at_once import acts

OVER = {"reason": "归并热线已停办"}


@pytest_asyncio.fixture
async def town(store: Store) -> AsyncIterator[KnowledgeTown]:
    made = await KnowledgeTown.on(store)
    made.articles.many = acts(made.articles)
    yield made


async def look(town: KnowledgeTown, who: Visitor, act: str, ids: Sequence[str], **said: str) -> BulkPreview:
    one = next(one for one in town.articles.bulk_acts() if one.name == act)
    return await preview(town.articles, who, one, Many(ids=list(ids)), one.fields.model_validate(said))


async def do(town: KnowledgeTown, who: Visitor, act: str, ids: Sequence[str], **said: str) -> BulkAnswer:
    one = next(one for one in town.articles.bulk_acts() if one.name == act)
    return await BulkRuns.of(town.office).begin(who, town.articles, one, Many(ids=list(ids)), dict(said))


async def stages(town: KnowledgeTown, ids: Sequence[str]) -> list[str]:
    return [(await town.articles.get(EDITOR, id)).stage for id in ids]


async def test_many_are_submitted_and_those_that_lack_something_are_named(town: KnowledgeTown) -> None:
    whole = [(await town.write(title=f"社保卡问题{n}")).id for n in range(3)]
    bare = (await town.write(title="没有归口", category="")).id
    gone = (await town.write(title="已删除")).id
    await town.articles.remove(EDITOR, gone)
    seen = await look(town, EDITOR, "submit", [*whole, bare, gone])
    assert (seen.good, seen.refused) == (3, 2)
    assert {one.title.split()[-1]: one.words for one in seen.rows if one.sort == "refused"} == {
        "没有归口": "请选择归口", "已删除": "已删除，请先恢复",
    }  # fmt: skip
    assert await stages(town, whole) == ["draft"] * 3, "nothing has happened yet"
    done = await do(town, EDITOR, "submit", [*whole, bare, gone])
    assert (done.done, done.refused, done.undoable) == (3, 2, True)
    assert {one.id: one.detail for one in done.failed} == {bare: "请选择归口", gone: "该知识已删除，请先恢复"}
    assert await stages(town, [*whole, bare]) == ["review"] * 3 + ["draft"]


async def test_what_was_submitted_goes_back_but_not_what_was_approved_meanwhile(town: KnowledgeTown) -> None:
    ids = [(await town.write(title=f"社保卡问题{n}")).id for n in range(3)]
    sent = await do(town, EDITOR, "submit", ids)
    await town.act(REVIEWER, ids[1], "approve")
    back = await BulkRuns.of(town.office).undo(EDITOR, sent.run)
    assert (back.state, back.undone, back.refused) == ("undone", 2, 1)
    assert await stages(town, ids) == ["draft", "published", "draft"]


async def test_nobody_approves_his_own_among_many(town: KnowledgeTown) -> None:
    theirs = [(await town.write(title=f"社保卡问题{n}")).id for n in range(2)]
    own = (await town.write(REVIEWER, title="自己写的")).id
    await do(town, EDITOR, "submit", theirs)
    await do(town, REVIEWER, "submit", [own])
    done = await do(town, REVIEWER, "approve", [*theirs, own], opinion="已逐条核对")
    assert (done.done, done.refused, done.undoable) == (2, 1, False)
    assert [(one.id, one.detail) for one in done.failed] == [(own, "不能审核自己提交的知识")]
    assert (await town.articles.get(EDITOR, theirs[0])).opinion == "已逐条核对"
    assert await town.titles(AGENT) == {"社保卡问题0", "社保卡问题1"}


async def test_many_are_sent_back_with_a_reason(town: KnowledgeTown) -> None:
    ids = [(await town.write(title=f"社保卡问题{n}")).id for n in range(2)]
    await do(town, EDITOR, "submit", ids)
    assert (await do(town, REVIEWER, "send_back", ids, reason="缺少办理时限")).done == 2
    assert await stages(town, ids) == ["draft", "draft"]
    assert sum("退回" in one for one in await town.told()) == 2


async def test_what_was_withdrawn_is_shown_again_and_the_other_way_round(town: KnowledgeTown) -> None:
    ids = [(await town.publish(title=f"社保卡问题{n}")).id for n in range(3)]
    runs = BulkRuns.of(town.office)
    out = await do(town, EDITOR, "withdraw", ids, **OVER)
    assert (out.done, await town.titles(AGENT)) == (3, set())
    await town.act(EDITOR, ids[0], "change")
    back = await runs.undo(EDITOR, out.run)
    assert (back.undone, back.refused) == (2, 1), "what somebody is writing anew is his"
    assert await town.titles(AGENT) == {"社保卡问题1", "社保卡问题2"}
    await do(town, EDITOR, "withdraw", ids[1:], **OVER)
    shown = await do(town, EDITOR, "republish", ids[1:])
    assert len(await town.titles(AGENT)) == shown.done == 2
    await runs.undo(EDITOR, shown.run)
    assert await town.titles(AGENT) == set()


async def test_acts_with_many_are_for_those_who_may_them_with_one(town: KnowledgeTown) -> None:
    ids = [(await town.publish(title="社保卡问题")).id]
    for who, act in ((AGENT, "submit"), (WATER, "approve"), (WATER, "withdraw")):
        with pytest.raises(NotAllowed):
            await do(town, who, act, ids, **OVER)
    assert (await look(town, WATER, "confirm", ids)).good == 0, "it is not theirs to confirm"
    assert (await do(town, EDITOR, "confirm", ids)).done == 1
