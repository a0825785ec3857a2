"""What the pages of flows hear live."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic reads the standard one from Python 3.12 on only

from cti.base.http.topics import LiveTopic
from ivr.rights import READ


class FlowNodeNow(TypedDict):
    """A node of a flow: calls that are in it now, and today's that entered it, hung up in it or were not understood."""

    flow: str
    node: str
    now: int
    entered: int
    hangups: int
    invalid: int


class FlowNodesNow(TypedDict):
    """All nodes that somebody is in now or was in today."""

    nodes: list[FlowNodeNow]


FLOWS = LiveTopic("flows", READ, FlowNodesNow, FlowNodeNow)

TOPICS = (FLOWS,)
