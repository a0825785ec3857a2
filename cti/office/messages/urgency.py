"""How urgent a message is."""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    """Quiet ones are only listed; normal ones show and sound where nobody talks; urgent ones show and sound always.

    Urgent ones are told to somebody else when nobody reads them.
    """

    QUIET = "quiet"
    NORMAL = "normal"
    URGENT = "urgent"


URGENCY_TITLES = {Urgency.QUIET: "提示", Urgency.NORMAL: "普通", Urgency.URGENT: "紧急"}
