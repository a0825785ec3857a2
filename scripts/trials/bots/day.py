"""All of it, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from softphone.phones.sip_stack import SipStack
from trials.api import Api, signed_in
from trials.bots import speaking
from trials.bots.revisits import Revisited
from trials.bots.town import AGENT, LEADER, closed, fill, led_by
from trials.bots.turns import turns
from trials.bots.writing import ChatDesk, Citizen, site
from trials.browsers import opened
from trials.course import Course, Failed
from trials.hands import Hands
from trials.house import PASSWORD

SCREENS = {
    "admin": (
        "flows",
        "flows/hotline",
        "flows/voice",
        "flows/revisit",
        "bot_questions",
        "chat_entrances",
        "chat_sayings",
    ),
    LEADER: ("revisit_plans", "revisit_strategies", "revisits", "chat_floor", "chats"),
}  # fmt: skip
"""What is kept at the end."""


async def day(course: Course, revisits: int, parts: Sequence[str]) -> None:
    """Those of its parts, then the screens. Failed with what went wrong."""
    house = course.house
    async with AsyncExitStack() as stack:
        admin, leader, agent = [
            await stack.enter_async_context(signed_in(house.url, one, PASSWORD)) for one in ("admin", LEADER, AGENT)
        ]
        await fill(admin, leader)
        browsers = await stack.enter_async_context(opened(house, course.pictures))
        desk = await browsers.own(AGENT)
        await agent.ask("PUT", "/api/agent/state", {"state": "ready", "reason": None})
        if "chat" in parts:
            address = await stack.enter_async_context(site(admin, house.public))
            citizen = Citizen(await browsers.stranger(small=True), course.pictures, "citizen-phone")
            await _writes(course, ChatDesk(desk), citizen, address, leader)
        phones = await stack.enter_async_context(SipStack("127.0.0.1", house.carrier))
        if "voice" in parts:
            await led_by(admin, "voice")
            greeting = await speaking.silent(course, desk, phones, house.sip)
            number = await speaking.scenarios(course, admin, desk, phones, house.sip, greeting)
            course.say(f"a citizen was answered by voice, registered {number} and corrected it, and had an agent")
        if "turns" in parts:
            await led_by(admin, "voice")
            await turns(course, admin, leader, phones, house.sip)
        screen = await browsers.shared(LEADER)
        if "revisits" in parts:
            called = Revisited(leader, await closed(agent, revisits))
            await called.all(course, phones, house.sip, screen)
            await called.verified(screen)
            course.say("verified beside words and sound, and taken into the ticket")
            await screen.look(f"/revisit_plans/{called.plan}", "revisit-plan")
        await _looks(await browsers.shared("admin"), screen)
        if faults := [fault for hands in browsers.people for fault in hands.faults]:
            raise Failed("; ".join(faults))
        course.say("all screens are kept as pictures")


async def _writes(course: Course, desk: ChatDesk, citizen: Citizen, address: str, leader: Api) -> None:
    """A citizen in a browser, by the bot and by the agent."""
    await desk.opens()
    await citizen.opens(address)
    number = await citizen.scenarios()
    course.say(f"a citizen was answered, registered {number} with the bot, and heard how far it is")
    await desk.serves(citizen)
    course.say("handed to an agent, who registered his second request from the chat; rated")
    chats = (await leader.ask("GET", f"/api/chats?agent={AGENT}"))["items"]
    if [one["score"] for one in chats] != [100]:
        raise Failed(f"the chat is not rated: {chats}")


async def _looks(office: Hands, screen: Hands) -> None:
    """Each of them at what is kept."""
    for hands, login in ((office, "admin"), (screen, LEADER)):
        await hands.page.bring_to_front()
        for name in SCREENS[login]:
            await hands.look(f"/{name}", name.replace("/", "-"))
