"""Where a chat is and every way from one state to another, as a table: it has one owner at each moment.

The owner is who may write to the citizen: the flow (`bot`), nobody while he waits, an agent while they talk.
"""

from __future__ import annotations

from enum import StrEnum


class ChatState(StrEnum):
    """Who has the chat."""

    BOT = "bot"
    WAITING = "waiting"  # in a queue, also while an agent is being asked
    TALKING = "talking"
    ENDED = "ended"


_S = ChatState

WAYS: dict[ChatState, frozenset[ChatState]] = {
    _S.BOT: frozenset({_S.WAITING, _S.TALKING, _S.ENDED}),
    _S.WAITING: frozenset({_S.BOT, _S.TALKING, _S.ENDED}),
    _S.TALKING: frozenset({_S.BOT, _S.WAITING, _S.TALKING, _S.ENDED}),
    _S.ENDED: frozenset(),
}
"""BOT → TALKING is an agent who takes it over from the bot; TALKING → TALKING a colleague who takes it over."""


class IllegalMove(Exception):
    """A way that the table does not have."""


def check(before: ChatState, after: ChatState) -> None:
    """Raise IllegalMove when a chat cannot go from one to the other."""
    if after not in WAYS[before]:
        raise IllegalMove(f"chat: {before} → {after}")


class EndReason(StrEnum):
    """Why a chat is over."""

    CITIZEN = "citizen"
    FLOW = "flow"
    IDLE = "idle"
    FAILED = "failed"


STATES = {"bot": "机器人接待", "waiting": "排队中", "talking": "人工服务中", "ended": "已结束"}
REASONS = {
    "citizen": "市民结束", "flow": "流程结束", "idle": "长时间未操作", "failed": "系统故障",
}  # fmt: skip
