"""Starts the matching: settings from the house and from files, events in and out."""

from __future__ import annotations

from acd.callbacks.dialling import CallbackDialling
from acd.editing.api import SettingsApi
from acd.editing.desk import AcdSettingsDesk
from acd.editing.service import SettingsService
from acd.engaged import Engaged
from acd.floor.api import FloorApi
from acd.floor.floor import Floor
from acd.keeping import Keeper
from acd.matching.work import WorkItem
from acd.reports.api import StatisticsApi
from acd.reports.archive import Archive
from acd.reports.sharing import SharingApi
from acd.service import Acd, OpenChats
from acd.settings import files
from acd.settings.files import load_settings
from acd.topics import WAITING
from cti.base.call import Call
from cti.base.events import (
    AlarmCleared,
    AlarmRaised,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    Event,
    MessageLeft,
    OfferFailed,
    PhoneChanged,
    QueueChanged,
    SwitchUp,
    TalkEnded,
)
from cti.base.files.documents import Problem
from cti.base.files.saved_files import SavedFiles
from cti.office.identity.service import Identity
from cti.plugins import Host, Teardown
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.doorway import LISTED, VIP, facts_of
from cti.telephony.outgoing import Outgoing
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.switch.port import SwitchControl
from cti.telephony.switch.registrar import Registrar
from cti.telephony.talk import Talks
from cti.web.host import Web

FILES_ALARM = "acd.files"
"""Raised while a file of the settings is wrong."""
NO_QUEUE = "未进入队列"
UNSEEN_SECONDS = 1.0


async def setup(host: Host) -> Teardown:
    """Offer `Acd`, and match callers with agents from now on."""
    settings = load_settings(host.data)
    acd = Acd(host.clock, settings, host.bus.publish, organisation=host.settings.house.organisation)
    dialling = CallbackDialling(host.need(Calls), host.need(Talks), host.need(Outgoing), acd.callbacks)
    acd.callbacks.find_dialler = lambda: dialling
    registrar = host.services.find(Registrar)
    if registrar is not None:
        acd.can_ring = lambda agent: bool(registrar.addresses(agent))
        acd.owner_of = registrar.organisation
        registrar.rule = lambda agent, queue, wished: acd.answering(agent, queue).after(wished=wished)
    keeper = await _restore(host, acd)
    desk = await _settings(host, acd)
    host.provide(Acd, acd)
    if (titles := host.services.find(QueueTitles)) is not None:
        titles.told_by = lambda: {"": NO_QUEUE, **_titles(acd)}
    host.provide(CallbackDialling, dialling)
    _offer_routes(host, acd, desk)
    host.provide(AcdSettingsDesk, desk)
    host.listen(PhoneChanged, lambda event: acd.phones_changed(event.agent, bool(event.addresses)))
    host.on_stop(Engaged(acd, host.need(Calls).engagements).stop)
    host.listen(TalkEnded, lambda event: _talk_ended(acd, event, _ago(host, event)))
    host.listen(CallEnded, lambda event: acd.call_ended(event.call, _ago(host, event), event.reason))
    host.listen(MessageLeft, lambda event: acd.message_left(event.call, event.queue, event.seconds, _ago(host, event)))

    host.listen(SwitchUp, lambda event: _reconcile(host, acd, event.switch))

    async def teardown() -> None:
        keeper.flush()
        acd.stop()

    return teardown


def _talk_ended(acd: Acd, event: TalkEnded, ago: float) -> None:
    """One whose end nobody saw: all others are told by who is engaged."""
    if ago > UNSEEN_SECONDS:
        acd.talk_ended(event.agent, event.call, ago)


def _ago(host: Host, event: Event) -> float:
    """How many seconds ago something happened: long, when no engine lived to see it."""
    return max((host.clock.wall() - event.at).total_seconds(), 0.0)


def _offer_routes(host: Host, acd: Acd, desk: AcdSettingsDesk) -> None:
    web, identity = host.services.find(Web), host.services.find(Identity)
    if web is None or identity is None:
        return
    store, people = host.need(Store), identity.people
    floor = Floor(acd, host.need(Calls), store, identity.audit)
    settings = SettingsService(desk, people, store, identity.audit)
    archive = Archive(acd.statistics, store)
    for routes in (
        FloorApi(floor).routes(),
        SettingsApi(settings, acd).routes(),
        StatisticsApi(acd, archive, people, identity.audit).routes(),
        SharingApi(acd, archive, people).routes(),
    ):
        host.on_stop(web.add(routes))
    tell = host.live(WAITING, lambda visitor: {}, lambda visitor, key, about: True)
    for kind in (CallQueued, CallOffered, OfferFailed, CallLeftQueue, QueueChanged):
        host.listen(kind, lambda _: tell("", {}))


async def _settings(host: Host, acd: Acd) -> AcdSettingsDesk:
    """The settings can be edited, and files that are saved are taken in."""
    desk = AcdSettingsDesk(host.data, acd, host.need(Journal), host.clock)
    await desk.start(host.need(StoredCalls).kept)

    def tell(problems: tuple[Problem, ...]) -> None:
        at = host.clock.wall()
        if problems:
            text = f"话务分配的配置文件有误，原配置继续生效：{problems[0]}"
            host.bus.publish(AlarmRaised(at=at, name=FILES_ALARM, text=text))
        else:
            host.bus.publish(AlarmCleared(at=at, name=FILES_ALARM))

    desk.on_problems = tell
    host.task(
        SavedFiles(lambda: files.files(host.data), desk.reload, "acd").run(), "watch the settings of the matching"
    )
    return desk


def _titles(acd: Acd) -> dict[str, str]:
    return {name: one.title or name for name, one in acd.settings.queues.items()}


async def _restore(host: Host, acd: Acd) -> Keeper:
    """Agents stand as they stood, callbacks are owed, and open calls hold their places, order included."""
    keeper = Keeper(acd, host.need(Journal), host.need(Store).cipher, host.clock)
    await keeper.restore(host.need(StoredCalls).kept)
    for call in host.need(Calls).open:
        talks = call.talk is not None and call.talk.answered_at is not None
        if (kept := call.progress.get("acd")) is not None and not talks:
            acd.restore(kept, item_of(call, kept["queue"]))
    keeper.start()
    return keeper


def item_of(call: Call, queue: str) -> WorkItem:
    """A call as work for a queue."""
    return WorkItem(
        id=call.id,
        medium="call",
        queue=queue,
        caller=call.caller.digits,
        organisation=call.organisation,
        region=call.region,
        called=call.called.digits,
        vip=bool(facts_of(call).get(VIP)),
        listed=bool(facts_of(call).get(LISTED)),
    )


def _reconcile(host: Host, acd: Acd, switch: str) -> None:
    control = host.services.find(SwitchControl)  # type: ignore[type-abstract]  # a protocol
    if control is None or control.name != switch:
        return
    chats = host.services.find(OpenChats)  # type: ignore[type-abstract]  # a protocol
    # The calls have been brought up to what the switch says.
    parts = host.need(Calls).engagements.in_calls()
    acd.reconcile(
        {one.agent: one.work for one in parts if one.owner},
        chats.open_chats() if chats is not None else (),
        {one.agent: one.work for one in parts if not one.owner},
    )
    acd.tell_queues()
