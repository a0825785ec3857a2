"""The day after the year: calls, figures counted by hand, pages, walls, a wall laid out anew, a call from a wall."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from softphone.phones.sip_stack import SipStack
from trials.analysis import dispatching, figures, laying_out, screens
from trials.analysis.town import AGENTS, DIRECTOR
from trials.api import signed_in
from trials.browsers import opened
from trials.course import Course, Failed
from trials.house import PASSWORD
from trials.telephones import at_work, talked

TALKS = 3
BOOKED_WITHIN = 30.0


async def day(course: Course) -> None:
    """All of it; Failed with what went wrong."""
    house = course.house
    async with AsyncExitStack() as stack:
        admin, director, agent = [
            await stack.enter_async_context(signed_in(house.url, one, PASSWORD))
            for one in ("admin", DIRECTOR, AGENTS[0])
        ]
        browsers = await stack.enter_async_context(opened(house, course.pictures))
        phones = await stack.enter_async_context(SipStack("127.0.0.1", house.carrier))
        before = (await director.ask("GET", "/api/figures/calls_arrived/value?period=today"))["total"]["now"]
        async with at_work(phones, agent) as phone:
            for number in range(TALKS):
                await talked(phones, house, phone, agent, f"1380519000{number}")
        async with asyncio.timeout(BOOKED_WITHIN):
            while True:
                now = (await director.ask("GET", "/api/figures/calls_arrived/value?period=today"))["total"]["now"]
                if now["value"] == before["value"] + TALKS and not now["pending"]:
                    break
                await asyncio.sleep(0.5)
        course.say(f"{TALKS} real calls stand in today's figure: {now['value']:g}")

        compared, wrong = await figures.compare(house, admin)
        if wrong:
            raise Failed("; ".join(wrong))
        course.say(f"{len(figures.PLAIN)} figures, {compared} values agree with plain SQL, each leads to its rows")

        hands = await browsers.own(DIRECTOR)
        await dispatching.called(hands, director, phones, house)
        course.say("from the wall a department was called, a leader asked into the talk; each heard the others")
        await laying_out.laid_out(hands, director, house)
        course.say("a wall was laid out by mouse and keyboard, saved with its comments, and given back")

        pages, clicks = await screens.analysis(hands, director)
        course.say(f"{pages} pages of analysis are kept at two sizes; {clicks} figures were clicked, each had its rows")
        names = [one["wall"] for one in await director.ask("GET", "/api/bigscreen/walls")]
        taken = await screens.walls(hands, names)
        course.say(f"{len(names)} walls: {taken} pictures")
        if faults := [fault for one in browsers.people for fault in one.faults]:
            raise Failed("; ".join(faults))
        course.say("nothing is cut off on any of them")
