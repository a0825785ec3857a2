"""How soon the bot answers by voice: from a citizen's last word to the first sound of what it says."""

from __future__ import annotations

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
    ("居住证怎么办理", "带身份证和租房合同到住处的派出所办理，十五日内领证。"),
    ("老年人优待证怎么申请", "年满六十岁的居民带身份证到社区服务站申请。"),
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


async def turns(course: Course, admin: Api, leader: Api, phones: SipStack, sip: str) -> None:
    """Ask all of it twice. Failed when answers are not found, or come late."""
    await publish(admin, leader, [(OFFICE, title, text) for title, text in ANSWERS])
    questions = [title for title, _ in ANSWERS]
    await rehearsed(questions)
    free = await _asked(admin, phones, sip, questions)
    kept = await _asked(admin, phones, sip, questions)
    course.say(f"first sound after the last word, sentences spoken for the first time: {_told(free)}")
    course.say(f"first sound after the last word, sentences that are kept: {_told(kept)}")
    if statistics.median(free) > FREE or statistics.median(kept) > PREPARED:
        raise Failed(f"the bot answers late: {PREPARED} s and {FREE} s are wanted")


async def _asked(admin: Api, phones: SipStack, sip: str, questions: Sequence[str]) -> list[float]:
    """Seconds until each question's answer begins."""
    found = []
    for question in questions:
        phone = await UserAgent.open(phones, CALLER, server=sip)
        try:
            call = await phone.call("12345")
            await call.answered(timeout=WITHIN)
            citizen = Speaker(call)
            await citizen.say(question)
            await citizen.listen()
            found.append(citizen.answered_after + MARGIN)
            await call.hang_up()
        finally:
            await phone.close()
    said = {one["said"]: one["how"] for one in (await admin.ask("GET", "/api/learning/turns?size=50"))["items"]}
    if wrong := [one for one, how in said.items() if how != "aside"]:
        raise Failed(f"the bot did not find an answer to {wrong}")
    return found


def _told(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {statistics.median(ordered):.2f} s, at most {ordered[-1]:.2f} s, of {len(ordered)} turns"
