"""Why an action was not taken."""

from __future__ import annotations


class Refused(Exception):
    """Nothing has changed. `code` is for programs, `says` for the one who asked."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code
        self.says = says
