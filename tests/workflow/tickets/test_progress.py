"""How far a request is, on the public site: told to who knows number and digits, and nothing that somebody wrote."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from cti.base.citizen import Citizen
from cti.base.numbers.number import Number
from cti.base.refusal import NotFound, TooMany
from cti.store.engine import Store
from tests.office import a_call
from tests.workflow.tickets.ticket_town import AGENT, town_on
from workflow.tickets.progress import WORDS, Progress, ProgressBody
from workflow.tickets.views import STAGES


async def test_the_citizen_learns_the_stage_and_nobody_anything_else(store: Store) -> None:
    town = await town_on(store)
    call = a_call(town.office)
    town.calls.here[call.id] = call
    made = await town.add(call=call.id)
    secret = await town.add(call=call.id, confidential=True)
    progress = Progress(town.office.store, town.office.clock, town.cases, town.titles)

    async def ask(number: str, digits: str) -> str:
        return (await progress.find(ProgressBody(number=number, digits=digits))).words

    assert await ask(made.number, "0001") == "已受理"
    await town.act(AGENT, made.id, "submit")
    found = await progress.find(ProgressBody(number=made.number, digits="0001"))
    assert set(asdict(found)) == {
        "number", "words", "unit", "due_at", "extended", "registered_at", "changed_at", "ended_at",
    }  # fmt: skip
    refusals = set()
    for number, digits in ((made.number, "0002"), (secret.number, "0001"), ("3204009999", "0001")):
        with pytest.raises(NotFound) as caught:
            await ask(number, digits)
        refusals.add(caught.value.detail)
    assert len(refusals) == 1, "what is not told says nothing about why"
    for _ in range(3):
        await ask(made.number, "0001")
    with pytest.raises(TooMany):
        await ask(made.number, "0001")


async def test_a_strangers_tries_lock_a_number_for_his_own_address_alone(store: Store) -> None:
    town = await town_on(store)
    call = a_call(town.office)
    town.calls.here[call.id] = call
    made = await town.add(call=call.id)
    progress = Progress(town.office.store, town.office.clock, town.cases, town.titles)
    for wrong in range(6):
        with pytest.raises(NotFound):
            await progress.find(ProgressBody(number=made.number, digits=f"900{wrong}"), f"2001:db8::{wrong}")
    with pytest.raises(TooMany):
        await progress.find(ProgressBody(number=made.number, digits="0001"), "2001:db8::7")
    own = await progress.find(ProgressBody(number=made.number, digits="0001"), "203.0.113.9")
    assert own.words == "已受理"


def test_every_stage_has_words_for_the_citizen() -> None:
    assert set(STAGES) - set(WORDS) == {"merged"}


async def test_who_is_signed_in_by_his_mobile_sees_his_own_and_nothing_confidential(store: Store) -> None:
    town = await town_on(store)
    call = a_call(town.office)
    town.calls.here[call.id] = call
    first = await town.add(call=call.id)
    town.office.clock.advance(60)  # type: ignore[attr-defined] # virtual
    second = await town.add(call=call.id)
    await town.add(call=call.id, confidential=True)
    await town.act(AGENT, first.id, "submit")
    progress = Progress(town.office.store, town.office.clock, town.cases, town.titles)
    found = await progress.mine(Citizen("s", Number.parse("13800000001")))
    assert [one.number for one in found] == [second.number, first.number] and {one.words for one in found} == {"已受理"}
    assert await progress.mine(Citizen("s", Number.parse("13800000002"))) == []
