"""What people do with the text of a flow before it is published: lint, picture, dry run, its own tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from cti.base.files.findings import Finding
from cti.base.files.sentences import Wrong, in_chinese
from cti.base.refusal import Invalid
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.workshop.kept import errors
from cti.office.workshop.library import Overlay
from cti.office.workshop.refusing import refused
from ivr.conversation import script
from ivr.definition.flow import Flow
from ivr.definition.trials import Trial
from ivr.figures.statistics import FlowStatistics
from ivr.reach.surroundings import Surroundings
from ivr.rights import READ
from ivr.speech.spoken_pieces import PromptTexts
from ivr.trying import dry_run as tryout
from ivr.trying.tests import FlowProof
from ivr.workshop import pictures
from ivr.workshop.library import FlowLibrary
from ivr.workshop.pictures import Graph


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a text is: what lint says of it, and its picture as far as it can be read."""

    findings: list[Finding]
    graph: Graph | None


class FlowChecks:
    """Every function first checks the visitor's permission; nothing is kept."""

    def __init__(
        self, library: FlowLibrary, statistics: FlowStatistics, texts: PromptTexts, surroundings: Surroundings
    ) -> None:
        self._library = library
        self._statistics = statistics
        self._texts = texts
        self._surroundings = surroundings

    async def inspect(self, visitor: Visitor, text: str) -> Inspection:
        """What lint says of a text, and its picture with today's figures of nodes of the same names."""
        visitor.need(READ)
        flow, findings = await asyncio.to_thread(self._library.check, text, "flow")
        if flow is None:
            return Inspection(findings, None)
        day = self._surroundings.clock.wall().astimezone(ZONE).date()
        figures = self._statistics.of(flow.name, since=day, until=day)
        return Inspection(findings, pictures.picture(flow, figures, self._statistics.now(flow.name), self._texts))

    async def try_out(self, visitor: Visitor, text: str, trial: Trial, *, pauses: bool = False) -> tryout.Report:
        """Run a text with a scripted caller; raises Invalid with what is wrong. `pauses` as in `tryout.run`."""
        flow = await self._sound(visitor, text)
        try:
            script.parse(trial.do)
            return await asyncio.to_thread(
                tryout.run_now, Overlay(self._library, flow), flow.name, trial, self._texts,
                calendars=self._surroundings.calendars, pauses=pauses,
            )  # fmt: skip
        except ValueError as error:
            said = in_chinese(error.words) if isinstance(error, Wrong) else error
            raise Invalid("bad_trial", f"试运行脚本有误：{said}", "do") from None

    async def prove(self, visitor: Visitor, text: str) -> Sequence[FlowProof]:
        """Run a text's own tests; raises Invalid with what is wrong."""
        flow = await self._sound(visitor, text)
        return await asyncio.to_thread(self._library.prove, flow)

    async def _sound(self, visitor: Visitor, text: str) -> Flow:
        visitor.need(READ)
        flow, findings = await asyncio.to_thread(self._library.check, text, "flow")
        if flow is None or errors(findings):
            raise refused(errors(findings))
        return flow
