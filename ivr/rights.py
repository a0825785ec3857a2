"""Who may see flows, change them and publish them."""

from __future__ import annotations

from cti.office.workshop.owning import Rights

READ, EDIT, PUBLISH = "flows.read", "flows.edit", "flows.publish"
FLOWS = Rights(READ, EDIT, PUBLISH, "流程")
