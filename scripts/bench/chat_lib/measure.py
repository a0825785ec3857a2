"""Opens the chats, has citizens write at a rate, and prints what it cost."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path
from statistics import median, quantiles

from bench.chat_lib.house import ChatHouse, chat_house
from bench.chat_lib.options import arguments
from bench.chat_lib.understanding import containment, intents
from workflow.chat.open_chat import OpenChat
from workflow.chat.views import CitizenWritten, Entering

PAGE = 4096
SAID = ("家里停水了", "公积金怎么提取", "水压很低", "租房能提取公积金吗", "今天天气不错")
OPENING = 50
"""So many browsers open the window at once."""
PATIENCE = 30.0


def resident() -> int:
    """Bytes of memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


async def opened(house: ChatHouse, count: int) -> list[tuple[str, OpenChat]]:
    """Chats in which the bot has asked; each with its browser's token."""
    gate, found = asyncio.Semaphore(OPENING), list[tuple[str, OpenChat]]()

    async def one() -> None:
        async with gate:
            entered = await house.window.enter(house.key, "", Entering())
            assert entered.chat is not None
            chat = house.book.find(entered.chat.id)
            assert chat is not None
            await answered(house, chat, 0)
            found.append((entered.token, chat))

    await asyncio.gather(*(one() for _ in range(count)))
    return found


async def answered(house: ChatHouse, chat: OpenChat, after: int) -> None:
    """Until the bot has asked again."""
    async with asyncio.timeout(PATIENCE):
        while not any(one.side == "bot" and one.kind == "buttons" for one in chat.after(after)):
            await chat.stirred(house.office.clock, PATIENCE)


async def measured(chats: int, messages: int, rate: float) -> None:
    """All of it."""
    async with chat_house() as house:
        before, cpu = resident(), time.process_time()
        open_chats = await opened(house, chats)
        each, cpu = (resident() - before) / chats, time.process_time() - cpu
        print(f"{chats} chats open: {each / 1024:.1f} KiB of memory and {cpu / chats * 1000:.2f} ms of CPU each")
        picked, waits = random.Random(1), list[float]()  # noqa: S311 # a load, no secret

        async def writes(number: int) -> None:
            token, chat = open_chats[picked.randrange(chats)]
            begun, last = time.perf_counter(), chat.last
            body = CitizenWritten(text=picked.choice(SAID), key=f"m{number}")
            await house.window.write(house.key, token, body)
            await answered(house, chat, last)
            waits.append(time.perf_counter() - begun)

        begun, cpu, tasks = time.perf_counter(), time.process_time(), list[asyncio.Task[None]]()
        for number in range(messages):
            await asyncio.sleep(max(begun + number / rate - time.perf_counter(), 0))
            tasks.append(asyncio.create_task(writes(number)))
        await asyncio.gather(*tasks)
        took, cpu = time.perf_counter() - begun, time.process_time() - cpu
        p95 = quantiles(waits, n=20)[-1]
        print(f"{messages} messages, {messages / took:.1f} a second: {cpu / messages * 1000:.2f} ms of CPU each with")
        print(f"the bot's turn, {cpu / took:.0%} of a core; answers after p50 {median(waits) * 1000:.0f} ms,")
        print(
            f"p95 {p95 * 1000:.0f} ms, at most {max(waits) * 1000:.0f} ms (clock time: true on an idle machine alone)"
        )


def main() -> None:
    """By the command line."""
    options = arguments(sys.argv[1:])
    if options.only != "understanding":
        asyncio.run(measured(options.chats, options.messages, options.rate))
    if options.only != "load":
        intents()
        containment(options.citizens)


if __name__ == "__main__":
    main()
