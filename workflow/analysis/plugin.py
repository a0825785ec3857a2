"""Starts the analysis: its pages are read, and counted for whoever looks."""

from __future__ import annotations

from cti.office.figures import Figures
from cti.office.printing.service import Printing
from cti.office.records import Office
from cti.office.timers.schedule import Schedule
from cti.plugins import Host
from cti.web.host import Web
from workflow.analysis.api import routes
from workflow.analysis.beforehand import NIGHT, Beforehand
from workflow.analysis.patience import Patience
from workflow.analysis.service import Analysis
from workflow.analysis.writing import KIND, PRINTED

BEFOREHAND = "analysis_beforehand"


async def setup(host: Host) -> None:
    """Offer Analysis."""
    audit = host.need(Office).audit
    audit.kinds.setdefault(KIND, "统计分析")
    analysis = Analysis(host.need(Figures), host.clock, host.data)
    await analysis.read()
    host.provide(Analysis, analysis)
    patience = Patience(analysis, host.clock)
    host.on_stop(patience.close)
    beforehand, schedule = Beforehand(analysis, host.need(Figures), host.clock), host.need(Schedule)
    await schedule.every(BEFOREHAND, "预先统计分析页面", NIGHT, beforehand.due)
    host.on_stop(lambda: schedule.stop(BEFOREHAND))
    host.task(beforehand.run(), "count what stands on pages of analysis")
    printing = host.need(Printing)
    host.on_stop(printing.offer(PRINTED))
    host.on_stop(host.need(Web).add(routes(analysis, patience, audit, printing)))
