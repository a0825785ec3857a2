"""Cards and supervisions as figures: what was withdrawn counts nowhere, and everybody counts what he may read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES, READ
from cti.office.workshop.owning import Owning
from cti.store.engine import Store
from tests.workflow.supervision.supervised_town import (
    EAST_INSPECTOR,
    FOLDER,
    INSPECTOR,
    OTHER_UNIT,
    UNIT,
    SupervisedTown,
)
from workflow.supervision.facts import card_facts, manual_facts
from workflow.supervision.views import Appeal, Decision, Handled, ManualFields

NAMES = ("supervision_red", "supervision_yellow", "supervision_lit", "supervision_handled_rate", "supervisions_given",
         "supervisions_open")  # fmt: skip


async def test_everybody_counts_the_cards_and_supervisions_that_he_may_read(store: Store) -> None:
    town = await SupervisedTown.on(store)
    library = FigureLibrary(None)
    for source in (card_facts(town.cards), manual_facts(town.manual)):
        library.offer(source)
    library.deliver(FOLDER / "figures")
    figures = Figures(store, town.clock, library, Owning("city", "320400", FIGURES), {})

    async def said(visitor: Visitor) -> list[float | None]:
        who = replace(visitor, permissions=visitor.permissions | {READ})
        period = figures.period("this_month")
        return [(await figures.value(who, name, period)).total.now.value for name in NAMES]

    ticket, _ = await town.dispatched()
    await town.dispatched("roads")
    await town.wait(8 * 3600)
    assert await said(INSPECTOR) == [2, 2, 2, 0, 0, 0]
    assert await said(UNIT) == await said(OTHER_UNIT) == [1, 1, 1, 0, 0, 0]
    assert await said(EAST_INSPECTOR) == [0, 0, 0, None, 0, 0]
    (red,), (roads,) = [await town.found(who, colour="red") for who in (UNIT, OTHER_UNIT)]
    await town.cards.appeal(UNIT, red.id, Appeal(ground="other", appeal="系统故障"))
    await town.cards.decide(INSPECTOR, red.id, Decision(granted=True, opinion="属实"))
    await town.cards.handle(OTHER_UNIT, roads.id, Handled(situation="已签收"))
    assert await said(INSPECTOR) == [1, 2, 1, pytest.approx(100 / 3), 0, 0]
    asked = {"ticket": ticket, "source": "leader", "unit": "water", "situation": "停水多日", "opinion": "请核实"}
    made = await town.manual.create(INSPECTOR, ManualFields.model_validate(asked))
    assert (await said(INSPECTOR))[-2:] == (await said(UNIT))[-2:] == [1, 1]
    assert (await said(OTHER_UNIT))[-2:] == [0, 0]
    await town.manual.act(INSPECTOR, made.id, "cancel", {"opinion": "重复"})
    assert (await said(INSPECTOR))[-2:] == [0, 0]
