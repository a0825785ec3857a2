"""Starts the analysis: its pages are read, and counted for whoever looks."""

from __future__ import annotations

from cti.office.figures import Figures
from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from workflow.analysis.api import KIND, routes
from workflow.analysis.service import Analysis


async def setup(host: Host) -> None:
    """Offer Analysis."""
    audit = host.need(Office).audit
    audit.kinds.setdefault(KIND, "统计分析")
    analysis = Analysis(host.need(Figures), host.clock, host.data)
    await analysis.read()
    host.provide(Analysis, analysis)
    host.on_stop(host.need(Web).add(routes(analysis, audit)))
