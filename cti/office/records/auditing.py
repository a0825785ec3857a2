"""What the audit is told of a change: what was masked stays masked, and can be proved without being guessed."""

from __future__ import annotations

from typing import Any

import msgspec

from cti.office.identity.audit.trail import Audit
from cti.office.identity.masking import HIDDEN

PUBLIC = ("organisation", "region")
"""Columns that say whose a record is: no view of the audit's has them, and nothing in them is masked."""

Told = dict[str, Any]
"""Values of a record by key."""


def differences(
    audit: Audit, kind: str, id: str, before: tuple[Told, Told], after: tuple[Told, Told]
) -> tuple[Told, Told] | None:
    """What changed, before and after, as the audit has it; None when nothing did.

    Each is what was told (masked) and what is real, by key. What is real decides: two names that look alike once
    masked are a change, and each stands there masked with a keyed hash, by which it can be proved and not guessed.
    """
    keys = [
        key
        for key in {**before[0], **before[1]}
        if before[1].get(key) != after[1].get(key) or before[0].get(key) != after[0].get(key)
    ]
    if not keys:
        return None

    def hidden(told: Told, real: Told, key: str) -> Any:
        if key not in real or key in PUBLIC or told.get(key) == real[key]:
            return real[key] if key in PUBLIC else told.get(key)
        shown, said = told.get(key, HIDDEN), msgspec.json.encode(real[key]).decode()
        return {"shown": shown, "hash": audit.digest(kind, id, key, said)}

    old, new = ({key: hidden(*said, key) for key in keys} for said in (before, after))
    return old, new
