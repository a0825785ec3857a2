"""What the pages of queues hear live."""

from __future__ import annotations

from acd.floor.floor import SEE
from cti.base.http.topics import LiveTopic, Nothing

WAITING = LiveTopic("waiting", SEE, Nothing, Nothing)
"""Those who wait are others now: a list that shows them asks again, within its visitor's reach."""

TOPICS = (WAITING,)
