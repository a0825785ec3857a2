"""Starts the matching: settings from the house and from files, events in and out."""

from __future__ import annotations

from acd.callback import CallbackDialler
from acd.files import load_settings
from acd.service import Acd
from acd.work import WorkItem
from cti.call import Call
from cti.calls import Calls
from cti.events import CallEnded, PhoneChanged, SwitchUp, TalkEnded, TalkStarted
from cti.plugins import Host, Teardown
from cti.store.calls import StoredCalls
from cti.store.journal import Journal
from cti.switch.port import SwitchControl

AGENTS = "acd_agent"


async def setup(host: Host) -> Teardown:
    """Offer `Acd`."""
    settings = load_settings(host.data)
    acd = Acd(host.clock, settings, host.bus.publish, organisation=host.settings.house.organisation)
    await _restore(host, acd)
    acd.callbacks.find_dialler = lambda: host.services.find(CallbackDialler)  # type: ignore[type-abstract]
    host.provide(Acd, acd)
    host.listen(PhoneChanged, lambda event: acd.phones_changed(event.agent, bool(event.addresses)))
    host.listen(TalkStarted, lambda event: acd.talk_started(event.agent, event.call))
    host.listen(TalkEnded, lambda event: acd.talk_ended(event.agent, event.call))
    host.listen(CallEnded, lambda event: acd.call_ended(event.call))

    def switch_up(event: SwitchUp) -> None:
        host.task(_reconcile(host, acd, event.switch), "reconcile with the switch")

    host.listen(SwitchUp, switch_up)

    async def teardown() -> None:
        acd.stop()

    return teardown


async def _restore(host: Host, acd: Acd) -> None:
    """Agents stand as they stood and open calls hold their places, order included."""
    journal = host.need(Journal)
    acd.restore_snapshot({"agents": await host.need(StoredCalls).kept(AGENTS)})
    for call in host.need(Calls).open:
        if (kept := call.progress.get("acd")) is not None:
            acd.restore(kept, item_of(call, kept["queue"]))
    acd.on_change(lambda kind, key, data: journal.put(f"acd_{kind}", key, data))


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
    )


async def _reconcile(host: Host, acd: Acd, switch: str) -> None:
    control = host.services.find(SwitchControl)  # type: ignore[type-abstract]  # services are found by protocol, too
    if control is None or control.name != switch:
        return
    legs = await control.legs()
    acd.reconcile({leg.agent: leg.call for leg in legs if leg.agent and leg.call and leg.answered and leg.peer})
