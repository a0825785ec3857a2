"""Looks each day whether proposals are kept less often than before, and whether tickets speak of what the models in use
have not learned: then it is told, by an alarm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.office.jobs.kinds import JobKind
from cti.office.jobs.service import Jobs
from cti.office.records import Office
from workflow.assistant.filing import Filing
from workflow.assistant.models import CountRow
from workflow.assistant.training import words_of
from workflow.assistant.views import FIELDS, PURPOSES
from workflow.tickets.texts import TicketTexts

JOB = "assistant_drift"
LATELY, BEFORE = 7, 28
"""Days that are compared: those until yesterday with those before them."""
LEAST = 50
"""With fewer proposals in either of them nothing is said."""
FALLEN = 0.10
"""So much less of the proposals is kept that it is told: a tenth of all."""
TICKETS = 300
"""The newest so many are compared with as many before them."""
STRANGER, LEAST_STRANGE = 1.3, 0.03
"""So many times as much of the text is not known, and so much of it at least."""


class Drift:
    """`tell` hears what has changed for the worse, and nothing when all is as it was."""

    def __init__(
        self, office: Office, texts: TicketTexts, filing: Filing, jobs: Jobs, tell: Callable[[str], object]
    ) -> None:
        self._office, self._texts, self._filing, self._jobs, self._tell = office, texts, filing, jobs, tell
        self.kind = JobKind(JOB, "检查智能模型是否变差", self._work, tries=2)

    async def due(self, session: AsyncSession, moment: datetime) -> None:
        """Regular work of `Schedule.every`."""
        await self._jobs.add(session, JOB, {}, key=f"{moment:%Y%m%d%H%M}")

    async def _work(self, data: Mapping[str, Any]) -> None:
        await self._filing.refresh()
        today = self._office.clock.wall().astimezone(ZONE).date()
        self._tell("；".join([*await self.kept_less(today), *await self.strange()]))

    async def kept_less(self, today: date) -> list[str]:
        """The fields of whose proposals fewer are kept, each with both shares."""
        middle, first = today - timedelta(days=LATELY), today - timedelta(days=LATELY + BEFORE)
        lately, before = await self._shares(middle, today), await self._shares(first, middle)
        return [
            f"“{FIELDS[field]}”推荐的采用率近 {LATELY} 天为 {share:.0%}，此前 {BEFORE} 天为 {before[field]:.0%}"
            for field, share in lately.items()
            if field in before and share <= before[field] - FALLEN
        ]

    async def _shares(self, since: date, until: date) -> dict[str, float]:
        """By field, from the first day on and before the last, of the whole house."""
        sums = func.sum(CountRow.proposed), func.sum(CountRow.kept)
        wanted = select(CountRow.field, *sums).where(CountRow.day >= since, CountRow.day < until)
        async with self._office.store.reading() as session:
            rows = (await session.execute(wanted.group_by(CountRow.field))).tuples().all()
        found = {field: kept / proposed for field, proposed, kept in rows if proposed >= LEAST}
        return {field: found[field] for field in FIELDS if field in found}

    async def strange(self) -> list[str]:
        """The models to which the newest tickets are stranger than those before them, each with both shares."""
        texts: list[str] = []
        async for page in self._texts.newest(2 * TICKETS):
            texts += [words_of(one) for one in page]
        if len(texts) < 2 * TICKETS:
            return []
        told = []
        for purpose, title in PURPOSES.items():
            shares = await asyncio.to_thread(self._filing.unknown, purpose, texts)
            if shares is None:
                continue
            new, old = float(np.mean(shares[:TICKETS])), float(np.mean(shares[TICKETS:]))
            if new >= LEAST_STRANGE and new >= STRANGER * old:
                told.append(
                    f"“{title}”模型不认识的用语在最近 {TICKETS} 件工单中占 {new:.0%}，此前为 {old:.0%}，建议重新训练"
                )
        return told
