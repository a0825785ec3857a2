"""Lint of names: prompts, queues, skills, services, calendars, flows, hosts; and of what is passed to them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from acd.settings import skills
from cti.base.expressions import Template
from cti.base.expressions.check import walk
from cti.base.expressions.syntax import Apply, Literal
from cti.base.files.documents import Where
from cti.base.files.findings import Finding, close_to
from cti.base.files.sentences import both
from ivr.definition.flow import Flow
from ivr.findings.sentences import say
from ivr.lint.known import Known
from ivr.nodes import (
    Ask,
    Call,
    Callback,
    Collect,
    End,
    Fill,
    Hours,
    Http,
    Language,
    Lookup,
    Menu,
    Node,
    Queue,
    Rate,
    Record,
    Say,
    Transfer,
)
from ivr.reach.web import Web
from ivr.speech.written_pieces import Said

OPENS = re.compile(r"(?i)^(proxy-)?authorization$|^cookie$|token|secret|passw|api-?key|credential|signature")
"""Headers that open a system."""
SECRET = re.compile(r"(?i)\s*(bearer|basic|digest|apikey)\s+\S")


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """All findings about names."""
    for name, node in flow.nodes.items():
        where: Where = ("nodes", name)
        yield from _prompts(flow, where, node, known)
        match node:
            case Queue() | Callback():
                queue = node.queue if isinstance(node, Queue) else node.callback
                yield from _one(flow, (*where, node.KIND), "queue", queue, known.queues)
                if isinstance(node, Queue) and node.need:
                    yield from _need(flow, (*where, "need"), node.need, known)
            case Hours():
                yield from _one(flow, (*where, "hours"), "calendar", node.hours, known.calendars)
            case Lookup():
                yield from _service(flow, where, node, known)
            case Call():
                yield from _call(flow, where, node, known)
            case Transfer():
                yield from _transfer(flow, where, node, known)
            case Http():
                yield from _host(flow, where, node, known)
                yield from _headers(flow, where, node)
                yield from _opening(flow, where, node, known)
            case Language() if not node.language.expressions and known.languages is not None:
                if node.language.text not in known.languages:
                    words = say("language-unknown", language=node.language.text)
                    hint = close_to(node.language.text, known.languages)
                    yield Finding.at(flow.document, (*where, "language"), words, severity="warning", suggestion=hint)
            case _:
                pass
        yield from _asked(flow, where, node, known)
        if known.voice is False:
            yield from _unspoken(flow, where, node)


def _one(flow: Flow, where: Where, what: str, name: str, known: Collection[str] | None) -> Iterator[Finding]:
    if known is not None and name not in known:
        yield Finding.at(flow.document, where, say(f"{what}-unknown", name=name), suggestion=close_to(name, known))


_SAID: dict[type[Node], tuple[str, ...]] = {
    Say: ("say",),
    Menu: ("menu", "say_invalid", "say_timeout"),
    Collect: ("collect", "say_invalid", "say_timeout"),
    Ask: ("ask", "say_unknown", "say_timeout"),
    Fill: ("fill", "confirm", "wrong", "say_unknown", "say_timeout"),
    Rate: ("rate", "say_invalid", "say_timeout"),
    Record: ("record",),
    End: ("say",),
}


def said_by(node: Node) -> Iterator[tuple[Where, Said]]:
    """Every piece that a node says, with its place below the node."""
    for key in _SAID.get(type(node), ()):
        for index, piece in enumerate(getattr(node, key)):
            yield (key, index), piece
    if isinstance(node, Fill):
        for name, wish in node.wants.items():
            for key in ("ask", "again"):
                for index, piece in enumerate(getattr(wish, key)):
                    yield ("wants", name, key, index), piece
    if isinstance(node, Queue):
        for number, step in enumerate(node.steps):
            for index, piece in enumerate(step.say):
                yield ("steps", number, "say", index), piece


def _prompts(flow: Flow, where: Where, node: Node, known: Known) -> Iterator[Finding]:
    for place, piece in said_by(node):
        for key, prompt in piece.prompts:
            if known.prompts is not None and prompt not in known.prompts:
                at = (*where, *place, key) if (*where, *place, key) in flow.document.places else (*where, *place)
                hint = close_to(prompt, known.prompts)
                yield Finding.at(flow.document, at, say("prompt-unknown", name=prompt), suggestion=hint)
        if piece.prompt is not None and piece.prompt.expressions and known.prompts is not None:
            shape = re.compile(".+".join(re.escape(one) for one in fixed_parts(piece.prompt)))
            if not any(shape.fullmatch(one) for one in known.prompts):
                yield Finding.at(flow.document, (*where, *place), say("prompt-shape", prompt=piece.prompt.text))
        if (piece.position or piece.estimate) and not isinstance(node, Queue):
            yield Finding.at(flow.document, (*where, *place), say("piece-outside-queue"))


def _unspoken(flow: Flow, where: Where, node: Node) -> Iterator[Finding]:
    """Texts that nobody can speak here; those that are for readers only are no fault."""
    for place, piece in said_by(node):
        for_readers = piece.condition is not None and _FOR_READERS.search(piece.condition.text)
        if piece.text is not None and piece.instead is None and not for_readers:
            yield Finding.at(
                flow.document, (*where, *place), say("text-unspoken"),
                severity="warning",
                suggestion=say("hint-instead"),
            )  # fmt: skip


_FOR_READERS = re.compile(r"""call\.medium\s*==\s*['"]chat['"]""")


def fixed_parts(template: Template) -> Iterator[str]:
    """The fixed text before, between and after the expressions of a template."""
    text = ""
    for part in template.parts:
        if isinstance(part, str):
            text += part
        else:
            yield text
            text = ""
    yield text


def _need(flow: Flow, where: Where, need: str, known: Known) -> Iterator[Finding]:
    try:
        expression = skills.parse(need)
        if known.skills is not None:
            expression.refuse_unknown(known.skills)
    except skills.ExpressionError as error:
        yield Finding.at(flow.document, where, say("need-bad", fault=both(str(error), error.said)))


def _service(flow: Flow, where: Where, node: Lookup, known: Known) -> Iterator[Finding]:
    if known.services is None:
        return
    service = known.services.get(node.lookup)
    if service is None:
        if not node.optional:
            hint = close_to(node.lookup, known.services) or say("hint-optional")
            yield Finding.at(
                flow.document, (*where, "lookup"), say("service-unknown", service=node.lookup), suggestion=hint
            )
        return
    for name in node.arguments:
        if name not in service.takes:
            hint = close_to(name, service.takes)
            place = (*where, "arguments", name)
            yield Finding.at(
                flow.document, place, say("service-argument", service=node.lookup, name=name), suggestion=hint
            )
    for name in sorted(service.requires - set(node.arguments)):
        yield Finding.at(flow.document, where, say("service-needs", service=node.lookup, name=name))


def _call(flow: Flow, where: Where, node: Call, known: Known) -> Iterator[Finding]:
    if node.call == flow.name:
        return
    called = known.flows.get(node.call)
    if called is None:
        hint = close_to(node.call, known.flows)
        yield Finding.at(flow.document, (*where, "call"), say("flow-unknown", name=node.call), suggestion=hint)
        return
    for name in node.arguments:
        if name not in called.head.arguments:
            hint = close_to(name, called.head.arguments)
            words = say("flow-argument", flow=node.call, name=name)
            yield Finding.at(flow.document, (*where, "arguments", name), words, suggestion=hint)
    for name in called.missing(node.arguments):
        yield Finding.at(flow.document, where, say("flow-needs", flow=node.call, name=name))
    for mine, theirs in node.results.items():
        if theirs not in called.head.results:
            hint = close_to(theirs, called.head.results)
            words = say("flow-result", flow=node.call, name=theirs)
            yield Finding.at(flow.document, (*where, "results", mine), words, suggestion=hint)
    outcomes = {one.end for one in called.nodes.values() if isinstance(one, End)}
    for outcome in node.ends:
        if outcome not in outcomes:
            hint = close_to(outcome, outcomes) or say("hint-ends", outcomes=", ".join(sorted(outcomes)))
            words = say("flow-end", flow=node.call, outcome=outcome)
            yield Finding.at(flow.document, (*where, "ends", outcome), words, suggestion=hint)


def _transfer(flow: Flow, where: Where, node: Transfer, known: Known) -> Iterator[Finding]:
    if node.transfer.flow is not None and node.transfer.flow != flow.name:
        yield from _one(flow, (*where, "transfer", "flow"), "flow", node.transfer.flow, known.flows)
    if node.transfer.group is not None:
        yield from _one(flow, (*where, "transfer", "group"), "group", node.transfer.group, known.groups)
    for key in ("agent", "extension", "outside"):
        expression = getattr(node.transfer, key)
        if expression is not None and isinstance(expression.tree, Literal):
            number = str(expression.tree.value)
            if not _DIALLED.fullmatch(number):
                yield Finding.at(flow.document, (*where, "transfer", key), say("number-bad", number=repr(number)))


_DIALLED = re.compile(r"\+?[0-9][0-9 -]{0,24}")


def _host(flow: Flow, where: Where, node: Http, known: Known) -> Iterator[Finding]:
    first = node.http.parts[0] if node.http.parts else ""
    if not isinstance(first, str) or "/" not in first.partition("://")[2]:
        if len(node.http.parts) > 1:
            yield Finding.at(flow.document, (*where, "http"), say("host-written"))
            return
        first = str(first)
    if known.hosts is not None and not Web(known.hosts).allows(first):
        yield Finding.at(
            flow.document, (*where, "http"), say("host-refused", address=first[:80]),
            suggestion=say("hint-hosts"),
        )  # fmt: skip


def _opening(flow: Flow, where: Where, node: Http, known: Known) -> Iterator[Finding]:
    """Secrets by name, and none written out."""
    for header, name in node.secrets.items():
        yield from _one(flow, (*where, "secrets", header), "secret", name, known.secrets)
    for header, template in node.headers.items():
        if OPENS.search(header) or SECRET.match(template.text):
            yield Finding.at(
                flow.document, (*where, "headers", header), say("secret-written", header=header),
                suggestion=say("hint-secrets"),
            )  # fmt: skip


def _headers(flow: Flow, where: Where, node: Http) -> Iterator[Finding]:
    """A line end in a header would begin another one."""
    for name, template in node.headers.items():
        if any(end in text for text in (name, template.text) for end in "\r\n\0"):
            yield Finding.at(flow.document, (*where, "headers", name), say("header-lines"))


def _asked(flow: Flow, where: Where, node: Node, known: Known) -> Iterator[Finding]:
    """`open('calendar')` in expressions."""
    for place, expression, _ in node.expressions():
        for one in walk(expression.tree):
            if isinstance(one, Apply) and one.function == "open" and isinstance(one.arguments[0], Literal):
                calendar: Any = one.arguments[0].value
                yield from _one(flow, (*where, *place), "calendar", str(calendar), known.calendars)
