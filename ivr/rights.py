"""Rights to flows."""

from __future__ import annotations

from cti.office.workshop.owning import Rights

READ, EDIT, PUBLISH = "flows.read", "flows.edit", "flows.publish"
FLOWS = Rights(READ, EDIT, PUBLISH, "流程")
