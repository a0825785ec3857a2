"""Schemes in a running house: their files are delivered, watched, served, and tried on the last periods."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import pydantic

from cti.base.files.findings import Finding
from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.records import Office
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, TextBody, chinese, chinese_proofs
from cti.office.workshop.kept import has_errors
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.office.workshop.watching import watch
from cti.plugins import Host
from cti.web.host import Web
from workflow.performance.counting import Counted, how, lines_of, units_of
from workflow.performance.library import FILES, RIGHTS, SchemeFile, SchemeLibrary
from workflow.performance.periods import Periods
from workflow.performance.rules import EVERY, OF
from workflow.performance.scheme import Scheme
from workflow.performance.scores import worst
from workflow.performance.scoring import ranks
from workflow.performance.views import Tried, TriedRow

PATH = "/api/schemes"


class KpiShown(pydantic.BaseModel):
    """A KPI as people read it."""

    kpi: str
    title: str
    weight: float
    figures: list[str]
    formula: str
    how: str


class SchemeTried(pydantic.BaseModel):
    """What lint says of a text, and what it means."""

    findings: list[Finding]
    of: str = ""
    every: str = ""
    total: float = 0
    kpis: list[KpiShown] = []
    proofs: list[dict[str, Any]] = []


class SchemesApi(FilesApi[SchemeFile]):
    """The handlers."""

    parts = "kpis"

    def __init__(self, desk: Workshop[SchemeFile], figures: Figures, periods: Periods) -> None:
        super().__init__(desk)
        self._desk, self._figures, self._periods = desk, figures, periods

    def routes(self) -> list[Route]:
        """Trying a draft, and the usual routes of files."""
        return [
            Route("POST", f"{PATH}/lint", self.attempt, RIGHTS.read, "检查考核方案", limit=TEXT_LIMIT),
            Route("POST", f"{PATH}/preview", self.preview, RIGHTS.read, "按最近三期试算考核方案", limit=TEXT_LIMIT),
            *self.file_routes(PATH, RIGHTS),
        ]

    async def attempt(self, visitor: Visitor, body: TextBody) -> SchemeTried:
        """What is wrong with a text, its KPIs, and its own tests."""
        found, findings = await self._desk.check(visitor, body.text)
        if found is None or has_errors(findings):
            return SchemeTried(findings=chinese(findings))
        head = found.head
        proofs = chinese_proofs(await self._desk.prove(visitor, body.text))
        return SchemeTried(
            findings=chinese(findings), of=OF[head.of], every=EVERY[head.every], total=head.total,
            kpis=self._shown(head), proofs=[asdict(one) for one in proofs],
        )  # fmt: skip

    def _shown(self, head: Scheme) -> list[KpiShown]:
        files, units = self._figures.library.files, units_of(head, self._figures)
        return [
            KpiShown(
                kpi=name, title=kpi.title, weight=kpi.weight, how=how(kpi, units[name]),
                figures=[files[one].title if one in files else f"{one}（没有）" for one in kpi.named.values()],
                formula=kpi.formula.text if kpi.formula is not None else "",
            )
            for name, kpi in head.kpis.items()
        ]  # fmt: skip

    async def preview(self, visitor: Visitor, body: TextBody) -> list[Tried]:
        """The text over the last three periods that are over. Invalid with what is wrong."""
        scheme = (await self._desk.sound(visitor, body.text)).head
        return [
            Tried(
                title=period.title, scored=len(found), unscored=sum(one.score.score is None for one in found),
                average=average, rows=self._rows(scheme, found),
            )
            for period, found, average in await self._periods.preview(visitor, scheme)
        ]  # fmt: skip

    def _rows(self, scheme: Scheme, found: list[Counted]) -> list[TriedRow]:
        units = units_of(scheme, self._figures)
        order = ranks({one.subject.id: one.score.score for one in found})
        return [
            TriedRow(
                id=one.subject.id, name=one.subject.name, total=one.score.score, rank=order[one.subject.id],
                worst=worst(lines_of(scheme, units, one)),
            )
            for one in found
        ]  # fmt: skip


async def begin(host: Host, figures: Figures) -> SchemeLibrary:
    """The published schemes."""
    return await asyncio.to_thread(SchemeLibrary, figures, host.data / FILES)


def serve(host: Host, office: Office, schemes: SchemeLibrary, figures: Figures, periods: Periods) -> None:
    """Let people edit them, and follow the folder."""
    owning = Owning(office.organisation, office.region, RIGHTS)
    desk: Workshop[SchemeFile] = Workshop(schemes, host.clock, office.store, office.audit, owning)
    host.on_stop(host.need(Web).add(SchemesApi(desk, figures, periods).routes()))
    host.task(watch(schemes, RIGHTS.title, host.bus, host.clock), "watch performance schemes")
