"""What the house says in chats by occasion, unless somebody has written other words for a flow or a channel (F17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workflow.chat.open_chat import OpenChat

Occasion = Literal["served", "no_seat", "busy", "silent", "silent_again", "seat_silent", "end"]
OCCASIONS: dict[str, str] = {
    "served": "人工接入欢迎语",
    "no_seat": "没有座席在线",
    "busy": "座席全忙",
    "silent": "市民静默提醒",
    "silent_again": "市民再次静默",
    "seat_silent": "座席静默",
    "end": "会话结束语",
}
USUAL: dict[Occasion, str] = {
    "served": "{座席}为您服务",
    "no_seat": "",
    "busy": "",
    "silent": "您还在吗？如暂时离开，随时可以继续；长时间没有消息，会话将自动结束。",
    "silent_again": "由于长时间没有消息，本次会话已结束。如需继续，直接发送消息即可。",
    "seat_silent": "客服暂时离开，正在为您安排其他客服，请稍候。",
    "end": "",
}
"""Nothing is said on an occasion without words: the flow says what follows."""
AGENT = "{座席}"


@dataclass(frozen=True, slots=True)
class Saying:
    """Words for an occasion, in chats of a flow and of a channel; of any where these are empty."""

    occasion: str
    organisation: str
    flow: str
    channel: str
    text: str


class SayingsAtHand:
    """Finds the words that fit best: the chat's own organisation's before the house's, then those for the flow, then
    those for the channel."""

    def __init__(self, house: str = "") -> None:
        self._house = house
        self._all: tuple[Saying, ...] = ()

    def take(self, found: Iterable[Saying]) -> None:
        """All that there are now."""
        self._all = tuple(found)

    def text(self, occasion: Occasion, chat: OpenChat, agent: str = "") -> str:
        """What is said; empty for nothing. `agent` is how citizens call who serves them."""
        fitting = [
            one
            for one in self._all
            if one.occasion == occasion
            and one.organisation in (chat.organisation, self._house)
            and one.flow in ("", chat.flow)
            and one.channel in ("", chat.channel)
        ]
        best = max(
            fitting,
            key=lambda one: (one.organisation == chat.organisation, bool(one.flow), bool(one.channel)),
            default=None,
        )
        return (best.text if best is not None else USUAL[occasion]).replace(AGENT, agent)
