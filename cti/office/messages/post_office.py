"""All of it together: what tells people inside the house and outside, its routes, and what it does by itself."""

from __future__ import annotations

from dataclasses import dataclass

import pydantic

from cti.base.bus import Bus
from cti.base.http.routes import Route
from cti.base.http.topics import Topics
from cti.base.settings import MessageSettings
from cti.office.messages.api import InboxApi
from cti.office.messages.channel_file import ChannelFile
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.contacts import Contacts
from cti.office.messages.contacts_api import ContactsApi
from cti.office.messages.delivery_log import DeliveryLog
from cti.office.messages.enclosures import enclosures_of
from cti.office.messages.inbox import Inbox
from cti.office.messages.letters_api import LettersApi
from cti.office.messages.live import InboxLive
from cti.office.messages.opt_outs import OptOuts
from cti.office.messages.outbox import Outbox
from cti.office.messages.push.api import PushApi
from cti.office.messages.push.citizens import CitizenPush
from cti.office.messages.push.devices import PushDevices
from cti.office.messages.push.letters import Pushes
from cti.office.messages.receipts import Receipts
from cti.office.messages.service import SWEEP, SWEEP_CRON, Messages
from cti.office.messages.templates_api import TemplatesApi
from cti.office.messages.timeline import SentAbout
from cti.office.messages.wording import Wording
from cti.office.records.office import Office
from cti.office.records.routes import record_routes
from cti.office.timers.schedule import Schedule
from cti.office.timers.service import Timers


@dataclass(frozen=True, slots=True)
class PostOffice:
    """The services; `messages` and `citizens` are what modules use."""

    messages: Messages
    citizens: CitizenMessages
    outbox: Outbox
    pushes: Pushes
    citizen_push: CitizenPush
    routes: list[Route]
    _bell: InboxLive
    _file: ChannelFile

    @classmethod
    def open(cls, office: Office, bus: Bus, timers: Timers, topics: Topics, settings: MessageSettings) -> PostOffice:
        """Make them; nothing is sent before `start`."""
        store, clock, audit = office.store, office.clock, office.audit
        messages, inbox = Messages(store, clock, timers, settings), Inbox(store, clock)
        outbox, opt_outs = Outbox(store, clock, bus, enclosures=enclosures_of(office)), OptOuts(office)
        contacts = Contacts(store, clock, audit, outbox, (office.organisation, office.region))
        messages.carry(contacts.carry)
        devices = PushDevices(store, clock, audit)
        pushes = Pushes(store, clock, devices)
        messages.carry(pushes.carry)
        office.timelines.add(SentAbout())
        file = ChannelFile(store.data, outbox, bus, clock)
        log, wording = DeliveryLog(store, clock, audit, outbox), Wording(store, clock, audit, messages.templates)
        routes = [
            *InboxApi(messages, inbox).routes(),
            *LettersApi(log, outbox, file, audit).routes(),
            *TemplatesApi(messages.templates, wording, contacts, outbox, audit).routes(),
            *ContactsApi(contacts).routes(),
            *PushApi(devices, pushes.sender).routes(),
            *Receipts(outbox, store, clock).routes(),
            *record_routes(opt_outs, "/api/message_opt_outs"),
        ]
        citizens = CitizenMessages(outbox, messages.templates, opt_outs, clock, settings)
        citizen_push = CitizenPush(store, clock, devices, pushes, citizens)
        found = cls(messages, citizens, outbox, pushes, citizen_push, routes, InboxLive(messages, inbox, topics), file)
        found.take_settings(settings)
        return found

    def take_settings(self, settings: pydantic.BaseModel) -> None:
        """Go by other settings from now on."""
        assert isinstance(settings, MessageSettings)
        self.messages.settings = self.citizens.settings = settings
        self.pushes.take_settings(settings)

    async def start(self, schedule: Schedule) -> None:
        """Send what waits, watch the channels' file, and remove what is old."""
        await self._file.start()
        await self.outbox.start()
        self.pushes.start()
        await schedule.every(SWEEP, "清理过期消息", SWEEP_CRON, self.messages.sweep)

    async def stop(self) -> None:
        """Send nothing more; what waits is sent by the next engine."""
        await self._file.stop()
        await self.outbox.stop()
        await self.pushes.stop()
        await self._bell.close()
