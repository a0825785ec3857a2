"""What a change of a flow does: to the stories kept in flows, to what citizens said before, to what asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cti.office.workshop.library import Overlay
from ivr.definition.flow import Flow
from ivr.nodes import Ask, Call
from ivr.trying.tests import FlowProof, prove
from ivr.understanding.intents import meant
from ivr.workshop.library import FlowLibrary
from workflow.learning.alike import wanted_at
from workflow.learning.titles import title_of

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Effect:
    """`stories` were run, `broken` pass no more, `mended` pass now; of the group's `asked` sentences `recognised` are
    understood; of `compared` turns of before `altered` come to something else. `lines` say it to people."""

    stories: int
    broken: int
    mended: int
    asked: int
    recognised: int
    compared: int
    altered: int
    lines: tuple[str, ...]


def effect_of(
    library: FlowLibrary, before: Flow, after: Flow, node: str, asked: Sequence[str], said: Sequence[str]
) -> Effect:
    """Of one change at `node`. Must not be called on an event loop's thread."""
    stories, broken, mended, lines = 0, 0, 0, list[str]()
    for name, was, now in _stories(library, before, after):
        stories += 1
        if was.failures and not now.failures:
            mended += 1
            lines.append(f"对话“{name}·{now.name}”原来不通过，现在通过")
        elif now.failures and not was.failures:
            broken += 1
            lines.append(f"对话“{name}·{now.name}”因此不通过：{now.failures[0]}")
    recognised = sum(bool(_understood(after, node, one)) for one in asked)
    altered = 0
    for one in said:
        was_meant, is_meant = _understood(before, node, one), _understood(after, node, one)
        if was_meant != is_meant:
            altered += 1
            lines.append(f"“{one}”：{_title(before, node, was_meant)} → {_title(after, node, is_meant)}")
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"……共 {len(lines)} 处"]
    return Effect(stories, broken, mended, len(asked), recognised, len(said), altered, tuple(lines))


def _stories(library: FlowLibrary, before: Flow, after: Flow) -> list[tuple[str, FlowProof, FlowProof]]:
    """Those of the flow itself, and of flows that run it, each as it was and as it would be."""
    if library.texts is None:
        return []
    found = []
    for flow in (after, *(one for one in library.flows.values() if one.name != after.name and _runs(one, after.name))):
        first = before if flow is after else flow
        was = prove(first, Overlay(library, before), library.texts)
        now = prove(flow, Overlay(library, after), library.texts)
        found += [(flow.title or flow.name, *pair) for pair in zip(was, now, strict=True)]
    return found


def _runs(flow: Flow, name: str) -> bool:
    called = any(isinstance(node, Call) and node.call == name for node in flow.nodes.values())
    return called or any(one.flow == name for one in flow.head.asides.values())


def _understood(flow: Flow, node: str, text: str) -> str:
    """The intent for which a sentence is taken there; empty when for none."""
    found = flow.nodes.get(node)
    least = found.sure if isinstance(found, Ask) else 0.5
    intent, sure = meant(text, wanted_at(flow, node))
    return intent if sure >= least else ""


def _title(flow: Flow, node: str, intent: str) -> str:
    return title_of(flow, node, intent) if intent else "未听懂"
