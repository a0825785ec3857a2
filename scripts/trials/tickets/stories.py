"""What becomes of the requests: reviewers, departments, revisits, each for himself, at the same time."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Mapping

from playwright.async_api import expect

from softphone.phones.phone_call import PhoneCall
from trials.api import Api, Values
from trials.browsers import Browsers
from trials.hands import PATIENCE, Hands
from trials.tickets import requests
from trials.tickets.calls import Calls
from trials.tickets.requests import Request

DONE = "已到现场核实并处理完毕，当日恢复，已电话告知市民。"
REPLY: Values = {"answer": DONE, "contacted": True}
REASON: Values = {"reason": "已核实，按职责重新办理"}
SATISFIED: Values = {"satisfaction": "满意", "hotline": "满意", "solved": True}
UNSATISFIED: Values = {"satisfaction": "不满意", "hotline": "满意", "why": "问题未解决", "reason": "水还是黄的"}
DIALS, RINGS = 3, 20.0
"""How often a citizen is dialled who is to be revisited, and the seconds in which his phone rings."""
TALK = 2.0
"""Seconds that a citizen who is revisited talks."""
TICKETS, SUPERVISIONS = "/tickets/", "/supervisions/"
ROUTES = {TICKETS: "/api/tickets/", SUPERVISIONS: "/api/supervision/manual/"}
"""Pages of records, and what answers for them."""


class Stories:
    """One for each ticket. Everybody does one thing at a time, and has been at the screen at least once."""

    def __init__(
        self, people: Mapping[str, Api], browsers: Browsers, caller: Hands, paths: Mapping[str, str], calls: Calls,
        at_telephones: tuple[str, ...],
    ) -> None:  # fmt: skip
        self._people, self._browsers, self._caller = people, browsers, caller
        self._paths, self._calls, self._small = paths, calls, at_telephones
        self._busy: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._screen = asyncio.Lock()
        self.screens: dict[str, Hands] = {}
        """Who has been at the shared browser."""

    async def all(self) -> None:
        """Until every ticket is archived."""
        async with asyncio.TaskGroup() as group:
            for story in (
                self.extended(), self.unsatisfied(), self.given_to_a_county(), self.bounced(), self.usual(),
                self.difficult(), self.answered_by_a_county(), self.given_to_the_other_county(), self.supervised(),
            ):  # fmt: skip
                group.create_task(story)

    async def _do(
        self, who: str, request: Request, title: str, values: Values | None = None, *, picture: str = ""
    ) -> None:
        await self._act(who, TICKETS, self._paths[request.title], title, values, picture)

    async def _act(
        self, who: str, kind: str, id: str, title: str, values: Values | None = None, picture: str = ""
    ) -> None:
        """Press a button: with a `picture` at the screen, where it is kept; else by the same route as the button."""
        async with self._busy[who]:
            if not picture:
                await self._people[who].act(ROUTES[kind] + id, title, values)
                return
            async with self._screen:
                hands = await self._at_the_screen(who)
                await hands.act(kind + id, title, values, picture=picture)

    async def _at_the_screen(self, who: str) -> Hands:
        if who not in self.screens:
            self.screens[who] = await self._browsers.shared(who, small=who in self._small)
        return self.screens[who]

    async def _reviewed(self, request: Request, reviewer: str = "reviewer2", *, picture: str = "") -> None:
        await self._do(reviewer, request, "审核通过", picture=picture)

    async def _revisited(self, request: Request, said: Values = SATISFIED, *, picture: str = "") -> None:
        """The citizen is called by a click; then what he says is written down."""
        path = self._paths[request.title]
        async with self._busy["caller1"]:
            page = self._caller.page
            bar = page.get_by_test_id("status-bar")
            if picture:
                await self._caller.open(TICKETS + path)
            call = await self._dialled(request, at_the_screen=bool(picture))
            await call.answered()
            await expect(bar).to_have_attribute("data-state", "talking", timeout=PATIENCE)
            await asyncio.sleep(TALK)
            if picture:
                await self._caller.picture(f"{picture}-talk")
            await call.hang_up()
            await expect(bar).to_have_attribute("data-state", "ready", timeout=PATIENCE)
            if picture:
                await self._caller.act(TICKETS + path, "登记回访结果", said, picture=picture)
            else:
                await self._people["caller1"].act(ROUTES[TICKETS] + path, "登记回访结果", said)

    async def _dialled(self, request: Request, *, at_the_screen: bool) -> PhoneCall:
        """The citizen's phone rings; once more where a page that was loaded a moment ago had no phone yet."""
        page = self._caller.page
        for _ in range(DIALS):
            await expect(page.get_by_test_id("status-bar")).to_have_attribute("data-state", "ready", timeout=PATIENCE)
            if at_the_screen:
                await page.get_by_role("button", name="拨打市民").click()
                await page.locator(".el-message-box .el-button--primary").click()
            else:
                path = f"{ROUTES[TICKETS]}{self._paths[request.title]}/dial"
                await self._people["caller1"].ask("POST", path)
            with contextlib.suppress(TimeoutError):
                return await self._calls.rung(request.number, RINGS)
        raise TimeoutError(f"{request.number} was not rung")

    async def _handled(self, request: Request, clerk: str, *, signs: bool = True, picture: str = "") -> None:
        if signs:
            await self._do(clerk, request, "签收", picture=picture and f"{picture}-sign")
        await self._do(clerk, request, "办结反馈", REPLY, picture=picture)

    async def extended(self) -> None:
        """More time is asked for and given."""
        one = requests.WATER
        await self._do("reviewer1", one, "交办部门", picture="dispatch")
        await self._do("water1", one, "签收")
        await self._do("water1", one, "申请延时", {"reason": "管道更换需停水施工"}, picture="extension")
        await self._do("reviewer2", one, "同意延时", picture="grant")
        await self._handled(one, "water1", signs=False, picture="reply")
        await self._reviewed(one, picture="accept")
        await self._revisited(one, picture="revisit")

    async def unsatisfied(self) -> None:
        """The citizen is not content, and it is handled again."""
        one = requests.TASTE
        await self._do("reviewer1", one, "交办部门")
        await self._handled(one, "water1")
        await self._reviewed(one)
        await self._revisited(one, UNSATISFIED, picture="revisit-unsatisfied")
        await self._do("8001", one, "交原单位重办", REASON, picture="again")
        await self._handled(one, "water1", signs=False)
        await self._reviewed(one)
        await self._revisited(one)

    async def given_to_a_county(self) -> None:
        """Its reviewer gives it to a department, whose clerk sits at a telephone's screen."""
        one = requests.ROAD
        await self._do("reviewer2", one, "下派区县", {"unit": "钟楼区热线"}, picture="county")
        await self._do("east_review", one, "交办部门", {"lead": "钟楼区城市管理局"}, picture="county-dispatch")
        await self._handled(one, "east_roads1", picture="reply")
        await self._do("east_review", one, "报市级")
        await self._reviewed(one, "reviewer1")
        await self._revisited(one)

    async def bounced(self) -> None:
        """A department objects; the hotline agrees, and gives it to another."""
        one = requests.FEES
        await self._do("reviewer1", one, "交办部门")
        objection = {"reason": "涉及价格违法，属市场监管职责", "ground": "《价格法》第五条"}
        await self._do("housing1", one, "退单", objection, picture="objection")
        await self._do("reviewer2", one, "同意退单", REASON, picture="uphold")
        await self._do("reviewer1", one, "交办部门", {"lead": "市市场监督管理局"})
        await self._handled(one, "market1")
        await self._reviewed(one)
        await self._revisited(one)

    async def usual(self) -> None:
        """As most go."""
        one = requests.BUS
        await self._do("reviewer2", one, "交办部门")
        await self._handled(one, "traffic1")
        await self._reviewed(one, "reviewer1")
        await self._revisited(one)

    async def difficult(self) -> None:
        """By way of the difficult desk."""
        one = requests.CARD
        await self._do("reviewer1", one, "转疑难", {"reason": "涉及多个部门"})
        await self._do("difficult", one, "交办部门", {"lead": "市市场监督管理局"}, picture="dispatch")
        await self._handled(one, "market1")
        await self._reviewed(one)
        await self._revisited(one)

    async def answered_by_a_county(self) -> None:
        """A county's hotline knows the answer itself."""
        one = requests.LAMP
        await self._do("reviewer2", one, "下派区县", {"unit": "钟楼区热线"})
        await self._do("east_review", one, "直接答复", {"answer": "路灯已于今晨修复，夜间已亮。"})
        await self._reviewed(one, "reviewer1")
        await self._revisited(one)

    async def given_to_the_other_county(self) -> None:
        """And to a department there."""
        one = requests.NOISE
        await self._do("reviewer1", one, "下派区县", {"unit": "金坛区热线"})
        await self._do("west_review", one, "交办部门", {"lead": "金坛区城市管理局"})
        await self._handled(one, "west_roads1")
        await self._do("west_review", one, "报市级")
        await self._reviewed(one)
        await self._revisited(one)

    async def supervised(self) -> None:
        """An inspector asks, the unit appeals in vain, and replies."""
        one = requests.PIPE
        await self._do("reviewer2", one, "交办部门")
        await self._do("water1", one, "签收")
        issued = await self._issue(one)
        appeal = {"ground": "实际未超时", "appeal": "工单仍在办理时限内"}
        await self._act("water_head", SUPERVISIONS, issued, "申诉", appeal, picture="appeal")
        refusal = {"opinion": "市民两次来电，请先行答复"}
        await self._act("inspector", SUPERVISIONS, issued, "不同意申诉", refusal, picture="refuse")
        await self._act("water_head", SUPERVISIONS, issued, "回复", {"reply": "已派人检测水压并调整泵站"})
        await self._act("inspector", SUPERVISIONS, issued, "办结", {"opinion": "同意"})
        await self._handled(one, "water1", signs=False)
        await self._reviewed(one)
        await self._revisited(one)

    async def _issue(self, one: Request) -> str:
        """The inspector begins a supervision at the screen; returns its id."""
        async with self._busy["inspector"], self._screen:
            inspector = await self._at_the_screen("inspector")
            await inspector.open(SUPERVISIONS.rstrip("/"))
            await inspector.page.get_by_role("button", name="发起督办").click()
            dialog = inspector.page.get_by_role("dialog").last
            asked = {
                "ticket": one.title, "source": "领导批示", "unit": "市水务局", "situation": "水压不足多日无人到场",
                "opinion": "请立即核实并回复",
            }  # fmt: skip
            await inspector.fill(dialog, asked)
            await inspector.picture("issue")
            await dialog.get_by_test_id("form-save").click()
            await expect(dialog).to_be_hidden(timeout=PATIENCE)
        issued = await self._people["inspector"].ask("GET", "/api/supervision/manual")
        return str(issued["items"][0]["id"])
