"""Good talks (优秀录音) that quality proposes become materials: not open yet, with a copy of the sound.

Who keeps training is told, listens whether the citizen can be told by it, and opens it to those who learn. The copy
stays when the recording goes.
"""

from __future__ import annotations

from dataclasses import replace

import structlog
from sqlalchemy import select

from cti.base.refusal import Conflict, Refusal
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor, system
from cti.office.files.putting import put
from cti.office.files.service import Files
from cti.office.messages.whom import WithRight
from cti.office.tree.views import TreeFields
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive
from workflow.quality.events import GoodTalkFound
from workflow.training.bank.categories import Categories
from workflow.training.bank.models import CategoryRow
from workflow.training.courses.materials import Materials
from workflow.training.courses.views import MaterialFields
from workflow.training.rules import EDIT
from workflow.training.telling import Telling

log = structlog.get_logger(__name__)

CATEGORY = "优秀录音"


class GoodTalks:
    """Hears of them. One that was proposed before is there already."""

    def __init__(
        self, categories: Categories, materials: Materials, recordings: RecordingStore, archive: Archive,
        telling: Telling,
    ) -> None:  # fmt: skip
        self._categories, self._materials, self._telling = categories, materials, telling
        self._recordings, self._archive = recordings, archive

    async def found(self, event: GoodTalkFound) -> None:
        """Make the material, and tell who keeps training."""
        recordings = await self._recordings.of_ids([event.recording])
        if not recordings:
            return
        house = replace(system("优秀录音"), organisation=event.organisation, region=event.region)
        try:
            made = await self._material(house, recordings[0])
        except Refusal as refused:
            log.warning("a good talk is no material", recording=event.recording, reason=refused.detail)
            return
        if made:
            await self._tell(made[0], made[1], event.organisation)

    async def _tell(self, material: str, title: str, organisation: str) -> None:
        said = "质检推荐为优秀录音，已放入学习资料。请试听，确认听不出市民是谁后上架。"
        link = f"/{Materials.screen}/{material}"
        async with self._materials.office.store.writing() as session:
            whom = WithRight(EDIT, organisation=organisation)
            await self._telling.to(session, "good_talk", whom, title, said, link)

    async def _material(self, house: Visitor, recording: Recording) -> tuple[str, str] | None:
        """Its id and title; None when it is there."""
        title = f"座席 {recording.agent} {recording.started_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S} 优秀录音"
        fields = MaterialFields(
            medium="video", title=title, category=await self._category(house), keywords=[CATEGORY],
            seconds=max(1, round(recording.seconds or 0)), speed=1.5,
        )  # fmt: skip
        token = await self._copied(house, recording)
        try:
            made = await self._materials.create(house, fields, {"files": {"files": [token]}})
        except Conflict:
            await self._materials.office.need(Files).uploads.drop(house, token)
            return None
        return made.id, title

    async def _copied(self, house: Visitor, recording: Recording) -> str:
        """Upload the sound, as if somebody had chosen it; returns the token."""
        sound = await self._archive.sound(recording)
        uploads = self._materials.office.need(Files).uploads
        return await put(uploads, house, "通话录音.wav", sound.size, sound.pieces(0, sound.size))

    async def _category(self, house: Visitor) -> str:
        mine = CategoryRow.organisation == house.organisation, CategoryRow.path == CATEGORY
        async with self._materials.office.store.reading() as session:
            found = await session.scalar(select(CategoryRow.id).where(*mine, CategoryRow.removed_at.is_(None)))
        return found or (await self._categories.create(house, TreeFields(name=CATEGORY))).id
