"""A live board that changes: `python -m bench.web_lib.board_server CONSOLES CHANGES_A_SECOND`; stops with its input."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time

import uvloop

from bench.web_lib.house import UNLIMITED, GivenSessions
from cti.base.http.topics import Topic
from cti.web.host import Web

AGENTS = 500
STATES = ("ready", "ringing", "talking", "wrapup", "break")


def card(agent: int, turn: int) -> dict[str, object]:
    """An agent on the board, with the moment at which it changed."""
    return {
        "kind": "agent",
        "agent": f"1{agent:03d}",
        "name": "王芳",
        "state": STATES[turn % len(STATES)],
        "since": "2026-05-06T12:00:00Z",
        "queue": "general",
        "call": "01M88F0YP8RKRMCV1DK2NW2XWM",
        "sent": time.monotonic(),
    }


async def main(consoles: int, changes: int) -> None:
    """Serve until the input ends."""
    web = Web(GivenSessions(consoles), settings=UNLIMITED)
    cards = [card(agent, 0) for agent in range(AGENTS)]
    web.hub.add(Topic("board", "board.see", lambda visitor: cards, lambda visitor, key, about: True))
    await web.start("127.0.0.1", 0)
    print(web.port, flush=True)
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    begun = time.monotonic()
    for turn in itertools.count():
        if ended.done():
            break
        changed = card(turn % AGENTS, turn)
        cards[turn % AGENTS] = changed
        web.hub.change("board", str(changed["agent"]), changed)
        await asyncio.sleep(max(0.0, begun + turn / changes - time.monotonic()))
    await web.stop()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
