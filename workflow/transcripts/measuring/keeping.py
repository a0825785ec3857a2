"""Keeps how each agent's talk went, when its words are known and whenever they become others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from recorder.timeline import parts_in
from workflow.transcripts.book import whole_text
from workflow.transcripts.kept_lines import kept_lines
from workflow.transcripts.lines import Line
from workflow.transcripts.masking import without_telephones
from workflow.transcripts.measuring.phrases import JudgesPhrases
from workflow.transcripts.measuring.spans import Span
from workflow.transcripts.measuring.talk import TalkMeasures, measured
from workflow.transcripts.models import TalkMeasureRow, TranscriptRow

log = structlog.get_logger(__name__)

PAGE, PAUSE_SECONDS = 50, 0.2
OVER = ("whole", "waiting", "partial")


class Measuring:
    """Writes with the transcript. `phrases` is there while somebody says what must and must not be said."""

    def __init__(self, store: Store, clock: Clock, calls: StoredCalls | None) -> None:
        self._store, self._clock, self._calls = store, clock, calls
        self.phrases: JudgesPhrases | None = None

    async def together(self, call: str) -> list[Span]:
        """When citizen and agent heard each other, as far as it was recorded."""
        if self._calls is None:
            return []
        now = self._clock.wall()
        parts = await parts_in(self._calls.stories, call, now)
        return [(one.since.timestamp(), (one.until or now).timestamp()) for one in parts]

    async def keep(
        self, session: AsyncSession, row: TranscriptRow, lines: Sequence[Line], together: Sequence[Span]
    ) -> None:
        """Of a call that is over: what each side said, how long it took, and the measures of each agent's talk."""
        said = [one for one in lines if one.text]
        row.caller_text = without_telephones(whole_text(one for one in said if one.side == "caller"))
        row.agent_text = without_telephones(whole_text(one for one in said if one.side != "caller"))
        ends = max((one.ends for one in lines), default=row.began_at)
        row.seconds, row.measured = round(max((ends - row.began_at).total_seconds(), 0.0), 1), True
        await session.execute(delete(TalkMeasureRow).where(TalkMeasureRow.call == row.call))
        for number, one in enumerate(measured(lines, together), start=1):
            session.add(self._row(row, number, one, lines))

    def _row(self, row: TranscriptRow, number: int, one: TalkMeasures, lines: Sequence[Line]) -> TalkMeasureRow:
        judged = self.phrases.judge(row.organisation, one.agent, lines) if self.phrases is not None else None
        return TalkMeasureRow(
            id=f"{row.call}-{number}", call=row.call, transcript=row.id, organisation=row.organisation,
            region=row.region, agent=one.agent, queue=row.queue, began_at=datetime.fromtimestamp(one.began, UTC),
            seconds=one.seconds, silence=one.silence, longest_silence=one.longest_silence, overlap=one.overlap,
            agent_seconds=one.agent_seconds, agent_characters=one.agent_characters,
            caller_seconds=one.caller_seconds, caller_characters=one.caller_characters,
            interrupting=one.interrupting, interrupted=one.interrupted,
            missing=len(judged.missing) if judged is not None else None,
            forbidden=len(judged.forbidden) if judged is not None else None,
        )  # fmt: skip

    async def catch_up(self) -> None:
        """Measure calls that were written down before anybody measured, the oldest first."""
        after = ""
        while True:
            wanted = select(TranscriptRow.call, TranscriptRow.id).where(
                TranscriptRow.measured.is_(False), TranscriptRow.state.in_(OVER), TranscriptRow.id > after
            )
            async with self._store.reading() as session:
                found = (await session.execute(wanted.order_by(TranscriptRow.id).limit(PAGE))).tuples().all()
            for call, id in found:
                after = id
                try:
                    await self._again(call)
                except Exception:
                    # It is tried again when the engine starts; the others are measured.
                    log.exception("a transcript is not measured", call=call)
            if len(found) < PAGE:
                return
            await asyncio.sleep(PAUSE_SECONDS)

    async def _again(self, call: str) -> None:
        together = await self.together(call)
        async with self._store.writing() as session:
            row = await session.scalar(select(TranscriptRow).where(TranscriptRow.call == call))
            if row is not None and not row.measured:
                await self.keep(session, row, await kept_lines(session, call), together)
