"""Canned answers: one's own, and those that are shared."""

from __future__ import annotations

import pytest

from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.store.engine import Store
from tests.office import BOSS, EAST, office_on, visitor
from workflow.chat.phrases import PhraseFields, Phrases

AGENT = visitor("one", "city", "chat.phrases")
OTHER = visitor("two", "east", "chat.phrases")


def said(title: str, *, shared: bool = False) -> PhraseFields:
    return PhraseFields(category="问候", title=title, text="您好，{姓名}", shared=shared)


async def test_what_is_ones_own_nobody_else_reads_and_what_is_shared_all_do(store: Store) -> None:
    phrases = Phrases(await office_on(store, "chat"))
    own = await phrases.create(AGENT, said("我的"))
    with pytest.raises(NotAllowed) as refused:
        await phrases.create(AGENT, said("开场白", shared=True))
    assert refused.value.field == "shared"
    shared = await phrases.create(BOSS, said("开场白", shared=True))
    with pytest.raises(Conflict):
        await phrases.create(BOSS, said("开场白", shared=True))
    assert [one.title for one in await phrases.at_hand(AGENT)] == ["开场白", "我的"]
    assert [one.title for one in await phrases.at_hand(OTHER)] == ["开场白"], "the house's are for all"
    with pytest.raises(NotFound):
        await phrases.get(OTHER, own.id)
    county = await phrases.create(EAST, said("东县问候", shared=True))
    assert (await phrases.get(BOSS, county.id)).title == "东县问候", "within his reach"
    with pytest.raises(NotFound):
        await phrases.get(AGENT, county.id)
    with pytest.raises(NotFound):
        await phrases.edit(AGENT, shared.id, shared.version, said("改了"))
    with pytest.raises(NotAllowed):
        await phrases.edit(AGENT, own.id, own.version, said("我的", shared=True))
    assert (await phrases.edit(AGENT, own.id, own.version, said("再见"))).title == "再见"
    found = await phrases.find(AGENT, phrases.query(search="再"))
    assert [one.title for one in found.items] == ["再见"]
