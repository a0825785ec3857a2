"""Merged hotlines in a running house."""

from __future__ import annotations

from cti.office.jobs.service import Jobs
from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from workflow.knowledge.categories import Categories
from workflow.knowledge.hotlines.api import routes
from workflow.knowledge.hotlines.imports import HotlineImports
from workflow.knowledge.hotlines.service import Hotlines
from workflow.knowledge.service import Articles


def begin(host: Host, articles: Articles, categories: Categories) -> None:
    """Take their tables in while the plugin runs."""
    office = host.need(Office)
    hotlines, imports = Hotlines(office), HotlineImports(office, articles, categories, host.need(Jobs))
    host.job(imports.job)
    host.on_stop(host.need(Web).add(routes(hotlines, imports)))
