"""Takes channels in from their file, at the start and whenever it is saved; one that is wrong changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.files.documents import DocumentError
from cti.base.files.saved_files import SavedFiles
from cti.office.messages.channels.description import FILE, read_channels
from cti.office.messages.outbox import Outbox

log = structlog.get_logger(__name__)

ALARM = "message_channels_file"


class ChannelFile:
    """Watches the file of a state directory."""

    def __init__(self, data: Path, outbox: Outbox, bus: Bus, clock: Clock) -> None:
        self._data = data
        self._outbox = outbox
        self._bus = bus
        self._clock = clock
        self.problem = ""
        self._files = SavedFiles(lambda: [data / FILE], self.take, "channels of messages")
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take it in, and watch it."""
        await self.take()
        self._watching = asyncio.create_task(self._files.run(), name="channels of messages")

    async def stop(self) -> None:
        """Watch it no more."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def take(self) -> None:
        """Take in what it says now."""
        try:
            channels = read_channels(self._data)
        except DocumentError as error:
            self.problem = str(error.problems[0])
            log.error("channels refused", problems=[str(one) for one in error.problems])
            text = f"消息渠道文件有误，仍按原来的执行：{self.problem}"[:400]
            self._bus.publish(AlarmRaised(at=self._clock.wall(), name=ALARM, text=text))
            return
        await self._outbox.configure(channels)
        if self.problem:
            self.problem = ""
            self._bus.publish(AlarmCleared(at=self._clock.wall(), name=ALARM))
