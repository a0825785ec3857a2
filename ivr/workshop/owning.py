"""Who may look at flows and change them."""

from __future__ import annotations

from dataclasses import dataclass

from cti.office.workshop import owning
from cti.office.workshop.owning import Rights

READ, EDIT, PUBLISH = "flows.read", "flows.edit", "flows.publish"
FLOWS = Rights(READ, EDIT, PUBLISH, "流程")


@dataclass(frozen=True, slots=True)
class Owning(owning.Owning):
    """Whose flows are whose."""

    rights: Rights = FLOWS
