"""Lint of the tests inside a flow: scripts that cannot be read, nodes that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from cti.base.files.findings import Finding, close_to
from ivr.conversation import script
from ivr.definition.flow import Flow
from ivr.findings.sentences import say
from ivr.reach.surroundings import at


def check(flow: Flow) -> Iterator[Finding]:
    """All findings about tests."""
    for index, trial in enumerate(flow.head.tests):
        where = ("tests", index)
        try:
            script.parse(trial.do)
        except script.ScriptError as error:
            yield Finding.at(flow.document, (*where, "do"), error.words)
        try:
            at(trial.at)
        except ValueError:
            words = say("test-moment", moment=repr(trial.at))
            yield Finding.at(flow.document, (*where, "at"), words, suggestion=say("hint-moment"))
        for key in ("visits", "never"):
            for name in getattr(trial, key):
                if "." not in name and name not in flow.nodes:
                    hint = close_to(name, flow.nodes)
                    yield Finding.at(flow.document, (*where, key), say("node-unknown", node=name), suggestion=hint)
