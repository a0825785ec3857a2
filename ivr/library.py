"""The flows of the house: published revisions, and the flow that a name means now.

What is published was checked: its form, lint without errors, its own tests, and the flows that call it. A call keeps
the flow it was handed; a name means the newest revision from the moment it is published.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog

from cti import documents
from cti.base.findings import Finding
from cti.documents import DocumentError
from ivr import proving, reading
from ivr.flow import Flow
from ivr.lint import Known, errors, lint_reading
from ivr.nodes import Call
from ivr.proving import Proof
from ivr.revisions import Revision, Revisions, digest, write
from ivr.sentences import say
from ivr.speech import PromptTexts

log = structlog.get_logger(__name__)

SHIPPED = Path(__file__).with_name("flows")
SCHEMA = "flow.schema.json"
DELIVERED = "hotline"
"""The author of flows that came with the programme."""


class Refused(Exception):
    """A flow that must not be published; `findings` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


def _anything(_: Mapping[str, Flow]) -> Known:
    return Known()


class FlowLibrary:
    """Finds flows by name and publishes new revisions. Safe to call from several threads.

    `folder` holds the revisions and, beside them, `NAME.yaml`: the text that is published, for an editor. Without it
    the library only has the shipped flows. `known` tells what flows may name; `texts` are the prompts' words. Without
    `deliver` nothing is written before something is published: shipped flows that the folder lacks are there all the
    same, new versions of them are not.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        known: Callable[[Mapping[str, Flow]], Known] = _anything,
        texts: PromptTexts | None = None,
        shipped: Path = SHIPPED,
        deliver: bool = True,
    ) -> None:
        self._known = known
        self.texts = texts
        self._current: dict[str, Flow] = {}
        self._kept: dict[tuple[str, int], Flow] = {}
        self._lock = threading.RLock()
        self.refused: dict[str, list[Finding]] = {}
        self.revisions = Revisions(folder) if folder is not None else None
        if self.revisions is not None and deliver:
            self._deliver(shipped)
        published = self.revisions.names() if self.revisions is not None else []
        for path in sorted(shipped.glob("*.yaml")):
            if path.stem not in published:
                self.add(reading.load(path, revision=1))
        for name in published:
            self.reload(name)

    @property
    def names(self) -> list[str]:
        """The names of all published flows."""
        return sorted(self._current)

    @property
    def flows(self) -> Mapping[str, Flow]:
        """All published flows by name."""
        return dict(self._current)

    def known(self) -> Known:
        """What flows may name now."""
        return self._known(self._current)

    def current(self, name: str) -> Flow:
        """The published flow; KeyError when there is none."""
        return self._current[name]

    def revision(self, name: str, revision: int) -> Flow:
        """A published revision; KeyError when there is none, or when it cannot be read any more."""
        found = self._kept.get((name, revision))
        if found is None:
            if self.revisions is None:
                raise KeyError(f"{name} has no revision {revision}")
            text = self.revisions.text(name, revision)
            try:
                found = self._read(text, self.revisions.file(name, revision), revision)
            except DocumentError as error:
                raise KeyError(f"{name}, revision {revision}: {error}") from None
            self._kept[name, revision] = found
        return found

    def add(self, flow: Flow) -> None:
        """Make `flow` what its name means."""
        self._kept[flow.name, flow.revision] = flow
        self._current[flow.name] = flow

    def reload(self, name: str) -> None:
        """Take the newest revision from disk, published perhaps by another process; a bad one is refused."""
        if self.revisions is None or not (history := self.revisions.history(name)):
            return
        for revision in reversed(history):
            try:
                self.add(self.revision(name, revision.revision))
                return
            except KeyError as error:
                log.error("a published flow cannot be read", flow=name, revision=revision.revision, reason=str(error))

    # ── checking ──

    def check(self, text: str, file: str) -> tuple[Flow | None, list[Finding]]:
        """The flow of a text as a draft, and what lint says; nothing is published."""
        try:
            document = documents.parse(text, file)
        except DocumentError as error:
            return None, [Finding.of(one) for one in error.problems]
        found = reading.read(document)
        return found.flow, lint_reading(found, self.known())

    def refused_now(self) -> dict[str, list[Finding]]:
        """Files whose saved text is not what is published, because of these faults: also without an engine."""
        found: dict[str, list[Finding]] = {}
        for path in sorted(self.revisions.working_stamps()) if self.revisions is not None else ():
            text = path.read_text("utf-8", "replace")
            if digest(text) == self.published_digest(path.stem):
                continue
            flow, findings = self.check(text, str(path))
            wrong = errors(findings)
            if flow is not None and not wrong:
                wrong = [*self._callers(flow), *proving.findings(flow, self.prove(flow))]
            if wrong:
                found[path.stem] = wrong
        return found

    def prove(self, flow: Flow) -> list[Proof]:
        """Run the flow's own tests. Must not be called on an event loop's thread."""
        return proving.prove(flow, Overlay(self, flow), self.texts) if self.texts is not None else []

    # ── publishing ──

    def publish(
        self,
        text: str,
        *,
        author: str,
        message: str,
        name: str | None = None,
        file: str = "flow",
        base: int | None = None,
        restores: int = 0,
        at: datetime | None = None,
    ) -> Revision:
        """Check and publish a text; raises Refused or `Conflict`. With `name` the text must be that flow's.

        Runs the flow's tests: call it in a thread when a loop runs.
        """
        if self.revisions is None:
            raise RuntimeError("a library without a folder cannot publish")
        flow, findings = self.check(text, file)
        if flow is None or errors(findings):
            raise Refused(errors(findings))
        if name is not None and flow.name != name:
            raise Refused([Finding.at(flow.document, ("flow",), say("flow-other", flow=flow.name, name=name))])
        if failed := [*self._callers(flow), *proving.findings(flow, self.prove(flow))]:
            raise Refused(failed)
        with self._lock:
            before = self.published_digest(flow.name)
            if before == digest(text) and base is None and not restores:
                return self.revisions.history(flow.name)[-1]
            stamp = (at or datetime.now(UTC)).isoformat(timespec="seconds")
            revision = self.revisions.publish(
                flow.name, text, author=author, message=message, at=stamp, base=base, restores=restores
            )
            self.add(self._read(text, self.revisions.file(flow.name, revision.revision), revision.revision))
            self.refused.pop(flow.name, None)
            self._mirror(flow.name, text, before)
        log.info("flow published", flow=flow.name, revision=revision.revision, author=author)
        for one in findings:
            log.warning("a published flow has a fault", flow=flow.name, reason=str(one))
        return revision

    def roll_back(self, name: str, revision: int, *, author: str, message: str = "") -> Revision:
        """Publish an older revision again, as a new one; KeyError when there is none, Refused when it fits no more."""
        if self.revisions is None:
            raise KeyError(name)
        text = self.revisions.text(name, revision)
        message = message or f"back to revision {revision}"
        return self.publish(text, author=author, message=message, name=name, restores=revision)

    def working_file(self, name: str) -> Path | None:
        """The file that an editor opens: saving it publishes it."""
        return self.revisions.folder / f"{name}.yaml" if self.revisions is not None else None

    def published_digest(self, name: str) -> str:
        """The SHA-256 of the published text; empty when there is none."""
        history = self.revisions.history(name) if self.revisions is not None else []
        return history[-1].sha256 if history else ""

    def _callers(self, flow: Flow) -> list[Finding]:
        """Errors that publishing `flow` would make in flows that call it."""
        found: list[Finding] = []
        for other in self._current.values():
            calls = any(isinstance(node, Call) and node.call == flow.name for node in other.nodes.values())
            if other.name != flow.name and calls:
                known = self._known({**self._current, flow.name: flow})
                found += errors(lint_reading(reading.Reading(other, ()), known))
        return found

    def _read(self, text: str, file: Path, revision: int) -> Flow:
        return reading.flow_of(documents.parse(text, str(file)), revision)

    def _mirror(self, name: str, text: str, before: str) -> None:
        """Show the editor what is published; an edit that was never published is kept beside it."""
        path = self.working_file(name)
        assert path is not None
        if path.exists():
            found = path.read_text("utf-8", "replace")
            if digest(found) == digest(text):
                return
            if digest(found) != before:
                write(path.with_suffix(".unpublished"), found)
        write(path, text)

    def _deliver(self, shipped: Path) -> None:
        """Publish flows that came with the programme, and their new versions unless the admin has made his own."""
        assert self.revisions is not None
        self.revisions.folder.mkdir(parents=True, exist_ok=True)
        # Beside the flows, where an editor looks for it.
        if (schema := shipped / SCHEMA).exists():
            write(self.revisions.folder / SCHEMA, schema.read_text("utf-8"))
        for path in sorted(shipped.glob("*.yaml")):
            text = path.read_text("utf-8")
            history = self.revisions.history(path.stem)
            if history and (history[-1].author != DELIVERED or history[-1].sha256 == digest(text)):
                continue
            at = datetime.now(UTC).isoformat(timespec="seconds")
            self.revisions.publish(path.stem, text, author=DELIVERED, message="as delivered", at=at)
            self._mirror(path.stem, text, history[-1].sha256 if history else "")


class Overlay:
    """The library with some flows in the place of the published ones: what drafts are tried with."""

    def __init__(self, library: FlowLibrary, *flows: Flow) -> None:
        self._library = library
        self._flows = {flow.name: flow for flow in flows}

    def current(self, name: str) -> Flow:
        """See `Flows.current`."""
        return self._flows.get(name) or self._library.current(name)

    def revision(self, name: str, revision: int) -> Flow:
        """See `Flows.revision`."""
        found = self._flows.get(name)
        return found if found is not None and found.revision == revision else self._library.revision(name, revision)
