"""Tickets as parts of the house learn from them: all, the newest first, each once."""

from __future__ import annotations

import pytest

from cti.base.refusal import NotFound
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import town_on
from workflow.tickets import texts
from workflow.tickets.texts import TicketTexts


async def test_all_tickets_come_once_the_newest_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "PAGE", 2)
    town = await town_on(store)
    made = [(await town.add(title=f"小区停水 {number}")).id for number in range(5)]
    ticket, _ = await town.dispatched("water")
    reads = TicketTexts(store)
    told = [one async for page in reads.newest(100) for one in page]
    assert sorted(one.id for one in told) == sorted([*made, ticket])
    assert [one.created_at for one in told] == sorted((one.created_at for one in told), reverse=True)
    assert {one.id: one.lead for one in told}[ticket] == "water"
    assert len([one async for page in reads.newest(3) for one in page]) == 3


async def test_what_was_registered_is_told_by_field(store: Store) -> None:
    town = await town_on(store)
    made = await town.add(title="路灯不亮", address="人民路8号", urgent=True)
    found = await TicketTexts(store).registered(made.id)
    assert (found.organisation, found.fields["address"], found.fields["urgent"]) == ("city", "人民路8号", "true")
    with pytest.raises(NotFound):
        await TicketTexts(store).registered("nobody")
