"""Talks that quality proposes become materials: not open, with their sound, told to who keeps training."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, NotFound
from cti.office.messages.models import MessageRow
from cti.store.engine import Store
from recorder.archive import Sound
from recorder.wav import header
from tests.office import BOSS
from tests.workflow.training.training_place import TrainingPlace, place_on
from workflow.quality.events import GoodTalkFound
from workflow.training import telling
from workflow.training.courses.good_talks import CATEGORY, GoodTalks

AT = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
EVENT = GoodTalkFound(
    at=AT, record="01R", organisation="city", region="320400", by="li", recording="01REC", call="01CALL", agent="1001"
)


class Sounds:
    """The recordings, and their sound; `gone` as retention leaves them."""

    gone = False

    async def of_ids(self, ids: list[str]) -> list[Any]:
        started = datetime(2026, 3, 8, 1, 2, 3, tzinfo=UTC)
        return [SimpleNamespace(id=one, agent="1001", started_at=started, seconds=2.0) for one in ids]

    async def sound(self, recording: Any) -> Sound:
        if self.gone:
            raise Conflict("recording_removed", "录音已按保存期限清理")
        whole = header(32_000, 8000) + bytes(32_000)

        async def pieces(start: int, end: int) -> AsyncIterator[bytes]:
            yield whole[start:end]

        return Sound(len(whole), "mark", pieces)


@pytest.fixture
async def place(sqlite_store: Store) -> TrainingPlace:
    return await place_on(sqlite_store)


async def test_a_good_talk_is_a_material_that_somebody_opens_after_listening(place: TrainingPlace) -> None:
    sounds: Any = Sounds()
    good = GoodTalks(place.categories, place.materials, sounds, sounds, telling.Telling(place.messages))
    await good.found(EVENT)
    await good.found(EVENT)
    (made,) = (await place.materials.find(BOSS, place.materials.query())).items
    assert made.title == "座席 1001 2026-03-08 09:02:03 优秀录音" and made.titles["category"] == CATEGORY
    assert (made.state, made.seconds, made.medium) == ("draft", 2, "video")
    who = await place.person("wang")
    with pytest.raises(NotFound):
        await place.learning.open(who, made.id)
    async with place.office.store.reading() as session:
        (message,) = await session.scalars(select(MessageRow))
    assert message.link == f"/training_materials/{made.id}" and "试听" in message.text
    await place.materials.step(BOSS, made.id, "open")
    (file,) = (await place.learning.open(who, made.id)).files
    assert file.type.startswith("audio/")


async def test_a_recording_that_is_gone_makes_nothing(place: TrainingPlace) -> None:
    sounds: Any = Sounds()
    sounds.gone = True
    good = GoodTalks(place.categories, place.materials, sounds, sounds, telling.Telling(place.messages))
    await good.found(EVENT)
    assert not (await place.materials.find(BOSS, place.materials.query())).items
