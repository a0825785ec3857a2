"""What is said in a call's flow is written down for whoever gets the caller, from the first question by speech on."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from cti.base.call import Call
from cti.base.clock import LoopClock
from ivr.conversation.port import Heard, Listening
from ivr.speech.spoken_pieces import Text
from ivr.telephone.minutes import Minutes, said_words
from ivr.telephone.phone import PhoneConversation
from tests.ivr.running.test_conductor import call
from tests.ivr.trying import WORDS


def conversation(of: Call, heard: Heard) -> PhoneConversation:
    """A call whose citizen answers this, whatever he is asked."""

    async def ids(*_: Any) -> list[str]:
        return ["prompt"]

    async def answers(*_: Any) -> Heard:
        return heard

    async def played(*_: Any, **__: Any) -> Any:
        return SimpleNamespace(digit="")

    async def collected(*_: Any, **__: Any) -> Any:
        return SimpleNamespace(digits="1", timed_out=False)

    def nothing(*_: Any) -> None:
        return None

    room: Any = SimpleNamespace(
        minutes=Minutes(WORDS, LoopClock(), nothing),
        taking_over=SimpleNamespace(asks=nothing, asked=nothing),
        sayer=SimpleNamespace(ids=ids), answers=SimpleNamespace(hear=answers),
        plan=SimpleNamespace(find=lambda number: None),
    )  # fmt: skip
    session: Any = SimpleNamespace(play=played, collect=collected)
    none: Any = None
    return PhoneConversation(room, of, session, none)


def test_the_agent_reads_both_sides_of_a_talk_with_the_bot() -> None:
    async def talk() -> str:
        here = call("12345")
        bot = conversation(here, Heard(text="家里停水了"))
        await bot.hear([Text("请说您的问题")], Listening(speech=True))
        await bot.say([Text("已经为您登记")])
        return said_words(here)

    assert asyncio.run(talk()) == "系统：请说您的问题\n市民：家里停水了\n系统：已经为您登记"


def test_of_a_menu_with_keys_alone_nothing_is_kept() -> None:
    async def talk() -> str:
        here = call("12345")
        bot = conversation(here, Heard("1"))
        await bot.say([Text("欢迎致电")])
        await bot.hear([Text("按1查进度")], Listening())
        return said_words(here)

    assert asyncio.run(talk()) == ""
