"""A talk, what comes after it, and a look at some pages: a picture of each for the course; then the course is read."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page, expect

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone
from softphone.phones.user_agent import UserAgent
from trials.agent_course import town
from trials.agent_course.camera import Camera
from trials.api import Api, signed_in
from trials.browsers import Browsers, opened
from trials.course import Course, Failed, Trial
from trials.hands import PATIENCE, Hands
from trials.house import PASSWORD, House
from trials.management.center import ids
from trials.management.scoring import scored
from workflow.training.content.loading import PICTURE, PICTURES, read

MISSED = "/api/missed?size=1"
PLANS, REVIEWS = "/api/quality/plans", "/api/quality/reviews"
WITHIN = 60.0
PATIENT = 6.0
"""Seconds that somebody waits."""


def taking(*, renew: bool) -> Trial:
    """The trial; `renew`: what it takes are the course's pictures from now on."""

    async def take(course: Course) -> None:
        async with AsyncExitStack() as stack:
            url = course.house.url
            admin = await stack.enter_async_context(signed_in(url, "admin", PASSWORD))
            await town.fill(admin)
            logins = (town.AGENT, town.LEADER, town.INSPECTOR, town.EDITOR, town.REVIEWER)
            people = {one: await stack.enter_async_context(signed_in(url, one, PASSWORD)) for one in logins}
            await town.known(people, admin)
            persons = await ids(admin)
            await town.planned(people[town.LEADER], persons[town.AGENT])
            course.say("everybody is there")
            browsers = await stack.enter_async_context(opened(course.house, course.pictures))
            phones = await stack.enter_async_context(SipStack("127.0.0.1", course.house.carrier))
            await _impatient(phones, course.house)
            async with asyncio.timeout(WITHIN):
                while (await people[town.AGENT].ask("GET", MISSED))["total"] < len(town.IMPATIENT):
                    await asyncio.sleep(0.5)
            await _on_break(await browsers.shared(town.COLLEAGUE))
            hands = await browsers.own(town.AGENT)
            await _talk(Camera(hands, course.pictures), phones, course.house)
            course.say("rung, talked, registered, looked up, in wrap-up")
            await _pages(course, browsers, people, persons, hands)
            names = set(PICTURE.findall(read().text))
            if lacking := names - {one.name for one in course.pictures.glob("*.webp")}:
                raise Failed(f"the course has pictures that are not taken: {lacking}")
            if renew:
                for name in sorted(names):
                    shutil.copyfile(course.pictures / name, PICTURES / name)
                course.say(f"{len(names)} pictures of the course are new")
            await _read(hands, admin, len(names))
            course.say("an agent reads the course with all its pictures")
            if faults := [fault for one in browsers.people for fault in one.faults]:
                raise Failed("; ".join(faults))

    return take


async def _impatient(phones: SipStack, house: House) -> None:
    """They wait while nobody is there, and give up one after the other."""
    calls = [await _call(phones, house, number) for number in town.IMPATIENT]
    for one in calls:
        await asyncio.sleep(PATIENT)
        await one.hang_up()


async def _call(phones: SipStack, house: House, number: str) -> PhoneCall:
    citizen = await UserAgent.open(phones, number, server=house.sip)
    call = await citizen.call("12345")
    await call.answered(timeout=30)
    await asyncio.sleep(0.8)
    await call.press("0")
    return call


async def _on_break(colleague: Hands) -> None:
    """Somebody whom one may consult, and who is called by nobody else."""
    page = colleague.page
    await colleague.open("/desk")
    await expect(page.get_by_test_id("go-ready")).to_be_enabled(timeout=PATIENCE)
    await page.keyboard.press("Alt+KeyR")
    await _state(page, "ready")
    await page.keyboard.press("Alt+KeyB")
    await page.get_by_role("menuitem").first.click()
    await _state(page, "break")


async def _talk(camera: Camera, phones: SipStack, house: House) -> None:
    page = camera.hands.page
    await camera.hands.open("/desk")
    await expect(page.get_by_test_id("go-ready")).to_be_enabled(timeout=PATIENCE)
    await page.keyboard.press("Alt+KeyR")
    await _state(page, "ready")
    await camera.take("ready")
    call = await _call(phones, house, town.CALLER)
    await page.get_by_test_id("answer").wait_for()
    await camera.take("ringing")
    await page.keyboard.press("F8")
    await _state(page, "talking")
    saying = asyncio.create_task(call.audio.play(tone(500, 8)))
    forms = page.get_by_test_id("desk-forms")
    await forms.wait_for()
    await camera.take("talking", page.get_by_test_id("phone-card"))
    await page.keyboard.press("Alt+KeyC")
    await page.get_by_test_id(f"target-agent-{town.COLLEAGUE}").wait_for()
    await camera.take("consult", page.get_by_test_id("consult-dialog"), most=330)
    await page.keyboard.press("Escape")
    await camera.hands.fill(forms, town.TICKET)
    await forms.get_by_test_id("field-then_answer").fill("离职满半年可以提取，凭身份证到公积金中心窗口或在网上办理。")
    await forms.evaluate("it => it.scrollIntoView({ block: 'start' })")
    await camera.take("ticket", forms, most=640)
    card = page.get_by_test_id("slot-desk_knowledge")
    await page.keyboard.press("Alt+KeyZ")
    await card.get_by_test_id("knowledge-words").fill("公积金")
    await expect(card.get_by_test_id("knowledge-row").first).to_be_visible(timeout=PATIENCE)
    await camera.take("knowledge", card, most=520)
    await saying
    await page.keyboard.press("F9")
    await _state(page, "wrapup")
    await page.evaluate("scrollTo(0, 0)")
    await camera.take("wrapup")
    await page.get_by_test_id("desk-form-submit").click()
    sent = page.get_by_test_id("slot-caller_tickets").get_by_text(town.TICKET["title"])
    await expect(sent.first).to_be_visible(timeout=PATIENCE)
    await page.keyboard.press("Alt+KeyR")
    await page.keyboard.press("Alt+KeyQ")
    await _state(page, "signed_out")


async def _state(page: Page, name: str) -> None:
    await expect(page.get_by_test_id("status-bar")).to_have_attribute("data-state", name, timeout=PATIENCE)


async def _pages(
    course: Course, browsers: Browsers, people: dict[str, Api], persons: dict[str, str], hands: Hands
) -> None:
    """Callbacks, shifts, and the talk's score."""
    camera, page = Camera(hands, course.pictures), hands.page
    await hands.open("/missed")
    await expect(page.get_by_role("row").nth(1)).to_be_visible(timeout=PATIENCE)
    await camera.take("missed")
    await hands.open("/my_shifts")
    await page.get_by_role("button", name="下个月").click()
    await page.wait_for_load_state("networkidle")
    await camera.take("shifts")
    review = await _drawn(people[town.LEADER], persons)
    inspector = await browsers.shared(town.INSPECTOR)
    await inspector.page.bring_to_front()
    await scored(inspector, 1)
    await page.bring_to_front()
    await hands.open(f"/quality_reviews/{review}")
    await page.wait_for_load_state("networkidle")
    await camera.take("quality")


async def _drawn(leader: Api, persons: dict[str, str]) -> str:
    """A plan that draws the talk of today; returns the id of what is to be scored."""
    async with asyncio.timeout(WITHIN):
        while not (await leader.ask("GET", "/api/recordings?size=1&kind=talk"))["total"]:
            await asyncio.sleep(0.5)
    now = datetime.now(UTC)
    body = {
        "title": "新员工抽检", "kind": "special", "sheet": "service", "each": 1, "min_seconds": 1,
        "inspectors": [persons[town.INSPECTOR]], "since": (now - timedelta(hours=1)).isoformat(),
        "until": now.isoformat(),
    }  # fmt: skip
    plan = await leader.ask("POST", PLANS, body)
    await leader.ask("POST", f"{PLANS}/{plan['id']}/start")
    found: list[Any] = []
    async with asyncio.timeout(WITHIN + 60):
        while not found:
            await asyncio.sleep(0.5)
            found = (await leader.ask("GET", f"{REVIEWS}?plan={plan['id']}"))["items"]
    return str(found[0]["id"])


async def _read(hands: Hands, admin: Api, count: int) -> None:
    """The course is loaded by one click of its keeper, and an agent reads it."""
    await admin.ask("POST", "/api/training/questions/agent_course")
    (made,) = (await admin.ask("GET", "/api/training/materials?size=10&medium=reading"))["items"]
    page = hands.page
    await hands.open(f"/training_my_courses?tab=library&open={made['id']}")
    pictures = page.locator(".rich-text img")
    await expect(pictures).to_have_count(count, timeout=PATIENCE)
    await page.wait_for_load_state("networkidle")
    shown = await pictures.evaluate_all("all => all.filter((one) => one.naturalWidth > 0 && one.alt).length")
    if shown != count:
        raise Failed(f"an agent sees {shown} of {count} pictures of the course")
    await hands.both("course")
