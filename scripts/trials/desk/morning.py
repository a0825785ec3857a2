"""The morning, from signing in to the last look at the wall."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import expect

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone
from softphone.phones.user_agent import UserAgent
from trials.api import Api, signed_in
from trials.browsers import opened
from trials.course import Course, Failed
from trials.desk.keys import Keys
from trials.desk.screens import agree, look
from trials.hands import PATIENCE
from trials.house import PASSWORD

SETTINGS = """\
acd:
  queues:
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 120, ring: 60, rejected: skip, skip: 2,
              overflow: {no_agents: message}}
"""
AGENT, COLLEAGUE, LEADER = "1001", "1002", "8001"
CITIZEN, IMPATIENT = "13800000091", "13800000092"
MATTERS = (
    ("小区路灯不亮", "三号楼前的路灯坏了一周"),
    ("垃圾清运不及时", "门口垃圾堆了两天"),
    ("公交站牌破损", "站牌玻璃碎了"),
)
AT_WORK = ("phone-card", "caller-card", "desk-forms")
"""What an agent in a talk has before him without scrolling."""


async def morning(course: Course) -> None:
    """All of it; Failed with what went wrong."""
    house = course.house
    async with AsyncExitStack() as stack:
        leads = await stack.enter_async_context(signed_in(house.url, LEADER, PASSWORD))
        browsers = await stack.enter_async_context(opened(house, course.pictures))
        phones = await stack.enter_async_context(SipStack("127.0.0.1", house.carrier))
        agent, colleague = Keys(await browsers.own(AGENT)), Keys(await browsers.own(COLLEAGUE))
        leader = await browsers.own(LEADER)
        for one in (agent, colleague):
            await one.hands.open("/desk")
            await expect(one.page.get_by_test_id("go-ready")).to_be_enabled(timeout=PATIENCE)
        await colleague.press("就绪", "Alt+KeyR")
        await colleague.state("ready")
        await colleague.press("小休", "Alt+KeyB")
        await expect(colleague.page.get_by_role("menuitem").first).to_be_focused(timeout=PATIENCE)
        await colleague.press("小休", "Enter")
        await colleague.state("break")
        await agent.press("就绪", "Alt+KeyR")
        await agent.state("ready")
        course.say("an agent is ready, her colleague has a break")
        citizen = await UserAgent.open(phones, CITIZEN, server=house.sip)
        call = await _call(citizen)
        await _talk(course, agent, colleague, call)
        await _write_down(course, agent, call)
        await _give_up(phones, house.sip)
        await agree(leads)
        course.say("who gave up is the same number on the tile and in the call log")
        recording = await _recording(leads)
        await look(leader, recording)
        course.say("board, wall, reports and player are kept as pictures")
        faults = [*agent.faults, *colleague.faults, *(fault for hands in browsers.people for fault in hands.faults)]
        course.say("keys: " + ", ".join(f"{task} {count}" for task, count in agent.counted.items()))
        if faults:
            raise Failed("; ".join(faults))


async def _call(phone: UserAgent) -> PhoneCall:
    call = await phone.call("12345")
    await call.answered(timeout=20)
    await asyncio.sleep(0.6)
    await call.press("0")
    return call


async def _talk(course: Course, agent: Keys, colleague: Keys, call: PhoneCall) -> None:
    """Ringing, talking, on hold, and a colleague is asked; the buttons stay under the hand."""
    await agent.phase("ringing")
    card = await agent.place("phone-card")
    await agent.seen("ringing", ("phone-card", "answer", "caller-card"))
    await agent.press("接听", "F8")
    await agent.phase("talking")
    await agent.page.get_by_test_id("desk-forms").wait_for()
    await agent.stays("phone-card", card, "when it was answered")
    hang_up = await agent.place("hangup")
    saying = asyncio.create_task(call.audio.play(tone(500, 8)))
    await agent.press("保持", "Alt+KeyH")
    await agent.phase("held")
    await agent.stays("hangup", hang_up, "on hold")
    await agent.press("取回", "Alt+KeyH")
    await agent.phase("talking")
    await agent.press("拨号盘", "Alt+KeyK")
    await agent.page.get_by_test_id("keypad").wait_for()
    await agent.stays("hangup", hang_up, "with the keypad open")
    await agent.press("拨号盘", "Alt+KeyK")
    await _matters(agent)
    await agent.seen("talking", (*AT_WORK, "hangup"))
    await agent.ask(COLLEAGUE)
    await agent.phase("consulting")
    await colleague.phase("ringing")
    await colleague.press("接听", "F8")
    await expect(agent.page.get_by_test_id("conference")).to_be_enabled(timeout=PATIENCE)
    await agent.stays("hangup", hang_up, "while a colleague is asked")
    await agent.seen("consulting", (*AT_WORK, "consult-complete", "consult-cancel", "conference"))
    await colleague.seen("asked", ("phone-card", "caller-card"))
    await agent.press("取回市民", "Alt+KeyU")
    await agent.phase("talking")
    await colleague.state("break")
    await saying
    course.say("rung, answered, held, written down in three tabs, a colleague asked")


async def _matters(agent: Keys) -> None:
    """Three matters of one citizen, a tab each."""
    tabs = agent.page.get_by_test_id("desk-tab-ticket")
    for number, (title, content) in enumerate(MATTERS, 1):
        if number > 1:
            await agent.to("再登记一件", "desk-form-further")
            await agent.press("再登记一件", "Enter")
        else:
            await agent.press("到表单", "Alt+KeyW")
        await expect(tabs).to_have_count(number, timeout=PATIENCE)
        for field, said in (("field-title", title), ("field-content", content)):
            await agent.to("填写", field)
            await agent.page.keyboard.press("Control+KeyA")
            await agent.page.keyboard.type(said)
    saved = agent.page.get_by_test_id("desk-form-kept")
    await expect(saved).to_have_attribute("data-state", "saved", timeout=PATIENCE)


async def _write_down(course: Course, agent: Keys, call: PhoneCall) -> None:
    """The talk is over; what was typed is still there, and the desk did not jump."""
    forms = await agent.place("desk-forms")
    await agent.press("挂断", "F9")
    await agent.state("wrapup")
    await agent.stays("desk-forms", forms, "when the talk was over")
    await expect(agent.page.get_by_test_id("desk-tab-ticket")).to_have_count(len(MATTERS), timeout=PATIENCE)
    await agent.seen("wrapup", (*AT_WORK, "unfinished"))
    await call.press("1")
    await call.ended(30)
    await agent.press("结束话后", "Alt+KeyR")
    await agent.press("签出", "Alt+KeyQ")
    await agent.state("signed_out")
    await agent.seen("signed-out", ("status-bar",))
    course.say("the talk is over, three tabs are kept in wrap-up")


async def _give_up(phones: SipStack, server: str) -> None:
    """A citizen puts down while he waits: no agent is there."""
    call = await _call(await UserAgent.open(phones, IMPATIENT, server=server))
    await asyncio.sleep(6)
    await call.hang_up()
    await asyncio.sleep(2)


async def _recording(leader: Api) -> str:
    """The talk's; it is there some seconds after its end. Failed."""
    for _ in range(60):
        found: list[Any] = (await leader.ask("GET", "/api/recordings?size=10"))["items"]
        talks = [one for one in found if one["kind"] == "talk"]
        if talks:
            return str(talks[0]["id"])
        await asyncio.sleep(0.5)
    raise Failed("the talk has no recording")
