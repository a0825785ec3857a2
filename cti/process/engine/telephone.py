"""The telephone of an engine: the switch, phones, trunks, and all that is done with calls."""

from __future__ import annotations

from contextlib import AsyncExitStack

import structlog

from cti.base.events import SwitchUp
from cti.base.numbers.number_plan import NumberPlan
from cti.process import sign_of_life
from cti.process.engine.foundation import Foundation, Offer
from cti.telephony.calls import Calls
from cti.telephony.conference import Conferences
from cti.telephony.consult import Consultations
from cti.telephony.doorway import Doorway
from cti.telephony.emergency import Emergencies
from cti.telephony.handover import Handover
from cti.telephony.interruption import Interruptions
from cti.telephony.intruders import Intruders
from cti.telephony.lines import HouseLines
from cti.telephony.outgoing import Outgoing
from cti.telephony.pauses import Pauses
from cti.telephony.provisioning import Provisioning
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.reconcile import Reconciler
from cti.telephony.spared import Spared
from cti.telephony.supervise import Supervision
from cti.telephony.switch.installation import Installation, find_installation
from cti.telephony.switch.port import SwitchControl
from cti.telephony.switch.registrar import Registrar
from cti.telephony.talk import Talks
from cti.telephony.talk_about import TalkAbout
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WaysOut

log = structlog.get_logger(__name__)

LANGUAGE = "zh"


class Telephone:
    """Made without a word to the switch; `take_up` and `serve` begin. Raises SwitchMissing."""

    def __init__(self, base: Foundation, switch: SwitchControl | None, installation: Installation | None) -> None:
        self._base = base
        settings, bus, clock, people = base.settings, base.bus, base.clock, base.identity.people
        installation = installation or find_installation(base.house.settings)
        self.switch = switch or installation.control(LANGUAGE)
        self.registrar = Registrar(bus, clock)
        self.provisioning = Provisioning(
            people, self.registrar, self.switch, installation, bus, both_families=settings.switch.both_families
        )
        self.trunks = Trunks(settings.trunks, bus, clock)
        self.ways = WaysOut(self.trunks, settings.area, people.visitor_of)
        self.reconciler = Reconciler(installation.books(), base.calls, base.journal, self.switch.name)
        self.plan = NumberPlan(settings.numbers)
        self.calls = Calls(
            self.switch, self.registrar, bus, clock, base.journal, self.reconciler, self.plan,
            sign_of_life.last(base.house.settings.data),
        )  # fmt: skip
        intruders = Intruders(
            settings.switch,
            self.switch,
            self.provisioning.block,
            lambda: self.trunks.senders() | {*settings.http.proxies},
            bus,
            clock,
        )
        self.calls.switch_events.listen(intruders.hear)
        self.talks = Talks(self.calls)
        self.handover = Handover(self.calls, self.talks)
        self.queue_titles = QueueTitles()

    def offers(self) -> list[Offer]:
        """What plugins may ask for."""
        calls, talks = self.calls, self.talks
        return [
            (SwitchControl, self.switch),
            (Registrar, self.registrar),
            (Provisioning, self.provisioning),
            (Trunks, self.trunks),
            (NumberPlan, self.plan),
            (HouseLines, HouseLines(self.plan, self.trunks, self.provisioning)),
            (Calls, calls),
            (Doorway, calls.sessions.doorway),
            (Talks, talks),
            (Interruptions, Interruptions(calls, talks, self._base.bus)),
            (Handover, self.handover),
            (Consultations, Consultations(calls, talks, self.handover)),
            (WaysOut, self.ways),
            (Conferences, Conferences(calls, talks, self._base.bus)),
            (Emergencies, Emergencies(calls, talks, self.ways)),
            (Pauses, Pauses(calls, self._base.bus)),
            (Outgoing, Outgoing(calls, talks, self.trunks, self.ways, self._base.journal.flushed)),
            (Supervision, Supervision(calls, talks)),
            (QueueTitles, self.queue_titles),
            (Spared, Spared()),
            (TalkAbout, TalkAbout(calls)),
        ]

    async def take_up(self) -> None:
        """Take over the calls that the engine before left, and read in the switch's books what became of others."""
        calls, bus = self.calls, self._base.bus
        calls.restore(await self._base.calls.load_open())
        self.reconciler.follow(bus, calls.open)
        calls.switch_events.when_stranger_gone(self.reconciler.look_soon)
        bus.subscribe(
            SwitchUp, lambda _: calls.background(calls.after_gap.take_back(), "take back from the emergency queue")
        )
        await self.reconciler.start(calls.after_gap.enter_past)

    async def serve(self, stack: AsyncExitStack) -> None:
        """Connect to the switch: from now on callers are heard."""
        await self.switch.start(self.calls.sessions.run, self.calls.switch_events.hear)
        stack.push_async_callback(self.switch.stop)
        log.info("calls are served")
