"""What goes by a flow: numbers, other flows, queues, records of plugins. One that is gone by is not withdrawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from acd.settings.schema import AcdSettings, LimitSettings
from cti.base.numbers.number_plan import NumberPlan
from ivr.definition.flow import Flow
from ivr.definition.routing import Routing
from ivr.nodes import Call, Transfer

Source = Callable[[str], Awaitable[Sequence[str]]]
"""Tells what goes by a flow of this name, each in words for people."""
OF_THE_HOUSE: Mapping[str, str] = {
    "hotline": "没有登记的接入号码由它接听",
    "callback": "排队回拨由它接续",
    "survey": "座席转满意度评价时使用",
}
"""Flows that are run by their names."""


class FlowUses:
    """Asks everybody who knows; plugins `add` what their records lead to."""

    def __init__(self) -> None:
        self._sources: list[Source] = []

    def add(self, source: Source) -> Callable[[], None]:
        """Ask `source` too; returns the undo."""
        self._sources.append(source)
        return lambda: self._sources.remove(source)

    async def of(self, name: str) -> list[str]:
        """All of them; nothing for a flow that nobody needs."""
        found = [OF_THE_HOUSE[name]] if name in OF_THE_HOUSE else []
        for source in self._sources:
            found += await source(name)
        return list(dict.fromkeys(found))


def by_flows(flows: Mapping[str, Flow], name: str) -> Iterator[str]:
    """Other flows that call it, send callers to it, or let it answer in between."""
    for flow in flows.values():
        if flow.name == name:
            continue
        title = flow.head.title or flow.name
        for key, node in flow.nodes.items():
            called = isinstance(node, Call) and node.call == name
            if called or (isinstance(node, Transfer) and node.transfer.flow == name):
                yield f"流程“{title}”的节点“{node.note or key}”"
        if any(aside.flow == name for aside in flow.head.asides.values()):
            yield f"流程“{title}”的插话应答"


def by_numbers(plan: NumberPlan, routing: Routing, name: str) -> Iterator[str]:
    """Numbers called that it answers, at any hour."""
    for number, entry in plan.entries.items():
        if entry.flow == name:
            yield f"接入号码 {number}"
    for route in routing.file.routes:
        if any(choice.flow == name for choice in route.choose):
            yield f"路由表中的号码 {'、'.join(route.number)}"


def by_queues(settings: AcdSettings, name: str) -> Iterator[str]:
    """Queues whose overflow leads to it."""
    for key, queue in settings.queues.items():
        targets = (one.to if isinstance(one, LimitSettings) else one for _, one in queue.overflow)
        if f"flow:{name}" in targets:
            yield f"队列“{queue.title or key}”的溢出去向"
