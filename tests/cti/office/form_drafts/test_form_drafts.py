"""What somebody typed and has not sent yet is kept, his alone, and goes with what it became."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from cti.base.clock import VirtualClock
from cti.base.refusal import Conflict, Invalid
from cti.office.form_drafts import FormDrafts, service
from cti.store.engine import Store
from tests.office import visitor

AGENT, OTHER = visitor("王芳"), visitor("李强")
FORM, CALL = "outcome", "01CALL"


@pytest.fixture
def drafts(store: Store) -> FormDrafts:
    return FormDrafts(store, VirtualClock())


async def saved(drafts: FormDrafts, note: str, seen: int, who: object = AGENT, call: str = CALL) -> int:
    draft = await drafts.save(who, FORM, call, title="138****0001", values={"note": note}, seen=seen)  # type: ignore[arg-type]
    return draft.version


async def test_a_draft_is_there_for_its_person_alone(drafts: FormDrafts, store: Store) -> None:
    """After a reload or a crash all that was typed in a talk was gone."""
    assert await saved(drafts, "水管", 0) == 1
    assert await saved(drafts, "水管爆裂，13800000001", 1) == 2
    (draft,) = await FormDrafts(store, VirtualClock()).mine(AGENT)
    assert (draft.values, draft.version, draft.title) == ({"note": "水管爆裂，13800000001"}, 2, "138****0001")
    assert await drafts.mine(OTHER) == []
    assert await saved(drafts, "他的", 0, OTHER) == 1
    await drafts.discard(OTHER, FORM, CALL)
    assert len(await drafts.mine(AGENT)) == 1
    async with store.reading() as session:
        (content,) = (await session.execute(text("SELECT content FROM form_drafts"))).one()
    assert "13800000001" not in content and "水管" not in content, "sealed on the disk"


async def test_two_windows_lose_nothing_of_each_other(drafts: FormDrafts) -> None:
    await saved(drafts, "一", 0)
    await saved(drafts, "一二", 1)
    with pytest.raises(Conflict, match="另一个窗口中修改过"):
        await saved(drafts, "一三", 1)
    # The answer was lost, and the same is sent again.
    assert await saved(drafts, "一二", 1) == 2
    with pytest.raises(Conflict):
        await saved(drafts, "", 0)
    assert [one.values for one in await drafts.mine(AGENT)] == [{"note": "一二"}]
    together = await asyncio.gather(
        *(saved(drafts, str(number), 0, call="01B") for number in range(3)), return_exceptions=True
    )
    assert [one for one in together if not isinstance(one, Conflict)] == [1]


async def test_a_draft_goes_with_what_it_became(drafts: FormDrafts, store: Store) -> None:
    version = await saved(drafts, "一", 0)
    with pytest.raises(RuntimeError):
        async with store.writing() as session:
            await drafts.done(session, AGENT, FORM, CALL)
            raise RuntimeError("the ticket was not written")
    assert len(await drafts.mine(AGENT)) == 1
    async with store.writing() as session:
        await drafts.done(session, AGENT, FORM, CALL)
    assert await drafts.mine(AGENT) == []
    with pytest.raises(Conflict, match="提交或放弃"):
        await saved(drafts, "一二", version)


async def test_limits(drafts: FormDrafts, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="太多"):
        await saved(drafts, "长" * service.LARGEST, 0)
    monkeypatch.setattr(service, "MOST", 2)
    for number in range(2):
        await saved(drafts, "", 0, call=f"01{number}")
    with pytest.raises(Conflict, match="2 份"):
        await saved(drafts, "", 0)
    await saved(drafts, "还能继续写", 1, call="010")


async def test_what_nobody_goes_on_with_goes_after_a_month(drafts: FormDrafts, store: Store) -> None:
    await saved(drafts, "", 0)
    at = drafts._clock.wall()
    for days, left in ((29, 1), (31, 0)):
        async with store.writing() as session:
            await drafts.sweep(session, at + timedelta(days=days))
        assert len(await drafts.mine(AGENT)) == left


async def test_a_long_ticket_has_room_and_a_draft_says_how_much_it_takes(drafts: FormDrafts) -> None:
    files = [{"id": "01J" + "0" * 23, "name": "现场照片" * 10 + ".jpg", "size": 12_345_678} for _ in range(50)]
    values = {"title": "长" * 10_000, "content": "详" * 4_000, "files": files}
    # A page's draft keeps what somebody began with beside what was typed.
    whole = {"values": values, "base": values, "version": 3}
    kept = await drafts.save(AGENT, FORM, CALL, title="长", values=whole, seen=0)
    assert 0.1 < kept.full < 0.5
    nearly = await drafts.save(AGENT, FORM, CALL, title="长", values={"content": "详" * 170_000}, seen=1)
    assert nearly.full > 0.9
    with pytest.raises(Invalid, match="512 KB"):
        await drafts.save(AGENT, FORM, CALL, title="长", values={"content": "详" * 180_000}, seen=2)


async def test_one_person_does_not_fill_the_house(drafts: FormDrafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_OF_ALL", 1000)
    await saved(drafts, "长" * 2000, 0, call="010")
    with pytest.raises(Conflict, match="草稿"):
        await saved(drafts, "短", 0, call="011")
