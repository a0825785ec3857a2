"""What the list of matters hears live."""

from cti.base.http.topics import LiveTopic, Nothing

LIVE = LiveTopic("matters", "matters.see", Nothing, Nothing)
"""A matter went on by a step: the list asks again, within its visitor's reach."""

TOPICS = (LIVE,)
