"""Starts the ticket desk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from cti.base.events import CallDialled
from cti.base.http.topics import Nothing
from cti.office.citing.service import Citing
from cti.office.connectors import Connectors
from cti.office.figures import Figures
from cti.office.form_drafts import FormDrafts
from cti.office.forms.describing import Source
from cti.office.identity.service import Identity
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.messages.citizens import CitizenMessages
from cti.office.opening.service import Offered, Opening
from cti.office.printing.service import Printing
from cti.office.processes.bulk import ActOnCases
from cti.office.processes.library import Published
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.recordings.recordings import RecordingStore
from cti.telephony.calls import Calls
from cti.telephony.emergency import Emergencies
from cti.telephony.own_calls import OwnCalls, WrittenTalks
from cti.telephony.talk_about import TalkAbout
from cti.web.host import Web
from cti.web.public_site import PublicSite
from ivr.reach.lookups import Lookups
from ivr.recognition.expected import ExpectedWords
from recorder.archive import Archive
from softphone.call_log import CallLog
from softphone.dial_out import DialOut
from softphone.own_phones.calling import OwnPhoneCalls
from softphone.own_phones.keeping import OwnPhones
from workflow.tickets.acting import MANY, Acts
from workflow.tickets.api import BASE, routes
from workflow.tickets.by_citizens.asking import CitizensAsking
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.calls import spoken_event, spoken_progress, spoken_request
from workflow.tickets.calls.about import CallsAbout
from workflow.tickets.calls.dialling import Dialling
from workflow.tickets.calls.gone_on import GoneOn
from workflow.tickets.calls.handed_over import HandedOver
from workflow.tickets.calls.revisiting import Revisiting
from workflow.tickets.calls.talk_about import AboutTickets
from workflow.tickets.calls.told import CallsOfTicket
from workflow.tickets.case_file.taking import CaseFiles
from workflow.tickets.catalogue import Catalogue
from workflow.tickets.categories import Categories
from workflow.tickets.choices import Choices
from workflow.tickets.citations import CitationsFollow
from workflow.tickets.desk.alike import AlikeTickets
from workflow.tickets.desk.api import routes as desk_routes
from workflow.tickets.desk.history import History
from workflow.tickets.desk.known_events import KnownEvents
from workflow.tickets.desk.registration import FORM, Registration
from workflow.tickets.facts import sources
from workflow.tickets.following import Following, Tells
from workflow.tickets.merging import MERGED
from workflow.tickets.offering import Offering
from workflow.tickets.opening import TicketsOpening
from workflow.tickets.outside.api import routes as program_routes
from workflow.tickets.outside.city_events import CityEvents
from workflow.tickets.outside.imports.api import routes as import_routes
from workflow.tickets.outside.imports.mappings import ImportMappings
from workflow.tickets.outside.imports.past import PastOfTicket
from workflow.tickets.outside.imports.service import Imports
from workflow.tickets.outside.programs import Programs
from workflow.tickets.outside.province import ASKED, ConnectedProvince, FromProvince, TellingProvince
from workflow.tickets.outside.telling import TellingOutside
from workflow.tickets.pages.timeline import TicketEvents
from workflow.tickets.pages.titles import Titles
from workflow.tickets.progress import Progress
from workflow.tickets.record_facts import RECORD
from workflow.tickets.rules import SEE
from workflow.tickets.service import KIND, PRINT, Tickets
from workflow.tickets.settings import TicketSettings
from workflow.tickets.subjects import TicketSubjects
from workflow.tickets.tasks import TASK_KIND, Tasks
from workflow.tickets.telling import citizen_sms
from workflow.tickets.telling.inside import Telling, offer
from workflow.tickets.texts import TicketTexts
from workflow.tickets.topics import KNOWN_EVENTS_LIVE
from workflow.tickets.verifying.api import routes as verifying_routes

HERE = Path(__file__).parent
SOURCES = {
    "units": Source(f"{BASE}/options/units"),
    "open_tickets": Source(f"{BASE}/options/open", search=True),
}
"""What fields of forms may let people choose from, besides what the house has."""


async def setup(host: Host) -> None:
    """Offer `Tickets` with its pages, processes and figures."""
    office, area = host.need(Office), host.settings.house.area
    calls = OwnCalls(host.need(Calls), host.need(StoredCalls), host.need(WrittenTalks))
    room, timers = host.need(ProcessRoom), host.need(Timers)
    cases, forms = room.cases, room.forms
    room.reads(KIND, RECORD)
    for name, source in SOURCES.items():
        host.on_stop(forms.offer(name, source))

    titles = Titles(office.store, host.clock)
    tickets = Tickets(office, cases, forms, calls, titles, host.section(TicketSettings), area)
    host.provide(Tickets, tickets)
    texts = TicketTexts(office.store)
    host.provide(TicketTexts, texts)
    host.provide(CallsAbout, CallsAbout(tickets))
    host.when(ExpectedWords, lambda words: words.offer("诉求分类", texts.category_names))
    host.on_stop(office.lookups.free(tickets.in_hand))
    await tickets.ticket_limits.read()
    messages = host.need(Messages)
    host.on_stop(offer(messages))
    host.on_stop(citizen_sms.offer(messages))
    citizens = citizen_sms.CitizenSms(host.need(CitizenMessages), cases, titles)
    connectors = host.need(Connectors)
    outside = TellingOutside(connectors, cases, titles)
    host.on_stop(messages.templates.add(ASKED))
    province = ConnectedProvince(connectors, lambda: tickets.settings.province)
    to_province = TellingProvince(province, cases, titles, messages)
    telling = Telling(messages, cases)
    tellers: list[Tells] = [
        telling,
        citizens,
        outside,
        to_province,
        CitationsFollow(host.need(Citing)),
    ]
    following = Following(cases, host.clock, tellers, tickets.indexed)
    host.on_stop(cases.about(KIND, tickets.facts, following.hear, following.ahead))
    host.on_stop(cases.watching.describe(KIND, TicketSubjects(cases)))
    host.on_stop(office.timelines.add(TicketEvents(tickets, forms), KIND))
    host.on_stop(host.need(Printing).offer(PRINT.kind(Tickets)))
    for facts in sources(sqlite=office.store.is_sqlite):
        host.on_stop(host.need(Figures).offer(facts))
    host.on_stop(office.timelines.add(CallsOfTicket(tickets, lambda: host.services.find(OwnPhoneCalls)), KIND))
    host.on_stop(office.timelines.add(MERGED, KIND))
    acts = Acts(tickets, timers)
    host.provide(Acts, acts)
    host.on_stop(acts.close)
    host.provide(Revisiting, Revisiting(tickets, acts))
    tickets.many = tuple(ActOnCases(action, title, SEE, cases, acts.act) for action, title in MANY.items())
    categories, catalogue = Categories(office), Catalogue(office, titles)
    opening = host.need(Opening)
    lacks = TicketsOpening(tickets.settings, Published(room.processes), messages.templates)
    host.on_stop(opening.offer("tickets", Offered("工单流程", "processes", lacks.process)))
    host.on_stop(opening.offer("ticket_templates", Offered("短信模板", "message_templates", lacks.templates)))
    host.on_stop(opening.offer("ticket_categories", Offered("诉求分类", "dispatch_catalogue", lacks.categories)))
    host.on_stop(opening.offer("ticket_units", Offered("承办单位", "people", lacks.units)))
    closing = host.need(Identity).organisations.closing
    closing.append(catalogue.dissolved)
    host.on_stop(lambda: closing.remove(catalogue.dissolved))
    find = host.services.find
    dialling = Dialling(tickets, lambda: find(DialOut), lambda: find(OwnPhoneCalls), lambda: find(OwnPhones))
    offering = Offering(tickets, acts, catalogue, forms, dialling)
    host.provide(Offering, offering)
    history = History(tickets, telling, area)
    gone_on, live = GoneOn(tickets, host.need(Identity).people.visitor_of), host.need(Calls)
    host.listen(CallDialled, lambda event: live.background(gone_on.dialled(event), "join a call to tickets"))
    about = AboutTickets(host.need(TalkAbout), titles)
    tickets.noted.append(about.noted)
    host.on_stop(host.need(FormDrafts).on_kept(FORM, about.typed))
    host.on_stop(host.need(Emergencies).know_by("tickets", HandedOver(office.store).of))
    tasks = Tasks(tickets)
    office.counted[TASK_KIND] = tasks
    host.on_stop(lambda: office.counted.pop(TASK_KIND))
    progress = spoken_progress.service(office.store, area, host.clock)
    host.when(Lookups, lambda lookups: lookups.offer(progress))
    request = spoken_request.service(tickets, acts)
    host.when(Lookups, lambda lookups: lookups.offer(request))
    desk = Registration(tickets, acts, history, catalogue, host.need(FormDrafts))
    alikes = AlikeTickets(tickets)
    host.provide(AlikeTickets, alikes)
    own = routes(tickets, acts, offering, tasks, history, alikes, categories, catalogue, Choices(tickets), dialling)
    events = KnownEvents(office, tickets, history)
    host.provide(KnownEvents, events)
    identity, books = host.need(Identity), host.need(StoredCalls)
    log = CallLog(books, host.need(Calls), identity.disclosure, identity.lookups, identity.audit)
    case_files = CaseFiles(tickets, log, host.need(RecordingStore), lambda: find(Archive))
    host.on_stop(host.need(Web).add(case_files.routes(BASE)))
    tell = host.live(KNOWN_EVENTS_LIVE, lambda _: Nothing(), lambda visitor, key, about: True)

    async def told_of(ids: Sequence[str]) -> None:
        for id in ids:
            tell(id, {"event": id})

    events.listeners.append(told_of)
    told = spoken_event.service(events)
    host.when(Lookups, lambda lookups: lookups.offer(told))
    host.task(events.run(), "answer tickets of known events")
    host.on_stop(host.need(Web).add(program_routes(Programs(tickets, acts))))
    host.on_stop(CityEvents(tickets, acts, connectors).begin())
    host.on_stop(FromProvince(tickets, connectors).begin())
    mappings = ImportMappings(office)
    imports = Imports(office, tickets, host.need(Jobs))
    host.job(imports.job)
    host.on_stop(office.timelines.add(PastOfTicket(), KIND))
    host.on_stop(host.need(Web).add(import_routes(imports, mappings)))
    # A call's path before a ticket's: both begin alike.
    host.on_stop(host.need(Web).add([*desk_routes(desk, events), *own, *verifying_routes(office)]))
    site = host.need(PublicSite)
    how_far = Progress(office.store, host.clock, cases, titles)
    host.provide(OwnRequests, OwnRequests(tickets, acts, how_far))
    host.provide(CitizensAsking, CitizensAsking(tickets, acts, alikes, history))
    host.on_stop(site.add(how_far.routes()))
    host.on_stop(await asyncio.to_thread(site.add_files, "progress", HERE / "site", "查询办理进度"))
