"""Starts the lines: what the records say counts from now on, and each change at once."""

from __future__ import annotations

from collections.abc import Sequence

from cti.base.events import CallArrived
from cti.office.connectors import Connectors
from cti.office.opening.service import Offered, Opening
from cti.office.records import Office
from cti.office.screens import Choice
from cti.office.timers.schedule import Schedule
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.emergency import Emergencies
from cti.telephony.lines import HouseLines
from cti.telephony.switch.secrets import trunk_secrets
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WaysOut
from cti.web.host import Web
from ivr.workshop.library import FlowLibrary
from workflow.lines import numbers as called
from workflow.lines import trunks as carriers
from workflow.lines.api import routes
from workflow.lines.classes import DialClasses
from workflow.lines.departments import Departments, LineConnectors
from workflow.lines.models import NumberRow, TrunkRow
from workflow.lines.numbers import Numbers
from workflow.lines.opening import numbers_lacking
from workflow.lines.origin import take_in
from workflow.lines.quality.api import routes as quality_routes
from workflow.lines.quality.books import QualityBooks
from workflow.lines.quality.service import Quality
from workflow.lines.quality.settings import QualitySettings
from workflow.lines.quality.watch import QualityWatch
from workflow.lines.trunks import TrunkRecords
from workflow.lines.trying import TrunkTests

CLEANING, NIGHTLY = "lines.quality", "40 3 * * *"


async def setup(host: Host) -> None:
    """Offer Numbers, TrunkRecords and DialClasses, and go by them."""
    office, library, house = host.need(Office), host.need(FlowLibrary), host.settings.house
    lines, known, ways = host.need(HouseLines), host.need(Trunks), host.need(WaysOut)
    numbers, trunks = Numbers(office, house.area, lambda: library.names), TrunkRecords(office, known)
    classes, departments = DialClasses(office), Departments(office, house.area)
    await take_in(office, Numbers.kind, NumberRow, "number", called.from_file(house.numbers))
    own = carriers.from_file(house.trunks, trunk_secrets(host.settings), house.organisation, house.region)
    await take_in(office, TrunkRecords.kind, TrunkRow, "name", own)

    async def use_numbers(_: Sequence[str] = ()) -> None:
        lines.use_numbers(await numbers.in_use())

    async def use_trunks(_: Sequence[str] = ()) -> None:
        lines.use_trunks(*await trunks.in_use())

    def flows() -> list[Choice]:
        return [Choice(value=one, title=library.current(one).head.title or one) for one in library.names]

    await use_numbers()
    await use_trunks()
    await classes.load()
    await departments.load()
    emergencies = host.need(Emergencies)
    emergencies.department = departments.of_line
    host.on_stop(emergencies.hand_by("connectors", LineConnectors(office, host.need(Connectors))))
    host.on_stop(numbers.on_change(use_numbers))
    host.on_stop(trunks.on_change(use_trunks))
    host.on_stop(ways.go_by(classes))
    host.listen(CallArrived, numbers.arrived)
    host.provide(Numbers, numbers)
    host.on_stop(host.need(Opening).offer("numbers", Offered("接入号码", "line_numbers", numbers_lacking)))
    host.provide(TrunkRecords, trunks)
    host.provide(DialClasses, classes)
    host.provide(Departments, departments)
    tests = TrunkTests(trunks, host.need(Calls), known, ways)
    host.on_stop(host.need(Web).add(routes(numbers, trunks, classes, departments, tests, flows)))
    await _quality(host, office)


async def _quality(host: Host, office: Office) -> None:
    settings, journal = host.section(QualitySettings), host.need(Journal)
    watch = QualityWatch(settings.alarm_legs, settings.alarm_percent / 100, host.bus.publish)
    books = QualityBooks(host.need(StoredCalls), journal, office, settings, watch)
    await books.begin()
    host.on_stop(journal.on_stored(books.stored))
    host.task(books.run(), "write down how legs sounded")
    schedule = host.need(Schedule)
    await schedule.every(CLEANING, "清理过期的通话质量记录", NIGHTLY, books.clean)
    host.on_stop(lambda: schedule.stop(CLEANING))
    host.on_stop(host.need(Web).add(quality_routes(Quality(office, host.need(StoredCalls), settings))))
