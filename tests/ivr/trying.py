"""Flows written in a test, and calls through them on virtual time."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from cti.base.files import documents
from ivr.definition import reading
from ivr.definition.flow import Flow
from ivr.definition.trials import Trial
from ivr.lint import Known, lint
from ivr.trying import dry_run as tryout
from ivr.trying.dry_run import Report


class Words:
    """Every prompt exists and says its own name."""

    def text(self, prompt: str) -> str:
        return f"〔{prompt}〕"


WORDS = Words()


class FewFlows:
    """Flows without a library; the first revision of each is kept."""

    def __init__(self, *texts: str) -> None:
        self.flows = {one.name: one for one in map(flow, texts)}

    def current(self, name: str) -> Flow:
        return self.flows[name]

    def latest(self, name: str) -> Flow:
        return self.current(name)

    def revision(self, name: str, revision: int) -> Flow:
        found = self.flows[name]
        if found.revision != revision:
            raise KeyError(name)
        return found


def flow(text: str, revision: int = 1) -> Flow:
    """The flow of a text; a text without `flow:` gets a head and a human as its default."""
    return reading.flow_of(documents.parse(whole(text), "test.yaml"), revision)


def whole(text: str) -> str:
    body = textwrap.dedent(text).strip("\n")
    if re.search("^flow:", body, re.MULTILINE):
        return body + "\n"
    nodes = textwrap.indent(body, "  ")
    return (
        "flow: main\nstart: begin\ndefault: human\nnodes:\n"
        + nodes
        + "\n  human: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n"
    )


def play(*texts: str, do: str = "", **trial: Any) -> Report:
    """Call the first flow."""
    flows = FewFlows(*texts)
    name = next(iter(flows.flows))
    return tryout.run_now(flows, name, Trial(name="test", do=do, **trial), WORDS)


def said(text: str, known: Known | None = None) -> list[str]:
    """What lint says, without the file's name."""
    document = documents.parse(whole(text), "f")
    return [str(one).removeprefix("f:") for one in lint(document, known or Known())]
