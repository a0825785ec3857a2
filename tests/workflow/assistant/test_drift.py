"""Whether the assistant gets worse: what is kept of its proposals, and words that its models do not know."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.store.backups.backup import is_state
from cti.store.engine import Store
from tests.workflow.assistant.test_assistant import House, house  # noqa: F401 (a fixture)
from workflow.assistant.drift import TICKETS, Drift
from workflow.assistant.filing import FOLDER
from workflow.assistant.models import CountRow
from workflow.tickets.texts import TicketText

TODAY = date(2026, 11, 28)


async def counted(store: Store, days_ago: int, kept: int, proposed: int = 60, field: str = "category") -> None:
    async with store.writing() as session:
        session.add(
            CountRow(day=TODAY - timedelta(days=days_ago), organisation="city", region="320400", field=field,
                     proposed=proposed, kept=kept, changed=proposed - kept, empty=0)
        )  # fmt: skip


def drift(house: House, told: list[str]) -> Drift:  # noqa: F811
    nobody: Any = None
    texts: Any = house.texts
    return Drift(house.office, texts, house.filing, nobody, told.append)


@pytest.mark.parametrize(("lately", "is_told"), [(54, False), (49, False), (48, True), (10, True)])
async def test_fewer_proposals_kept_than_before_are_told_by_field(house: House, lately: int, is_told: bool) -> None:  # noqa: F811
    await counted(house.office.store, 20, 54)
    await counted(house.office.store, 3, lately)
    await counted(house.office.store, 20, 40, 40, "title")
    await counted(house.office.store, 3, 1, 40, "title")
    found = await drift(house, []).kept_less(TODAY)
    assert bool(found) == is_told, "of titles too few were proposed to say anything"
    if is_told:
        assert found == [f"“诉求分类”推荐的采用率近 7 天为 {lately / 60:.0%}，此前 28 天为 90%"]


async def test_today_and_what_is_long_past_count_for_nothing(house: House) -> None:  # noqa: F811
    await counted(house.office.store, 0, 0)
    await counted(house.office.store, 36, 60)
    await counted(house.office.store, 7, 50)
    assert await drift(house, []).kept_less(TODAY) == []


async def test_words_that_no_model_has_learned_are_told_and_only_once_they_come(house: House) -> None:  # noqa: F811
    now = house.office.clock.wall()
    house.texts.fill(2 * TICKETS, now - timedelta(days=9))
    told: list[str] = []
    look = drift(house, told)
    assert await look.strange() == [], "there is no model"
    await house.training.kind.work({"by": ""})
    await look.kind.work({})
    assert told == [""]
    for number in range(TICKETS):
        words = "".join(chr(0x6000 + (number * 7 + at) % 3000) for at in range(40))
        house.texts.tickets.append(
            TicketText(f"n{number}", words[:9], words, "", "c1", "water", now + timedelta(minutes=number))
        )
    await look.kind.work({})
    assert told[-1].startswith("“诉求分类”模型不认识的用语在最近 300 件工单中占")


def test_models_are_saved_with_the_state_of_the_house(tmp_path: Path) -> None:
    assert is_state(tmp_path / FOLDER.parts[0], None)
