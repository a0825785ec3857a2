"""Starts the module."""

from cti.base.times.calendars import Calendars
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.telephony.calls import Calls
from cti.web.host import Web
from ivr.reach.lookups import Lookups
from tests.tutorial.matters.api import routes
from tests.tutorial.matters.events import MatterStepped
from tests.tutorial.matters.progress import progress
from tests.tutorial.matters.service import TEMPLATES, Categories, Matters
from tests.tutorial.matters.topics import LIVE
from tests.tutorial.matters.views import MatterSettings


async def setup(host: Host) -> None:
    """Serve matters; flows can ask for `matters.progress`."""
    office, timers, messages = host.need(Office), host.need(Timers), host.need(Messages)
    messages.templates.add_kind("matter", "诉求")
    host.on_stop(messages.templates.add(*TEMPLATES))
    matters = Matters(office, host.need(Calendars), timers, host.section(MatterSettings))
    host.on_stop(timers.register(matters.late))
    host.on_stop(host.need(Lookups).offer(progress(matters)))
    tell = host.live(LIVE, lambda visitor: {}, lambda visitor, key, about: True)
    host.listen(MatterStepped, lambda event: tell(event.record, {}))
    host.on_stop(host.need(Web).add(routes(matters, Categories(office), host.need(Calls))))
