"""Messages that citizens leave: each is told once, also of whom the engine died while he spoke.

The switch writes on into the file while no engine lives. Which file that is stands in the call; whatever is in it is
told when the citizen's next session wants a message, or with the end of his call, before that is told: whoever left a
message is called back for it, and not for having been served by nobody besides.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import structlog

from cti.base.call import Call, EndReason
from cti.base.events import MessageLeft
from cti.base.ids import new_id
from cti.telephony.calls import Calls
from cti.telephony.switch.port import CallSession, LegHungUp
from ivr.conversation.port import MessageCutShort, RecordedMessage

log = structlog.get_logger(__name__)

LEAVING = "leaving_message"
"""Where a call's progress has the id of the recording into which its citizen speaks."""
HEADER_BYTES, BYTES_PER_SECOND = 44, 16_000
"""Of a WAV with one channel of 16-bit samples, 8000 a second."""


class MessagesLeft:
    """Has messages recorded into `folder`; their names say whose they are: whatever dies, the recorder finds them."""

    def __init__(self, calls: Calls, folder: Path) -> None:
        self._calls = calls
        self._folder = folder
        calls.before_end(self._call_ends)

    async def record(self, call: Call, session: CallSession, *, longest: float, stop_on: str) -> RecordedMessage:
        """Record one. MessageCutShort with it when the citizen hangs up, as most do; LegHungUp when he said nothing."""
        self._tell_unseen(call)
        recording = new_id()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        call.progress[LEAVING] = recording
        self._calls.save(call)
        try:
            seconds = await session.record_message(self._path(call, recording), longest=longest, stop_on=stop_on)
        except LegHungUp:
            # What he said until then is kept.
            if not (said := self._said(call, recording)):
                call.progress.pop(LEAVING, None)
                raise
            if LEAVING not in call.progress:
                # His call ended before this session knew it, and told of it.
                raise MessageCutShort(RecordedMessage(recording, said)) from None
            raise MessageCutShort(self._keep(call, recording, said)) from None
        return self._keep(call, recording, seconds)

    def _path(self, call: Call, recording: str) -> Path:
        return self._folder / f"{call.id}-{recording}.wav"

    def _said(self, call: Call, recording: str) -> float:
        """Seconds that are in the file."""
        try:
            size = self._path(call, recording).stat().st_size
        except FileNotFoundError:
            return 0.0
        return max(size - HEADER_BYTES, 0) / BYTES_PER_SECOND

    def _keep(self, call: Call, recording: str, seconds: float, at: datetime | None = None) -> RecordedMessage:
        call.progress.pop(LEAVING, None)
        call.recordings.append(recording)
        self._calls.save(call)
        if seconds > 0:
            queue = call.queues[-1] if call.queues else ""
            self._calls.tell(MessageLeft, call, at, recording=recording, seconds=seconds, queue=queue)
        return RecordedMessage(recording, seconds)

    def _tell_unseen(self, call: Call) -> None:
        """What he said until an engine died, and after, is a message of its own."""
        recording = call.progress.pop(LEAVING, None)
        if recording is None or recording in call.recordings or not (said := self._said(call, recording)):
            return
        log.warning("a message was left unseen", call=call.id, recording=recording)
        last = datetime.fromtimestamp(self._path(call, recording).stat().st_mtime, UTC)
        self._keep(call, recording, said, min(max(last, call.arrived_at), self._calls.clock.wall()))

    def _call_ends(self, call: Call, _: EndReason) -> None:
        self._tell_unseen(call)
