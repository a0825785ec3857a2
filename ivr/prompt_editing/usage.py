"""Where a prompt is heard: nodes of published flows, and what the house itself says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ivr.definition.flow import Flow
from ivr.lint.names import fixed_parts, said_by
from ivr.nodes import Node

_HOUSE: Mapping[str, str] = {
    "number/": "播报数字", "digit/": "播报号码", "digits/": "播报号码", "money/": "播报金额", "measure/": "播报数量",
    "year/": "播报日期", "month/": "播报日期", "day/": "播报日期", "date/": "播报日期", "weekday/": "播报日期",
    "daypart/": "播报时间", "hour/": "播报时间", "minute/": "播报时间", "position/": "排队位置播报",
    "estimate/": "预计等待播报", "studio/": "电话录音", "error": "流程出错时", "staff/": "座席话机提示",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """A node of a flow that says the prompt; `node` is empty for what the house says itself."""

    flow: str
    title: str
    node: str
    note: str


def uses(flows: Iterable[Flow], prompts: Sequence[str]) -> dict[str, list[Use]]:
    """The uses of each of these prompts; those without any are left out."""
    found: defaultdict[str, list[Use]] = defaultdict(list)
    for flow in flows:
        for name, node in flow.nodes.items():
            for prompt in sorted(_said(node, prompts)):
                found[prompt].append(Use(flow.name, flow.head.title, name, node.note))
    for prompt in prompts:
        for start, title in _HOUSE.items():
            if prompt == start or (start.endswith("/") and prompt.startswith(start)):
                found[prompt].append(Use("", title, "", ""))
    return dict(found)


def _said(node: Node, prompts: Sequence[str]) -> set[str]:
    named: set[str] = set()
    for _, piece in said_by(node):
        named |= {prompt for _, prompt in piece.prompts}
        if piece.prompt is not None and piece.prompt.expressions:
            shape = re.compile(".+".join(re.escape(one) for one in fixed_parts(piece.prompt)))
            named |= {prompt for prompt in prompts if shape.fullmatch(prompt)}
    return named
