"""What the house needs to look after itself: its web, health, settings, plugins, jobs, timers, backups."""

from __future__ import annotations

from pathlib import Path

from cti.base.cli_settings import ROOT
from cti.office.configuring import api as settings_api
from cti.office.configuring.service import SettingsDesk
from cti.office.form_drafts import FormDrafts
from cti.office.form_drafts import api as form_drafts_api
from cti.office.identity.api import IdentityApi
from cti.office.jobs.api import JobsApi
from cti.office.jobs.service import Jobs
from cti.office.screens import api as screens_api
from cti.office.screens.registry import Screens
from cti.office.timers.api import TimersApi
from cti.office.timers.schedule import Schedule
from cti.office.timers.service import Timers
from cti.plugins import PluginHost
from cti.plugins.api import PluginsApi
from cti.plugins.service_book import ServiceBook
from cti.plugins.services_api import ServicesApi
from cti.process import house_screens
from cti.process.engine.foundation import Foundation, Offer
from cti.process.engine.telephone import Telephone
from cti.process.health import Health
from cti.process.upkeep.api import UpkeepApi
from cti.process.upkeep.backups import Backups
from cti.process.upkeep.condition import Condition
from cti.process.upkeep.restarting import Restart
from cti.web.host import Web
from cti.web.kept_answers import KeptAnswers

CONSOLE = ROOT / "softphone" / "web" / "dist"


class System:
    """Web, plugins, health, screens, settings, jobs and timers of an engine; nothing runs before it is started."""

    def __init__(self, base: Foundation, telephone: Telephone, console: Path | None = CONSOLE) -> None:
        self._base, self._calls = base, telephone.calls
        store, clock, bus, identity = base.store, base.clock, base.bus, base.identity
        self.health = Health(bus, telephone.calls, base.journal, base.house.settings.data)
        self.web = Web(
            identity.sessions,
            keys=identity.keys,
            console=console,
            health=self.health.report,
            registry=self.health.registry,
            settings=base.settings.http,
            answers=KeptAnswers(store, clock),
            clock=clock,
            durable=base.journal.flushed,
        )
        self.plugins = PluginHost(base.house)
        self.screens, self.jobs = Screens(), Jobs(store, clock, bus)
        self.desk = SettingsDesk(base.house.settings, store, identity.audit)
        self.timers, self.form_drafts = Timers(store, clock, bus), FormDrafts(store, clock)
        self.condition = Condition(self.health, telephone.calls, base.journal, store, base.settings, bus, clock)
        self.restart = Restart(telephone.calls, self.health, identity.audit)
        self.schedule = Schedule(self.timers, store, clock)
        self.screens.add(house_screens.SCREENS)
        for offer in house_screens.SECTIONS:
            self.desk.offer(offer)
        self._add_routes()

    def _add_routes(self) -> None:
        store, identity, plugins = self._base.store, self._base.identity, self._base.plugins
        book = ServiceBook(self._base.house.services, ROOT, plugins)
        backups = Backups(store, self.jobs, identity.audit, self._base.clock)
        for routes in (
            IdentityApi(identity, self.web.hub.end_session).routes(),
            screens_api.routes(self.screens),
            settings_api.routes(self.desk),
            PluginsApi(self.plugins, store, identity.audit).routes(),
            ServicesApi(book, {one.name: one.manifest.title for one in plugins}).routes(),
            JobsApi(self.jobs, store, identity.audit).routes(),
            TimersApi(self.timers, store, identity.audit).routes(),
            UpkeepApi(self.health, self.condition, backups, self.restart).routes(),
            form_drafts_api.routes(self.form_drafts),
        ):
            self.web.add(routes)

    def offers(self) -> list[Offer]:
        """What plugins may ask for."""
        return [
            (Health, self.health),
            (Condition, self.condition),
            (Web, self.web),
            (Screens, self.screens),
            (Jobs, self.jobs),
            (Timers, self.timers),
            (Schedule, self.schedule),
            (FormDrafts, self.form_drafts),
            (SettingsDesk, self.desk),
        ]
