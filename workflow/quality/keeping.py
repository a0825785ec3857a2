"""The recording of a score that may still be appealed is held, whatever retention says (legal hold)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.store.recordings.recordings import RecordingStore

REASON = "质检申诉期保全"
"""Holds by people for other reasons are left as they are."""


class Keeping:
    """Holds and releases, in the transaction of what it is for."""

    def __init__(self, recordings: RecordingStore, audit: Audit) -> None:
        self._recordings, self._audit = recordings, audit

    async def hold(self, session: AsyncSession, visitor: Visitor, recording: str, call: str) -> None:
        """Keep it; nothing where it is gone already, or somebody holds it."""
        await self._change(session, visitor, recording, call, "", REASON)

    async def release(self, session: AsyncSession, visitor: Visitor, recording: str, call: str) -> None:
        """Keep it no more, unless somebody else wants it kept."""
        await self._change(session, visitor, recording, call, REASON, "")

    async def _change(
        self, session: AsyncSession, visitor: Visitor, recording: str, call: str, expected: str, held: str
    ) -> None:
        before = await self._recordings.hold(session, recording, held)
        if before is None:
            return
        if before != expected:
            await self._recordings.hold(session, recording, before)
            return
        action = "recording.held" if held else "recording.released"
        after = {"call": call, **({"reason": held} if held else {})}
        await self._audit.write(session, visitor, action, f"recording:{recording}", {"held": before}, after)
