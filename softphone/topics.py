"""What desks, the board and calls' pages hear live."""

from __future__ import annotations

from cti.base.http.topics import LiveTopic, Nothing
from softphone.messages import AgentSnapshot, BoardChange, BoardSnapshot, LiveEvent, OwnPhoneSnapshot
from softphone.own_phones.keeping import OWN_PHONE as OWN

SEE = "board.see"

AGENT = LiveTopic("agent", "agent.work", AgentSnapshot, AgentSnapshot)
"""An agent's own desk, whole each time."""
BOARD = LiveTopic("board", SEE, BoardSnapshot, BoardChange)
"""The live board."""
STORY = LiveTopic("story", SEE, Nothing, LiveEvent)
"""Events of calls as they are stored."""
OWN_PHONE = LiveTopic("own_phone", OWN, OwnPhoneSnapshot, OwnPhoneSnapshot)
"""Somebody's own telephone, and the call that he makes from it, whole each time."""

TOPICS = (AGENT, BOARD, STORY, OWN_PHONE)
