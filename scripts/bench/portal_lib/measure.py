"""Sends the requests at their rate, and prints how long the answers took."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from argparse import Namespace
from statistics import median, quantiles
from urllib.parse import quote

import aiohttp

from bench.portal_lib.options import arguments

PAGES = ("/", "/", "/ask", "/news", "/request", "/figures", "/surveys", "/privacy", "/enter")
MATTERS = (
    "公积金",
    "停水",
    "居住证",
    "社保卡",
    "落户",
    "路灯",
    "医保",
    "噪音",
    "垃圾清运",
    "学区",
    "养老金",
    "公交线路",
    "违停",
    "油烟",
    "物业费",
    "燃气",
    "暖气",
    "老年证",
    "营业执照",
    "不动产登记",
    "生育津贴",
    "残疾证",
    "驾驶证",
    "井盖",
)
ENDINGS = ("怎么提取", "怎么办理", "不亮了", "补办", "在哪里投诉", "需要什么材料", "多少钱", "什么时候恢复", "", "电话")
QUESTIONS = [f"{matter}{ending}" for ending in ENDINGS for matter in MATTERS]
POPULAR = [1 / (1 + place) for place in range(len(QUESTIONS))]
"""Few are asked by many, many by few (Zipf)."""
AT_ONCE = 400
"""Connections that may be open."""


def address_of(visitor: int) -> str:
    """An address of nobody's (RFC 2544)."""
    return f"198.{18 + visitor // 65_536}.{visitor // 256 % 256}.{visitor % 256}"


async def measured(options: Namespace) -> int:
    """Ask, and print; 1 when an answer was none."""
    dice, took, wrong = random.Random(1), {"pages": list[float](), "searches": list[float]()}, dict[str, int]()  # noqa: S311 # a load
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(options.site, connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as client:

        async def ask(due: float) -> None:
            searches = dice.random() < options.searches
            path = f"/ask?words={quote(dice.choices(QUESTIONS, POPULAR)[0])}" if searches else dice.choice(PAGES)
            headers = {"X-Forwarded-For": address_of(dice.randrange(options.visitors)), "Accept": "text/html"}
            try:
                async with client.get(path, headers=headers) as answer:
                    await answer.read()
                    said = str(answer.status)
            except (aiohttp.ClientError, TimeoutError) as error:
                said = type(error).__name__
            if said == "200":
                # From when it was due: who waits for a connection waits, too.
                took["searches" if searches else "pages"].append(time.perf_counter() - due)
            else:
                wrong[said] = wrong.get(said, 0) + 1

        begun, count, tasks = time.perf_counter(), int(options.rate * options.seconds), list[asyncio.Task[None]]()
        for number in range(count):
            due = begun + number / options.rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            tasks.append(asyncio.create_task(ask(due)))
        await asyncio.gather(*tasks)
        seconds = time.perf_counter() - begun
    print(f"{count} requests of {options.visitors} visitors, {count / seconds:.0f} a second")
    for what, waits in took.items():
        if len(waits) > 1:
            p95 = quantiles(waits, n=20)[-1] * 1000
            print(f"{what}: {len(waits)} answers, p50 {median(waits) * 1000:.0f} ms, p95 {p95:.0f} ms, "
                  f"at most {max(waits) * 1000:.0f} ms")  # fmt: skip
    for said, times in sorted(wrong.items()):
        print(f"{said}: {times} times")
    return 1 if wrong else 0


def main() -> None:
    """By the command line."""
    sys.exit(asyncio.run(measured(arguments(sys.argv[1:]))))


if __name__ == "__main__":
    main()
