"""What records and people's work are made of: files, messages, search, views, reports, duty, alarms."""

from __future__ import annotations

from contextlib import AsyncExitStack

from cti.base.settings import AlarmSettings, FileSettings, MessageSettings
from cti.office.alarms.api import AlarmsApi
from cti.office.alarms.service import Alarms
from cti.office.bulk.api import run_routes
from cti.office.bulk.runs import BulkRuns
from cti.office.citing import api as citing_api
from cti.office.citing.service import Citing
from cti.office.configuring.service import SectionOffer
from cti.office.dashboards import api as dashboards_api
from cti.office.dashboards.service import DashboardService
from cti.office.files import api as files_api
from cti.office.files.keeping import alarms_of, look_after
from cti.office.files.service import Files
from cti.office.followers.part import MESSAGE
from cti.office.imports.live import ImportsLive
from cti.office.messages import Messages
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.post_office import PostOffice
from cti.office.messages.push.citizens import CitizenPush
from cti.office.on_call import api as on_call_api
from cti.office.on_call.service import OnCall
from cti.office.opening import api as opening_api
from cti.office.opening.service import Opening
from cti.office.records.finding import search_routes
from cti.office.reports import api as reports_api
from cti.office.reports.sending import MESSAGE as REPORT_MESSAGE
from cti.office.reports.sending import Sending
from cti.office.reports.service import Reports
from cti.office.tags import service as tags
from cti.office.views import api as views_api
from cti.office.views.service import Views
from cti.office.work import api as work_api
from cti.office.work.service import OpenWork
from cti.process.engine.foundation import Foundation, Offer, run_beside
from cti.process.engine.system import System
from cti.process.engine.workshops import Workshops


class RecordParts:
    """Their services, with routes and settings in place; nothing is sent or done before it is started."""

    def __init__(self, base: Foundation, system: System, workshops: Workshops, stack: AsyncExitStack) -> None:
        self._base, self._system = base, system
        office, settings, store, clock, web = base.office, base.settings, base.store, base.clock, system.web
        figures, printing = workshops.figures.figures, workshops.printing.printing
        files = self.files = office.foundations[Files] = Files(store, clock, settings.files, alarms_of(base.bus, clock))
        self.post = PostOffice.open(office, base.bus, system.timers, web.hub, settings.messages)
        self.post.messages.templates.add_kind(MESSAGE, "关注与提到")
        office.foundations[Messages] = self.post.messages
        office.foundations[ImportsLive] = ImportsLive(web.hub)
        self.citing = office.foundations[Citing] = Citing(clock, workshops.processes.forms)
        self.bulk = office.foundations[BulkRuns] = BulkRuns(office, system.jobs)
        run_beside(stack, look_after(files), "files of records")
        stack.callback(files.uploads.close)
        self.views = Views(office, system.screens)
        self.reports = Reports(office, figures)
        self.post.messages.templates.add_kind(REPORT_MESSAGE, "统计报表")
        self.sending = Sending(self.reports, printing, system.jobs)
        stack.callback(system.jobs.register(self.sending.kind))
        stack.callback(self.post.outbox.on_failed(REPORT_MESSAGE, self.sending.not_sent))
        self.opening = Opening(store, workshops.calendars)
        work = OpenWork(office, workshops.processes.cases, self.post.messages)
        base.identity.organisations.closing.append(work.before_closing)
        self.on_call = OnCall(office)
        self.alarms = Alarms(
            store, clock, base.bus, system.timers, self.post.messages, self.on_call, base.identity.audit, web.hub,
            office.organisation, settings.alarms, system.health.standing,
        )  # fmt: skip
        for routes in (
            citing_api.routes(self.citing, store),
            run_routes(self.bulk),
            files_api.routes(files),
            search_routes(office),
            views_api.routes(self.views),
            dashboards_api.routes(DashboardService(office, system.screens, self.views)),
            reports_api.routes(self.reports, printing),
            self.post.routes,
            opening_api.routes(self.opening),
            work_api.routes(work),
            on_call_api.routes(self.on_call),
            tags.routes(tags.TagList(office)),
            AlarmsApi(self.alarms).routes(),
        ):
            web.add(routes)
        for offer in (
            SectionOffer("files", "附件", FileSettings, changed=files.take_settings),
            SectionOffer("messages", "消息", MessageSettings, changed=self.post.take_settings),
            SectionOffer("alarms", "告警", AlarmSettings, changed=self.alarms.take_settings),
        ):
            system.desk.offer(offer)

    def offers(self) -> list[Offer]:
        """What plugins may ask for."""
        return [
            (Files, self.files),
            (Citing, self.citing),
            (Messages, self.post.messages),
            (CitizenMessages, self.post.citizens),
            (CitizenPush, self.post.citizen_push),
            (Reports, self.reports),
            (OnCall, self.on_call),
            (Opening, self.opening),
            (Views, self.views),
        ]
