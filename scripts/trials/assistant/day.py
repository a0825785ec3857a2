"""All of it, one after another."""

from __future__ import annotations

import asyncio
import time
import urllib.error
import urllib.request
from contextlib import AsyncExitStack

from softphone.phones.sip_stack import SipStack
from trials.api import signed_in
from trials.assistant import afterwards, hot_words, words_said
from trials.assistant.form import Form
from trials.assistant.hot_words import HotWords
from trials.assistant.models import trained
from trials.assistant.talk import CALLER, Talk
from trials.assistant.town import AGENT, COLLEAGUE, EDITOR, LEADER, REVIEWER, fill, known
from trials.browsers import opened
from trials.course import Course, Failed
from trials.house import PASSWORD, House
from trials.seat import calling, ready
from trials.telephones import at_work

SCREENS = (
    "transcripts", "hot_words", "assistant_counted", "assistant_models", "assistant_dispatches", "trend_topics",
    "trend_matters",
)  # fmt: skip
"""What is kept at the end."""
BACK_WITHIN = 60.0


async def day(course: Course) -> None:
    """Failed with what went wrong."""
    house = course.house
    async with AsyncExitStack() as stack:
        admin, agent, colleague, leader = [
            await stack.enter_async_context(signed_in(house.url, one, PASSWORD))
            for one in ("admin", AGENT, COLLEAGUE, LEADER)
        ]
        await fill(admin, {AGENT: agent})
        editor, reviewer = [
            await stack.enter_async_context(signed_in(house.url, one, PASSWORD)) for one in (EDITOR, REVIEWER)
        ]
        await known(editor, reviewer, admin)
        course.say("a town with sixty answered tickets and an article")
        learning = asyncio.create_task(words_said.learn())
        browsers = await stack.enter_async_context(opened(house, course.pictures))
        board = await browsers.own(LEADER)
        await trained(course, board, leader)
        keeper = HotWords(course, board, leader)
        await keeper.known()
        await learning
        phones = await stack.enter_async_context(SipStack("127.0.0.1", house.carrier))
        desk = await browsers.own(AGENT, words_said.microphone(house.data))
        asked = await stack.enter_async_context(at_work(phones, colleague))
        await colleague.ask("PUT", "/api/agent/state", {"state": "break", "reason": "rest"})
        await ready(desk)
        async with calling(phones, house.sip, CALLER, desk) as call:
            talk, form = Talk(course, call, desk, board), Form(course, desk)
            await talk.tells()
            await form.proposed()
            await form.heard()
            await form.taken()
            await talk.overheard()
            await talk.holds()
            await talk.consults(asked)
            await talk.hands_over()
            await form.registered(agent, leader)
            await talk.loses_its_engine(lambda: _back(house))
            await talk.tells_a_secret()
        await afterwards.looked_up(course, board, leader)
        await colleague.ask("PUT", "/api/agent/state", {"state": "signed_out", "reason": None})

        await hot_words.misheard(course, phones, desk)
        await keeper.kept()
        await hot_words.understood(course, phones, desk)
        await board.page.bring_to_front()
        await keeper.removed()
        for name in SCREENS:
            await board.look(f"/{name}", f"page-{name}")
        if faults := [fault for hands in browsers.people for fault in hands.faults]:
            raise Failed("; ".join(faults))
        course.say("all screens are kept as pictures")


async def _back(house: House) -> None:
    """Until an engine is there again. Failed."""
    deadline = time.monotonic() + BACK_WITHIN
    while time.monotonic() < deadline:
        try:
            await asyncio.to_thread(urllib.request.urlopen, f"{house.url}/healthz", timeout=3)
            return
        except (OSError, urllib.error.HTTPError):
            await asyncio.sleep(0.3)
    raise Failed("no engine came back")
