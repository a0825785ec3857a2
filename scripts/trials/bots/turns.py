"""How soon the bot answers by voice: from a citizen's last word to the first sound of what it says."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
from collections.abc import Sequence

from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from trials.api import Api
from trials.bots.town import publish
from trials.course import Course, Failed
from trials.voices import MARGIN, Speaker, rehearsed

CALLER = "13900040006"
OFFICE = "政务服务/窗口"
ANSWERS = (
    ("医保卡丢了怎么补办", "先挂失，再到医保窗口补办，当场可以领取。"),
    ("结婚证丢了怎么补领", "双方带户口簿和身份证到民政局补领。"),
    ("营业执照怎么注销", "在网上提交注销申请，二十日公告后领取通知书。"),
    ("公交卡在哪里充值", "地铁站的服务窗口和手机上都可以充值。"),
    ("生育津贴怎么领取", "由单位在医保网上申报，三十日内发到个人账户。"),
    ("护照怎么续签", "到出入境大厅办理，七个工作日可以领取。"),
)
"""What is asked, each on a call, first when nothing of the answer was ever spoken, then when it is kept."""
PREPARED, FREE = 1.6, 2.5
"""Seconds of the middle one of all turns, at most."""
WITHIN = 20.0
WRITTEN = 1.0
"""Seconds until a turn stands in the list."""


async def turns(course: Course, admin: Api, leader: Api, phones: SipStack, sip: str) -> None:
    """Ask all of it twice. Failed when few answers are found, or they come late."""
    await publish(admin, leader, [(OFFICE, title, text) for title, text in ANSWERS])
    questions = [title for title, _ in ANSWERS]
    await rehearsed(questions)
    await _asked(course, admin, phones, sip, ["请问现在几点了"])  # The recogniser is there from now on, as on any day.
    free = await _asked(course, admin, phones, sip, questions)
    kept = await _asked(course, admin, phones, sip, questions)
    course.say(f"first sound after the last word, sentences spoken for the first time: {_told(free)}")
    course.say(f"first sound after the last word, sentences that are kept: {_told(kept)}")
    if min(len(free), len(kept)) * 2 < len(questions):
        raise Failed("the bot found an answer to less than half of the questions")
    if statistics.median(free) > FREE or statistics.median(kept) > PREPARED:
        raise Failed(f"the bot answers late: {PREPARED} s and {FREE} s are wanted")


async def _asked(course: Course, admin: Api, phones: SipStack, sip: str, questions: Sequence[str]) -> list[float]:
    """Seconds until the answer begins, of each question for which the bot had something to say."""
    found: list[float] = []
    for question in questions:
        known = await _answered(admin)
        phone = await UserAgent.open(phones, CALLER, server=sip)
        try:
            call = await phone.call("12345")
            await call.answered(timeout=WITHIN)
            citizen = Speaker(call)
            await citizen.say(question)
            await citizen.listen()
            seconds = citizen.answered_after + MARGIN
            await asyncio.sleep(WRITTEN)
            if not (is_answered := await _answered(admin) > known):
                # Whether that was meant, if it was misheard.
                await citizen.press("1")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(citizen.listen(), WITHIN)
                await asyncio.sleep(WRITTEN)
                is_answered = await _answered(admin) > known
            await call.hang_up()
        finally:
            await phone.close()
        course.say(f"{question}: {seconds:.2f} s{'' if is_answered else ', no answer was found'}")
        if is_answered:
            found.append(seconds)
    return found


async def _answered(admin: Api) -> int:
    """How many turns were answered from the knowledge base."""
    rows = (await admin.ask("GET", "/api/learning/turns?size=100"))["items"]
    return sum(one["how"] == "aside" for one in rows)


def _told(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {statistics.median(ordered):.2f} s, at most {ordered[-1]:.2f} s, of {len(ordered)} turns"
