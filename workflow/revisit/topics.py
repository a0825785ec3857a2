"""What the page of revisits that go on hears live."""

from __future__ import annotations

from typing import TypedDict

from cti.base.http.topics import LiveTopic, Nothing
from workflow.revisit.strategies import SEE


class RevisitsChanged(TypedDict):
    """Something was said, or somebody is on the line or no longer: ask again. It says of nobody which."""

    new: bool


LIVE = LiveTopic("revisits", SEE, Nothing, RevisitsChanged)
"""Told to whoever looks on; what he may see he asks for."""

TOPICS = (LIVE,)
