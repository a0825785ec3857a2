"""A campaign on a real database with a live matching on virtual time, and a dialler that does as it is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from acd.callbacks.callback import Attempt, CallbackOrder
from acd.service import Acd
from acd.settings.schema import AcdSettings
from cti.base.bus import Bus
from cti.base.numbers.number import Number
from cti.base.settings import TrunkSettings
from cti.base.times.calendars import Calendars
from cti.office.forms.library import FormLibrary
from cti.office.records import Office
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.switch.port import DialResult
from cti.telephony.trunks import Trunks
from cti.telephony.unexpected_dials import UnexpectedDials
from cti.telephony.ways_out import WaysOut
from tests.office import BOSS, ROOT, office_on
from workflow.campaigns.attempts import Attempts
from workflow.campaigns.barring import Barring
from workflow.campaigns.do_not_call import DoNotCall
from workflow.campaigns.feeding import CampaignFeeding
from workflow.campaigns.scripts import Scripts
from workflow.campaigns.service import Campaigns
from workflow.campaigns.settings import CampaignsSettings
from workflow.campaigns.targets import Targets
from workflow.campaigns.views import CampaignFields, CampaignView, TargetFields, TargetView
from workflow.campaigns.working import Working

ALWAYS = "always"
AGENT = "1001"
SHOWN = ["051912345", "051988880000"]
"""What the city may show."""


class Dialler:
    """Does with each citizen what comes next for his number; keeps whom it dialled."""

    def __init__(self) -> None:
        self.dialled: list[str] = []
        self.next: dict[str, deque[str]] = {}
        self.ringing: dict[str, Attempt] = {}
        self.talking: list[Attempt] = []
        self.given_up: list[str] = []

    def can_dial(self, number: Number) -> bool:
        return True

    def call_back(self, order: CallbackOrder, attempt: Attempt) -> None:
        wanted = self.next.get(order.number)
        outcome = wanted.popleft() if wanted else "answered"
        if outcome == "agent":
            attempt.agent_failed(DialResult.NO_ANSWER)
            return
        attempt.agent_rings()
        if not attempt.citizen_dialled():
            return
        self.dialled.append(order.number)
        if outcome == "answered":
            if attempt.connected():
                self.talking.append(attempt)
        elif outcome == "rings":
            self.ringing[order.id] = attempt
        else:
            attempt.citizen_failed(DialResult(outcome))

    def give_up(self, order: CallbackOrder) -> None:
        self.given_up.append(order.number)
        self.ringing.pop(order.id, None)


@dataclass
class CampaignPlace:
    """All of it; `restart` is an engine's death with the next one on the same database."""

    office: Office
    campaigns: Campaigns
    targets: Targets
    attempts: Attempts
    dialler: Dialler
    ways: WaysOut
    kept: dict[tuple[str, str], dict[str, Any] | None] = field(default_factory=dict)
    settings: CampaignsSettings = field(default_factory=lambda: CampaignsSettings(apart=24))

    acd: Acd = field(init=False)
    barring: Barring = field(init=False)
    working: Working = field(init=False)
    feeding: CampaignFeeding = field(init=False)
    _deaf: Callable[[], object] | None = None

    def start(self) -> None:
        """An engine, with what the last one kept."""
        data: dict[str, Any] = {"callbacks": {}, "past": {}}
        for (kind, id), one in self.kept.items():
            if kind in ("callback", "past") and one is not None:
                data["callbacks" if kind == "callback" else "past"][id] = one
        settings = AcdSettings.model_validate({"queues": {"general": {"wrapup": 0}}, "agents": {AGENT: {}}})
        self.acd = Acd(self.office.clock, settings)
        self.acd.on_change(self._keep)
        self.acd.callbacks.find_dialler = lambda: self.dialler
        self.acd.restore_snapshot(data)
        owed_to = self.acd.callbacks.owed_to
        dials = UnexpectedDials(
            self.targets.do_not_call, self.ways, CALENDARS, lambda number: owed_to(number) is not None
        )
        self.barring = Barring(dials)
        self.working = Working(self.targets, self.attempts, self.barring)
        self.feeding = CampaignFeeding(
            self.targets, self.attempts, self.acd, self.barring, _who, self._was_dialled
        )  # fmt: skip
        self.feeding.settings = self.barring.settings = self.settings
        self.acd.on_decision(self.feeding.hear)

    def _keep(self, kind: str, id: str, data: dict[str, Any] | None) -> None:
        self.kept[kind, id] = data

    async def _was_dialled(self, call: str) -> bool:
        return False

    async def restart(self) -> None:
        """The engine dies: who was being rung is so no more for it, talks are over."""
        self.dialler.ringing.clear()
        self.dialler.talking.clear()
        self.start()
        await self.feeding.take_up()

    def ready(self) -> None:
        """The agent comes, or is ready again."""
        if self.acd.agent(AGENT).state == "signed_out":
            self.acd.sign_in(AGENT)
        elif self.acd.agent(AGENT).state != "ready" and not self.acd.agent(AGENT).works:
            self.acd.request_state(AGENT, "ready")

    def hang_up(self) -> None:
        """All talks end."""
        for attempt in self.dialler.talking:
            attempt.ended()
        self.dialler.talking.clear()

    async def turns(self, count: int = 4) -> None:
        """Let what happened be taken in, and the next ones be given."""
        for _ in range(count):
            await self.feeding.turn()

    def later(self, seconds: float) -> None:
        """Time passes."""
        clock: Any = self.office.clock
        clock.advance(seconds)

    async def campaign(self, title: str = "满意度调查", *numbers: str, **more: Any) -> CampaignView:
        """A campaign that runs, with these on its list."""
        said = {"title": title, "mode": "progressive", "queue": "general", "calendar": ALWAYS, **more}
        made = await self.campaigns.create(BOSS, CampaignFields.model_validate(said))
        for number in numbers:
            await self.targets.create(BOSS, TargetFields(campaign=made.id, number=number, name=f"某{number[-2:]}"))
        return await self.campaigns.step(BOSS, made.id, "start") if numbers else made

    async def states(self) -> dict[str, tuple[str, int, str]]:
        """State, attempts and last result of each on the lists, by the last two digits of his number."""
        return {one.number[-2:]: (one.state, one.attempts, one.result) for one in await self.all()}

    async def all(self) -> list[TargetView]:
        """All who stand on lists."""
        return (await self.targets.find(BOSS, self.targets.query(size=100))).items


async def _who(agent: str) -> tuple[str, str]:
    return (f"person-{agent}", f"座席{agent}") if agent else ("", "")


CALENDARS = Calendars()


async def place_on(store: Any) -> CampaignPlace:
    """A place on this database."""
    office = await office_on(store, "campaigns")
    queues = QueueTitles(lambda: {"general": "综合受理"})
    forms = FormLibrary()
    forms.deliver(ROOT / "workflow" / "campaigns" / "forms")
    scripts = Scripts(forms)
    campaigns = Campaigns(office, queues, CALENDARS, scripts, lambda one: SHOWN if one == "city" else [])
    ways = WaysOut(Trunks({"carrier": TrunkSettings(host="10.0.0.1")}, Bus(), office.clock), "0519")
    targets = Targets(office, DoNotCall(office, "0519"), scripts, ways, "0519")
    attempts = Attempts(targets)
    found = CampaignPlace(office, campaigns, targets, attempts, Dialler(), ways)
    found.start()
    await found.feeding.take_up()
    return found
