"""Starts the desk, supervision, the board and the call log."""

from __future__ import annotations

from acd.service import Acd
from cti.base.events import CallEnded, Event, TalkEnded, TalkStarted
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.office.identity.service import Identity
from cti.office.records.lines import Lines
from cti.plugins import Host
from cti.process.health import Health
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.conference import Conferences
from cti.telephony.consult import Consultations
from cti.telephony.emergency import Emergencies
from cti.telephony.handover import Handover
from cti.telephony.home_places import HomePlaces
from cti.telephony.interruption import Interruptions
from cti.telephony.outgoing import Outgoing
from cti.telephony.own_calls import OwnCalls
from cti.telephony.provisioning import Provisioning
from cti.telephony.supervise import Supervision
from cti.telephony.switch.registrar import Registrar
from cti.telephony.talk import Talks
from cti.telephony.talk_about import TalkAbout
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WaysOut
from cti.web.host import Web
from ivr.workshop.library import FlowLibrary
from softphone import dial_out
from softphone.api import SoftphoneApi
from softphone.browser_quality import BrowserQuality
from softphone.call_log import CallLog
from softphone.caller_history import CallerHistory
from softphone.day_so_far import DaySoFar
from softphone.desk import Desk
from softphone.dial_out import DialOut
from softphone.dropped import DroppedTalks
from softphone.live import Live, Parts
from softphone.own_phones import api as own_phones_api
from softphone.own_phones.calling import OwnPhoneCalls
from softphone.own_phones.confirming import Confirming
from softphone.own_phones.keeping import OwnPhones
from softphone.own_phones.live import OwnPhoneLive, is_his
from softphone.settings import SoftphoneSettings
from softphone.topics import AGENT, BOARD, OWN_PHONE, STORY
from softphone.workspace import api as workspace_api
from softphone.workspace.keeping import Arrangements


async def setup(host: Host) -> None:
    """Offer Desk, DialOut, OwnPhones, OwnPhoneCalls, routes and topics, and follow events."""
    acd, calls, talks, web = host.need(Acd), host.need(Calls), host.need(Talks), host.need(Web)
    identity, registrar = host.need(Identity), host.need(Registrar)
    conferences = host.need(Conferences)
    lines, emergencies = Lines(host.need(Store), host.clock), host.need(Emergencies)
    live = Live(
        Parts(acd, calls, registrar, identity.people, host.need(Health), web.hub, lines, emergencies, conferences)
    )
    await live.load()
    books = host.need(StoredCalls)
    for call in calls.open:
        if (found := await books.find(call.id, EVERYTHING)) is not None:
            live.recall(call.id, found.wait_seconds)
    host.listen(Event, live.hear)
    host.task(live.count_day(DaySoFar(live.figures, books, host.need(Journal))), "figures of the day")
    host.on_stop(host.need(Journal).on_stored(live.tell_story))
    flows, ways = host.need(FlowLibrary), host.need(WaysOut)
    consultations, interruptions = host.need(Consultations), host.need(Interruptions)
    desk = Desk(
        acd, calls, talks, host.need(Handover), consultations, ways, flows, interruptions, emergencies, conferences
    )
    host.provide(Desk, desk)
    out = DialOut(acd, calls, host.need(Outgoing), host.need(WaysOut), OwnCalls(calls, books).need)
    host.provide(DialOut, out)
    live.not_reached = out.not_reached
    places = HomePlaces()
    host.provide(HomePlaces, places)
    live.home_of = places.of
    host.task(places.load(), "learn where numbers are at home")
    dropped = DroppedTalks(calls, 0)

    def use(settings: SoftphoneSettings) -> None:
        dropped.short = settings.short_talk

    use(host.section(SoftphoneSettings, use))
    live.dropped = dropped.of
    host.on_stop(host.need(TalkAbout).on_said(live.said))
    host.listen(Event, dropped.hear)
    host.on_stop(web.add(dial_out.routes(out)))
    _own_phones(host)
    host.on_stop(web.add(workspace_api.routes(Arrangements(host.need(Store), host.clock))))
    host.on_stop(web.add(CallerHistory(host.need(StoredCalls), calls).routes()))

    async def on_the_line(visitor: Visitor, number: str) -> bool:
        """Whether somebody talks with a caller of this number."""
        call = calls.of_agent(visitor.agent_no) if visitor.agent_no else None
        return call is not None and call.caller.digits == number

    host.on_stop(identity.lookups.free(on_the_line))
    api = SoftphoneApi(
        desk,
        live,
        CallLog(host.need(StoredCalls), calls, identity.disclosure, identity.lookups, identity.audit),
        host.need(Supervision),
        identity.people,
        host.need(Provisioning),
        identity.audit,
        host.need(Store),
        host.settings.house.switch,
        lambda: acd.settings.breaks,
    )
    host.on_stop(web.add(api.routes()))
    host.on_stop(web.add(BrowserQuality(calls).routes()))
    host.live(AGENT, live.desk, live.sees_desk)
    host.live(BOARD, live.board, live.sees)
    host.live(STORY, lambda visitor: {}, live.sees)


def _own_phones(host: Host) -> None:
    """People without a phone of the hotline's call from their own telephones."""
    calls, web, identity = host.need(Calls), host.need(Web), host.need(Identity)
    phones = OwnPhones(host.need(Store), host.clock, identity.audit)
    confirming = Confirming(calls, host.need(WaysOut), host.need(Trunks), phones)
    own = OwnPhoneCalls(calls, host.need(Outgoing))
    host.provide(OwnPhones, phones)
    host.provide(OwnPhoneCalls, own)
    live = OwnPhoneLive(phones, confirming, own, calls, web.hub)
    own.restore(calls.open)
    for kind in (TalkStarted, TalkEnded, CallEnded):
        host.listen(kind, own.hear)
    host.live(OWN_PHONE, live.of, is_his)
    host.on_stop(web.add(own_phones_api.routes(live, confirming, phones, own)))
