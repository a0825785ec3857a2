"""What the solver's process says, line by line. The engine reads it without the solver, which would take it 50 MB."""

from __future__ import annotations

import msgspec

from workflow.roster.solving.problem import Answer


class Progress(msgspec.Struct, tag="progress"):
    """How good the best roster is by now: the share of needed heads that are there."""

    cover: float
    seconds: float


class Found(msgspec.Struct, tag="found"):
    """The end."""

    answer: Answer


Said = Progress | Found
