"""The pages of a house: those that come with the plugin, and a city's own, which take the place of one of that name."""

from __future__ import annotations

from pathlib import Path

from cti.base.files import documents
from cti.base.files.findings import validated
from workflow.analysis.description import AnalysisPage

FOLDER = "analysis"
"""A city's own, in the state directory."""
SHIPPED = Path(__file__).parent / "pages"


def read_pages(*folders: Path) -> dict[str, AnalysisPage]:
    """Pages by name, in the order of their tabs; later folders go before earlier ones.

    DocumentError names file, line and fault.
    """
    found: dict[str, AnalysisPage] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            page = validated(documents.load(path), AnalysisPage)
            found[page.page] = page
    return {one.page: one for one in sorted(found.values(), key=lambda one: (one.order, one.page))}
