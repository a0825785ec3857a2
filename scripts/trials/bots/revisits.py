"""Closed tickets are called about by the machine: real calls to telephones that speak; what was said stands in them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent
from trials.api import Api
from trials.bots.town import Closed
from trials.course import Course, Failed
from trials.hands import Hands
from trials.voices import Speaker, rehearsed

LINES = 5
VOICES = ("zf_xiaobei", "zm_yunxi", "zf_xiaoni")


@dataclass(frozen=True, slots=True)
class Answering:
    """How a citizen answers, and what is to come of it: the revisit's state, what its ticket says, how often dialled.

    `says` are his answers by a word of their question. Who was not understood is asked again, and presses the key that
    the question named, of `presses`; where there is none he says it once more. He refuses so many calls as `engaged`;
    one who does not pick up says nothing at all; a machine does not wait until it is asked.
    """

    title: str
    says: Mapping[str, str]
    state: str
    satisfaction: str = ""
    attempts: int = 1
    engaged: int = 0
    is_machine: bool = False
    presses: Mapping[str, str] = field(default_factory=dict)


READY, SOLVED, RESULT = "方便接听请按", "是否已经解决", "办理结果"
WHY, HOTLINE, WHEN = "不满意的原因", "热线的服务", "方便接听的时间"
GLAD = {READY: "是我，请说", SOLVED: "已经解决了", RESULT: "满意", HOTLINE: "满意"}
HALF = {READY: "可以，你说", SOLVED: "部分解决", RESULT: "基本满意", HOTLINE: "满意"}
ALL_GOOD = {READY: "1", SOLVED: "1", RESULT: "2", HOTLINE: "1"}
CONTENT = Answering("content", GLAD, "accepted", "satisfied", presses=ALL_GOOD)
PARTLY = Answering(
    "partly content", HALF, "accepted", "basically", presses={READY: "1", SOLVED: "2", RESULT: "3", HOTLINE: "1"}
)
SORE = {
    READY: "是我，请说", SOLVED: "没有解决", RESULT: "不满意", WHY: "一直没有人来处理", HOTLINE: "满意",
}  # fmt: skip
UNHAPPY = Answering(
    "not content", SORE, "proposed", "unsatisfied", presses={READY: "1", SOLVED: "3", RESULT: "4", HOTLINE: "1"}
)
# Whom another time was promised has that call beyond the rule, as if this one had not been.
BUSY = Answering("has no time", {READY: "我在开会，没时间", WHEN: "明天下午三点"}, "waiting")
WRONG = Answering("somebody else", {READY: "你打错了，我不认识"}, "human")
ENGAGED = Answering("engaged, then content", GLAD, "accepted", "satisfied", attempts=2, engaged=1, presses=ALL_GOOD)
AWAY = Answering("does not pick up", {}, "human", attempts=2)
MACHINE = {"": "您拨打的用户暂时无法接听，请在提示音后留言"}
MAILBOX = Answering("voicemail", MACHINE, "human", attempts=2, is_machine=True)
PLAN: Sequence[Answering] = (CONTENT, ENGAGED, UNHAPPY, AWAY, WRONG, PARTLY, MAILBOX, BUSY, CONTENT, CONTENT)
"""Of every ten."""
CONTENTED = ("satisfied", "basically")
RIGHT = 0.9
"""The share of talks that must come to what was meant; nobody may be content who is not."""
A_REVISIT = 30.0
"""Seconds that one may take of a line, on a busy machine, by which all are waited for."""
RING = 10
"""Seconds that his telephone rings who does not pick up."""
LONGEST = 180.0
"""Seconds after which he hangs up himself."""
AGAIN = 1
"""Minutes until somebody who was not reached is called once more."""


class Revisited:
    """Telephones of those citizens, and the plan by which they are called."""

    def __init__(self, leader: Api, tickets: Sequence[Closed]) -> None:
        self._leader, self._tickets = leader, tickets
        self.plan = ""
        self.pressed = Counter[str]()
        """How often somebody who was not understood pressed a key, by what he is."""

    @staticmethod
    def answering(at: int) -> Answering:
        """How the citizen of a ticket answers."""
        return PLAN[at % len(PLAN)]

    @staticmethod
    def voice(at: int) -> str:
        """In which voice: always the same for who says the same, since to speak costs more than to listen."""
        return VOICES[at % len(PLAN) % len(VOICES)]

    async def all(self, course: Course, phones: SipStack, sip: str, screen: Hands) -> None:
        """Until each was called; a picture of the talks that go on. Failed."""
        for at, one in enumerate(PLAN):
            await rehearsed(one.says.values(), (self.voice(at),))
        opened = [await UserAgent.open(phones, one.number, server=sip) for one in self._tickets]
        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(self._lives(phone, at)) for at, phone in enumerate(opened)]
            await self._begins()
            pictured = group.create_task(self._pictured(screen))
            rows = await self._done(course)
            for task in (*waiting, pictured):
                task.cancel()
        for phone in opened:
            await phone.close()
        self._compare(course, rows)
        await self._in_the_tickets(rows)

    async def _begins(self) -> None:
        strategy = {
            "title": "普通话语音回访", "calendar": "always", "lines": LINES, "a_minute": 60, "attempts": 2,
            "accepts": "good", "ring": RING, "busy_minutes": AGAIN, "no_answer_minutes": AGAIN, "other_minutes": AGAIN,
        }  # fmt: skip
        made = await self._leader.ask("POST", "/api/revisit_strategies", strategy)
        now = datetime.now(UTC)
        plan = {
            "title": "十一月办结工单回访", "strategy": made["id"], "begins_at": now.isoformat(),
            "ends_at": (now + timedelta(days=1)).isoformat(), "type": "complaint",
        }  # fmt: skip
        self.plan = str((await self._leader.ask("POST", "/api/revisit_plans", plan))["id"])
        await self._leader.ask("POST", f"/api/revisit_plans/{self.plan}/start")

    async def _lives(self, phone: UserAgent, at: int) -> None:
        """He picks up, unless he is engaged or away, and answers each question when it was asked."""
        answering = self.answering(at)
        for called in count():
            rings = await phone.next_call(3600)
            if called < answering.engaged:
                await rings.reject()
            elif answering.says:
                await rings.answer()
                await self._talks(rings, at)

    async def _talks(self, rings: PhoneCall, at: int) -> None:
        citizen, answering = Speaker(rings, self.voice(at)), self.answering(at)
        over, answered = asyncio.create_task(rings.ended(LONGEST)), set[str]()
        try:
            if answering.is_machine:
                await citizen.interrupt(answering.says[""], after=0.3)
            while not answering.is_machine and await _before(over, citizen.listen()):
                asked = await self._asked(self._tickets[at].id)
                word = next((word for word in answering.says if word in asked), "")
                if not word:
                    break
                if word in answered and word in answering.presses:
                    self.pressed[answering.title] += 1
                    await rings.press(answering.presses[word])
                else:
                    await citizen.say(answering.says[word])
                answered.add(word)
            await over
        except TimeoutError:
            await rings.hang_up()
        finally:
            over.cancel()

    async def _asked(self, ticket: str) -> str:
        """What the machine said last."""
        items = (await self._leader.ask("GET", "/api/revisits/live"))["items"]
        lines: list[Any] = next((one["said"] for one in items if one["ticket"] == ticket), [])
        return next((str(one["text"]) for one in reversed(lines) if one["side"] != "市民"), "")

    async def _pictured(self, screen: Hands) -> None:
        """The page of talks that go on, once both sides were heard in some."""
        await screen.page.bring_to_front()
        await screen.open("/revisits_live")
        await screen.page.get_by_test_id("revisit-live").first.wait_for()
        await screen.page.get_by_text("满意", exact=False).first.wait_for()
        await screen.picture("revisits-live")

    async def _rows(self) -> list[Any]:
        found: list[Any] = (await self._leader.ask("GET", f"/api/revisits?plan={self.plan}&size=100"))["items"]
        return found

    async def _done(self, course: Course) -> list[Any]:
        """The revisits when nobody is on the line, and nobody is to be called today."""
        limit, last = 60 + len(self._tickets) * A_REVISIT, -1
        try:
            async with asyncio.timeout(limit):
                while True:
                    await asyncio.sleep(2)
                    rows = await self._rows()
                    left = [one for one in rows if one["state"] in ("waiting", "dialling", "talking")
                            and one["outcome"] != "later"]  # fmt: skip
                    done = len(rows) - len(left)
                    if done // 10 != last:
                        last = done // 10
                        course.say(f"{done} of {len(self._tickets)} revisits are done")
                    if len(rows) == len(self._tickets) and not left:
                        return rows
        except TimeoutError:
            states = Counter(one["state"] for one in await self._rows())
            raise Failed(f"not all were revisited within {limit:.0f} s: {dict(states)}") from None

    def _compare(self, course: Course, rows: Sequence[Any]) -> None:
        of = {one.id: self.answering(at) for at, one in enumerate(self._tickets)}
        right, came_to = 0, Counter[str]()
        for row in rows:
            meant = of[row["ticket"]]
            came_to[f"{meant.title}: {row['state']} {row['satisfaction']} ({row['attempts']} calls)"] += 1
            is_so = row["state"], row["satisfaction"], row["attempts"]
            if is_so == (meant.state, meant.satisfaction, meant.attempts):
                right += 1
            if row["satisfaction"] in CONTENTED and meant.satisfaction not in CONTENTED:
                raise Failed(f"a citizen who said {[*meant.says.values()]} counts as content")
        for words, times in sorted(came_to.items()):
            course.say(f"  {times} × {words}")
        course.say(f"{right} of {len(rows)} revisits came to what was said; keys were pressed where an answer was not "
                   f"understood: {dict(self.pressed)}")  # fmt: skip
        if right < RIGHT * len(rows):
            raise Failed(f"only {right} of {len(rows)} revisits came to what was said")

    async def _in_the_tickets(self, rows: Sequence[Any]) -> None:
        """What was accepted stands in its ticket, and nothing else does: the plan counts the same."""
        counted = Counter[str]()
        for row in rows:
            ticket = await self._leader.ask("GET", f"/api/tickets/{row['ticket']}")
            said = row["satisfaction"] if row["state"] == "accepted" else ""
            if (ticket["satisfaction"] or "") != said:
                raise Failed(f"{row['ticket_number']} says {ticket['satisfaction']}, its citizen {said}")
            counted[row["state"]] += 1
        plan = await self._leader.ask("GET", f"/api/revisit_plans/{self.plan}")
        told = {key: plan[key] for key in ("accepted", "proposed", "human")}
        if told != {key: counted[key] for key in told} or plan["total"] != len(rows):
            raise Failed(f"the plan counts {told} of {plan['total']}, its revisits are {dict(counted)}")

    async def verified(self, screen: Hands) -> None:
        """Who leads compares words and sound of one who is not content, and takes the result into the ticket."""
        row = next(one for one in await self._rows() if one["state"] == "proposed")
        path = f"/revisits/{row['id']}"
        await screen.page.bring_to_front()
        await screen.look(path, "revisit")
        await screen.page.get_by_role("tab", name="通话文字和录音").click()
        await screen.page.wait_for_load_state("networkidle")
        await screen.picture("revisit-verified")
        await screen.page.get_by_role("button", name="采用", exact=True).first.click()
        await screen.page.locator(".el-message-box .el-button--primary").click()
        async with asyncio.timeout(30):
            while (await self._leader.ask("GET", f"/api/revisits/{row['id']}"))["state"] != "accepted":
                await asyncio.sleep(0.3)
        ticket = await self._leader.ask("GET", f"/api/tickets/{row['ticket']}")
        if ticket["satisfaction"] != "unsatisfied":
            raise Failed(f"the ticket says {ticket['satisfaction']} of a citizen who is not content")


async def _before(over: asyncio.Task[Any], work: Coroutine[Any, Any, None]) -> bool:
    """Do it, unless the call is over before; whether it was done. TimeoutError."""
    task = asyncio.ensure_future(work)
    await asyncio.wait((task, over), return_when=asyncio.FIRST_COMPLETED)
    if over.done():
        task.cancel()
        return False
    await task
    return True
