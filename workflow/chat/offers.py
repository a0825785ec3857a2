"""Chats that agents are asked to take, and the talks that they have: what the desk acts on and the queue waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from acd.service import Offer
from cti.base.refusal import Conflict
from workflow.chat.open_chat import OpenChat

BACK = "back"
"""What comes after a talk whose agent is not there any more: the queue, at the place that the citizen had."""


@dataclass(slots=True, eq=False)
class Asked:
    """An agent is asked to take a chat. `answer`: whether he takes it; `settled`: whether it became his."""

    chat: OpenChat
    offer: Offer
    answer: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    settled: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def agent(self) -> str:
        """Who is asked."""
        return self.offer.agent


@dataclass(slots=True, eq=False)
class Talk:
    """An agent and a citizen write to each other until `over`, which says what comes after: see `QueueOutcome.then`."""

    chat: OpenChat
    agent: str
    over: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def end(self, then: str = "") -> None:
        """It is over; nothing when it is already."""
        if not self.over.done():
            self.over.set_result(then)


class Offers:
    """Who is asked and who talks now, by chat. `told` hears of agents for whom something is another now."""

    def __init__(self, told: Callable[[str], object] = lambda agent: None) -> None:
        self.told = told
        self.can_take: Callable[[str], bool] = lambda agent: True
        """Whether an agent sees what he is asked: has the console open."""
        self._asked: dict[str, Asked] = {}
        self._talks: dict[str, Talk] = {}

    # ── the queue's side ──

    def ask(self, chat: OpenChat, offer: Offer) -> Asked:
        """Ask an agent."""
        asked = self._asked[chat.id] = Asked(chat, offer)
        self.told(asked.agent)
        return asked

    def asked_no_more(self, asked: Asked, *, his: bool) -> None:
        """It is decided, or was taken back."""
        if self._asked.get(asked.chat.id) is asked:
            del self._asked[asked.chat.id]
        if not asked.settled.done():
            asked.settled.set_result(his)
        self.told(asked.agent)

    def begin(self, chat: OpenChat, agent: str) -> Talk:
        """They talk."""
        talk = self._talks[chat.id] = Talk(chat, agent)
        self.told(agent)
        return talk

    def ended(self, talk: Talk) -> None:
        """They do not any more."""
        if self._talks.get(talk.chat.id) is talk:
            del self._talks[talk.chat.id]
        self.told(talk.agent)

    # ── the desk's side ──

    def asked_of(self, agent: str) -> list[Asked]:
        """What an agent is asked to take."""
        return [one for one in self._asked.values() if one.agent == agent]

    def talks_of(self, agent: str) -> list[Talk]:
        """The talks that he has."""
        return [one for one in self._talks.values() if one.agent == agent]

    @property
    def talks(self) -> list[Talk]:
        """All talks."""
        return list(self._talks.values())

    def talk(self, chat: str) -> Talk | None:
        """That of a chat."""
        return self._talks.get(chat)

    async def answer(self, chat: str, agent: str, *, takes: bool) -> None:
        """An agent takes a chat that he is asked to take, or does not. Conflict when he is not asked any more."""
        asked = self._asked.get(chat)
        if asked is None or asked.agent != agent or asked.answer.done():
            raise Conflict("not_asked", "该会话已由其他座席接入，或市民已离开")
        asked.answer.set_result(takes)
        if await asked.settled is not takes:
            raise Conflict("not_asked", "该会话已由其他座席接入，或市民已离开")
