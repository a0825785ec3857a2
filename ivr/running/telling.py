"""The events that a walk through a flow tells: NodeEntered, NodeLeft, DigitsEntered, PieceLeftOut."""

from __future__ import annotations

from datetime import datetime

from cti.base.events import DigitsEntered, NodeEntered, NodeLeft, PieceLeftOut
from ivr.conversation.port import Conversation
from ivr.definition.flow import Flow
from ivr.nodes.asides import StepAside
from ivr.nodes.node import Descend, Jump, Turn
from ivr.running.state import Tell


class Telling:
    """Tells of one call."""

    def __init__(self, conversation: Conversation, tell: Tell) -> None:
        self._conversation = conversation
        self._tell = tell

    def entered(self, at: datetime, flow: Flow, node: str) -> None:
        """The call entered a node."""
        facts = self._conversation.facts
        self._tell(
            NodeEntered(
                at=at,
                call=facts.call,
                organisation=facts.organisation,
                region=facts.region,
                flow=flow.name,
                revision=flow.revision,
                node=node,
            )
        )

    def left(self, at: datetime, flow: Flow, node: str, turn: Turn, since: float) -> None:
        """The call left a node that it entered at epoch second `since`. A sub-flow is left when it comes back."""
        if isinstance(turn, Descend | StepAside):
            return
        way = (
            turn if isinstance(turn, str) else f"flow {turn.flow}" if isinstance(turn, Jump) else f"end {turn.outcome}"
        )
        facts = self._conversation.facts
        self._tell(
            NodeLeft(
                at=at,
                call=facts.call,
                organisation=facts.organisation,
                region=facts.region,
                flow=flow.name,
                revision=flow.revision,
                node=node,
                way=way,
                seconds=max(0.0, at.timestamp() - since),
            )
        )

    def typed(self, at: datetime, node: str, digits: str) -> None:
        """The citizen pressed keys."""
        facts = self._conversation.facts
        self._tell(
            DigitsEntered(
                at=at,
                call=facts.call,
                organisation=facts.organisation,
                region=facts.region,
                node=node,
                digits=digits,
            )
        )

    def left_out(self, at: datetime, piece: str, reason: str) -> None:
        """Something that should have been said cannot be worked out."""
        facts = self._conversation.facts
        self._tell(
            PieceLeftOut(
                at=at,
                call=facts.call,
                organisation=facts.organisation,
                region=facts.region,
                piece=piece,
                reason=reason,
            )
        )
