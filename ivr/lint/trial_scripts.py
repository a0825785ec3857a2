"""Lint of the tests inside a flow: scripts that cannot be read, nodes that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from ivr import script
from ivr.flow import Flow
from ivr.reading import Finding, close_to
from ivr.surroundings import at


def check(flow: Flow) -> Iterator[Finding]:
    """All findings about tests."""
    for index, trial in enumerate(flow.head.tests):
        where = ("tests", index)
        try:
            script.parse(trial.do)
        except script.ScriptError as error:
            yield Finding.at(flow.document, (*where, "do"), str(error))
        try:
            at(trial.at)
        except ValueError:
            message = f"{trial.at!r} is no moment"
            yield Finding.at(flow.document, (*where, "at"), message, suggestion='write it "2026-10-01 10:00"')
        for key in ("visits", "never"):
            for name in getattr(trial, key):
                if "." not in name and name not in flow.nodes:
                    hint = close_to(name, flow.nodes)
                    yield Finding.at(flow.document, (*where, key), f"there is no node {name}", suggestion=hint)
