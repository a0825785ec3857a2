"""The state directory as the commands for flows see it: no engine runs, and only publishing changes anything."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from cti.base.cli_settings import data_folder
from cti.base.times.calendars import Calendars
from ivr import house
from ivr.definition import reading
from ivr.definition.flow import Flow
from ivr.nodes import Call, Transfer
from ivr.prompts.catalogue import PromptCatalogue
from ivr.workshop.library import FlowLibrary


class CommandHouse:
    """What the commands work with."""

    def __init__(self) -> None:
        self.data = data_folder()
        self.catalogue: PromptCatalogue = house.catalogue(self.data)
        self.calendars: Calendars = house.calendars(self.data)
        folder = self.data / "flows"
        self.library = self._library(folder if folder.exists() else None, deliver=False)

    def _library(self, folder: Path | None, *, deliver: bool) -> FlowLibrary:
        return FlowLibrary(
            folder,
            known=lambda flows: house.known(self.data, flows, self.catalogue),
            texts=self.catalogue,
            deliver=deliver,
        )

    def to_publish(self) -> FlowLibrary:
        """The library, with its folder made."""
        if self.library.revisions is not None:
            return self.library
        return self._library(self.data / "flows", deliver=True)

    def together(self, named: Sequence[str]) -> list[Flow]:
        """The flows of these files or names, in their order, and behind them those that they call and nobody named:
        a file `NAME.yaml` beside the calling one. DocumentError, SystemExit as `flow`.
        """
        found = {name: self.flow(name) for name in named}
        known = {flow.name for flow in found.values()}
        flows = list(found.values())
        wanted = [(Path(name).parent, flow) for name, flow in found.items() if Path(name).exists()]
        while wanted:
            folder, flow = wanted.pop()
            for called in _called_by(flow):
                path = folder / f"{called}.yaml"
                if called not in known and path.exists():
                    beside = reading.load(path)
                    known.add(called)
                    flows.append(beside)
                    wanted.append((folder, beside))
        return flows

    def file(self, named: str) -> Flow:
        """See `FilesHere.file`."""
        return self.flow(named)

    def flow(self, named: str) -> Flow:
        """The flow of a file, or a published one by its name; DocumentError, or SystemExit when there is neither."""
        if Path(named).exists():
            return reading.load(Path(named))
        try:
            return self.library.current(named)
        except KeyError:
            print(f"{named}: no such file, and no such flow; flows: {', '.join(self.library.names)}", file=sys.stderr)
            raise SystemExit(2) from None


def _called_by(flow: Flow) -> Iterator[str]:
    for node in flow.nodes.values():
        if isinstance(node, Call):
            yield node.call
        elif isinstance(node, Transfer) and node.transfer.flow is not None:
            yield node.transfer.flow
