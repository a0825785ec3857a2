"""Why an action was not taken."""

from __future__ import annotations

from cti.base.refusal import Conflict, Invalid, NotAllowed, Refusal


class Refused(Exception):
    """Nothing has changed. `code` is for programs, `says` for the one who asked."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code
        self.says = says


_REFUSALS: dict[str, type[Refusal]] = {"missing": Invalid, "amount": Invalid, "no_organisation": Invalid}


def refusal_of(refused: Refused) -> Refusal:
    """What the visitor is told."""
    if refused.code == "not_yours":
        return NotAllowed(refused.code, refused.says)
    return _REFUSALS.get(refused.code, Conflict)(refused.code, refused.says)
