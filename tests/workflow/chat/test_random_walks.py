"""Chats through random days: citizens, agents and the clock do what they like, and engines die.

At every moment each chat has one owner, its messages are numbered without gaps and stand there once; at the end nobody
is reserved for ever, and no chat is left without somebody who leads it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest
import structlog

from acd.matching.states import AgentState
from cti.base.refusal import Refusal
from cti.office.records import Office
from cti.store.engine import Store
from tests.workflow.chat.house import ChatHouse, agent, chat_house, until
from workflow.chat.states import ChatState

AGENTS = ("1001", "1002")
CITIZENS = ("a", "b", "c")
SAYS = ("停水", *["转人工"] * 5, "你好", "在吗", "1", "2", "没有了")


class Day:
    """One random day; `sent` is what citizens got accepted, by chat."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.sent: dict[str, list[str]] = {}
        self.answers: dict[str, list[str]] = {}
        self.count = 0

    async def step(self, house: ChatHouse) -> None:
        act = self.chance.choice((*[self.citizen] * 5, self.leaves, *[self.agent] * 8, self.duty, self.time))
        with contextlib.suppress(Refusal):
            await act(house)
        for _ in range(self.chance.randint(0, 8)):
            await asyncio.sleep(0.001)
        self.check(house)

    async def citizen(self, house: ChatHouse) -> None:
        who = self.chance.choice(CITIZENS)
        chat = await house.open(who)
        self.count += 1
        text = f"{self.chance.choice(SAYS)}"
        for _ in range(self.chance.choice((1, 1, 2))):
            await house.writes(text, f"k{self.count}", who)
        self.sent.setdefault(chat.id, []).append(f"c-k{self.count}")

    async def leaves(self, house: ChatHouse) -> None:
        who = self.chance.choice(CITIZENS)
        if who in house.tokens:
            await house.window.end(house.key, house.tokens[who])

    async def agent(self, house: ChatHouse) -> None:
        one = agent(self.chance.choice(AGENTS))
        mine = house.desk.mine(one)
        if mine.asked and self.chance.random() < 0.8:
            asked = self.chance.choice(mine.asked)
            await (house.desk.take if self.chance.random() < 0.8 else house.desk.decline)(one, asked.id)
        elif mine.mine:
            chat = self.chance.choice(mine.mine)
            self.count += 1
            what = self.chance.random()
            if what < 0.5:
                await house.desk.write(one, chat.id, f"答{self.count}", f"w{self.count}")
                self.answers.setdefault(chat.id, []).append(f"答{self.count}")
            elif what < 0.7:
                to = self.chance.choice(("queue:pensions", "agent:1001", "agent:1002"))
                await house.desk.hand_on(one, chat.id, to, "")
            else:
                house.desk.end(one, chat.id)

    async def duty(self, house: ChatHouse) -> None:
        number = self.chance.choice(AGENTS)
        if number in house.there and self.chance.random() < 0.3:
            house.there.discard(number)
        else:
            house.sign_in(number)
            if house.acd.agent(number).state == AgentState.BREAK:
                house.acd.request_state(number, "ready")

    async def time(self, house: ChatHouse) -> None:
        house.pass_time(self.chance.choice((1, 5, 10, 21, 60, 400)))
        await house.watching.look()

    def check(self, house: ChatHouse) -> None:
        for chat in house.book.open:
            assert [one.number for one in chat.messages] == list(range(1, chat.last + 1))
            talk = house.offers.talk(chat.id)
            if talk is not None and not talk.over.done():
                assert chat.state is ChatState.TALKING
                assert talk.agent == chat.agent
        for number in AGENTS:
            assert len(house.offers.asked_of(number)) <= 1

    async def judge(self, house: ChatHouse) -> None:
        for id, keys in self.sent.items():
            messages = await house.book.messages(id)
            citizens = [one for one in messages if one.side == "citizen"]
            assert len(citizens) == len(keys)
            said = [one.text for one in messages if one.side == "agent"]
            assert said == self.answers.get(id, [])


async def evening(house: ChatHouse) -> None:
    """Everybody goes home: all chats end, nobody is held."""
    for _ in range(60):
        for number in AGENTS:
            one = agent(number)
            house.there.add(number)
            for asked in house.desk.mine(one).asked:
                with contextlib.suppress(Refusal):
                    await house.desk.take(one, asked.id)
            for chat in house.desk.mine(one).mine:
                with contextlib.suppress(Refusal):
                    house.desk.end(one, chat.id)
            house.sign_in(number)
            if house.acd.agent(number).state == AgentState.BREAK:
                house.acd.request_state(number, "ready")
        for token in house.tokens.values():
            with contextlib.suppress(Refusal):
                await house.window.end(house.key, token)
        for _ in range(10):
            await asyncio.sleep(0.002)
        house.pass_time(5)
        if not house.book.open:
            break
    await until(lambda: not house.book.open)


@pytest.mark.parametrize("seed", range(6))
async def test_random_days(sqlite_store: Store, seed: int) -> None:
    day, office, key, tokens = Day(seed), None, "", dict[str, str]()
    for life in range(3):
        async with chat_house(sqlite_store, office=office, key=key) as house:
            house.tokens = tokens
            for number in AGENTS:
                house.sign_in(number)
            with structlog.testing.capture_logs() as logs:
                for _ in range(40):
                    await day.step(house)
            assert [one for one in logs if one["log_level"] in ("warning", "error", "exception")] == []
            office, key = _kept(house)
            if life == 2:
                await evening(house)
                await until(lambda: all(house.acd.agent(one).state is not AgentState.RESERVED for one in AGENTS))
                assert not house.offers.talks
                await day.judge(house)
            else:
                await house.journal.flushed()


def _kept(house: ChatHouse) -> tuple[Office, str]:
    return house.office, house.key
