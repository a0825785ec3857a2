"""Starts the recorder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cti.base.events import MessageLeft, TalkEnded, TalkStarted
from cti.office.identity.service import Identity
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.journal import Journal
from cti.store.recordings import RecordingStore
from cti.telephony.calls import Calls
from cti.telephony.talk import Talks
from cti.web.host import Web
from recorder.api import routes
from recorder.messages import Messages
from recorder.service import Recorder
from recorder.settings import RecorderSettings


async def setup(host: Host) -> Callable[[], Awaitable[None]] | None:
    """Record talks from now on."""
    settings = host.section(RecorderSettings)
    store = host.need(RecordingStore)
    calls = host.need(Calls)
    talks = host.need(Talks)
    folder = host.data / "recordings"
    host.on_stop(host.need(Web).add(routes(store, folder, host.need(Identity).audit, host.clock)))
    keep = host.need(Journal).record
    # Whoever speaks after the tone wants to be heard, also where talks are not recorded.
    messages = Messages(store, keep, host.need(StoredCalls).load, folder, host.bus)
    host.listen(MessageLeft, messages.on_left)
    host.task(messages.look_again_and_again(), "take up messages")
    if not settings.enabled:
        return None
    free = settings.free_megabytes * 1_000_000
    recorder = Recorder(store, keep, folder, host.bus, host.clock, calls.find, free_bytes=free)
    host.listen(TalkStarted, recorder.on_talk_started)
    host.listen(TalkEnded, recorder.on_talk_ended)
    talks.books.recording = recorder
    await recorder.recover()
    return recorder.stop
