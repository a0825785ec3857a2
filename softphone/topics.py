"""What desks, the board and calls' pages hear live."""

from __future__ import annotations

from cti.base.http.topics import LiveTopic, Nothing
from softphone.messages import AgentSnapshot, BoardChange, BoardSnapshot, LiveEvent

SEE = "board.see"

AGENT = LiveTopic("agent", "agent.work", AgentSnapshot, AgentSnapshot)
"""An agent's own desk, whole each time."""
BOARD = LiveTopic("board", SEE, BoardSnapshot, BoardChange)
"""The live board."""
STORY = LiveTopic("story", SEE, Nothing, LiveEvent)
"""Events of calls as they are stored."""

TOPICS = (AGENT, BOARD, STORY)
