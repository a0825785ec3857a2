"""Who may look at flows and change them."""

from __future__ import annotations

from dataclasses import dataclass

from cti.office.workshop import owning
from cti.office.workshop.owning import Rights
from ivr.rights import FLOWS


@dataclass(frozen=True, slots=True)
class Owning(owning.Owning):
    """Whose flows are whose."""

    rights: Rights = FLOWS
