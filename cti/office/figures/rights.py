"""The permissions over definitions of figures and reports."""

from __future__ import annotations

from cti.office.workshop.owning import Rights

READ, EDIT, PUBLISH = "reports.see", "figures.edit", "figures.publish"
FIGURES = Rights(READ, EDIT, PUBLISH, "统计口径")
