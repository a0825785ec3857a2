"""The morning, from the first call to the proof that nothing is lost and nothing forged."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from softphone.phones.sip_stack import SipStack
from trials.api import Api, signed_in
from trials.browsers import opened
from trials.course import Course, Failed
from trials.hands import PATIENCE, Hands
from trials.house import PASSWORD
from trials.tickets import books
from trials.tickets.calls import Calls
from trials.tickets.city import PEOPLE, fill
from trials.tickets.requests import ANSWERED, ASKING, REGISTERED, REMINDING
from trials.tickets.screens import look
from trials.tickets.stories import TICKETS, Stories

AGENTS = ("1001", "1002", "1003")
AT_TELEPHONES = ("east_roads1",)


async def morning(course: Course) -> None:
    """All of it; Failed with what went wrong."""
    house = course.house
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(signed_in(house.url, "admin", PASSWORD))
        await fill(admin, PASSWORD)
        course.say("the city is there: two counties, three levels of departments, categories, the dispatch catalogue")
        browsers = await stack.enter_async_context(opened(house, course.pictures))
        phones = await stack.enter_async_context(SipStack("127.0.0.1", house.carrier))
        calls = Calls(phones, house.sip)
        agents = [await browsers.own(one) for one in AGENTS]
        await take_calls(admin, calls, agents)
        course.say(f"{calls.made} calls were answered, {len(REGISTERED)} tickets registered at three browsers")

        people = {}
        for login in ("8001", *(one.login for one in PEOPLE)):
            people[login] = await stack.enter_async_context(signed_in(house.url, login, PASSWORD))
        caller = await browsers.own("caller1")
        await caller.open("/desk")
        await caller.page.get_by_test_id("go-ready").click(timeout=PATIENCE)
        ids = {title: str(one["id"]) for title, one in (await books.tickets(admin)).items()}
        stories = Stories(people, browsers, caller, ids, calls, AT_TELEPHONES)
        await stories.all()
        course.say("reviewed, dispatched, handled, answered, revisited")

        there = {**stories.screens, AGENTS[0]: agents[0]}
        await look(browsers, there, TICKETS + ids[REMINDING.title], AT_TELEPHONES)
        course.say("each role's main screens are kept as pictures")
        if faults := [fault for hands in browsers.people for fault in hands.faults]:
            raise Failed("; ".join(faults))
        await books.compare(course, admin)
        course.say("every call has a ticket or a reason, every ticket is archived, every chain holds")


async def take_calls(admin: Api, calls: Calls, agents: list[Hands]) -> None:
    """Citizens call, agents answer: first those with a request, then who asks again or needs no ticket."""
    async with asyncio.TaskGroup() as group:
        for agent in agents:
            group.create_task(calls.answer(agent))
        await calls.ready(len(agents))
        await asyncio.gather(*(calls.talk(one.number) for one in REGISTERED))
        there = await books.tickets(admin)
        asking = (calls.ask(one.number, there[one.title]["number"]) for one in ASKING)
        await asyncio.gather(calls.talk(REMINDING.number), *map(calls.talk, ANSWERED), *asking)
        calls.over.set()
