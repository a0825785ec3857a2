"""Starts the analysis: its pages are read, and counted for whoever looks."""

from __future__ import annotations

from cti.office.figures import Figures
from cti.office.printing.service import Printing
from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from workflow.analysis.api import routes
from workflow.analysis.service import Analysis
from workflow.analysis.writing import KIND, PRINTED


async def setup(host: Host) -> None:
    """Offer Analysis."""
    audit = host.need(Office).audit
    audit.kinds.setdefault(KIND, "统计分析")
    analysis = Analysis(host.need(Figures), host.clock, host.data)
    await analysis.read()
    host.provide(Analysis, analysis)
    printing = host.need(Printing)
    host.on_stop(printing.offer(PRINTED))
    host.on_stop(host.need(Web).add(routes(analysis, audit, printing)))
