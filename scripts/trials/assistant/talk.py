"""The talk, as citizen, agent, colleague and leader live through it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, expect

from softphone.phones.phone_call import PhoneCall
from softphone.phones.user_agent import UserAgent
from trials.assistant.town import COLLEAGUE
from trials.assistant.words_said import (
    AFTERWARDS,
    ASKED,
    BACK,
    CARD,
    CARD_DIGITS,
    CITIZEN,
    DANGER,
    GREETING,
    MATTER,
    ON_HOLD,
    UNHEARD,
)
from trials.assistant.words_said import COLLEAGUE as COLLEAGUES_VOICE
from trials.assistant.words_shown import Shown
from trials.course import Course, Failed
from trials.hands import PATIENCE, Hands
from trials.seat import state
from trials.voices import spoken

CALLER, NEXT_CALLER = "13900050001", "13900050002"
BREATH = 1.5
"""Seconds after what somebody said."""
OFF = 6.0
"""Seconds without an engine, about: what is said in them nobody hears."""


async def say(call: PhoneCall, text: str, voice: str = CITIZEN) -> None:
    """Say it, and take breath."""
    await call.audio.play(spoken(text, voice))
    await asyncio.sleep(BREATH)


class Talk:
    """One talk: the citizen's telephone, the agent's desk, the board of who leads."""

    def __init__(self, course: Course, call: PhoneCall, desk: Hands, board: Hands) -> None:
        self._course, self._call, self._desk, self._board = course, call, desk, board
        self.on_desk = Shown(desk.page.get_by_test_id("slot-desk_transcript"), "the agent's desk")
        self.on_board = Shown(self._drawer.get_by_test_id("slot-desk_transcript"), "the leader's board")

    @property
    def _drawer(self) -> Locator:
        return self._board.page.get_by_test_id("agent-drawer")

    @property
    def _phone(self) -> Locator:
        return self._desk.page.get_by_test_id("phone-card")

    async def tells(self) -> None:
        """The citizen tells his matter; both sides stand there while they speak."""
        saying = asyncio.create_task(say(self._call, MATTER))
        partial = await self.on_desk.speaking()
        await self._desk.picture("partial-words")
        await saying
        late = await self.on_desk.says(MATTER, "caller")
        await self.on_desk.says(GREETING, "agent")
        await say(self._call, DANGER)
        await self.on_desk.says(DANGER, "caller")
        if any("慢慢说" in one for one in await self.on_desk.texts("caller")):
            raise Failed("what the agent says stands on the citizen's side, too")
        self._course.say(f"words while he speaks (“{partial}”), whole {late:.1f} s after he took breath, sides apart")

    async def overheard(self) -> None:
        """A leader listens, and reads the same."""
        await self.looked_at(self._board, "1001")
        await self._drawer.get_by_test_id("supervise-listen").click()
        dock = self._board.page.get_by_test_id("call-dock")
        await expect(dock).to_contain_text("监听", timeout=PATIENCE)
        for side, said in (("caller", MATTER), ("caller", DANGER), ("agent", GREETING)):
            await self.on_board.says(said, side)
        mine, theirs = await self.on_desk.texts("caller"), await self.on_board.texts("caller")
        if mine[: len(theirs)] != theirs[: len(mine)]:
            raise Failed(f"desk and board have other words: {mine} {theirs}")
        await self._board.picture("listening")
        await self._drawer.locator(".el-drawer__close-btn").click()
        await dock.get_by_test_id("dock-hangup").click()
        await expect(dock).to_be_hidden(timeout=PATIENCE)
        self._course.say("a leader listens and reads the same words")

    @staticmethod
    async def looked_at(board: Hands, agent: str) -> None:
        """Open what the board knows of a seat whose agent talks."""
        page = board.page
        await page.bring_to_front()
        await board.open("/board")
        seat = page.locator(f'[data-test="agent-{agent}"][data-state="talking"]')
        await seat.first.click()
        await page.get_by_test_id("agent-drawer").get_by_test_id("slot-desk_transcript").wait_for()

    async def holds(self) -> None:
        """On hold the citizen speaks to nobody: it stands there, and says so."""
        page = self._desk.page
        await page.bring_to_front()
        await page.get_by_test_id("hold").click()
        await expect(self._phone).to_have_attribute("data-phase", "held", timeout=PATIENCE)
        await say(self._call, ON_HOLD)
        await self.on_desk.says(ON_HOLD, "caller", ".apart")
        await self._desk.picture("on-hold")
        await page.get_by_test_id("retrieve").click()
        await expect(self._phone).to_have_attribute("data-phase", "talking", timeout=PATIENCE)
        self._course.say("on hold: written down, and marked as heard by nobody")

    async def consults(self, colleague: UserAgent) -> PhoneCall:
        """A colleague is asked; what he says is a third party's."""
        page = self._desk.page
        await page.get_by_test_id("consult").click()
        await page.get_by_test_id(f"target-agent-{COLLEAGUE}").click()
        await expect(self._phone).to_have_attribute("data-phase", "consulting", timeout=PATIENCE)
        rung = await colleague.next_call(20) if not colleague.calls else colleague.calls[-1]
        await rung.answered()
        await expect(page.get_by_test_id("consult-complete")).to_be_enabled(timeout=PATIENCE)
        await say(rung, ASKED, COLLEAGUES_VOICE)
        await self.on_desk.says(ASKED, "other")
        await self._desk.picture("consulting")
        self._course.say("what a colleague says stands there as his")
        return rung

    async def hands_over(self) -> None:
        """The colleague goes on with the citizen; the leader reads on."""
        await self._desk.page.get_by_test_id("consult-complete").click()
        await state(self._desk, "wrapup")
        await self.looked_at(self._board, COLLEAGUE)
        await say(self._call, AFTERWARDS)
        await self.on_board.says(AFTERWARDS, "caller")
        await self.on_board.says(MATTER, "caller")
        await self._board.picture("after-the-transfer")
        self._course.say("the citizen is handed over, his words go on")

    async def loses_its_engine(self, is_back: Callable[[], Awaitable[None]]) -> None:
        """The engine is killed: the talk goes on, what nobody heard is marked, and then people are heard again."""
        self._course.house.kill_engine()
        await say(self._call, UNHEARD)
        await asyncio.sleep(OFF)
        await is_back()
        await self.looked_at(self._board, COLLEAGUE)
        await self.on_board.until("秒未转写", "nothing says that some seconds are missing")
        await say(self._call, BACK)
        await self.on_board.says(BACK, "caller")
        await self._board.picture("engine-killed")
        self._course.say("engine killed: the gap is marked, and words go on")

    async def tells_a_secret(self) -> None:
        """The number of an identity card is read by nobody."""
        await say(self._call, CARD)
        await self.on_board.until("＊", "the number of an identity card is not hidden")
        if CARD_DIGITS in "".join(await self.on_board.texts()):
            raise Failed(f"the number of an identity card is there: {await self.on_board.texts()}")
        await self._board.picture("card-hidden")
        self._course.say("an identity card's number is hidden")
